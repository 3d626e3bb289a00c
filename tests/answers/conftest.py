"""A published statement of three customers, a ledger with a message, and the application that serves its link."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml

from tasks.answers.keys import keys_of
from tasks.answers.links import AnswerLinks
from tasks.ledger.ledger import Ledger
from tasks.ledger.opening import open_ledger
from tasks.ledger.reminders import PlannedItem, PlannedReminder, reminder_id_of
from tasks.serve.app import Surroundings, make_site
from tasks.settings.load import Workspace, load_workspace

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have another HTTP client than the one that the project locks
    from starlette.testclient import TestClient

DAY = date(2026, 6, 16)
SECRET = "a-secret-of-more-than-32-characters"
ENVIRONMENT = {"ANSWERS_SECRET": SECRET}


class StandingClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 6, 16, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


ROWS = """
('acme','C1','F-1','F-1','invoice',1,'2026-04-01','2026-05-01',46,'EUR',1210.50,1210.50),
('acme','C1','F-2','F-2','invoice',2,'2026-04-10','2026-05-10',37,'EUR',500.00,300.25),
('acme','C1','F-3','F-3','debit_note',NULL,'2026-06-01','2026-07-01',-15,'EUR',80.00,80.00),
('acme','C1','M-1','M-1','invoice',1,'2026-05-01','2026-06-15',1,'MXN',9000.00,9000.00),
('acme','C2','X-1','X-1','invoice',1,'2026-05-01','2026-06-01',15,'EUR',70.00,70.00)
"""
TABLES = """
CREATE SCHEMA mart;
CREATE TABLE mart.receivables (company_id VARCHAR, customer_id VARCHAR, receivable_id VARCHAR, document_number VARCHAR,
    document_type VARCHAR, instalment_number INTEGER, invoice_date DATE, due_date DATE, days_overdue INTEGER, currency VARCHAR,
    amount DECIMAL(18,2), open_amount DECIMAL(18,2));
CREATE TABLE mart.customers AS SELECT * FROM (VALUES ('acme','C1','Talleres <Ebro> & Hijos, S.L.','ES'), ('acme','C2','Otro, S.A.','ES'),
    ('acme','C3','Nada Abierto, S.A.','ES')) AS t(company_id, customer_id, name, country);
CREATE TABLE mart.customer_balances AS SELECT * FROM (VALUES
    ('acme','C1','EUR',1590.75::DECIMAL(18,2),1510.75::DECIMAL(18,2),120.00::DECIMAL(18,2),3),
    ('acme','C1','MXN',9000.00::DECIMAL(18,2),9000.00::DECIMAL(18,2),0::DECIMAL(18,2),1),
    ('acme','C2','EUR',70.00::DECIMAL(18,2),70.00::DECIMAL(18,2),0::DECIMAL(18,2),1))
    AS t(company_id, customer_id, currency, open_amount, overdue_amount, credit_amount, open_receivables);
CREATE TABLE mart.runs AS SELECT DATE '2026-06-16' AS as_of, true AS is_current;
"""


@pytest.fixture(scope="session")
def published_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "20260616-0000000a.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLES)
        connection.execute("INSERT INTO mart.receivables VALUES " + ROWS)  # noqa: S608 our own rows
    return path


@pytest.fixture(scope="session")
def empty_ledger_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose ledger is migrated, to copy: migrating takes most of a test's time."""
    folder = tmp_path_factory.mktemp("empty") / "acme"
    open_ledger(write_workspace(folder), clock=StandingClock()).close()
    return folder


