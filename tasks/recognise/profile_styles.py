"""How this file of a known system writes dates and amounts, against what its profile expects."""

from __future__ import annotations

from tasks.contracts.load import load_contract
from tasks.extract.values import ISO_DATE
from tasks.recognise.model import Doubt
from tasks.recognise.names import plain
from tasks.recognise.sniff import MOST_ROWS, Sample
from tasks.recognise.styles import amount_style, date_style, is_date, number
from tasks.settings.columns import ColumnMapping, Decimals
from tasks.settings.formats import CsvFormat
from tasks.settings.profiles import ProfileSource


class ProfileStyles:
    """Date order and decimals of this file, from all rows, against what the profile expects."""

    def __init__(self, source: ProfileSource, table: Sample) -> None:
        self.entry: dict[str, object] = {}
        self.evidence: list[str] = []
        self.doubts: list[Doubt] = []
        self.settled: set[str] = set()
        contract = load_contract(source.contract)
        by_plain = {plain(name): name for name in reversed(table.header)}
        dates: set[str] = set()
        amounts: set[str] = set()
        for target, mapping in source.columns.items():
            values = _values(mapping, table, by_plain)
            kind = contract.column(target).type if target in {column.name for column in contract.columns} else ""
            if kind == "DATE" and not mapping.format:
                dates |= values
            elif kind.startswith("DECIMAL") and not mapping.minor_units:
                amounts |= values
        if not isinstance(table.format, CsvFormat):
            # Cells with types arrive as ISO dates and plain numbers, whatever the texts of the sheet look like.
            dates = {value for value in dates if not is_date(value[:10], ISO_DATE)}
            amounts = {value for value in amounts if number(value, Decimals()) is None}
        self._look_at_dates(source, dates, table.is_whole)
        self._look_at_amounts(source, amounts)

    def _look_at_dates(self, source: ProfileSource, values: set[str], is_whole: bool) -> None:
        style = date_style(values)
        if not style.formats:
            return
        read = [value for value in values if any(is_date(value, item) for item in style.formats)]
        unread = [value for value in read if not any(is_date(value, item) for item in source.dates)]
        rows = "all rows" if is_whole else f"the first {MOST_ROWS} rows"
        if unread and not style.or_else:
            self.entry["dates"] = list(style.formats)
            self.settled.add("dates")
            self.evidence.append(f"dates are written {' or '.join(style.formats)} in {rows}")
        elif style.or_else:
            chosen = source.dates[0] if not unread else style.formats[0]
            if unread:
                self.entry["dates"] = [chosen]
            self.settled.add("dates")
            other = style.or_else if chosen == style.formats[0] else style.formats[0]
            self.doubts.append(
                Doubt(
                    "dates",
                    f"day and month cannot be told apart in {rows}: {chosen} is used, and {other} would fit too",
                )
            )
        else:
            self.settled.add("dates")
            self.evidence.append(f"dates read as {' or '.join(style.formats)} in {rows}")

    def _look_at_amounts(self, source: ProfileSource, values: set[str]) -> None:
        if not values:
            return
        style = amount_style(values)
        as_declared = sum(number(value, source.decimals) is None for value in values)
        if as_declared > style.unread:
            self.entry["decimals"] = style.decimals.model_dump()
            self.evidence.append(f"amounts are written with {style.decimals.decimal!r} before the decimals")


def _values(mapping: ColumnMapping, table: Sample, by_plain: dict[str, str]) -> set[str]:
    """The values that landing will read, where they can be told without landing them."""
    if mapping.extract or mapping.map or mapping.prefix:
        return set()
    names = [mapping.column] if mapping.column is not None else list(mapping.first_of)
    if mapping.debit_credit is not None:
        names = [mapping.debit_credit.debit, mapping.debit_credit.credit]
    found: set[str] = set()
    for name in names:
        actual = name if name in table.header else by_plain.get(plain(name))
        if actual is not None:
            found |= set(table.column(actual))
    return {value.removesuffix(mapping.strip_suffix) for value in found - {"", *mapping.blank}}
