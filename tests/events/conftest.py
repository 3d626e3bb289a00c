"""A ledger with messages that left, an account's key to sign with, and the real routes without a network."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tasks.events.web import event_routes
from tasks.ledger.claim import ClaimContext
from tasks.ledger.ledger import Ledger
from tasks.ledger.opening import open_ledger
from tasks.ledger.recheck import Rendered
from tasks.ledger.reminders import PlannedItem, PlannedReminder, reminder_id_of
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status
from tasks.settings.load import Workspace, load_workspace

COMPANY = "acme"
DAY = date(2026, 6, 1)
KEY_VARIABLE = "ACME_EVENTS_KEY"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Post:
    """Who signs like SendGrid."""

    clock: Clock
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def public(self) -> str:
        return base64.b64encode(
            self.key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        ).decode()

    def headers(self, body: bytes, *, age: timedelta = timedelta()) -> dict[str, str]:
        timestamp = str(int((self.clock() - age).timestamp()))
        signature = self.key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        return {
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
            "Content-Type": "application/json",
        }


@dataclass
class Desk:
    """A workspace, its ledger, and what posts to its routes."""

    workspace: Workspace
    ledger: Ledger
    clock: Clock
    post: Post
    client: TestClient

    def send(
        self,
        *customers: str,
        as_of: date = DAY,
        settled: Status | None = Status.ACCEPTED,
        channel: str = "email",
        address: str | None = None,
    ) -> list[str]:
        """Messages of a day to `customers`, claimed and settled as said (None: still claimed); gives their ids."""
        plan = [_reminder(customer, as_of, channel, address) for customer in customers]
        items = [
            PlannedItem(
                reminder_key=one.reminder_key,
                company_id=COMPANY,
                customer_id=one.customer_id,
                receivable_id=f"{one.customer_id}-F1",
                step="first",
                open_amount=Decimal(100),
            )
            for one in plan
        ]
        self.ledger.plan(run_id="20260601-00000001", as_of=as_of, reminders=plan, items=items)
        if settled is Status.PLANNED:
            return [reminder_id_of(one.reminder_key) for one in plan]
        result = self.claim(plan, as_of)
        assert len(result.claimed) == len(plan)
        if settled is not None:
            refused = self.ledger.settle(
                [Outcome(reminder_key=one.reminder_key, status=settled) for one in plan], claim_token="t"
            )
            assert not refused
        return [reminder_id_of(one.reminder_key) for one in plan]

    def claim(self, plan: list[PlannedReminder], as_of: date):
        rendered = {
            one.reminder_key: Rendered(
                recipient_address=one.recipient_address,
                total_amount=Decimal(100),
                items={f"{one.customer_id}-F1": Decimal(100)},
            )
            for one in plan
        }
        context = ClaimContext(as_of=as_of, today=as_of, rendered=rendered, open_amounts={}, claim_token="t")
        return self.ledger.claim(list(rendered), context=context)

    def tell(self, *entries: object, **conduct: object) -> int:
        """Posts entries as SendGrid would; gives the answer's status."""
        body = json.dumps(list(entries)).encode()
        return self.client.post(
            "/events/sendgrid", content=body, headers=self.post.headers(body, **conduct)
        ).status_code

    def statuses(self) -> dict[str, str]:
        table = self.ledger.facts(date(2100, 1, 1))["ledger.reminders"]
        return {row["reminder_id"]: row["status"] for row in table.to_pylist()}


def reminder(customer: str, as_of: date = DAY, channel: str = "email", address: str | None = None) -> PlannedReminder:
    return _reminder(customer, as_of, channel, address)


def _reminder(customer: str, as_of: date, channel: str, address: str | None) -> PlannedReminder:
    return PlannedReminder(
        reminder_key=f"{COMPANY}|{customer}|v1|first|{as_of}|{channel}|billing|EUR",
        company_id=COMPANY,
        customer_id=customer,
        contact_id=f"{customer}-1",
        contact_role="billing",
        recipient_name="Someone",
        recipient_address=address or f"{customer}@Debtor.example",
        channel=channel,
        currency="EUR",
        step="first",
        step_rank=1,
        purpose="overdue",
        tone="courteous",
        language="es",
        segment="regular",
        strategy_version="v1",
        item_count=1,
        total_amount=Decimal(100),
        needs_approval=False,
        batch_number=1,
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def new_reminder() -> Callable[..., PlannedReminder]:
    return reminder


def make_workspace(folder: Path, email: dict[str, object]) -> Workspace:
    folder.mkdir(parents=True, exist_ok=True)
    person = {"name": "Ana", "email": "ana@acme.example"}
    settings = {
        "company": {"id": COMPANY, "name": "Acme", "country": "ES", "sender": person, "collector": person},
        "sources": [{"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {}}],
        "sending": {"email": email},
    }
    (folder / "puntual.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return load_workspace(folder)


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy, so that not every test migrates its own."""
    workspace = make_workspace(tmp_path_factory.mktemp("empty"), {"type": "files"})
    open_ledger(workspace, clock=Clock()).close()
    return workspace.paths.ledger


@pytest.fixture
def new_workspace(tmp_path: Path, empty_ledger: Path) -> Callable[..., Workspace]:
    def make(email: dict[str, object], name: str = "acme") -> Workspace:
        workspace = make_workspace(tmp_path / name, email)
        workspace.paths.state.mkdir()
        shutil.copy(empty_ledger, workspace.paths.ledger)
        return workspace

    return make


@pytest.fixture
def desk(new_workspace: Callable[..., Workspace], clock: Clock) -> Iterator[Desk]:
    workspace = new_workspace({"type": "sendgrid", "events": {"public_key_env": KEY_VARIABLE}})
    post = Post(clock)
    with open_ledger(workspace, clock=clock) as ledger:
        routes = event_routes(workspace, lambda: ledger, {KEY_VARIABLE: post.public}, clock)
        with TestClient(Starlette(routes=routes)) as client:
            yield Desk(workspace, ledger, clock, post, client)


@pytest.fixture
def entry(clock: Clock) -> Callable[..., dict[str, object]]:
    """An entry of SendGrid's webhook; its event id is made of what it says, unless it is given."""

    def make(event: str, reminder_id: str | None = None, **more: object) -> dict[str, object]:
        said = {"event": event, "timestamp": int(clock().timestamp()), "sg_message_id": "m.1", **more}
        if reminder_id is not None:
            said["reminder_id"] = reminder_id
        return {"sg_event_id": f"e-{event}-{reminder_id}-{sorted(more.items())}"[:190], **said}

    return make


@pytest.fixture(scope="session")
def ledger_at(empty_ledger: Path) -> Callable[..., Ledger]:
    """A ledger in a folder, empty or like another, on a clock that stands still; for tests that need many."""

    def make(folder: Path, like: Path = empty_ledger) -> Ledger:
        workspace = make_workspace(folder, {"type": "files"})
        workspace.paths.state.mkdir()
        shutil.copy(like, workspace.paths.ledger)
        return open_ledger(workspace, clock=Clock())

    return make
