"""A workspace in a temporary folder, and what a run of extract leaves of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from tasks.extract import Extraction, attach_landing, extract
from tasks.settings.load import Workspace, load_workspace

AS_OF = datetime.date(2026, 5, 4)
COMPANY = {
    "id": "acme",
    "name": "Acme, S.A.",
    "country": "ES",
    "sender": {"name": "Acme", "email": "ar@example.com"},
    "collector": {"name": "Ana", "email": "ana@example.com"},
}
RECEIVABLE_COLUMNS = {
    "customer_id": "Cliente",
    "receivable_id": "Factura",
    "document_number": "Factura",
    "document_type": {"value": "invoice", "when_negative": "credit_note"},
    "invoice_date": "Fecha",
    "due_date": "Vence",
    "currency": "Moneda",
    "amount": "Importe",
}
HEADER = "Cliente;Factura;Fecha;Vence;Moneda;Importe"
ROWS = (
    "C1;F1;01/04/2026;01/05/2026;EUR;1.210,50",
    "C1;F2;02/04/2026;02/05/2026;EUR;99,90",
    "C2;F3;03/04/2026;03/05/2026;CLP;150.000",
)


def receivables_source(**changes: object) -> dict[str, object]:
    """A source of receivables as most tests need it: semicolons, decimal commas, day first."""
    source: dict[str, object] = {
        "name": "ledger",
        "contract": "receivables",
        "path": "exports/ledger.csv",
        "format": {"type": "csv", "delimiter": ";"},
        "dates": "%d/%m/%Y",
        "decimals": {"decimal": ",", "thousands": "."},
        "columns": dict(RECEIVABLE_COLUMNS),
    }
    return source | changes


def csv_text(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


@dataclass
class Bench:
    """A workspace under test."""

    root: Path

    def settings(self, *sources: dict[str, object]) -> Workspace:
        content = {"company": COMPANY, "sources": list(sources or [receivables_source()])}
        (self.root / "puntual.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        return load_workspace(self.root)

    def write(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def extract(self, *sources: dict[str, object]) -> Extraction:
        return extract(self.settings(*sources), as_of=AS_OF)

    def query(self, extraction: Extraction, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect() as connection:
            attach_landing(connection, load_workspace(self.root), extraction.files)
            return connection.execute(sql).fetchall()