def write_workspace(folder: Path, **answers: object) -> Workspace:
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "company": {
            "id": "acme", "name": "Acme, S.A.", "country": "ES", "tax_id": "A50000001", "address": "Calle Mayor 1, 50001 Zaragoza",
            "sender": {"name": "Acme", "email": "cobros@acme.example"},
            "collector": {"name": "Lucía Romero", "email": "lucia@acme.example", "phone": "+34 976 000 000"},
        },
        "sources": [{"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {}}],
        "demo_as_of": DAY,
        "answers": {"base_url": "https://answers.acme.example", "secret_env": "ANSWERS_SECRET", "requests_per_minute": 1000, **answers},
    }  # fmt: skip
    (folder / "puntual.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return load_workspace(folder)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def make_workspace(tmp_path: Path, published_file: Path, empty_ledger_folder: Path) -> Callable[..., Workspace]:
    """A workspace with a published warehouse; keyword arguments are its `answers`."""

    def make(**answers: object) -> Workspace:
        if not (tmp_path / "acme").exists():
            shutil.copytree(empty_ledger_folder, tmp_path / "acme")
        workspace = write_workspace(tmp_path / "acme", **answers)
        workspace.paths.warehouses.mkdir(parents=True, exist_ok=True)
        workspace.paths.current_warehouse.unlink(missing_ok=True)
        workspace.paths.current_warehouse.symlink_to(published_file)
        return workspace

    return make


@pytest.fixture
def workspace(make_workspace: Callable[..., Workspace]) -> Workspace:
    return make_workspace()


@pytest.fixture
def ledger(workspace: Workspace, clock: StandingClock) -> Iterator[Ledger]:
    with open_ledger(workspace, clock=clock) as opened:
        yield opened


def plan_message(
    ledger: Ledger, *, customer: str = "C1", receivables: tuple[str, ...] = ("F-1", "F-2"), language: str = "es",
    purpose: str = "overdue",
) -> str:  # fmt: skip
    """Plans a message and gives its reminder id."""
    key = f"acme|{customer}|v1|first|{DAY}|email|{purpose}-{language}|EUR"
    reminder = PlannedReminder(
        reminder_key=key, company_id="acme", customer_id=customer, contact_id=f"{customer}-1", contact_role="billing",
        recipient_name="Marta", recipient_address="marta@debtor.example", channel="email", currency="EUR", step="first",
        step_rank=1, purpose=purpose, tone="neutral", language=language, segment="regular", strategy_version="v1",
        item_count=len(receivables), total_amount=Decimal(len(receivables)), needs_approval=False, batch_number=1,
    )  # fmt: skip
    items = [
        PlannedItem(reminder_key=key, company_id="acme", customer_id=customer, receivable_id=name, step="first", open_amount=Decimal(1))
        for name in receivables
    ]  # fmt: skip
    ledger.plan(run_id=f"20260616-{len(key):08}", as_of=DAY, reminders=[reminder], items=items)
    return reminder_id_of(key)


@pytest.fixture
def plan() -> Callable[..., str]:
    return plan_message


@pytest.fixture
def links(workspace: Workspace) -> AnswerLinks:
    assert workspace.settings.answers
    return AnswerLinks("https://answers.acme.example", 60, keys_of(workspace, workspace.settings.answers, ENVIRONMENT))


@pytest.fixture
def seconds() -> list[float]:
    return [0.0]


@pytest.fixture
def make_client(
    make_workspace: Callable[..., Workspace], clock: StandingClock, seconds: list[float]
) -> Iterator[Callable[..., TestClient]]:
    """Starts the application; keyword arguments are the workspace's `answers`."""
    with ExitStack() as stack:

        def make(**answers: object) -> TestClient:
            site = make_site(make_workspace(**answers), surroundings(clock, seconds))
            return stack.enter_context(
                TestClient(site.app, base_url="https://answers.acme.example", follow_redirects=False)
            )

        yield make


def surroundings(clock: StandingClock, seconds: list[float]) -> Surroundings:
    return Surroundings(clock=clock, seconds=lambda: seconds[0], environment=ENVIRONMENT)


@pytest.fixture
def client(workspace: Workspace, clock: StandingClock, seconds: list[float]) -> Iterator[TestClient]:
    site = make_site(workspace, surroundings(clock, seconds))
    with TestClient(site.app, base_url="https://answers.acme.example", follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def token(ledger: Ledger, links: AnswerLinks) -> str:
    """The token of a message of customer C1 about F-1 and F-2."""
    return links.url(plan_message(ledger), as_of=DAY).rpartition("/")[2]
