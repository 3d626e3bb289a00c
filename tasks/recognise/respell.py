"""Fits a profile's source to the columns that one file really has: other spellings are taken over, what is missing is left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tasks.extract.cells import columns_used
from tasks.recognise.names import plain
from tasks.settings.columns import ColumnMapping
from tasks.settings.formats import CsvFormat, XlsxFormat
from tasks.settings.profiles import ProfileSource
from tasks.settings.rows import Rows, RowTest

_LISTS = ("hash_of", "join", "first_of")


@dataclass(frozen=True)
class Fitted:
    """What an entry has to say beside its profile. A column without a mapping (None) takes the profile's away."""

    columns: dict[str, dict[str, object] | None]
    references: dict[str, dict[str, object] | None]
    rows: dict[str, object] | None
    missing: tuple[str, ...]
    """Columns of the profile that the file lacks."""
    unmentioned: tuple[str, ...]
    """Columns of the file that neither the profile nor its `ignore` mentions."""


def fit(source: ProfileSource, headers: tuple[str, ...]) -> Fitted:
    """Compares `source` with the file's `headers`."""
    names = _Names(source, headers)
    columns = names.changed(source.columns)
    references = names.changed(source.references)
    rows = _rows(source.rows, names)
    known = {plain(name) for name in names.asked} | {plain(name) for name in source.ignore}
    extra = () if "*" in source.ignore else tuple(name for name in headers if plain(name) not in known)
    return Fitted(columns, references, rows, tuple(dict.fromkeys(names.missing)), extra)


class _Names:
    """The file's spelling of a name that the profile uses; remembers what was asked and what is missing."""

    def __init__(self, source: ProfileSource, headers: tuple[str, ...]) -> None:
        made = {carry.name for carry in source.rows.carry}
        if isinstance(source.format, (CsvFormat, XlsxFormat)):
            made |= set(source.format.preamble)
        self._by_plain = {plain(name): name for name in reversed([*headers, *made])}
        self._exact = {*headers, *made}
        self.asked: list[str] = []
        self.missing: list[str] = []

    def of(self, name: str) -> str | None:
        self.asked.append(name)
        found = name if name in self._exact else self._by_plain.get(plain(name) or name)
        if found is None:
            self.missing.append(name)
        return found

    def several(self, names: Iterable[str]) -> list[str]:
        return [found for name in names if (found := self.of(name)) is not None]

    def changed(self, mappings: dict[str, ColumnMapping]) -> dict[str, dict[str, object] | None]:
        """The mappings that have to be written otherwise for this file."""
        result: dict[str, dict[str, object] | None] = {}
        for target, mapping in mappings.items():
            found = {name: self.of(name) for name in columns_used(mapping)}
            if any(found[name] != name for name in found):
                result[target] = _rewritten(mapping, found)
        return result


def _rewritten(mapping: ColumnMapping, found: dict[str, str | None]) -> dict[str, object] | None:
    """The mapping with the file's spellings, None where what it is made of is missing."""
    content: dict[str, object] = mapping.model_dump(exclude_unset=True, mode="json")
    if mapping.column is not None:
        if found[mapping.column] is None:
            return {"value": mapping.default} if mapping.default is not None else None
        content["column"] = found[mapping.column]
    for key in _LISTS:
        members = getattr(mapping, key)
        if members:
            content[key] = [found[name] for name in members if found[name] is not None]
            if not content[key]:
                return None
    if mapping.debit_credit is not None:
        sides = {key: found[getattr(mapping.debit_credit, key)] for key in ("debit", "credit")}
        if None in sides.values():
            return None
        content["debit_credit"] = sides
    rules = [
        {"column": found[rule.column], "values": list(rule.values)}
        for rule in mapping.negate_when or ()
        if found[rule.column] is not None
    ]
    content.pop("negate_when", None)
    if rules:
        content["negate_when"] = rules
    if mapping.year_from is not None:
        if found[mapping.year_from] is None:
            return None
        content["year_from"] = found[mapping.year_from]
    return content


def _rows(rows: Rows, names: _Names) -> dict[str, object] | None:
    """The rows' rules in the file's spelling, None where nothing changes. A rule about a missing column is left out."""
    before = len(names.missing)
    result: dict[str, object] = {}
    for key in ("carry", "totals", "set_aside"):
        kept = []
        for rule in getattr(rows, key):
            tests = [_test(test, names) for test in rule.when]
            content: dict[str, object] = rule.model_dump(exclude_unset=True, mode="json")
            own = names.of(rule.column) if hasattr(rule, "column") else ""
            if own is None or any(test is None for test in tests):
                continue
            content["when"] = tests
            if own:
                content["column"] = own
            kept.append(content)
        if getattr(rows, key):
            result[key] = kept
    for key in ("one_per", "agree", "sum"):
        if getattr(rows, key):
            result[key] = names.several(getattr(rows, key))
    if not result.get("one_per"):
        result = {key: value for key, value in result.items() if key not in ("one_per", "agree", "sum")}
    same = len(names.missing) == before and result == _as_dict(rows)
    return None if same else result


def _as_dict(rows: Rows) -> dict[str, object]:
    content: dict[str, object] = rows.model_dump(exclude_unset=True, mode="json")
    return {key: value for key, value in content.items() if value}


def _test(test: RowTest, names: _Names) -> dict[str, object] | None:
    column = names.of(test.column)
    if column is None:
        return None
    content: dict[str, object] = test.model_dump(exclude_unset=True, mode="json")
    return {**content, "column": column}
