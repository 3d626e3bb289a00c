"""A workspace with hand-made `landing.*` relations, as extract leaves them (docs/architecture.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tasks.contracts.load import Contract, load_contract
from tasks.paths import WorkspacePaths
from tasks.settings.load import Workspace, parse_settings
from tasks.validate.report import ValidationReport
from tasks.validate.validation import validate

AS_OF = date(2026, 6, 30)
CONTRACTS = ("customers", "contacts", "receivables", "payments", "direct_debits", "orders")
SAMPLES: dict[str, dict[str, object]] = {
    "customers": {"company_id": "acme", "customer_id": "C1", "name": "Talleres Ebro"},
    "contacts": {
        "company_id": "acme",
        "customer_id": "C1",
        "contact_id": "K1",
        "role": "reminder",
        "email": "a@example.com",
    },
    "receivables": {
        "company_id": "acme",
        "customer_id": "C1",
        "receivable_id": "R1",
        "document_number": "F1",
        "document_type": "invoice",
        "invoice_date": date(2026, 6, 1),
        "currency": "EUR",
        "amount": Decimal("100.00"),
    },
    "payments": {
        "company_id": "acme",
        "payment_id": "P1",
        "customer_id": "C1",
        "paid_on": date(2026, 6, 29),
        "currency": "EUR",
        "amount": Decimal("40.00"),
    },
}
Row = Mapping[str, object]


@dataclass
class Landing:
    """Collects landed and rejected rows per source, writes them as `landing.*`, and validates."""

    folder: Path
    sources: dict[str, dict[str, object]] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    rejected: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)

    def source(self, name: str, contract: str, rows: list[Row], **options: object) -> Landing:
        """A source of `contract` whose landed rows are the contract's sample row with the given changes."""
        self.sources[name] = {
            "name": name,
            "contract": contract,
            "path": f"exports/{name}.csv",
            "columns": {},
            **options,
        }
        self.rows[name] = [{**SAMPLES[contract], **row} for row in rows]
        return self

    def reject(self, name: str, kind: str, rows: list[Row]) -> Landing:
        """Rows of the source that extract kept out: `quarantined` or `duplicates`."""
        sample = SAMPLES[str(self.sources[name]["contract"])]
        self.rejected.setdefault(name, {})[kind] = [{**sample, **row} for row in rows]
        return self

    @property
    def work_db(self) -> Path:
        return self.folder / ".puntual" / "runs" / "r" / "work.duckdb"

    @property
    def workspace(self) -> Workspace:
        person = {"name": "Ana", "email": "ana@example.com"}
        company = {"id": "acme", "name": "Acme", "country": "ES", "sender": person, "collector": person}
        content = {"company": company, "sources": list(self.sources.values()), **self.settings}
        return Workspace(WorkspacePaths(self.folder), parse_settings(content, "puntual.yaml"))

    def write(self) -> Path:
        """Writes `work.duckdb` and returns its path."""
        self.work_db.parent.mkdir(parents=True, exist_ok=True)
        self.work_db.unlink(missing_ok=True)
        with duckdb.connect(str(self.work_db)) as connection:
            connection.execute(LANDING_DDL)
            for name in CONTRACTS:
                connection.execute(table_of(load_contract(name)))
            for name in self.sources:
                self._write_source(connection, name)
        return self.work_db

    def validate(self, as_of: date = AS_OF) -> ValidationReport:
        """Writes and validates."""
        return validate(self.workspace, work_db=self.write(), as_of=as_of)

    def _write_source(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        contract = load_contract(str(self.sources[name]["contract"]))
        file, rejected = f"exports/{name}.csv", self.rejected.get(name, {})
        columns = [column.name for column in contract.columns]
        for number, row in enumerate(self.rows[name], start=1):
            values = [row.get(column) for column in columns]
            connection.execute(
                f"INSERT INTO landing.{contract.name} VALUES ({', '.join('?' * len(columns))}, MAP {{}}, ?, ?, ?)",  # noqa: S608
                [*values, name, file, number],
            )
        counts = [len(self.rows[name]), *(len(rejected.get(kind, [])) for kind in ("quarantined", "duplicates"))]
        connection.execute(
            "INSERT INTO landing.files VALUES (?, ?, ?, 'hash', ?, ?, ?, ?, 0, true)",
            [name, contract.name, file, sum(counts), *counts],
        )
        if contract.name in ("receivables", "payments"):
            self._write_amounts(connection, name, contract.name, file)
        for row in rejected.get("quarantined", []):
            connection.execute(
                "INSERT INTO landing.quarantine VALUES (?, ?, ?, 1, 'quarantined', ['r'], ['c'], ['f'], ?)",
                [contract.name, name, file, json.dumps(row, default=str)],
            )

    def _write_amounts(self, connection: duckdb.DuckDBPyConnection, name: str, contract: str, file: str) -> None:
        groups = [
            self.rows[name],
            *(self.rejected.get(name, {}).get(kind, []) for kind in ("quarantined", "duplicates")),
        ]
        currencies = sorted({str(row["currency"]) for group in groups for row in group})
        for currency in currencies:
            sums = [
                sum((Decimal(str(row["amount"])) for row in group if row["currency"] == currency), Decimal(0))
                for group in groups
            ]
            connection.execute(
                "INSERT INTO landing.file_amounts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [name, contract, file, currency, sum(sums), *sums],
            )


LANDING_DDL = """
CREATE SCHEMA landing;
CREATE TABLE landing.files (source VARCHAR, contract VARCHAR, file VARCHAR, content_hash VARCHAR, rows_in BIGINT,
    landed BIGINT, quarantined BIGINT, duplicates BIGINT, set_aside BIGINT, was_parsed BOOLEAN);
CREATE TABLE landing.file_amounts (source VARCHAR, contract VARCHAR, file VARCHAR, currency VARCHAR, amount_in DECIMAL(18,2),
    amount_landed DECIMAL(18,2), amount_quarantined DECIMAL(18,2), amount_duplicates DECIMAL(18,2));
CREATE TABLE landing.quarantine (contract VARCHAR, source VARCHAR, file VARCHAR, file_row BIGINT, kind VARCHAR,
    reasons VARCHAR[], columns VARCHAR[], fixes VARCHAR[], raw_row VARCHAR);
"""


def table_of(contract: Contract) -> str:
    """The statement that makes the empty `landing.<contract>`."""
    columns = ", ".join(f'"{column.name}" {column.type}' for column in contract.columns)
    added = "custom_references MAP(VARCHAR, VARCHAR), source VARCHAR, file VARCHAR, file_row BIGINT"
    return f"CREATE TABLE landing.{contract.name} ({columns}, {added})"


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    """An empty landing in a workspace of its own."""
    return Landing(tmp_path)


@pytest.fixture
def break_work_db() -> Callable[[Landing, str], None]:
    """Runs a statement on the written `work.duckdb`, as a defect of extract would leave it."""

    def run(landing: Landing, statement: str) -> None:
        with duckdb.connect(str(landing.work_db)) as connection:
            connection.execute(statement)

    return run
