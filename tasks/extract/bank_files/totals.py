"""What a statement says about itself against what was read of it: opening balance, entries, closing balance, counts, sums."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tasks.problems import SourceProblem

AGAIN = (
    "Get the statement from the bank again. To take an extract as it is, set format.accept_unbalanced: true in the source; "
    "payments may then be missing."
)


@dataclass
class Tally:
    """Counts and sums of the entries of one statement, both positive, in its currency."""

    debits: int = 0
    credits: int = 0
    debit_sum: Decimal = Decimal(0)
    credit_sum: Decimal = Decimal(0)

    def add(self, amount: Decimal, *, is_credit: bool | None = None) -> None:
        """Adds a signed amount; `is_credit` decides about zero amounts."""
        if amount > 0 or (amount == 0 and is_credit):
            self.credits += 1
            self.credit_sum += amount
        else:
            self.debits += 1
            self.debit_sum -= amount

    @property
    def net(self) -> Decimal:
        return self.credit_sum - self.debit_sum


@dataclass(frozen=True)
class Verifier:
    """Compares what statements of one file state with what was read, unless the source accepts extracts."""

    file: str
    accepts: bool

    def balance(self, where: str, *, opening: Decimal, tally: Tally, closing: Decimal, currency: str) -> Decimal | None:
        """The opening balance, where opening + credits - debits is the closing one; None where an extract is accepted.

        Raises `SourceProblem` otherwise, with the difference: how much we have in the bank is not for logs.
        """
        missing = closing - opening - tally.net
        if missing == 0:
            return opening
        self.fail(
            where,
            f"the statement does not tie: its {tally.credits} credits and {tally.debits} debits miss the closing balance "
            f"by {missing:.2f} {currency}",
        )
        return None

    def count(self, where: str, what: str, *, stated: int, read: int) -> None:
        """Raises `SourceProblem` unless both are equal."""
        if stated != read:
            self.fail(where, f"states {stated} {what}, and {read} were read")

    def sum(self, where: str, what: str, *, stated: Decimal, read: Decimal) -> None:
        """Raises `SourceProblem` unless both are equal."""
        if stated != read:
            self.fail(where, f"states {what} of {stated:.2f}, and what was read adds up to {read:.2f}")

    def fail(self, where: str, what: str) -> None:
        """Raises `SourceProblem` for a total that does not tie."""
        if not self.accepts:
            raise SourceProblem.at(f"{self.file}, {where}", what, AGAIN)
