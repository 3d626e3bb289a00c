"""WhatsApp's deliveries through the same desk: what its own reader makes of them is tested beside the channel."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date

import pytest
import yaml
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tasks.events.web import event_routes
from tasks.settings.load import load_workspace

SECRETS = {"WHATSAPP_APP_SECRET": "an-app-secret-of-some-length", "WHATSAPP_VERIFY_TOKEN": "a-token-of-some-length"}
MOBILE = "+34 600 000 001"


@pytest.fixture
def client(desk):
    file = desk.workspace.paths.root / "puntual.yaml"
    settings = yaml.safe_load(file.read_text(encoding="utf-8"))
    settings["sending"]["whatsapp"] = {"phone_number_id": "1001", "events": {}}
    settings["sending"]["email"] = {"type": "files"}
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    routes = event_routes(load_workspace(desk.workspace.paths.root), lambda: desk.ledger, SECRETS, desk.clock)
    with TestClient(Starlette(routes=routes)) as opened:
        yield opened


def tell(client, *, secret: str = SECRETS["WHATSAPP_APP_SECRET"], **value: object) -> int:
    change = {"value": {"metadata": {"phone_number_id": "1001"}, **value}}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}).encode()
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return client.post("/events/whatsapp", content=body, headers={"X-Hub-Signature-256": signature}).status_code


def status(message: str, name: str, **more: object) -> dict[str, object]:
    return {"id": "wamid.1", "status": name, "timestamp": "1780290000", "recipient_id": "34600000001",
            "biz_opaque_callback_data": message, **more}  # fmt: skip


def test_statuses_move_their_messages_on_and_a_dead_number_is_marked(desk, client) -> None:
    (message,) = desk.send("C1", channel="whatsapp", address=MOBILE)
    assert tell(client, statuses=[status(message, "sent"), status(message, "read")]) == 204
    assert desk.statuses() == {message: "delivered"}
    (other,) = desk.send("C2", channel="whatsapp", address=MOBILE)
    failed = status(other, "failed", id="wamid.2", errors=[{"code": 131026}])
    assert tell(client, statuses=[failed]) == 204
    assert desk.statuses()[other] == "bounced"
    (mark,) = desk.ledger.facts(date(2026, 6, 1))["ledger.contact_marks"].to_pylist()
    assert (mark["channel"], mark["address"], mark["kind"]) == ("whatsapp", "600000001", "bounced")


def test_an_answer_that_says_stop_ends_whatsapp_for_its_number(desk, client) -> None:
    answer = {
        "id": "wamid.in",
        "from": "34600000001",
        "timestamp": "1780290000",
        "type": "text",
        "text": {"body": "BAJA"},
    }
    assert tell(client, messages=[answer, {**answer, "id": "wamid.in2", "text": {"body": "gracias"}}]) == 204
    (mark,) = desk.ledger.facts(date(2026, 6, 1))["ledger.contact_marks"].to_pylist()
    assert (mark["customer_id"], mark["address"], mark["kind"]) == (None, "600000001", "unsubscribed")


def test_a_delivery_with_another_secret_is_refused(desk, client) -> None:
    (message,) = desk.send("C1", channel="whatsapp", address=MOBILE)
    assert tell(client, secret="a stranger's", statuses=[status(message, "failed")]) == 403
    assert desk.statuses() == {message: "accepted"}


def test_the_address_answers_who_knows_the_token_only(client) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "12345", "hub.verify_token": SECRETS["WHATSAPP_VERIFY_TOKEN"]}
    answer = client.get("/events/whatsapp", params=asked)
    assert (answer.status_code, answer.text) == (200, "12345")
    assert client.get("/events/whatsapp", params={**asked, "hub.verify_token": "guess"}).status_code == 403
