"""Puts their lines and our documents together: by number, then by the digits of it, then by amount and day; payments by amount and day.

Nothing is put together that could as well belong elsewhere: where two candidates fit alike, none is taken and both sides stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from tasks.statements.lines import NOTHING, LineKind, OurDocument, OurPayment, TheirLine

SAME_DOCUMENT_DAYS = 5
"""Days by which the two dates of a document may differ when its number does not tell."""
SAME_PAYMENT_DAYS = 10
"""Days by which a payment may be booked later by one side."""
FEWEST_DIGITS = 3
"""Digits of a number that tell a document; fewer are on too many."""

_OTHER_CHARACTERS = re.compile(r"[\W_]+")
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


@dataclass
class DocumentPair:
    """A document of ours with the lines that are about it."""

    ours: OurDocument
    lines: list[TheirLine] = field(default_factory=list)
    matched_by: str = ""
    payments: Decimal = NOTHING
    """What of their unreferenced payments is laid on it with us, as a positive amount."""

    @property
    def theirs(self) -> Decimal:
        """What of it they hold to be open."""
        return sum((line.amount for line in self.lines), NOTHING) - self.payments


@dataclass
class PaymentPair:
    """A payment that either side lists. `ours` None: we have none like it; `line` None: they do not list it."""

    ours: OurPayment | None
    line: TheirLine | None


@dataclass
class Pairs:
    """Everything put together, and the lines that nothing of ours fits."""

    documents: list[DocumentPair]
    payments: list[PaymentPair]
    alone: list[TheirLine]


def plain_number(number: str) -> str:
    """A document's number as both sides write it: capital letters and digits only, without zeros in front of digits."""
    parts = _OTHER_CHARACTERS.split(number.upper())
    return "".join(_LEADING_ZEROS.sub("", part) for part in parts)


def digits_of(number: str) -> str:
    """The digits of a number, without zeros in front; empty where they are too few to tell."""
    digits = re.sub(r"[^0-9]", "", number).lstrip("0")
    return digits if len(digits) >= FEWEST_DIGITS else ""


def pair(lines: Sequence[TheirLine], documents: Sequence[OurDocument], payments: Sequence[OurPayment]) -> Pairs:
    """Puts lines and documents of one currency together."""
    pairs = [DocumentPair(document) for document in documents]
    rest = _by_number(lines, pairs)
    paid = [line for line in rest if line.kind is LineKind.PAYMENT]
    rest = [line for line in rest if line.kind is not LineKind.PAYMENT]
    rest = _by_digits(rest, pairs)
    rest = _by_amount_and_day(rest, pairs)
    return Pairs(pairs, _pair_payments(paid, payments, pairs), rest)


def _by_number(lines: Iterable[TheirLine], pairs: Sequence[DocumentPair]) -> list[TheirLine]:
    """Also payments and credits that name the document; an ambiguous number tells nothing."""
    known: dict[str, list[DocumentPair]] = defaultdict(list)
    for one in pairs:
        for number in {plain_number(name) for name in (one.ours.number, *one.ours.other_numbers)} - {""}:
            known[number].append(one)
    rest = []
    for line in lines:
        found = known.get(plain_number(line.number), []) if line.number else []
        if len(found) == 1:
            _put(found[0], line, "number")
        else:
            rest.append(line)
    return rest


def _by_digits(lines: Sequence[TheirLine], pairs: Sequence[DocumentPair]) -> list[TheirLine]:
    """`F26-001234` as `1234` or `26001234`: the amount is the same, and so are the digits or their end."""
    priced = _by_amount(pairs)
    rest = []
    for line in lines:
        theirs = digits_of(line.number)
        found = [one for one in priced[line.amount] if theirs and not one.lines and _ends_alike(theirs, one.ours)]
        if len(found) == 1:
            _put(found[0], line, "digits")
        else:
            rest.append(line)
    return rest


