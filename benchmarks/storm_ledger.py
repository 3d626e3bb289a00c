"""What a storm of events needs: a workspace, messages that left, and somebody who signs like SendGrid."""

from __future__ import annotations

import base64
import random
import sqlite3
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import yaml
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks.planned import Planned
from tasks.ledger.ledger import Ledger
from tasks.ledger.reminders import reminder_id_of
from tasks.settings.load import Workspace, load_workspace

SENT_ON = date(2026, 6, 1)
KEY_VARIABLE = "STORM_KEY"
STARTS = ("accepted", "claimed", "unknown", "planned")


def messages_that_left(ledger: Ledger, file: Path, count: int, chance: random.Random) -> dict[str, str]:
    """`count` messages in the ledger, left as senders leave them; where each stands, by id. How they came there is not measured."""
    planned = [_message(number) for number in range(count)]
    ledger.plan(
        run_id="20260601-00000001",
        as_of=SENT_ON,
        reminders=[one.reminder for one in planned],
        items=[one.item for one in planned],
    )
    starts = {one.key: chance.choices(STARTS, weights=[20, 1, 1, 1])[0] for one in planned}
    with sqlite3.connect(file) as connection:
        connection.executemany(
            "UPDATE reminders SET status = ?, provider = 'sendgrid' WHERE reminder_key = ?",
            [(status, key) for key, status in starts.items()],
        )
        connection.execute(
            "UPDATE reminder_items SET is_live = 1 WHERE reminder_key IN "
            "(SELECT reminder_key FROM reminders WHERE status <> 'planned')"
        )
    return {reminder_id_of(key): status for key, status in starts.items()}


def _message(number: int) -> Planned:
    customer = f"C{number:07d}"
    one = Planned(
        company_id="storm",
        customer_id=customer,
        receivable_id=f"F-{customer}",
        as_of=SENT_ON,
        amount=Decimal(100),
        language="es",
    )
    return replace(one, address=f"{reminder_id_of(one.key)[:8]}@Debtor.example")


def storm_workspace(folder: Path) -> Workspace:
    """A workspace that takes SendGrid's events."""
    person = {"name": "Ana", "email": "ana@storm.example"}
    settings = {
        "company": {"id": "storm", "name": "Storm", "country": "ES", "sender": person, "collector": person},
        "sources": [{"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {}}],
        "sending": {"email": {"type": "sendgrid", "events": {"public_key_env": KEY_VARIABLE}}},
    }
    (folder / "puntual.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return load_workspace(folder)


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """The key as the provider's settings page shows it."""
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def signed(key: ec.EllipticCurvePrivateKey, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of a delivery that is signed `at` a moment, as SendGrid signs."""
    timestamp = str(int(at.timestamp()))
    signature = key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }
