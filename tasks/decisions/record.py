"""Writes what a run decided: its rows to a file, its manifest beside it, and its link to the chain in the ledger."""

from __future__ import annotations

import os
from pathlib import Path

from tasks.decisions.manifest import FileFlow, Manifest, MoneyFlow, imbalances
from tasks.decisions.roots import Roots, hash_of_file, read_roots
from tasks.ledger.chain import DecisionEntry, DecisionRoot
from tasks.ledger.ledger import Ledger
from tasks.problems import LedgerProblem
from tasks.warehouse.connection import Connection
from tasks.warehouse.models import build

_PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, STRING_DICTIONARY_PAGE_SIZE_LIMIT 65536"
"""Small dictionaries: of ids and hashes, each of which stands once, none is worth making."""


class DecisionsDoNotAddUp(Exception):
    """The decisions are not about all the money that the files brought: a defect of ours, so nothing may be sent on them."""


def record_decisions(connection: Connection, folder: Path, ledger: Ledger) -> DecisionRoot:
    """Keeps what the work database decided in `folder` and adds it to the ledger's chain. Safe to repeat for the same run.

    Everything up to the decisions must be built. Rows and manifest are on disk before the ledger names them: a run that dies in
    between leaves files that no link names, which `puntual check` tells.

    Raises:
        DecisionsDoNotAddUp: rows or amounts were lost between the files and the decisions.
        LedgerProblem: the run is in the chain with other decisions.
    """
    build(connection, ("decisions",))
    files = FileFlow.model_validate(_rows(connection, "SELECT * FROM decisions.file_flow")[0])
    money = tuple(
        MoneyFlow.model_validate(row)
        for row in _rows(connection, "SELECT * FROM decisions.money_flow ORDER BY currency")
    )
    if broken := list(imbalances(files, money)):
        raise DecisionsDoNotAddUp("\n".join(broken))
    about = _rows(
        connection, "SELECT run_id, as_of, company_id, strategy_version FROM run.parameters, policy.parameters"
    )[0]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    rows = folder / f"{about['run_id']}.parquet"
    partial = rows.with_suffix(".part")
    _write_rows(connection, partial)
    roots = read_roots(connection, partial)
    link = next((link for link in ledger.decision_chain() if link.run_id == about["run_id"]), None)
    if link is not None:
        # A second attempt: what the chain names stays, whatever order its rows lie in.
        partial.unlink()
        return _unchanged(link, roots)
    _move(partial, rows)
    manifest = Manifest.model_validate(
        {
            **about,
            "row_count": roots.row_count,
            "rows_root": roots.rows_root,
            "facts_root": roots.facts_root,
            "bucket_roots": roots.buckets,
            "file_hash": hash_of_file(rows),
            "files": files,
            "money": money,
        }
    )
    manifest_partial = rows.with_suffix(".json.part")
    manifest_partial.write_bytes(manifest.to_bytes())
    _move(manifest_partial, rows.with_suffix(".json"))
    return ledger.append_decisions(
        DecisionEntry(
            run_id=manifest.run_id,
            as_of=manifest.as_of,
            strategy_version=manifest.strategy_version,
            row_count=manifest.row_count,
            rows_root=manifest.rows_root,
            facts_root=manifest.facts_root,
            file_hash=manifest.file_hash,
            manifest_hash=manifest.manifest_hash,
        )
    )


def _unchanged(link: DecisionRoot, roots: Roots) -> DecisionRoot:
    if roots.rows_root != link.rows_root:
        raise LedgerProblem.at(
            f"run {link.run_id}",
            "was repeated and decided otherwise",
            "Start a new run: the decisions of a run are kept and never replaced.",
        )
    return link


def _write_rows(connection: Connection, target: Path) -> None:
    columns = [str(name) for name, *_ in connection.execute("DESCRIBE decisions.rows").fetchall()]
    listed = ", ".join(f'"{name}"' for name in columns)
    quoted = str(target).replace("'", "''")
    connection.execute(f"COPY (SELECT {listed} FROM decisions.rows) TO '{quoted}' ({_PARQUET})")  # noqa: S608 our own names


def _move(partial: Path, target: Path) -> None:
    """Gives a finished file its name, durably."""
    _sync(partial)
    partial.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _rows(connection: Connection, query: str) -> list[dict[str, object]]:
    cursor = connection.execute(query)
    names = [str(column[0]) for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
