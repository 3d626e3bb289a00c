"""Compares a source's mapping with its contract and with the columns a file really has, before any row is read.

A file without a header line gives its first row as headers, and what is said here reaches logs: `tasks.extract.headers`
decides which header may be quoted.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from tasks.contracts.load import Contract
from tasks.extract.cells import columns_used
from tasks.extract.check_layout import layout_problems
from tasks.extract.check_options import format_problems, option_problems, reference_problems
from tasks.extract.headers import close_header, is_header_line, shown_header
from tasks.extract.raw import CellKind, all_text
from tasks.extract.rows.carried import carried_headers
from tasks.extract.rows.check import columns_of_rules, missing_columns, rule_problems
from tasks.problems import Problem, SettingsProblem, SourceProblem
from tasks.settings.columns import ColumnMapping
from tasks.settings.formats import CsvFormat
from tasks.settings.sources import Source

OWN_COLUMN = "company_id"
ALL_OTHERS = "*"
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
READABLE: dict[str, frozenset[CellKind]] = {
    "DATE": frozenset({"text", "number", "date"}),
    "DECIMAL(18,2)": frozenset({"text", "number"}),
    "INTEGER": frozenset({"text", "number"}),
    "BOOLEAN": frozenset({"text", "number", "boolean"}),
    "VARCHAR": frozenset({"text", "number", "date", "boolean"}),
}


def check_settings(source: Source, contract: Contract) -> None:
    """Raises `SettingsProblem` with every mistake in the mapping that shows without looking at the file."""
    where = f"puntual.yaml: sources.{source.name}"
    known = [column.name for column in contract.columns]
    found = [
        Problem(
            "error",
            f"{where}.columns.{name}",
            f"the contract {contract.name} has no column '{name}'",
            _hint(name, known),
        )
        for name in source.columns
        if name not in known
    ]
    found += [
        Problem(
            "error", f"{where}.columns", f"the required column '{column.name}' is not mapped", f"Map {column.name}."
        )
        for column in contract.columns
        if column.is_required and column.name not in source.columns and column.name != OWN_COLUMN
    ]
    for name, mapping in source.columns.items():
        if name in known:
            found += option_problems(f"{where}.columns.{name}", mapping, contract, name)
    for name, mapping in source.references.items():
        found += reference_problems(f"{where}.references.{name}", mapping)
    found += format_problems(f"{where}.dates", source.dates)
    found += [*layout_problems(source), *rule_problems(source)]
    if found:
        raise SettingsProblem(*found)


def check_columns(
    source: Source, contract: Contract, headers: tuple[str, ...], kinds: tuple[CellKind, ...], file: str
) -> None:
    """Raises `SourceProblem` with every column that the mapping or the rules for rows need and the file lacks, or that is of a type that cannot fit."""
    found = _wrong_delimiter(source, headers, file) or _no_header_line(source, headers, file)
    if not found:
        found += missing_columns(source, headers, file)
        kinds = (*kinds, *all_text(len(source.rows.carry)))
        headers = carried_headers(headers, source.rows.carry)
        for target, mapping in (*source.columns.items(), *source.references.items()):
            found += [
                Problem(
                    "error",
                    file,
                    f"has no column '{column}' (needed for {target}) among its {len(headers)} columns",
                    _header_hint(source, column, headers),
                )
                for column in columns_used(mapping)
                if column not in headers
            ]
    if not found:
        kind_by_header = dict(zip(headers, kinds, strict=True))
        for target, mapping in source.columns.items():
            found += _wrong_kind(target, mapping, contract, kind_by_header, file)
    if found:
        raise SourceProblem(*found)


def unknown_columns(sources: Iterable[Source], headers: tuple[str, ...], file: str) -> list[Problem]:
    """A warning that names the columns which none of the sources fed by this file maps or ignores."""
    known: set[str] = set()
    for source in sources:
        known.update(source.ignore, columns_of_rules(source.rows))
        for mapping in (*source.columns.values(), *source.references.values()):
            known.update(columns_used(mapping))
    extra = [shown_header(header, number) for number, header in enumerate(headers, start=1) if header not in known]
    if not extra or ALL_OTHERS in known:
        return []
    return [
        Problem(
            "warning",
            file,
            f"has columns that puntual.yaml does not mention: {', '.join(extra)}",
            "Map them, or list them in the source's ignore. They were not used.",
        )
    ]


def _wrong_delimiter(source: Source, headers: tuple[str, ...], file: str) -> list[Problem]:
    if len(headers) != 1 or not isinstance(source.format, CsvFormat):
        return []
    likely = max(DELIMITERS, key=headers[0].count)
    if likely == source.format.delimiter or likely not in headers[0]:
        return []
    return [
        Problem(
            "error",
            file,
            f"has only one column when split at '{source.format.delimiter}'; it looks separated by {DELIMITERS[likely]}",
            f"Set sources.{source.name}.format.delimiter to {likely!r}.",
        )
    ]


def _no_header_line(source: Source, headers: tuple[str, ...], file: str) -> list[Problem]:
    wanted = {
        column
        for mapping in (*source.columns.values(), *source.references.values())
        for column in columns_used(mapping)
    }
    if not wanted or is_header_line(headers, wanted):
        return []
    return [
        Problem(
            "error",
            file,
            f"none of its {len(headers)} columns has a name that the mapping of {source.name} expects; "
            "it seems to have no header line there",
            f"Export it with column names ({_listed(sorted(wanted))}); check format.skip_rows of sources.{source.name}.",
        )
    ]


def _wrong_kind(
    target: str, mapping: ColumnMapping, contract: Contract, kinds: dict[str, CellKind], file: str
) -> list[Problem]:
    expected = contract.column(target).type
    as_it_is = (*((mapping.column,) if mapping.column is not None else ()), *mapping.first_of)
    sides = (mapping.debit_credit.debit, mapping.debit_credit.credit) if mapping.debit_credit else ()
    types = dict.fromkeys(columns_used(mapping), "VARCHAR")
    types |= dict.fromkeys((*as_it_is, *sides), expected)
    types |= {mapping.year_from: "DATE"} if mapping.year_from is not None else {}
    return [
        Problem(
            "error",
            file,
            f"column '{column}' holds values of kind '{kinds[column]}', and {target} is {expected}",
            f"Export it as text or as {needed}, or map another column to {target}.",
        )
        for column, needed in types.items()
        if kinds[column] not in READABLE.get(needed, READABLE["VARCHAR"])
    ]


def _header_hint(source: Source, column: str, headers: tuple[str, ...]) -> str:
    close = close_header(column, headers)
    if close is not None:
        return f"Did you mean '{close}'?"
    return f"Correct sources.{source.name}.columns in puntual.yaml, or export the column."


def _hint(name: str, known: Iterable[str]) -> str:
    by_lower = {item.lower(): item for item in known}
    close = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return f"Did you mean '{by_lower[close[0]]}'?" if close else f"Known are {_listed(by_lower.values())}."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
