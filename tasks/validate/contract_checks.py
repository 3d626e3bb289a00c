"""The checks that a contract alone implies: columns, required values, row rules, key and dataset rules."""

from __future__ import annotations

from collections.abc import Iterator

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


def contract_checks(contract: Contract) -> Iterator[Check]:
    """All checks of `contract` over `landing.<contract>`, the rows of all its sources together."""
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
            f"NOT ({rule.condition})",
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
        yield ExpectationCheck(
            name=dataset_rule.name,
            relation=relation,
            where=contract.name,
            sentence=f"Must not happen: {dataset_rule.description}.",
            fix=f"Look at the rejected rows and the mapping of the sources with `contract: {contract.name}` in puntual.yaml.",
            rule=dataset_rule,
        )
