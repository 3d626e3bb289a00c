"""What WhatsApp's webhook says of messages: only what its app signed, by number, and never with words of a debtor."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.events.event import EventBatch, EventKind, NotGenuine, NotReadable
from tasks.problems import SettingsProblem
from tasks.remind.channels.whatsapp_answers import LONGEST_KEPT
from tasks.remind.channels.whatsapp_events import SIGNATURE, WhatsappReceiver, whatsapp_statuses
from tasks.settings.whatsapp import WhatsappEvents

NUMBER = "106540352242922"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRETS = {"WHATSAPP_APP_SECRET": "a-secret", "WHATSAPP_VERIFY_TOKEN": "our-token"}
REMINDER = "0" * 31 + "1"


def delivery(*, number: str = NUMBER, **lists: list[object]) -> bytes:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "34910000000", "phone_number_id": number},
        **lists,
    }
    content = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]}],
    }
    return json.dumps(content, ensure_ascii=False).encode()


def status(name: str, code: int | None = None, **changes: object) -> dict[str, object]:
    errors = (
        {}
        if code is None
        else {"errors": [{"code": code, "title": "about 34600123001", "error_data": {"details": "x"}}]}
    )
    return {
        "id": "wamid.HBgL", "status": name, "timestamp": "1795172400", "recipient_id": "34600123001",
        "biz_opaque_callback_data": REMINDER, **errors, **changes,
    }  # fmt: skip


def answer(text: str, sender: str = "34600123001") -> dict[str, object]:
    return {"from": sender, "id": "wamid.in", "timestamp": "1795172400", "type": "text", "text": {"body": text}}


def read(*, number: str = NUMBER, **lists: list[object]) -> EventBatch:
    return whatsapp_statuses(delivery(number=number, **lists), phone_number_id=NUMBER)


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        ("sent", None, EventKind.PROCESSED),
        ("delivered", None, EventKind.DELIVERED),
        ("read", None, EventKind.DELIVERED),
        ("failed", 131026, EventKind.HARD_BOUNCED),
        ("failed", 131049, EventKind.DROPPED),
        ("failed", 131030, EventKind.DROPPED),
        ("failed", 132015, EventKind.DROPPED),
        ("failed", 131000, EventKind.SOFT_BOUNCED),
        ("failed", None, EventKind.SOFT_BOUNCED),
    ],
)
def test_a_status_is_told_by_our_id_and_the_number(name: str, code: int | None, kind: EventKind) -> None:
    (event,) = read(statuses=[status(name, code)]).events
    assert event.kind is kind
    assert event.reminder_id == REMINDER
    assert event.address == "+34600123001"
    assert event.occurred_at == datetime.fromtimestamp(1795172400, UTC)
    assert event.detail == (None if code is None else str(code))


def test_statuses_of_one_message_are_several_events_and_a_repetition_is_the_same() -> None:
    events = read(statuses=[status("sent"), status("delivered"), status("delivered")]).events
    assert len({event.event_id for event in events}) == 2


@pytest.mark.parametrize(
    "said", ["STOP", "Baja", "¡ALTO!", "parar.", "sair", " Stop \n", "Darme de baja", "No más mensajes", "PARE 🙏"]
)
def test_a_word_that_asks_us_to_stop_ends_it_for_the_number(said: str) -> None:
    (event,) = read(messages=[answer(said)]).events
    assert event.kind is EventKind.UNSUBSCRIBED
    assert event.address == "+34600123001"
    assert event.reminder_id is None


@pytest.mark.parametrize(
    "said", ["Mañana voy a cancelar", "cancelar", "stop by tomorrow", "¿dónde pago?", "baja el importe"]
)
def test_other_answers_are_kept_for_people_and_nothing_is_guessed_from_them(said: str) -> None:
    batch = read(messages=[{**answer(said), "context": {"from": "34910000000", "id": "wamid.ours"}}])
    assert batch.events == ()
    assert batch.ignored == 0
    (kept,) = batch.answers
    assert (kept.text, kept.sent, kept.address, kept.message_id) == (said, "text", "+34600123001", "wamid.in")
    assert (kept.replies_to, kept.asks_to_stop) == ("wamid.ours", False)
    assert "wamid.ours:delivered" in kept.told_by


def test_a_word_that_asks_us_to_stop_is_an_answer_too_and_people_see_it() -> None:
    (kept,) = read(messages=[answer("Baja")]).answers
    assert (kept.text, kept.asks_to_stop, kept.replies_to, kept.told_by) == ("Baja", True, None, ())


def test_of_a_file_that_it_came_is_kept_and_what_stands_below_it() -> None:
    picture = {**answer(""), "type": "image", "image": {"id": "1", "caption": "el\njustificante", "sha256": "x"}}
    voice = {**answer(""), "type": "audio", "audio": {"id": "2"}}
    stop = {**answer(""), "type": "image", "image": {"id": "3", "caption": "STOP"}}
    found = [(kept.sent, kept.text, kept.asks_to_stop) for kept in read(messages=[picture, voice, stop]).answers]
    assert found == [("image", "el justificante", False), ("audio", "", False), ("image", "STOP", False)]


@pytest.mark.parametrize(
    "entry",
    [
        answer(" \n"),
        {**answer(""), "type": "reaction", "reaction": {"message_id": "wamid.ours", "emoji": "👍"}},
        {**answer(""), "type": "system", "system": {"body": "changed the number"}},
        {**answer(""), "type": "unsupported", "errors": [{"code": 131051}]},
        {**answer(""), "type": "text", "text": ["body"]},
        {**answer(""), "type": ["text"]},
    ],
)
def test_what_is_neither_words_nor_a_file_is_no_answer(entry: dict[str, object]) -> None:
    batch = read(messages=[entry])
    assert (batch.events, batch.answers) == ((), ())
    assert batch.ignored + batch.malformed == 1


def test_an_answer_is_one_bounded_line_without_signs_that_deceive() -> None:
    (kept,) = read(messages=[answer("a\u202eb\n\n\x00c " + "x" * 10_000)]).answers
    assert kept.text.startswith("a b c x")
    assert len(kept.text) == LONGEST_KEPT
    assert kept.text.endswith("…")
    assert "x" * 10 not in repr(kept)
    assert "600123001" not in repr(kept)


def test_an_answer_without_a_sender_or_an_id_is_none_and_the_others_are_taken() -> None:
    bad = [{**answer("hola"), "from": "me"}, {**answer("hola"), "id": ""}, {**answer("hola"), "context": {"id": 7}}]
    batch = read(messages=[*bad, answer("hola")])
    assert (len(batch.answers), batch.malformed) == (1, 3)


def test_buttons_that_ask_us_to_stop_count_as_words() -> None:
    quick = {**answer(""), "type": "button", "button": {"payload": "x", "text": "Baja"}}
    reply = {**answer(""), "type": "interactive", "interactive": {"button_reply": {"id": "1", "title": "STOP"}}}
    assert [event.kind for event in read(messages=[quick, reply]).events] == [EventKind.UNSUBSCRIBED] * 2


def test_an_old_brazilian_account_is_known_by_its_number_of_today() -> None:
    (event,) = read(messages=[answer("sair", sender="553188887777")]).events
    assert event.address == "+5531988887777"


def test_what_is_about_another_number_of_the_account_is_not_ours() -> None:
    assert read(number="999", statuses=[status("failed", 131026)], messages=[answer("stop")]) == EventBatch((), 0, 0)


def test_entries_that_are_none_are_counted_and_the_others_taken() -> None:
    bad: list[object] = [
        7,
        None,
        {},
        status("delivered", id=""),
        status("delivered", timestamp="soon"),
        status("sent", id="x" * 300),
    ]
    batch = read(statuses=[*bad, status("delivered")])
    assert len(batch.events) == 1
    assert batch.malformed == len(bad)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"entry": 7}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_delivery_is_refused(body: bytes) -> None:
    with pytest.raises(NotReadable):
        whatsapp_statuses(body, phone_number_id=NUMBER)


_NAMES = st.sampled_from(["id", "status", "changes", "value", "from", "type", "text"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(entries=st.lists(_JSON, max_size=4))
@settings(max_examples=200, deadline=None)
def test_no_signed_delivery_whatever_it_holds_breaks_the_reader(entries: list[object]) -> None:
    whatsapp_statuses(json.dumps({"entry": entries}).encode(), phone_number_id=NUMBER)
    read(statuses=entries, messages=entries)


def receiver() -> WhatsappReceiver:
    return WhatsappReceiver(WhatsappEvents(), phone_number_id=NUMBER, environment=SECRETS)


def signed(body: bytes, secret: str = "a-secret") -> dict[str, str]:  # noqa: S107 - of a test
    return {SIGNATURE: "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def test_a_delivery_signed_by_the_app_is_read() -> None:
    body = delivery(statuses=[status("delivered")])
    assert len(receiver().read(signed(body), body, now=NOW).events) == 1


def test_a_forged_or_altered_delivery_is_refused() -> None:
    body = delivery(statuses=[status("delivered")])
    good = signed(body)[SIGNATURE]
    forged = [
        "",
        "sha256=",
        good[:-1],
        good + "0",
        good.removeprefix("sha256="),
        "sha1=" + good[7:],
        "sha256=ñ",
        *signed(body, "other").values(),
    ]
    for signature in forged:
        with pytest.raises(NotGenuine):
            receiver().read({SIGNATURE: signature}, body, now=NOW)
    with pytest.raises(NotGenuine):
        receiver().read({}, body, now=NOW)
    with pytest.raises(NotGenuine):
        receiver().read(signed(body), body + b" ", now=NOW)


def test_the_address_proves_itself_to_who_knows_the_token_only() -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "our-token", "hub.challenge": "1158201444"}
    assert receiver().challenge(asked) == "1158201444"
    assert receiver().challenge({**asked, "hub.verify_token": "guess"}) is None
    assert receiver().challenge({**asked, "hub.mode": "unsubscribe"}) is None
    assert receiver().challenge({**asked, "hub.challenge": "<script>"}) is None
    assert receiver().challenge({}) is None


def test_without_its_secrets_the_setting_is_named() -> None:
    with pytest.raises(SettingsProblem, match="WHATSAPP_APP_SECRET"):
        WhatsappReceiver(WhatsappEvents(), phone_number_id=NUMBER, environment={})
