"""What customers write by WhatsApp: kept once, as theirs, for a person; nothing follows from it, and nothing of it is logged."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tasks.events.event import WrittenAnswer
from tasks.events.web import event_routes
from tasks.ledger.answers import WRITTEN
from tasks.ledger.erasures import Subject
from tasks.ledger.history_entry import EntryKind
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status
from tasks.ledger.written_answers import MOST_A_DAY, WrittenTaken
from tasks.settings.sending import Sending

SECRETS = {"WHATSAPP_APP_SECRET": "an-app-secret-of-some-length", "WHATSAPP_VERIFY_TOKEN": "a-token-of-some-length"}
MOBILE, SENDER = "+34 600 000 001", "34600000001"
DAY = date(2026, 6, 1)
EVER = date(2100, 1, 1)


@pytest.fixture
def client(desk):
    sending = Sending.model_validate({"whatsapp": {"phone_number_id": "1001", "events": {}}})
    settings = desk.workspace.settings.model_copy(update={"sending": sending})
    workspace = type(desk.workspace)(desk.workspace.paths, settings)
    routes = event_routes(workspace, lambda: desk.ledger, SECRETS, desk.clock)
    with TestClient(Starlette(routes=routes)) as opened:
        yield opened


def tell(client, *, secret: str = SECRETS["WHATSAPP_APP_SECRET"], **value: object) -> int:
    change = {"value": {"metadata": {"phone_number_id": "1001"}, **value}}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}).encode()
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return client.post("/events/whatsapp", content=body, headers={"X-Hub-Signature-256": signature}).status_code


def said(text: str, *, number: str = SENDER, name: str = "wamid.in", to: str | None = None) -> dict[str, object]:
    entry = {"id": name, "from": number, "timestamp": "1780290000", "type": "text", "text": {"body": text}}
    return entry if to is None else {**entry, "context": {"id": to}}


def told(message: str, wamid: str) -> dict[str, object]:
    return {"id": wamid, "status": "sent", "timestamp": "1780290000", "recipient_id": SENDER,
            "biz_opaque_callback_data": message}  # fmt: skip


def written(text: str = "hola", name: str = "wamid.in", number: str = f"+{SENDER}", **more: object) -> WrittenAnswer:
    shape = {"replies_to": None, "told_by": (), "asks_to_stop": False, "sent": "text", **more}
    return WrittenAnswer(
        message_id=name, provider="whatsapp", channel="whatsapp", address=number, text=text, **shape  # type: ignore[arg-type]
    )  # fmt: skip


def test_an_answer_is_the_customers_whose_message_it_replies_to(desk, client) -> None:
    (mine,) = desk.send("C1", channel="whatsapp", address=MOBILE)
    desk.send("C2", channel="whatsapp", address=MOBILE)
    answer = said("Pago el viernes, la factura F1", to="wamid.ours")
    assert tell(client, messages=[answer], statuses=[told(mine, "wamid.ours")]) == 204
    (kept,) = desk.ledger.answers_known_on(DAY)
    assert (kept.customer_id, kept.reminder_id, kept.kind) == ("C1", mine, WRITTEN)
    assert (kept.receivable_id, kept.effect_id) == (None, None)
    assert kept.content == {"channel": "whatsapp", "sent": "text", "text": "Pago el viernes, la factura F1"}
    assert desk.ledger.facts(EVER)["ledger.promises"].num_rows == 0, "nothing is guessed from words"


def test_several_answers_to_one_message_are_all_the_customers_whose_message_it_is(desk, client) -> None:
    (mine,) = desk.send("C1", channel="whatsapp", address=MOBILE)
    desk.send("C2", channel="whatsapp", address=MOBILE)
    answers = [said("hola", name=f"wamid.in{number}", to="wamid.ours") for number in range(3)]
    assert tell(client, messages=answers, statuses=[told(mine, "wamid.ours")]) == 204
    assert [kept.reminder_id for kept in desk.ledger.answers_known_on(DAY)] == [mine] * 3


def test_without_a_reply_the_number_says_whose_it_is_where_one_customer_has_it(desk, client) -> None:
    desk.send("C1", as_of=date(2026, 5, 1), channel="whatsapp", address=MOBILE)
    (newest,) = desk.send("C1", channel="whatsapp", address="600-000.001")
    desk.send("C2", channel="whatsapp", address="+34 600 000 002")
    desk.send("C3", address=f"{SENDER}@debtor.example")
    assert tell(client, messages=[said("hola")]) == 204
    (kept,) = desk.ledger.answers_known_on(DAY)
    assert (kept.customer_id, kept.reminder_id) == ("C1", newest)


def test_a_number_of_two_customers_or_of_nobody_says_nothing(desk, client, caplog) -> None:
    desk.send("C1", "C2", channel="whatsapp", address=MOBILE)
    with caplog.at_level("INFO"):
        assert tell(client, messages=[said("mine"), said("ours", number="34611111111", name="wamid.in2")]) == 204
    assert desk.ledger.answers_known_on(EVER) == ()
    assert "2 of nobody we know" in caplog.text


def test_a_reply_to_a_message_whose_statuses_never_came_is_known_by_the_providers_id(desk) -> None:
    plan = desk.send("C1", "C2", channel="whatsapp", address=MOBILE, settled=None)
    keys = {row["reminder_id"]: row["reminder_key"] for row in desk.ledger.facts(EVER)["ledger.reminders"].to_pylist()}
    outcomes = [
        Outcome(
            reminder_key=keys[one], status=Status.ACCEPTED, provider="whatsapp", provider_message_id=f"wamid.{one[:4]}"
        )
        for one in plan
    ]
    desk.ledger.settle(outcomes, claim_token="t")
    taken = desk.ledger.take_written([written(replies_to=f"wamid.{plan[1][:4]}")], today=DAY)
    assert taken == WrittenTaken(new=1)
    (kept,) = desk.ledger.answers_known_on(EVER)
    assert (kept.customer_id, kept.reminder_id) == ("C2", plan[1])


def test_what_is_told_again_is_kept_once(desk, client) -> None:
    desk.send("C1", channel="whatsapp", address=MOBILE)
    for _ in range(3):
        assert tell(client, messages=[said("hola"), said("hola")]) == 204
    assert len(desk.ledger.answers_known_on(EVER)) == 1
    assert tell(client, messages=[said("hola", name="wamid.in2")]) == 204
    assert len(desk.ledger.answers_known_on(EVER)) == 2, "the same words in another message are another answer"


def test_what_the_provider_did_not_sign_is_not_kept(desk, client) -> None:
    desk.send("C1", channel="whatsapp", address=MOBILE)
    assert tell(client, secret="a stranger's", messages=[said("hola")]) == 403
    assert desk.ledger.answers_known_on(EVER) == ()


def test_a_stop_word_is_shown_with_the_mark_that_it_became(desk, client) -> None:
    desk.send("C1", channel="whatsapp", address=MOBILE)
    assert tell(client, messages=[said("BAJA")]) == 204
    (kept,) = desk.ledger.answers_known_on(DAY)
    (mark,) = desk.ledger.facts(DAY)["ledger.contact_marks"].to_pylist()
    assert kept.effect_id == mark["mark_id"]
    (entry,) = [one for one in desk.ledger.history(customer_id="C1") if one.kind is EntryKind.ANSWER]
    assert (entry.about, entry.state) == (WRITTEN, "obeyed")


def test_a_link_knows_nothing_of_what_was_written_elsewhere_and_can_be_used_as_often(desk, client) -> None:
    (message,) = desk.send("C1", channel="whatsapp", address=MOBILE)
    for number in range(5):
        desk.clock.now = desk.clock.now.replace(minute=number)
        assert tell(client, messages=[said("hola", name=f"wamid.{number}")]) == 204
    assert desk.ledger.answers_by_link(message) == ()
    assert len(desk.ledger.answers_known_on(EVER)) == 5


def test_no_word_and_no_number_is_logged(desk, client, caplog) -> None:
    desk.send("C1", channel="whatsapp", address=MOBILE)
    with caplog.at_level("DEBUG"):
        assert tell(client, messages=[said("Canario dice que no puede pagar")]) == 204
    assert "answers: 1 new" in caplog.text
    assert "Canario" not in caplog.text
    assert "600000001" not in caplog.text.replace(" ", "")


@pytest.mark.parametrize("contact", [None, "C1-1"])
def test_who_asked_to_be_erased_is_not_kept_and_what_he_wrote_before_goes_with_him(desk, contact: str | None) -> None:
    desk.send("C1", channel="whatsapp", address=MOBILE)
    assert desk.ledger.take_written([written("Canario")], today=DAY) == WrittenTaken(new=1)
    subject = Subject(customer_id="C1", contact_id=contact)
    erasure = desk.ledger.block(subject, author="ana", erase_after_on=DAY, today=DAY)
    assert desk.ledger.take_written([written("more", name="wamid.2")], today=DAY) == WrittenTaken(not_kept=1)
    desk.ledger.erase(erasure, on=DAY)
    (kept,) = desk.ledger.answers_known_on(EVER)
    assert kept.content == {}
    assert desk.ledger.take_written([written("Canario")], today=DAY) == WrittenTaken(repeated=1)


def test_whoever_writes_all_day_is_kept_up_to_a_bound_and_again_on_the_next(desk) -> None:
    desk.send("C1", channel="whatsapp", address=MOBILE)
    many = [written(name=f"wamid.{number}") for number in range(MOST_A_DAY + 3)]
    assert desk.ledger.take_written(many, today=DAY) == WrittenTaken(new=MOST_A_DAY, not_kept=3)
    tomorrow = date(2026, 6, 2)
    assert desk.ledger.take_written([written(name="wamid.late")], today=tomorrow) == WrittenTaken(new=1)
