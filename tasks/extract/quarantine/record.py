"""Keeps the account of refused rows when a delivery of a contract differs from the one before it.

A row is known again by its source and its contract key, or by its own text where the key cannot be read. It is `open`
while it is refused; `corrected` once its key has landed since; `superseded mapping` where the file is the same and only
the way of reading it changed; and `gone` where it is delivered no longer. Several current files of a source are in order:
a key that landed from a later one, or from a correction, is corrected though the earlier file still holds the bad row.
"""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from tasks.contracts.load import Contract
from tasks.extract.current_rows import at_position, current_rows
from tasks.extract.expressions import labelled, name, number, parquet, render, select, text, written_to
from tasks.extract.land import PARQUET_OPTIONS
from tasks.extract.manifest import building, write_manifest
from tasks.extract.members import by_member
from tasks.extract.model import LandedFile
from tasks.extract.quarantine.row_key import row_key
from tasks.extract.quarantine.state import (
    HISTORY,
    HISTORY_FORMAT,
    Account,
    Delivered,
    delivered,
    folder_of,
    newest_account,
    numbers_of,
)
from tasks.settings.sources import Source
from tasks.warehouse.connection import Connection

_REFUSED = ("file_row", "kind", "reasons", "columns", "fixes", "raw_row", "row_key", "currency", "amount")
_EMPTY = """
    SELECT NULL::VARCHAR AS source, NULL::VARCHAR AS file, NULL::BIGINT AS file_row, NULL::VARCHAR AS row_id,
        NULL::VARCHAR[] AS reasons, NULL::VARCHAR[] AS columns, NULL::VARCHAR[] AS fixes, NULL::VARCHAR AS raw_row,
        NULL::VARCHAR AS currency, NULL::DECIMAL(38, 2) AS amount, NULL::VARCHAR AS status, NULL::DATE AS first_seen_on,
        NULL::DATE AS last_seen_on, NULL::DATE AS closed_on, NULL::BOOLEAN AS is_new, NULL::BOOLEAN AS is_just_closed,
        NULL::VARCHAR[] AS row_key, NULL::VARCHAR AS landing_key, NULL::VARCHAR AS content_hash
    WHERE FALSE
"""
# What is refused now, each row at the newest file that holds it.
_NOW = """
    CREATE OR REPLACE TEMP TABLE refused_now AS
    WITH named AS (
        SELECT refused_rows.*, source, content_hash, landing_key, seen_on, is_listing,
            substr(md5(concat_ws(chr(31), source, coalesce(to_json(row_key)::VARCHAR, raw_row, file || ' ' || file_row))), 1, 16)
                AS row_id
        FROM refused_rows INNER JOIN deliveries USING (place)
    )
    SELECT *, min(seen_on) OVER (PARTITION BY row_id) AS first_on
    FROM named QUALIFY place = max(place) OVER (PARTITION BY row_id)
"""
_WANTED_KEYS = """
    CREATE OR REPLACE TEMP TABLE wanted_keys AS
    SELECT DISTINCT row_key FROM (
        SELECT row_key FROM refused_now
        UNION ALL SELECT row_key FROM history_before WHERE status = 'open'
    ) WHERE row_key IS NOT NULL
"""
_HISTORY = """
    WITH judged AS (
        -- By what came after the file that holds the row: NULL while it is refused.
        SELECT refused.row_id, refused.place,
            min(landed.seen_on) FILTER (WHERE landed.source = refused.source OR landed.is_correction) AS corrected_on,
            any_value(later.seen_on) AS next_list_on
        FROM refused_now AS refused
        LEFT JOIN (FROM landed_keys INNER JOIN deliveries USING (place)) AS landed
            ON refused.row_key = landed.row_key AND landed.place > refused.place
        LEFT JOIN deliveries AS later
            ON refused.is_listing AND later.source = refused.source AND later.place = refused.place + 1
        GROUP BY refused.row_id, refused.place
    ),
    before AS (
        SELECT row_id, min(first_seen_on) AS first_seen_on, max(status) AS status, max(closed_on) AS closed_on
        FROM history_before GROUP BY row_id
    ),
    current_rows AS (
        SELECT refused.*, judged.corrected_on, coalesce(judged.corrected_on, judged.next_list_on) AS over_on,
            before.first_seen_on AS known_since, coalesce(before.status, '') AS status_before
        FROM refused_now AS refused
        INNER JOIN judged USING (row_id)
        LEFT JOIN before USING (row_id)
    )
    SELECT source, file, file_row, row_id, reasons, columns, fixes, raw_row, currency, amount,
        CASE WHEN over_on IS NULL THEN 'open' WHEN corrected_on IS NOT NULL THEN 'corrected' ELSE 'gone' END AS status,
        least(first_on, known_since) AS first_seen_on,
        seen_on AS last_seen_on,
        over_on AS closed_on,
        over_on IS NULL AND status_before <> 'open' AS is_new,
        over_on IS NOT NULL AND status_before = 'open' AS is_just_closed,
        row_key, landing_key, content_hash
    FROM current_rows
    UNION ALL
    SELECT source, file, file_row, row_id, reasons, columns, fixes, raw_row, currency, amount,
        CASE
            WHEN status <> 'open' THEN status
            WHEN (source, content_hash) IN (SELECT (source, content_hash) FROM deliveries)
                AND landing_key NOT IN (SELECT landing_key FROM deliveries) THEN 'superseded mapping'
            WHEN row_key IN (SELECT row_key FROM landed_keys) THEN 'corrected'
            ELSE 'gone'
        END,
        first_seen_on, last_seen_on, coalesce(closed_on, $today), FALSE, status = 'open',
        row_key, landing_key, content_hash
    FROM history_before AS gone
    WHERE row_id NOT IN (SELECT row_id FROM refused_now) AND list_contains($kept, landing_key)
"""


