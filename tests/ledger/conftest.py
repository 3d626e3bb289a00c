"""Ledgers of the two kinds, a clock that stands still until it is moved, and reminders made to measure."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
import yaml

from tasks.ledger.claim import ClaimContext
from tasks.ledger.ledger import Ledger
from tasks.ledger.opening import open_ledger
from tasks.ledger.recheck import Rendered
from tasks.ledger.reminders import ClaimResult, PlannedItem, PlannedReminder
from tasks.ledger.tables import metadata
from tasks.settings.load import Workspace, load_workspace

COMPANY = "acme"
DAY = date(2026, 6, 1)


class StandingClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Draft:
    """A plan in the making: messages by key, with their items."""

    as_of: date = DAY
    reminders: list[PlannedReminder] = field(default_factory=list)
    items: list[PlannedItem] = field(default_factory=list)

    def message(
        self,
        customer: str,
        amounts: dict[str, str],
        *,
        step: str = "first",
        channel: str = "email",
        role: str = "billing",
        currency: str = "EUR",
        needs_approval: bool = False,
        purpose: str = "overdue",
        version: str = "v1",
    ) -> str:
        """Adds one message; of a thank-you `amounts` are what was paid."""
        is_thanks = purpose == "thank_you"
        key = f"{COMPANY}|{customer}|{version}|{step}|{self.as_of}|{channel}|{role}|{currency}"
        total = sum((Decimal(amount) for amount in amounts.values()), Decimal(0))
        self.reminders.append(
            PlannedReminder(
                reminder_key=key,
                company_id=COMPANY,
                customer_id=customer,
                contact_id=f"{customer}-1",
                contact_role=role,
                recipient_name="Someone",
                recipient_address=f"{customer.lower()}@debtor.example",
                channel=channel,
                currency=currency,
                step=step,
                step_rank=1,
                purpose=purpose,
                tone="courteous",
                language="es",
                segment="regular",
                strategy_version=version,
                item_count=len(amounts),
                total_amount=total,
                needs_approval=needs_approval,
                batch_number=1,
            )
        )
        self.items += [
            PlannedItem(
                reminder_key=key,
                company_id=COMPANY,
                customer_id=customer,
                receivable_id=receivable,
                step=step,
                open_amount=Decimal(0) if is_thanks else Decimal(amount),
                paid_amount=Decimal(amount) if is_thanks else None,
            )
            for receivable, amount in amounts.items()
        ]
        return key

    @property
    def open_amounts(self) -> dict[str, Decimal]:
        return {item.receivable_id: item.open_amount for item in self.items}

    def plan_in(self, ledger: Ledger, run_id: str = "20260601-00000001"):
        return ledger.plan(run_id=run_id, as_of=self.as_of, reminders=self.reminders, items=self.items)

    @property
    def rendered(self) -> dict[str, Rendered]:
        """What a sender makes of this plan."""
        return {
            reminder.reminder_key: Rendered(
                recipient_address=reminder.recipient_address,
                total_amount=reminder.total_amount,
                items={i.receivable_id: i.said_amount for i in self.items if i.reminder_key == reminder.reminder_key},
            )
            for reminder in self.reminders
        }

    def claim_in(self, ledger: Ledger, *keys: str, holder: str = "t1", **context: object) -> ClaimResult:
        given = {"today": self.as_of, "rendered": self.rendered, "open_amounts": self.open_amounts, **context}
        return ledger.claim(
            keys or [r.reminder_key for r in self.reminders],
            context=ClaimContext(as_of=self.as_of, claim_token=holder, **given),
        )


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


def make_workspace(folder: Path, url_env: str | None = None) -> Workspace:
    """A workspace with the least a `puntual.yaml` must say, on disk so that other processes can open it too."""
    folder.mkdir(parents=True, exist_ok=True)
    person = {"name": "Ana", "email": "ana@acme.example"}
    settings = {
        "company": {"id": COMPANY, "name": "Acme", "country": "ES", "sender": person, "collector": person},
        "sources": [{"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {}}],
        "ledger": {"url_env": url_env},
    }
    (folder / "puntual.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return load_workspace(folder)


@pytest.fixture
def workspace_at() -> Callable[..., Workspace]:
    return make_workspace


@pytest.fixture(scope="session")
def empty_sqlite_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy, so that not every test migrates its own."""
    workspace = make_workspace(tmp_path_factory.mktemp("empty"))
    open_ledger(workspace, clock=StandingClock()).close()
    return workspace.paths.ledger


@pytest.fixture(scope="session")
def shared_postgres_ledger(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database that is emptied before each test that uses it."""
    url = f"{postgres_url.rpartition('/')[0]}/shared_ledger"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE shared_ledger")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TEST_LEDGER_URL", url)
            folder = tmp_path_factory.mktemp("shared")
            open_ledger(make_workspace(folder, "TEST_LEDGER_URL"), clock=StandingClock()).close()
        yield url
        connection.execute("DROP DATABASE shared_ledger WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    if request.param == "sqlite":
        return _copied_workspace(tmp_path, request)
    url = request.getfixturevalue("shared_postgres_ledger")
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # else the audit trail would refuse
        emptied = ", ".join(sorted(metadata.tables.keys() - {"about"}))
        connection.execute(f"TRUNCATE {emptied}")
    monkeypatch.setenv("TEST_LEDGER_URL", url)
    return make_workspace(tmp_path, "TEST_LEDGER_URL")


def _copied_workspace(folder: Path, request: pytest.FixtureRequest) -> Workspace:
    workspace = make_workspace(folder)
    workspace.paths.state.mkdir()
    shutil.copy(request.getfixturevalue("empty_sqlite_ledger"), workspace.paths.ledger)
    return workspace


@pytest.fixture
def sqlite_workspace(tmp_path: Path, request: pytest.FixtureRequest) -> Workspace:
    return _copied_workspace(tmp_path, request)


@pytest.fixture
def ledger(workspace: Workspace, clock: StandingClock) -> Iterator[Ledger]:
    with open_ledger(workspace, clock=clock) as opened:
        yield opened


@pytest.fixture
def sqlite_ledger(sqlite_workspace: Workspace, clock: StandingClock) -> Iterator[Ledger]:
    with open_ledger(sqlite_workspace, clock=clock) as opened:
        yield opened


@pytest.fixture
def draft() -> Draft:
    return Draft()


@pytest.fixture
def new_draft() -> Callable[..., Draft]:
    return Draft


@pytest.fixture
def status_of(workspace: Workspace) -> Callable[[Ledger, str], str]:
    def read(ledger: Ledger, key: str) -> str:
        table = ledger.facts(date(2100, 1, 1))["ledger.reminders"]
        return {row["reminder_key"]: row["status"] for row in table.to_pylist()}[key]

    return read
