"""A work database that decided about a few receivables, in stubs of what `sql/decisions` reads, and a ledger to keep it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
import yaml

from tasks.decisions.record import record_decisions
from tasks.decisions.verify import decision_problems
from tasks.ledger.chain import DecisionRoot
from tasks.ledger.ledger import Ledger
from tasks.ledger.opening import open_ledger
from tasks.problems import Problem
from tasks.settings.load import load_workspace
from tasks.warehouse.connection import Connection

COMPANY = "acme"
DAY = date(2026, 6, 1)
_DEBTOR = "company_id VARCHAR, customer_id VARCHAR"
_ITEM = (
    f"item_number BIGINT, {_DEBTOR}, receivable_id VARCHAR, currency VARCHAR, open_amount DECIMAL(18,2),"
    " segment VARCHAR, ladder VARCHAR"
)
_RULES = [
    "assigned",
    "insolvent",
    "deceased",
    "closed",
    "on_hold",
    "dunning_block",
    "disputed",
    "own_duty",
    "payment_plan",
    "promised",
    "direct_debit_ordered",
    "payments_not_fresh",
    "opted_out",
    "represented_by_lawyer",
    "quiet_day",
    "pay_run",
    "frequency_cap",
    "no_usable_contact",
    "is_vulnerable",
    "not_announced",
]
STUBS = f"""
CREATE SCHEMA run; CREATE SCHEMA policy; CREATE SCHEMA decide; CREATE SCHEMA segment; CREATE SCHEMA landing; CREATE SCHEMA staging;
CREATE TABLE run.parameters (run_id VARCHAR, as_of DATE, company_id VARCHAR);
CREATE TABLE policy.parameters (strategy_version VARCHAR);
INSERT INTO policy.parameters VALUES ('v1');
CREATE TABLE segment.facts ({_DEBTOR}, risk_grade VARCHAR, amounts MAP(VARCHAR, STRUCT(open_amount DECIMAL(18,2))));
CREATE TABLE decide.freshness AS SELECT DATE '2026-05-31' AS newest_booking_on;
CREATE TABLE decide.evidence ({_ITEM}, country VARCHAR, as_of DATE, {", ".join(f"{rule} BOOLEAN DEFAULT false" for rule in _RULES)},
    unmet_duties VARCHAR, hold_ends_on DATE, promised_for DATE, plan_until DATE, debit_until DATE, due_rank INTEGER, next_rank INTEGER, next_on DATE,
    newest_booking_on DATE, asked_role VARCHAR, contact_id VARCHAR, claimable_amount DECIMAL(18,2), credit_amount DECIMAL(18,2),
    minimum_amount DECIMAL(18,2), quiet_because VARCHAR, pay_run_on DATE, announced_on DATE, contacts_in_window BIGINT, free_on DATE,
    override_number INTEGER, held_out_by VARCHAR, held_out_until DATE, channel VARCHAR, contact_role VARCHAR);
CREATE TABLE decide.decisions ({_ITEM}, decision VARCHAR, reason VARCHAR, next_action_on DATE, step VARCHAR, purpose VARCHAR,
    tone VARCHAR, channel VARCHAR, contact_role VARCHAR, contact_id VARCHAR, needs_approval BOOLEAN, reminder_key VARCHAR);
CREATE TABLE landing.files (contract VARCHAR, rows_in BIGINT, landed BIGINT, quarantined BIGINT, duplicates BIGINT);
CREATE TABLE landing.file_amounts (contract VARCHAR, currency VARCHAR, amount_in DECIMAL(18,2), amount_landed DECIMAL(18,2),
    amount_quarantined DECIMAL(18,2), amount_duplicates DECIMAL(18,2));
