"""Judges the rules for rows: against themselves before a file is read, and against the columns that the file has."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.extract.headers import close_header
from tasks.extract.patterns import pattern_mistake
from tasks.problems import Problem
from tasks.settings.rows import Rows, RowTest
from tasks.settings.sources import Source

_PATTERN_FIX = "Correct the pattern; it is written as for RE2 (https://github.com/google/re2/wiki/Syntax)."


def rule_problems(source: Source) -> Iterator[Problem]:
    """Every mistake in `rows` that shows without looking at the file."""
    rules, where = source.rows, f"puntual.yaml: sources.{source.name}.rows"
    for place, test in _tests(rules):
        for key, pattern in (("matches", test.matches), ("not_matches", test.not_matches)):
            if pattern and (mistake := pattern_mistake(pattern)):
                yield Problem("error", f"{where}.{place}.{key}", mistake, _PATTERN_FIX)
    for index, item in enumerate(rules.carry):
        if item.extract and (mistake := pattern_mistake(item.extract, groups=1)):
            yield Problem("error", f"{where}.carry.{index}.extract", mistake, _PATTERN_FIX)
    known = {item.reason for item in rules.set_aside}
    for index, total in enumerate(rules.totals):
        for reason in sorted(set(total.without) - known):
            yield Problem(
                "error",
                f"{where}.totals.{index}.without",
                f"no rule of set_aside has the reason '{reason}'",
                f"Known are {', '.join(sorted(known)) or 'none'}.",
            )
    for column in sorted(set(rules.agree) & set(rules.sum)):
        yield Problem("error", f"{where}.agree", f"'{column}' is in sum too", "Lines either repeat it or are added.")


def missing_columns(source: Source, headers: tuple[str, ...], file: str) -> Iterator[Problem]:
    """Every column that the rules use and the file lacks, and names of carried values that the file has already."""
    known = list(headers)
    for index, item in enumerate(source.rows.carry):
        yield from _missing(source, f"rows.carry.{index}", (item.column, *_columns(item.when)), known, file)
        if item.name in known:
            yield Problem(
                "error",
                file,
                f"has a column '{item.name}' already, which rows.carry of {source.name} is to make",
                f"Give sources.{source.name}.rows.carry.{index} another name.",
            )
        known.append(item.name)
    rules = source.rows
    uses = [(f"rows.totals.{i}", (total.column, *_columns(total.when))) for i, total in enumerate(rules.totals)]
    uses += [(f"rows.set_aside.{i}", _columns(item.when)) for i, item in enumerate(rules.set_aside)]
    uses += [("rows.one_per", rules.one_per), ("rows.agree", rules.agree), ("rows.sum", rules.sum)]
    for place, columns in uses:
        yield from _missing(source, place, columns, known, file)


def columns_of_rules(rules: Rows) -> set[str]:
    """The columns that the rules read or make."""
    tested = {test.column for _, test in _tests(rules)}
    carried = {column for item in rules.carry for column in (item.column, item.name)}
    return tested | carried | {total.column for total in rules.totals} | {*rules.one_per, *rules.agree, *rules.sum}


def _tests(rules: Rows) -> Iterator[tuple[str, RowTest]]:
    conditions = [
        *((f"carry.{index}", item.when) for index, item in enumerate(rules.carry)),
        *((f"totals.{index}", item.when) for index, item in enumerate(rules.totals)),
        *((f"set_aside.{index}", item.when) for index, item in enumerate(rules.set_aside)),
    ]
    for place, tests in conditions:
        for number, test in enumerate(tests):
            yield f"{place}.when.{number}", test


def _columns(tests: tuple[RowTest, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(test.column for test in tests))


def _missing(source: Source, place: str, columns: tuple[str, ...], known: list[str], file: str) -> Iterator[Problem]:
    for column in columns:
        if column not in known:
            close = close_header(column, known)
            hint = (
                f"Did you mean '{close}'?" if close else f"Correct sources.{source.name}.{place}, or export the column."
            )
            yield Problem(
                "error", file, f"has no column '{column}' (needed for {place}) among its {len(known)} columns", hint
            )
