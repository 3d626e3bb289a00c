"""Writes the lists of order holds for the accounting system: `order_holds.csv` and `order_holds.json` of the run.

The columns are stable and in English whatever the company's language; only the two sentences are in it (docs/credit-policy.md).
A list is the whole truth until `expires_on`: who is not on it is free.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from tasks.credit.reasons import HoldLanguage
from tasks.credit.wording import reason_text, release_text
from tasks.private_files import private_file
from tasks.spreadsheet_text import cell_text
from tasks.warehouse.connection import Connection

CSV_FILE = "order_holds.csv"
JSON_FILE = "order_holds.json"
COLUMNS = (
    "customer_id", "currency", "order_id", "decision", "reason", "reasons", "change", "held_since", "expires_on",
    "release_amount", "release_currency", "release_receivables", "exposure_amount", "limit_amount", "limit_currency",
    "overdue_amount", "overdue_receivables", "order_amount", "suspension", "suspension_on",
)  # fmt: skip
"""The columns of both files, in order; `reason_text` and `release_condition` follow them."""
_TEXTS = ("reason_text", "release_condition")
_ROWS_AT_A_TIME = 10_000

Cell = str | int | Decimal | date | list[str] | None


def write_order_holds(connection: Connection, folder: Path, language: HoldLanguage) -> tuple[Path, Path]:
    """Writes both files to `folder`; `mart` must be built. UTF-8; CSV with commas and a decimal point, for programs.

    No cell of the CSV can become a formula of a spreadsheet: text that begins like one has an apostrophe before it.
    """
    csv_path, json_path = folder / CSV_FILE, folder / JSON_FILE
    with (
        private_file(csv_path) as new_csv,
        private_file(json_path) as new_json,
        new_csv.open("w", encoding="utf-8", newline="") as table,
        new_json.open("w", encoding="utf-8") as objects,
    ):
        rows = csv.writer(table, lineterminator="\r\n")
        rows.writerow((*COLUMNS, *_TEXTS))
        objects.write(json.dumps(_head(connection))[:-1] + ', "order_holds": [')
        for number, row in enumerate(_rows(connection, language)):
            rows.writerow([_cell(row[name]) for name in (*COLUMNS, *_TEXTS)])
            objects.write((",\n" if number else "\n") + json.dumps(row, ensure_ascii=False, default=str))
        objects.write("\n]}\n")
    return csv_path, json_path


def _head(connection: Connection) -> dict[str, str]:
    found = connection.execute("""
        SELECT run.company_id, run.run_id, run.as_of, policy.credit_policy_version, run.as_of + policy.valid_days
        FROM run.parameters AS run CROSS JOIN policy.credit_parameters AS policy
    """).fetchone()
    if found is None:
        raise ValueError("run.parameters or policy.credit_parameters has no row")
    names = ("company_id", "run_id", "as_of", "credit_policy_version", "expires_on")
    return {name: str(value) for name, value in zip(names, found, strict=True)}


def _rows(connection: Connection, language: HoldLanguage) -> Iterator[dict[str, Cell]]:
    listed = ", ".join(COLUMNS)
    cursor = connection.execute(
        f"SELECT {listed} FROM mart.order_holds ORDER BY customer_id, currency, order_id"  # noqa: S608 names are our own
    )
    while found := cursor.fetchmany(_ROWS_AT_A_TIME):
        for values in found:
            row: dict[str, Cell] = dict(zip(COLUMNS, values, strict=True))
            row["reason_text"] = reason_text(str(row["reason"]), language)
            row["release_condition"] = release_text(row, language)
            yield row


def _cell(value: Cell) -> str:
    if isinstance(value, list):
        return "|".join(value)
    if isinstance(value, Decimal):
        return str(value)
    return "" if value is None else cell_text(str(value))