def record_refused(
    connection: Connection,
    contract_folder: Path,
    contract: Contract,
    files: Sequence[LandedFile],
    sources: Sequence[Source],
    *,
    on: datetime.date,
) -> None:
    """Writes the account of the contract's refused rows for the delivery `files`, unless it is that of the last account.

    `files` are all of the contract's, in order, after later ones replaced rows of earlier ones; `on`: the day of the run.
    """
    before = newest_account(contract_folder)
    today = on if before is None else max(on, before.on)
    parts = delivered(files, before, today)
    if before is not None and parts == before.files:
        return
    connection.register("deliveries", _deliveries(files, parts, sources))
    history = _EMPTY
    if before is not None:
        history = f"FROM {render(parquet(folder_of(contract_folder, before.number) / HISTORY))}"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE history_before AS {history}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE refused_rows AS {_refused_rows(files)}")
    connection.execute(_NOW)
    connection.execute(_WANTED_KEYS)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE landed_keys AS {_landed_keys(connection, contract, files)}")
    past = numbers_of(contract_folder)
    account = Account(format=HISTORY_FORMAT, number=max(past, default=0) + 1, on=today, files=parts)
    with building(folder_of(contract_folder, account.number)) as folder:
        target = written_to(folder / HISTORY)
        connection.execute(
            f"COPY ({_HISTORY} ORDER BY ALL) TO {target} ({PARQUET_OPTIONS})",
            {"today": today, "kept": _kept_folders(contract_folder)},
        )
        write_manifest(folder, account)
    connection.unregister("deliveries")
    # Whoever has just read the number of the account before may still be opening it.
    for number_ in past[1:]:
        with suppress(OSError):
            shutil.rmtree(folder_of(contract_folder, number_))


def _deliveries(files: Sequence[LandedFile], parts: Sequence[Delivered], sources: Sequence[Source]) -> pa.Table:
    """The files in order, with the day of each and what its source's deliveries mean."""
    kinds = {source.name: source.delivery for source in sources}
    return pa.table(
        {
            "place": pa.array(range(len(files)), pa.int64()),
            "source": pa.array([file.source for file in files], pa.string()),
            "seen_on": pa.array([part.on for part in parts], pa.date32()),
            "content_hash": pa.array([file.content_hash for file in files], pa.string()),
            "landing_key": pa.array([file.folder.name for file in files], pa.string()),
            "is_listing": pa.array([kinds[file.source] == "open_items" for file in files], pa.bool_()),
            "is_correction": pa.array([kinds[file.source] == "correction" for file in files], pa.bool_()),
        }
    )


def _refused_rows(files: Sequence[LandedFile]) -> str:
    """SQL: the rows in quarantine of all files, named as users know them."""
    parts = []
    for place, file in enumerate(files):
        wanted = [name(column) for column in _REFUSED]
        front = [labelled(text(file.file), "file"), labelled(number(place), "place")]
        rows = [select([*wanted, *front], parquet(file.excluded_path))]
        rows += [
            select([item.copy() for item in (*wanted, *front)], parquet(listed.path)).where(at_position(listed))
            for listed in file.superseded
        ]
        parts += [render(by_member(file, item)) for item in rows]
    return f"FROM ({' UNION ALL '.join(parts)}) WHERE kind = 'quarantined'"


def _landed_keys(connection: Connection, contract: Contract, files: Sequence[LandedFile]) -> str:
    """SQL: which of `wanted_keys` are landed, and from which files. The rows are not looked at when nothing is wanted."""
    nothing = "SELECT NULL::VARCHAR[] AS row_key, NULL::BIGINT AS place WHERE FALSE"
    if not connection.execute("SELECT 1 FROM wanted_keys LIMIT 1").fetchone():
        return nothing
    last = render(name(contract.key[-1]))
    parts = [
        f"SELECT {render(row_key(contract))}, {place} AS place FROM ({render(current_rows(file, contract))}) "  # noqa: S608 - our own
        f"WHERE CAST({last} AS VARCHAR) IN (SELECT row_key[-1] FROM wanted_keys)"
        for place, file in enumerate(files)
    ]
    return f"FROM ({' UNION ALL '.join(parts)}) WHERE row_key IN (SELECT row_key FROM wanted_keys)"  # noqa: S608 - likewise


def _kept_folders(contract_folder: Path) -> list[str]:
    """The landing folders of the contract that are still there; what was refused in others is forgotten."""
    return [folder.name for source in contract_folder.iterdir() if source.is_dir() for folder in source.iterdir()]