CREATE TABLE staging.receivables (currency VARCHAR, amount DECIMAL(18,2));
CREATE TABLE staging.settlements (currency VARCHAR, amount DECIMAL(18,2), open_amount DECIMAL(18,2));
"""  # noqa: S608 our own text


@dataclass
class Workspace:
    """A folder with a ledger, in which runs keep decisions about `open_amounts` (receivable to amount)."""

    ledger: Ledger
    folder: Path
    scratch: Callable[[], Connection]
    open_amounts: dict[str, str] = field(default_factory=lambda: {"R1": "100.00", "R2": "20.50", "R3": "3.00"})

    def work(self, run_id: str, *, as_of: date = DAY) -> Connection:
        """A work database in which R1 is reminded of, R2 waits and the others stay silent; one of each kind left the way before."""
        work = self.scratch()
        work.execute(STUBS)
        work.execute("INSERT INTO run.parameters VALUES ($1, $2, 'acme')", [run_id, as_of])
        said = {"R1": ("remind", "step_due"), "R2": ("wait", "until_next_step")}
        for number, (receivable, amount) in enumerate(self.open_amounts.items()):
            decision, reason = said.get(receivable, ("silent", "disputed"))
            customer = f"C-{receivable}"
            item = [COMPANY, customer, receivable, "EUR", amount, "regular", "ladder", number]
            work.execute("INSERT INTO segment.facts BY NAME SELECT $1 AS company_id, $2 AS customer_id", item[:2])
            work.execute(
                "INSERT INTO decide.evidence BY NAME SELECT $1 AS company_id, $2 AS customer_id, $3 AS receivable_id, $4 AS currency,"
                " $5 AS open_amount, $6 AS segment, $7 AS ladder, $8 AS item_number, $9::DATE AS as_of, '' AS country, $10 AS disputed",
                [*item, as_of, reason == "disputed"],
            )
            work.execute(
                "INSERT INTO decide.decisions BY NAME SELECT $1 AS company_id, $2 AS customer_id, $3 AS receivable_id, $4 AS currency,"
                " $5 AS open_amount, $6 AS segment, $7 AS ladder, $8 AS item_number, $9 AS decision, $10 AS reason,"
                " 'first' AS step, false AS needs_approval",
                [*item, decision, reason],
            )
            work.execute("INSERT INTO staging.receivables VALUES ('EUR', $1::DECIMAL(18,2) + 1)", [amount])
            work.execute("INSERT INTO staging.settlements VALUES ('EUR', $1::DECIMAL(18,2) + 1, $1)", [amount])
        work.execute("INSERT INTO staging.receivables VALUES ('EUR', 40), ('EUR', -5), ('EUR', 7)")
        work.execute("INSERT INTO staging.settlements VALUES ('EUR', 40, 0), ('EUR', -5, -5)")
        work.execute(
            "INSERT INTO landing.files SELECT 'receivables', count(*) + 3, count(*), 2, 1 FROM staging.receivables"
        )
        work.execute(
            "INSERT INTO landing.file_amounts SELECT 'receivables', 'EUR', sum(amount) + 30, sum(amount), 20, 10 FROM staging.receivables"
        )
        return work

    def keep(self, run_id: str, *, as_of: date = DAY) -> DecisionRoot:
        """Runs a day and keeps what it decided."""
        return record_decisions(self.work(run_id, as_of=as_of), self.folder, self.ledger)

    def problems(self) -> list[Problem]:
        """What `puntual check` would say of the kept decisions."""
        chain = self.ledger.decision_chain()
        return list(decision_problems(self.scratch(), self.folder, chain, company_id=COMPANY))

    def rewrite(self, run_id: str, change: str) -> None:
        """Changes the kept rows of a run by a SELECT over `kept`, as somebody with DuckDB could."""
        file = self.folder / f"{run_id}.parquet"
        scratch = self.scratch()
        scratch.execute(f"CREATE TABLE kept AS FROM '{file}'")
        scratch.execute(f"COPY ({change}) TO '{file}' (FORMAT parquet)")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened: list[Connection] = []

    def scratch() -> Connection:
        opened.append(duckdb.connect(config={"threads": 1, "autoload_known_extensions": False}))
        return opened[-1]

    person = {"name": "Ana", "email": "ana@acme.example"}
    company = {"id": COMPANY, "name": "Acme", "country": "ES", "sender": person, "collector": person}
    source = {"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {}}
    (tmp_path / "puntual.yaml").write_text(yaml.safe_dump({"company": company, "sources": [source]}))
    settings = load_workspace(tmp_path)
    with open_ledger(settings, clock=lambda: datetime(2026, 6, 1, 6, tzinfo=UTC)) as ledger:
        yield Workspace(ledger, settings.paths.decisions, scratch)
    for connection in opened:
        connection.close()