def _ends_alike(theirs: str, document: OurDocument) -> bool:
    ours = digits_of(document.number)
    return bool(ours) and (theirs.endswith(ours) or ours.endswith(theirs))


def _by_amount_and_day(lines: Sequence[TheirLine], pairs: Sequence[DocumentPair]) -> list[TheirLine]:
    """A number typed wrong, or another number altogether: the amount is the same and the day is near; only where one fits one."""
    priced = _by_amount(pairs)
    fits = [[one for one in priced[line.amount] if not one.lines and _fits(line, one.ours)] for line in lines]
    wanted = Counter(id(one) for found in fits for one in found)
    rest = []
    for line, found in zip(lines, fits, strict=True):
        if len(found) == 1 and wanted[id(found[0])] == 1:
            _put(found[0], line, "amount_and_day")
        else:
            rest.append(line)
    return rest


def _by_amount(pairs: Sequence[DocumentPair]) -> defaultdict[Decimal, list[DocumentPair]]:
    """The documents by what they were made out for, and by what of them is open."""
    priced: defaultdict[Decimal, list[DocumentPair]] = defaultdict(list)
    for one in pairs:
        for amount in {one.ours.amount, one.ours.open_amount} - {NOTHING}:
            priced[amount].append(one)
    return priced


def _fits(line: TheirLine, document: OurDocument) -> bool:
    if line.day is None or line.kind is not document.kind:
        return False
    return abs(line.day - document.issued_on) <= timedelta(days=SAME_DOCUMENT_DAYS)


def _put(one: DocumentPair, line: TheirLine, how: str) -> None:
    one.lines.append(line)
    one.matched_by = one.matched_by or how


def _pair_payments(
    lines: Sequence[TheirLine], payments: Sequence[OurPayment], pairs: Sequence[DocumentPair]
) -> list[PaymentPair]:
    """Each of their payments with ours of the same amount, the nearest in time; what we laid it on is paid with them too."""
    free = {payment.payment_id: payment for payment in payments}
    by_number = {one.ours.number: one for one in reversed(pairs)}
    found: list[PaymentPair] = []
    for line in sorted(lines, key=lambda one: (one.day is None, one.day, one.row)):
        ours = _nearest(line, free.values()) or _nearest(line, _of_one_day(free.values()))
        found.append(PaymentPair(ours, line))
        if ours is not None:
            for payment_id in ours.parts or (ours.payment_id,):
                del free[payment_id]
            for number, amount in ours.laid_on:
                by_number[number].payments += amount
    return found + [PaymentPair(payment, None) for payment in free.values() if payment.unapplied_amount > NOTHING]


def _of_one_day(payments: Iterable[OurPayment]) -> list[OurPayment]:
    """What came on one day as one payment: a transfer that the bank's file tells in parts is one line with who made it."""
    by_day: defaultdict[date, list[OurPayment]] = defaultdict(list)
    for payment in payments:
        by_day[payment.paid_on].append(payment)
    return [
        OurPayment(
            payment_id=" + ".join(part.payment_id for part in parts),
            parts=tuple(part.payment_id for part in parts),
            paid_on=day,
            currency=parts[0].currency,
            amount=sum((part.amount for part in parts), NOTHING),
            unapplied_amount=sum((part.unapplied_amount for part in parts), NOTHING),
            laid_on=tuple(laid for part in parts for laid in part.laid_on),
        )
        for day, parts in by_day.items()
        if len(parts) > 1
    ]


def _nearest(line: TheirLine, payments: Iterable[OurPayment]) -> OurPayment | None:
    near = [one for one in payments if one.amount == -line.amount and _days_apart(line, one) <= SAME_PAYMENT_DAYS]
    return min(near, key=lambda one: (_days_apart(line, one), one.paid_on, one.payment_id), default=None)


def _days_apart(line: TheirLine, payment: OurPayment) -> int:
    return 0 if line.day is None else abs((line.day - payment.paid_on).days)
