"""Lands one file: typed rows, refused rows with their reasons, and counts that tie to the cent."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tasks.contracts.load import Contract
from tasks.extract.count_equal import number_equal_rows
from tasks.extract.duplicates import exclude_duplicates
from tasks.extract.expressions import parquet, render, written_to
from tasks.extract.landed_rows import EXCLUDED, MEMBERS, ROWS, all_rows, good_rows
from tasks.extract.manifest import (
    Manifest,
    ManifestAmounts,
    ManifestSetAside,
    ManifestWarning,
    building,
    write_manifest,
)
from tasks.extract.mapping import Check, Mapped, compile_mapping
from tasks.extract.model import RowsLost
from tasks.extract.quarantine.row_key import row_key
from tasks.extract.raw import RawTable
from tasks.extract.refused_columns import refused_columns
from tasks.extract.rows.choose import Chosen, choose_rows
from tasks.extract.rows.totals import compare_totals
from tasks.extract.rules import warning_conditions
from tasks.settings.sources import Source
from tasks.warehouse.connection import Connection
from tasks.warehouse.errors import values_withheld

# Columns of many values gain nothing from a dictionary but the time to try one, nor from a higher level of compression.
PARQUET_OPTIONS = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 5000"
READABLE_MONEY = "amount IS NOT NULL AND coalesce(regexp_full_match(currency, '[A-Z]{3}'), false)"
CURRENCY = f"CASE WHEN {READABLE_MONEY} THEN currency ELSE '?' END"
AMOUNT = "CAST(coalesce(amount, 0) AS DECIMAL(38, 2))"


@dataclass(frozen=True)
class LandingJob:
    """What is landed where: `file` is the name users know."""

    source: Source
    contract: Contract
    company_id: str
    file: str
    content_hash: str
    folder: Path

    @property
    def has_money(self) -> bool:
        """Whether the contract has `amount` and `currency`, so that sums can be tied."""
        return {"amount", "currency"} <= {column.name for column in self.contract.columns}


def land(
    connection: Connection, job: LandingJob, raw: RawTable, repaired: Callable[[], RawTable] | None, *, scratch: Path
) -> Manifest:
    """Writes the folder of the job and returns its manifest; `scratch` is a folder that lives until then.

    `repaired` gives the same file read line by line; it is called when DuckDB refuses the file or counts other rows
    than expected, or when a line is known to have too many fields.

    Raises:
        RowsLost: rows or amounts do not tie, whatever the file is like: a defect of ours.
        DatabaseFailed: DuckDB cannot read the file; the text names the file and the kind of error, and no cell.
    """
    with values_withheld(job.file), building(job.folder) as folder:
        written = None
        try:
            if raw.is_even or repaired is None:
                written = _write_rows(connection, job, raw, folder, scratch)
        except duckdb.InvalidInputException:
            if repaired is None:
                raise
        if repaired is not None and (written is None or not written.is_complete):
            written = _write_rows(connection, job, repaired(), folder, scratch)
        if written is None or not written.is_complete:
            raise RowsLost(f"{job.file}: another number of rows was read than written")
        manifest = _judge(connection, job, written, folder)
        if raw.members is not None:
            shutil.copyfile(raw.members, folder / MEMBERS)
        write_manifest(folder, manifest)
        return manifest


@dataclass(frozen=True)
class _Written:
    """The rows of the contract as written, before they are judged: how many, and out of which rows of the file."""

    chosen: Chosen
    mapped: Mapped
    whole: RawTable
    rows: int
    rejected: int

    @property
    def is_complete(self) -> bool:
        return self.chosen.raw.expected_rows in (None, self.rows)

    @property
    def file_rows(self) -> int:
        """All rows of the file, as the reader counted them; where it could not, as they were read."""
        found = self.chosen.found if self.whole.expected_rows is None else self.whole.expected_rows
        aside = sum(part.rows for part in self.whole.set_aside)
        return (self.rows if found is None else found) + self.rejected + aside


def _write_rows(connection: Connection, job: LandingJob, raw: RawTable, folder: Path, scratch: Path) -> _Written:
    chosen = choose_rows(connection, job.source, raw, scratch)
    mapped = compile_mapping(job.source, job.contract, job.company_id, chosen.raw)
    target = written_to(folder / ROWS)
    written = connection.execute(f"COPY ({render(mapped.select)}) TO {target} ({PARQUET_OPTIONS})").fetchone()
    number_equal_rows(connection, job.source, folder / ROWS, PARQUET_OPTIONS)
    rejected = pq.ParquetFile(raw.rejects).metadata.num_rows if raw.rejects is not None else 0
    return _Written(chosen, mapped, raw, int(written[0]) if written else 0, rejected)


def _judge(connection: Connection, job: LandingJob, written: _Written, folder: Path) -> Manifest:
    raw, rows_in = written.chosen.raw, written.rows + written.rejected
    rows = render(all_rows(folder, job.contract, has_file_rows=raw.has_file_rows))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW landed_all AS {rows}")
    _quarantine(connection, job, written.mapped.checks)
    if raw.rejects is not None:
        _quarantine_rejects(connection, raw.rejects)
    drops_rows = exclude_duplicates(connection, job.contract, raw, money=_money(job)) > 0
    path = written_to(folder / EXCLUDED)
    connection.execute(f"COPY (FROM excluded ORDER BY file_row) TO {path} ({PARQUET_OPTIONS})")
    good = render(good_rows(folder, job.contract, has_file_rows=raw.has_file_rows, drops_rows=drops_rows))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW landed_good AS {good}")
    landed, warnings = _count_good(connection, job)
    totals, uncovered = compare_totals(connection, job.source, written.chosen)
    counts = dict(connection.execute("SELECT kind, count(*) FROM excluded GROUP BY kind").fetchall())
    return Manifest(
        file=job.file,
        content_hash=job.content_hash,
        headers=raw.headers,
        kinds=raw.kinds,
        file_rows=written.file_rows,
        rows_in=rows_in,
        landed=landed,
        quarantined=counts.get("quarantined", 0),
        duplicates=counts.get("duplicate", 0),
        set_aside=tuple(ManifestSetAside(reason=part.reason, rows=part.rows) for part in raw.set_aside),
        has_file_rows=raw.has_file_rows,
        drops_rows=drops_rows,
        amounts=_amounts(connection) if job.has_money else (),
        totals=totals,
        warnings=(*warnings, *uncovered),
        refused=refused_columns(connection),
    )


def _money(job: LandingJob) -> str:
    """The currency and amount under which a row is counted, as SELECT items over landed rows."""
    if job.has_money:
        return f"{CURRENCY} AS currency, {AMOUNT} AS amount"
    return "CAST(NULL AS VARCHAR) AS currency, CAST(NULL AS DECIMAL(38, 2)) AS amount"


def _quarantine(connection: Connection, job: LandingJob, checks: tuple[Check, ...]) -> None:
    catalogue = pa.table(
        {
            "id": pa.array([check.id for check in checks], pa.int32()),
            "target": pa.array([check.column for check in checks], pa.string()),
            "reason": pa.array([check.reason for check in checks], pa.string()),
            "fix": pa.array([check.fix for check in checks], pa.string()),
        }
    )
    connection.register("checks", catalogue)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE excluded AS
        WITH failed AS MATERIALIZED (
            SELECT file_row, problems, raw_row, {render(row_key(job.contract))}, {_money(job)} FROM landed_all WHERE problems IS NOT NULL
        ),
        found AS (
            SELECT file_row, unnest(from_json(problems, '[{{"id": "INTEGER", "value": "VARCHAR"}}]')) AS problem FROM failed
        ),
        explained AS (
            SELECT found.file_row,
                list(replace(checks.reason, '{{value}}', coalesce(found.problem.value, '')) ORDER BY checks.id) AS reasons,
                list(checks.target ORDER BY checks.id) AS columns,
                list(checks.fix ORDER BY checks.id) AS fixes
            FROM found INNER JOIN checks ON found.problem.id = checks.id
            GROUP BY found.file_row
        )
        SELECT failed.file_row, 'quarantined' AS kind, explained.reasons, explained.columns, explained.fixes,
            failed.raw_row, failed.row_key, failed.currency, failed.amount
        FROM failed LEFT JOIN explained USING (file_row)
    """)  # noqa: S608 - quoted identifiers of the contract and constants
    connection.unregister("checks")


