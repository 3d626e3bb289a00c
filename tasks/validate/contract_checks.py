"""The checks that a contract alone implies: columns, required values, row rules, key and dataset rules."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from tasks.contracts.load import Contract
from tasks.validate.checks import Check, ColumnsCheck, ExpectationCheck, KeyCheck, none_of

LANDED_COLUMNS = (
    ("custom_references", "MAP(VARCHAR, VARCHAR)"),
    ("source", "VARCHAR"),
    ("file", "VARCHAR"),
    ("file_row", "BIGINT"),
)
"""What extract adds after the contract's columns (docs/architecture.md)."""

_REPARSE = "Extract should have kept these rows out: delete .puntual/landing and run again; if it stays, report a defect of Puntual."

_LONG_LIST = 20
_ROW_COUNT = "expect_table_row_count_to_be_between"


def with_lookups(condition: str) -> str:
    """The SQL `condition` with its long lists as subqueries; a condition without any is returned as it is written.

    Inside an aggregate DuckDB 1.5 compares each row with every entry of a list, which for the 150 currencies took half of a
    relation's checks; it looks up in a subquery by hash.
    """
    try:
        tree = sqlglot.parse_one(condition, dialect="duckdb")
    except ParseError:
        return condition  # DuckDB says what is wrong with it when the check runs.
    long_lists = [found for found in tree.find_all(exp.In) if len(found.expressions) >= _LONG_LIST]
    for found in long_lists:
        entries = exp.Anonymous(this="unnest", expressions=[exp.array(*found.expressions)])
        found.set("query", exp.Select(expressions=[entries]).subquery())
        found.set("expressions", [])
    return tree.sql(dialect="duckdb") if long_lists else condition


def contract_checks(contract: Contract, *, may_be_empty: bool = False) -> Iterator[Check]:
    """All checks of `contract` over `landing.<contract>`, the rows of all its sources together.

    With `may_be_empty` the rules about the number of rows are left out: a day without any is a day like others.
    """
    relation = f"landing.{contract.name}"
    yield ColumnsCheck(
        name="columns",
        relation=relation,
        where=contract.name,
        sentence=f"The columns are exactly those of the contract {contract.name} {contract.version}, in order and type.",
        fix="Delete .puntual/landing and run again, so that the files are parsed with this version of the contract.",
        columns=(*((column.name, column.type) for column in contract.columns), *LANDED_COLUMNS),
    )
    for column in contract.columns:
        if column.is_required:
            yield none_of(
                f'"{column.name}" IS NULL',
                name=f"{column.name}_present",
                relation=relation,
                where=f"{contract.name}, column {column.name}",
                sentence=f"Every row has a value in {column.name}.",
                finding=f"{{count}} without a value in {column.name}",
                fix=_REPARSE,
            )
    for rule in contract.row_rules:
        yield none_of(
            f"NOT ({with_lookups(rule.condition)})",
            name=rule.name,
            relation=relation,
            where=f"{contract.name}, column {rule.column}",
            sentence=f"In no row {rule.description}.",
            finding=f"{{count}} in which {rule.description}",
            fix=rule.fix if rule.severity == "warning" else f"{rule.fix} {_REPARSE}",
            severity=rule.severity,
        )
    if contract.key:
        yield KeyCheck(
            name="key_unique",
            relation=relation,
            where=contract.name,
            sentence=f"No two rows of all sources together share {', '.join(contract.key)}.",
            fix="Two sources deliver the same items: remove one of them from puntual.yaml, or narrow its path or query.",
            key=contract.key,
        )
    for dataset_rule in contract.dataset_rules:
        if may_be_empty and dataset_rule.expectation == _ROW_COUNT:
            continue
        yield ExpectationCheck(
            name=dataset_rule.name,
            relation=relation,
            where=contract.name,
            sentence=f"Must not happen: {dataset_rule.description}.",
            fix=f"Look at the rejected rows and the mapping of the sources with `contract: {contract.name}` in puntual.yaml.",
            rule=dataset_rule,
        )
