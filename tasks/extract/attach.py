"""The `landing.*` relations of a run's work database (docs/architecture.md): views over landed Parquet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import get_args

from sqlglot import exp

from tasks.contracts.load import Contract, load_contract
from tasks.extract.current_rows import at_position, current_rows
from tasks.extract.expressions import cast, labelled, name, parquet, render, select, text
from tasks.extract.mapping import REFERENCES_TYPE
from tasks.extract.members import by_member
from tasks.extract.model import LandedFile
from tasks.extract.quarantine.state import COLUMNS as HISTORY_COLUMNS
from tasks.extract.quarantine.state import history_path
from tasks.settings.load import Workspace
from tasks.settings.sources import ContractName
from tasks.warehouse.connection import Connection

QUARANTINE = {
    "file_row": "BIGINT",
    "kind": "VARCHAR",
    "reasons": "VARCHAR[]",
    "columns": "VARCHAR[]",
    "fixes": "VARCHAR[]",
    "raw_row": "VARCHAR",
}


def attach_landing(connection: Connection, workspace: Workspace, landed: Sequence[LandedFile]) -> None:
    """Creates the schema `landing` for the landed files of `workspace`; contracts without a source get empty views."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS landing")
    for contract_name in get_args(ContractName):
        contract = load_contract(contract_name)
        parts = [_rows_of(file, contract) for file in landed if file.contract == contract_name]
        _create_view(connection, contract_name, parts or [_no_rows(contract)])
    _create_view(
        connection, "quarantine", [part for file in landed for part in _excluded_of(file)] or [_no_quarantine()]
    )
    _create_history(connection, workspace, {file.contract for file in landed})
    _create_counts(connection, landed)


def _rows_of(file: LandedFile, contract: Contract) -> exp.Select:
    columns = [labelled(cast(name(column.name), column.type), column.name) for column in contract.columns]
    extra = [name("custom_references"), *_origin(file), name("file_row")]
    return by_member(file, select([*columns, *extra], current_rows(file, contract)))


def _excluded_of(file: LandedFile) -> list[exp.Select]:
    columns = [name(column) for column in QUARANTINE]
    front = [labelled(text(file.contract), "contract"), *_origin(file)]
    parts = [by_member(file, select([*front, *columns], parquet(file.excluded_path)))]
    for listed in file.superseded:
        excluded = select([*[item.copy() for item in front], *columns], parquet(listed.path))
        parts.append(by_member(file, excluded.where(at_position(listed))))
    return parts


def _origin(file: LandedFile) -> list[exp.Expr]:
    return [labelled(text(file.source), "source"), labelled(text(file.file), "file")]


def _no_rows(contract: Contract) -> exp.Select:
    types = {column.name: column.type for column in contract.columns}
    types |= {"custom_references": REFERENCES_TYPE, "source": "VARCHAR", "file": "VARCHAR", "file_row": "BIGINT"}
    return _nothing(types)


def _no_quarantine() -> exp.Select:
    return _nothing({"contract": "VARCHAR", "source": "VARCHAR", "file": "VARCHAR"} | QUARANTINE)


def _nothing(types: dict[str, str]) -> exp.Select:
    empty = [labelled(cast(exp.null(), data_type), column) for column, data_type in types.items()]
    return exp.Select(expressions=empty).where(exp.false())


def _create_view(connection: Connection, relation: str, parts: Sequence[exp.Select]) -> None:
    union = " UNION ALL ".join(render(part) for part in parts)
    connection.execute(f"CREATE OR REPLACE VIEW landing.{render(exp.to_identifier(relation, quoted=True))} AS {union}")


def _create_history(connection: Connection, workspace: Workspace, contracts: Collection[str]) -> None:
    """A copy, not a view: the next delivery removes the file."""
    columns = [name(column) for column in HISTORY_COLUMNS]
    parts = [
        select([labelled(text(contract), "contract"), *[column.copy() for column in columns]], parquet(path))
        for contract in sorted(contracts)
        if (path := history_path(workspace.paths.landing / contract)) is not None
    ] or [_nothing({"contract": "VARCHAR"} | HISTORY_COLUMNS)]
    union = " UNION ALL ".join(render(part) for part in parts)
    connection.execute(f"CREATE OR REPLACE TABLE landing.quarantine_history AS {union}")


def _create_counts(connection: Connection, landed: Sequence[LandedFile]) -> None:
    connection.execute("""
        CREATE OR REPLACE TABLE landing.files (source VARCHAR, contract VARCHAR, file VARCHAR, content_hash VARCHAR,
            rows_in BIGINT, landed BIGINT, quarantined BIGINT, duplicates BIGINT, set_aside BIGINT, was_parsed BOOLEAN)
    """)
    connection.execute("""
        CREATE OR REPLACE TABLE landing.set_aside (source VARCHAR, contract VARCHAR, file VARCHAR, reason VARCHAR, rows BIGINT)
    """)
    connection.execute("""
        CREATE OR REPLACE TABLE landing.file_amounts (source VARCHAR, contract VARCHAR, file VARCHAR, currency VARCHAR,
            amount_in DECIMAL(38, 2), amount_landed DECIMAL(38, 2), amount_quarantined DECIMAL(38, 2),
            amount_duplicates DECIMAL(38, 2))
    """)
    for file in landed:
        connection.execute(
            "INSERT INTO landing.files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [file.source, file.contract, file.file, file.content_hash,
             file.rows_in, file.landed, file.quarantined, file.duplicates, file.rows_set_aside, file.was_parsed],
        )  # fmt: skip
        for part in file.set_aside:
            connection.execute(
                "INSERT INTO landing.set_aside VALUES (?, ?, ?, ?, ?)",
                [file.source, file.contract, file.file, part.reason, part.rows],
            )
        for item in file.amounts:
            connection.execute(
                "INSERT INTO landing.file_amounts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [file.source, file.contract, file.file, item.currency,
                 item.amount_in, item.landed, item.quarantined, item.duplicates],
            )  # fmt: skip
