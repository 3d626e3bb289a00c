"""Control totals: what the accounting system says the files hold, and the checks that the landed rows tie to it.

The file is a CSV with the header `source,currency,rows,amount`; `rows` or `amount` may be empty. Without a currency the
line counts all rows of the source (customers, contacts). Amounts use a decimal point.

A figure of the accounting system counts a row that we refused, so it ties when it equals what landed, or what landed and
what is in quarantine together (refused rows whose amount can be read). Duplicates are expected in neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

from tasks.validate.checks import MeasureCheck, sql_text
from tasks.validate.control_file import currency, figure, known, read_lines
from tasks.validate.landed import UNREADABLE, LandedAmount, LandedSource
from tasks.validate.source_checks import amount_of

_HEADER = ("source", "currency", "rows", "amount")
_FIX = "Write one line per source and currency under the header source,currency,rows,amount, with a decimal point."


@dataclass(frozen=True)
class ControlTotal:
    """What one source must hold in one currency (None: in all); a part that is None is not checked."""

    source: str
    currency: str | None
    rows: int | None
    amount: Decimal | None


def read_control_totals(path: Path, sources: frozenset[str]) -> tuple[ControlTotal, ...]:
    """The control totals of `path`.

    Raises:
        SettingsProblem: the file is missing, has another header, or lines that cannot be used; all lines are listed.
    """
    return read_lines(path, "control totals", _HEADER, _FIX, partial(_total, sources))


def _total(sources: frozenset[str], source: str, currency_code: str, rows: str, amount: str) -> ControlTotal:
    if rows and not re.fullmatch("[0-9]+", rows):
        raise ValueError("rows is not a whole number")
    if amount and not currency_code:
        raise ValueError("an amount needs its currency")
    return ControlTotal(
        known(source, sources, "a source of puntual.yaml"),
        currency(currency_code) if currency_code else None,
        int(rows) if rows else None,
        figure(amount, "amount") if amount else None,
    )


def control_checks(
    totals: tuple[ControlTotal, ...], landed: LandedSource, tolerance: Decimal
) -> Iterator[MeasureCheck]:
    """One check per figure of the source's control totals; a currency that has none must not have landed.

    Where a tolerance in money is accepted, a differing number of rows is only a warning.
    """
    own = [total for total in totals if total.source == landed.source]
    if any(total.currency for total in own):
        listed = {total.currency for total in own} | {UNREADABLE}
        own += [
            ControlTotal(landed.source, amount.currency, None, Decimal(0))
            for amount in landed.amounts
            if amount.currency not in listed
        ]
    for total in own:
        if total.rows is not None:
            yield _rows_tie(total, landed, expected=total.rows, tolerance=tolerance)
        if total.amount is not None and total.currency is not None:
            yield _amount_ties(total.currency, landed, expected=total.amount, tolerance=tolerance)


def _rows_tie(total: ControlTotal, landed: LandedSource, *, expected: int, tolerance: Decimal) -> MeasureCheck:
    condition = f"source = {sql_text(landed.source)}" + (
        f" AND currency = {sql_text(total.currency)}" if total.currency else ""
    )
    of_what = f"rows in {total.currency}" if total.currency else "rows"
    rows = f"count(*) FILTER (WHERE {condition})"
    least, most, may_be_complete = _rows_in_quarantine(total, landed, tolerance)
    if may_be_complete:
        aggregate = f"CASE WHEN {expected} - {rows} BETWEEN {least} AND {most} THEN {expected} ELSE {rows} END"
        minimum, maximum = expected, expected
    else:
        aggregate, minimum, maximum = rows, expected - most, expected - least

    def finding(found: Decimal | None) -> str:
        return (
            f"the control totals state {expected:,} {of_what}, but {int(found or 0):,} landed, a difference of "
            f"{expected - int(found or 0):,}; of all its rows {landed.quarantined:,} are in quarantine and {landed.duplicates:,} are "
            "duplicates"
        )

    return MeasureCheck(
        name=f"{landed.source}_{total.currency or 'all'}_rows_tie",
        relation=f"landing.{landed.contract}",
        where=landed.where,
        sentence=f"Source {landed.source} holds {expected:,} {of_what}, as the control totals say, landed or in quarantine.",
        fix=_TIE_FIX,
        severity="warning" if tolerance else "error",
        aggregate=aggregate,
        minimum=Decimal(minimum),
        maximum=Decimal(maximum),
        finding=finding,
    )


_TIE_FIX = (
    "Compare the rows in quarantine (landing.quarantine) and the duplicates with the accounting system, or deliver the "
    "complete export; control_tolerance in puntual.yaml accepts a difference."
)


def _rows_in_quarantine(total: ControlTotal, landed: LandedSource, tolerance: Decimal) -> tuple[int, int, bool]:
    """At least and at most how many of the stated rows are in quarantine, and whether none of them may be.

    The line's own amount decides whether it counts them. How many refused rows are of which currency is not known; where
    several currencies are in quarantine it is between one and all.
    """
    refused = landed.quarantined
    if total.currency is None:
        return refused, refused, True
    sums = _sums(landed, total.currency)
    currencies = {amount.currency for amount in landed.amounts if amount.quarantined or amount.currency == UNREADABLE}
    if refused == 0 or not currencies & {total.currency, UNREADABLE}:
        return 0, 0, False
    least = refused if currencies == {total.currency} else 1
    if total.amount is None or not sums.quarantined or tolerance:
        return least, refused, True
    return (least, refused, False) if _counts_quarantine(total.amount, sums, tolerance) else (0, 0, False)


def _amount_ties(code: str, landed: LandedSource, *, expected: Decimal, tolerance: Decimal) -> MeasureCheck:
    sums = _sums(landed, code)
    is_partly_unreadable = any(amount.currency == UNREADABLE for amount in landed.amounts)
    must_land = expected - sums.quarantined if _counts_quarantine(expected, sums, tolerance) else expected
    of_which = f", {sums.quarantined:,} of it in quarantine" if must_land != expected else ""

    def finding(found: Decimal | None) -> str:
        difference = expected - (found or Decimal(0))
        return (
            f"the control totals state a total of {code} {expected:,.2f}, but the rows that landed sum to {found or 0:,.2f}, a "
            f"difference of {difference:,.2f}; {sums.quarantined:,.2f} is in quarantine and {sums.duplicates:,.2f} in duplicates, "
            f"with the quarantined rows the difference would be {difference - sums.quarantined:,.2f}"
            + (" (some rejected rows have no readable amount)" if is_partly_unreadable else "")
        )

    return MeasureCheck(
        name=f"{landed.source}_{code}_ties",
        relation=f"landing.{landed.contract}",
        where=landed.where,
        sentence=f"Source {landed.source} holds {code} {expected:,}{of_which} (tolerance {tolerance}), as the control totals say.",
        fix=_TIE_FIX,
        aggregate=amount_of(landed.source, code),
        minimum=must_land - tolerance,
        maximum=must_land + tolerance,
        finding=finding,
    )


def _sums(landed: LandedSource, currency: str) -> LandedAmount:
    """What landed and what was refused in `currency`; zeros where there is nothing of it."""
    nothing = LandedAmount(currency, Decimal(0), Decimal(0), Decimal(0))
    return next((amount for amount in landed.amounts if amount.currency == currency), nothing)


def _counts_quarantine(expected: Decimal, sums: LandedAmount, tolerance: Decimal) -> bool:
    """Whether the stated amount ties only together with the rows in quarantine."""
    difference = expected - sums.landed
    return abs(difference) > tolerance >= abs(difference - sums.quarantined)
