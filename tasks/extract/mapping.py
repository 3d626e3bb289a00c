"""Compiles a source's mapping into one SELECT: contract columns, typed and checked, from text columns.

The SELECT has the contract's columns that the source maps, in order, `custom_references` where it has any, and for
rows that fail a check `problems` (JSON list of check id and value) and `raw_row` (JSON of the source row); both are NULL
for good rows, so that strictness costs good rows nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from tasks.contracts.load import Column, Contract, RowRule
from tasks.extract.cells import cell_text, origin_columns, trim_columns
from tasks.extract.expressions import (
    all_of,
    among,
    any_of,
    call,
    cast,
    is_null,
    labelled,
    name,
    not_null,
    number,
    select,
    text,
    when,
)  # fmt: skip
from tasks.extract.raw import RawTable
from tasks.extract.rules import breaks, error_rules
from tasks.extract.typed_columns import helper_names, helpers, sign_flags, text_name, typed_column
from tasks.extract.values import Failure, Typed
from tasks.settings.columns import ColumnMapping
from tasks.settings.sources import Source

VALUE_LENGTH = 60
REFERENCES_TYPE = "MAP(VARCHAR, VARCHAR)"


@dataclass(frozen=True)
class Check:
    """One reason for which a row can be refused; `id` is its place in the compiled list."""

    id: int
    column: str
    reason: str
    fix: str
    condition: exp.Expr
    value: exp.Expr | None


@dataclass(frozen=True)
class Mapped:
    """A compiled mapping: the SELECT and what its `problems` mean."""

    select: exp.Select
    checks: tuple[Check, ...]


def compile_mapping(source: Source, contract: Contract, company_id: str, raw: RawTable) -> Mapped:
    """The SELECT that turns `raw` into rows of `contract`; the mapping must have passed `check_mapping`."""
    passed: list[exp.Expr] = [name(column) for column in (*raw.columns, *raw.marks)]
    trimmed_rows = select([*passed, *trim_columns(_mappings(source), raw)], raw.relation)
    texts = [labelled(_text_of(source, column, company_id, raw), text_name(column.name)) for column in contract.columns]
    references = labelled(_references(source, raw), "custom_references")
    as_text = select([*passed, *texts, *sign_flags(source, raw), references, *helpers(source, raw)], trimmed_rows)

    passed.append(name("custom_references"))
    typed = {column.name: typed_column(source, contract, column, raw) for column in contract.columns}
    values = [labelled(typed[column.name].expression, column.name) for column in contract.columns]
    text_names = [*(name(text_name(column.name)) for column in contract.columns), *helper_names(source)]
    as_values = select([*passed, *text_names, *values], as_text)  # negated by the flags where the mapping says so

    finals = [labelled(_final(source, column), column.name) for column in contract.columns]
    as_final = select([*passed, *text_names, *finals], as_values)

    rules = error_rules(source, contract)
    checks = _checks(source, contract, typed, rules, raw)
    outputs: list[exp.Expr] = [name(column.name) for column in contract.columns]
    # Each rule once for every row: looked at again for the few rows that break one would be a second reading.
    broken = [labelled(breaks(rule.condition), _broken_name(rule)) for rule in rules]
    as_ruled = select([*passed, *text_names, *outputs, *broken], as_final)
    flags: list[exp.Expr] = [name(_broken_name(rule)) for rule in rules]
    refused = [not_null(name("refusal"))] if raw.refusals else []
    is_bad = labelled(any_of([*_unusable(source, contract), *flags, *refused]), "is_bad")
    judged = select([*passed, *text_names, *outputs, *flags, is_bad], as_ruled)

    problems = labelled(when((name("is_bad"), _problem_list(checks))), "problems")
    raw_row = labelled(when((name("is_bad"), raw_row_json(raw))), "raw_row")
    stored = [name(column) for column in _stored(source, contract)]
    kept = [*stored, problems, raw_row]
    return Mapped(select([*kept, name("file_row")] if raw.has_file_rows else kept, judged), checks)


def _stored(source: Source, contract: Contract) -> list[str]:
    """The columns that can hold a value: writing and reading the others took a quarter of the time of landing."""
    mapped = [
        column.name for column in contract.columns if column.name in source.columns or column.name == "company_id"
    ]
    return [*mapped, *(("custom_references",) if source.references else ())]


def raw_row_json(raw: RawTable) -> exp.Expr:
    """The source row as JSON text, by header."""
    pairs = [
        part for header, column in zip(raw.headers, raw.columns, strict=True) for part in (text(header), name(column))
    ]
    return cast(call("json_object", *pairs), "VARCHAR")


def _text_of(source: Source, column: Column, company_id: str, raw: RawTable) -> exp.Expr:
    mapping = source.columns.get(column.name)
    if mapping is None:
        return text(company_id) if column.name == "company_id" else cast(exp.null(), "VARCHAR")
    return cell_text(mapping, raw)


def _references(source: Source, raw: RawTable) -> exp.Expr:
    """The company's own references that the row has; an empty map when it has none."""
    if not source.references:
        return cast(call("map"), REFERENCES_TYPE)
    keys = [text(key) for key in source.references]
    values = [cell_text(mapping, raw) for mapping in source.references.values()]
    entries = [
        when((not_null(value), call("struct_pack", _argument("k", key), _argument("v", value.copy()))))
        for key, value in zip(keys, values, strict=True)
    ]
    # list_filter needs a lambda; list_distinct would reorder; this drops the NULL entries and keeps the order.
    present = call("list_where", exp.array(*entries), exp.array(*[not_null(value.copy()) for value in values]))
    return cast(call("map_from_entries", present), REFERENCES_TYPE)