def _quarantine_rejects(connection: Connection, rejects: Path) -> None:
    connection.execute(f"""
        INSERT INTO excluded
        SELECT file_row, 'quarantined', ['line ' || line || ': ' || reason], ['(line)'],
            ['Correct the line in the export; check the delimiter and quotes.'],
            CAST(json_object('line', text) AS VARCHAR), NULL, '?', 0
        FROM {render(parquet(rejects))}
    """)  # noqa: S608 - a quoted path


def _count_good(connection: Connection, job: LandingJob) -> tuple[int, tuple[ManifestWarning, ...]]:
    rules = warning_conditions(job.contract)
    counted = "".join(f", count(*) FILTER (WHERE {render(condition)})" for _, condition in rules)
    row = connection.execute(f"SELECT count(*){counted} FROM landed_good").fetchone() or (0,)  # noqa: S608 - contract text
    warnings = [
        ManifestWarning(rule=rule.name, description=rule.description, fix=rule.fix, rows=int(rows))
        for (rule, _), rows in zip(rules, row[1:], strict=True)
        if rows
    ]
    return int(row[0]), tuple(warnings)


def _amounts(connection: Connection) -> tuple[ManifestAmounts, ...]:
    """Per currency, each part summed from its own rows: what came in, what landed, what was excluded."""
    rows = connection.execute(f"""
        WITH parts AS (
            SELECT {CURRENCY} AS currency, 'in' AS part, sum({AMOUNT}) AS amount FROM landed_all GROUP BY ALL
            UNION ALL
            SELECT {CURRENCY}, 'landed', sum({AMOUNT}) FROM landed_good GROUP BY ALL
            UNION ALL
            SELECT currency, kind, sum(amount) FROM excluded GROUP BY ALL
        )
        SELECT currency,
            coalesce(sum(amount) FILTER (WHERE part = 'in'), 0),
            coalesce(sum(amount) FILTER (WHERE part = 'landed'), 0),
            coalesce(sum(amount) FILTER (WHERE part = 'quarantined'), 0),
            coalesce(sum(amount) FILTER (WHERE part = 'duplicate'), 0)
        FROM parts GROUP BY currency ORDER BY currency
    """).fetchall()  # noqa: S608 - module constants
    return tuple(
        ManifestAmounts(currency=row[0], amount_in=row[1], landed=row[2], quarantined=row[3], duplicates=row[4])
        for row in rows
    )