def _argument(label: str, value: exp.Expr) -> exp.Expr:
    return exp.PropertyEQ(this=exp.to_identifier(label), expression=value)


def _mappings(source: Source) -> list[ColumnMapping]:
    return [*source.columns.values(), *source.references.values()]


def _final(source: Source, column: Column) -> exp.Expr:
    mapping = source.columns.get(column.name)
    if mapping is None or mapping.when_negative is None:
        return name(column.name)
    tests: list[exp.Expr] = [exp.LT(this=name("amount"), expression=number(0))]
    if mapping.map:  # A word that the map does not know stays, to be refused with either sign.
        known = dict.fromkeys((*mapping.map.values(), *((mapping.default,) if mapping.default is not None else ())))
        tests.append(among(name(column.name), known))
    return when((all_of(tests), text(mapping.when_negative)), otherwise=name(column.name))


def _checks(
    source: Source, contract: Contract, typed: dict[str, Typed], rules: list[RowRule], raw: RawTable
) -> tuple[Check, ...]:
    """Every check in the order of the contract; conditions are looked at for bad rows only."""
    found: list[tuple[str, Failure, exp.Expr | None]] = [
        (item.column, Failure(exp.EQ(this=name("refusal"), expression=text(item.code)), item.reason, item.fix), None)
        for item in raw.refusals
    ]
    for column in contract.columns:
        value = name(text_name(column.name))
        for failure in typed[column.name].failures if column.name in source.columns else ():
            unread = all_of([not_null(value), is_null(name(column.name)), failure.condition])
            shown = value if failure.value is None else failure.value
            found.append((column.name, Failure(unread, failure.reason, failure.fix), shown))
        if column.is_required:
            found.append((column.name, _blank(source, column, value), None))
    found += [(rule.column, Failure(name(_broken_name(rule)), rule.description, rule.fix), None) for rule in rules]
    return tuple(
        Check(index, column, failure.reason, failure.fix, failure.condition, value)
        for index, (column, failure, value) in enumerate(found)
    )


def _unusable(source: Source, contract: Contract) -> list[exp.Expr]:
    """Per column: required and NULL, or NULL though the source has a text. Cheap, for it runs on every row."""
    conditions = []
    for column in contract.columns:
        missing = is_null(name(column.name))
        if column.is_required:
            conditions.append(missing)
        elif column.type != "VARCHAR" and column.name in source.columns:
            conditions.append(all_of([missing, not_null(name(text_name(column.name)))]))
    return conditions


def _broken_name(rule: RowRule) -> str:
    return f"breaks {rule.name}"


def _blank(source: Source, column: Column, value: exp.Expr) -> Failure:
    mapping = source.columns.get(column.name)
    columns = origin_columns(mapping) if mapping else ()
    named = " and ".join(f"'{column}'" for column in columns)
    origin = f" (column{'s' if len(columns) > 1 else ''} {named} of the file)" if columns else ""
    return Failure(
        all_of([is_null(value.copy()), is_null(name(column.name))]),
        f"{column.name} is empty{origin}",
        f"Complete it in the accounting system, or give columns.{column.name} a default.",
    )


def _problem_list(checks: tuple[Check, ...]) -> exp.Expr:
    """JSON text `[{"id": 3, "value": "31/02/2026"}, …]` of the checks that fail."""
    entries = []
    for check in checks:
        shown = call("left", check.value.copy(), number(VALUE_LENGTH)) if check.value is not None else exp.null()
        entry = call("json_object", text("id"), number(check.id), text("value"), shown)
        entries.append(when((check.condition.copy(), cast(entry, "VARCHAR"))))
    joined = call("concat_ws", text(","), *entries)
    return call("concat", text("["), joined, text("]"))
