"""Deliveries of SendGrid's webhook: the genuine ones count once, the others not at all."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from tasks.events.web import LARGEST_BODY, event_routes
from tasks.ledger.provider_events import take_events
from tasks.ledger.states import Status
from tasks.problems import LedgerProblem, SettingsProblem
from tasks.remind.channels.sendgrid_events import read_entries


def kept(desk) -> int:
    with desk.ledger._store.reading() as connection:
        return connection.execute(text("SELECT count(*) FROM provider_events")).scalar_one()


def test_a_signed_delivery_moves_its_message_and_is_answered_with_success(desk, entry) -> None:
    (message,) = desk.send("C1")
    assert desk.tell(entry("delivered", message, email="c1@debtor.example")) == 204
    assert desk.statuses() == {message: "delivered"}


def test_a_repeated_delivery_changes_nothing(desk, entry) -> None:
    (message,) = desk.send("C1")
    for _ in range(3):
        assert desk.tell(entry("delivered", message), entry("delivered", message)) == 204
    assert kept(desk) == 1


@pytest.mark.parametrize("part", ["body", "signature", "timestamp", "key", "no signature"])
def test_what_the_provider_did_not_sign_is_refused(desk, entry, part) -> None:
    (message,) = desk.send("C1")
    body = json.dumps([entry("bounce", message, type="bounce")]).encode()
    headers = desk.post.headers(body)
    name = "X-Twilio-Email-Event-Webhook-Signature"
    match part:
        case "body":
            body = body.replace(b"]", b" ]")
        case "signature":
            headers[name] = headers[name][::-1]
        case "timestamp":
            headers["X-Twilio-Email-Event-Webhook-Timestamp"] += "0"
        case "key":
            headers = type(desk.post)(desk.clock).headers(body)
        case _:
            del headers[name]
    assert desk.client.post("/events/sendgrid", content=body, headers=headers).status_code == 403
    assert desk.statuses() == {message: "accepted"}
    assert kept(desk) == 0


@pytest.mark.parametrize(
    ("age", "answer"), [(24, 204), (26, 403), (-1, 403)], ids=["late", "too late", "in the future"]
)
def test_a_delivery_is_taken_within_its_window_only(desk, entry, age, answer) -> None:
    (message,) = desk.send("C1")
    assert desk.tell(entry("delivered", message), age=timedelta(hours=age)) == answer


def test_a_delivery_that_is_too_large_is_refused_before_it_is_read(desk) -> None:
    body = b"[" + b" " * LARGEST_BODY + b"]"
    assert desk.client.post("/events/sendgrid", content=body, headers=desk.post.headers(body)).status_code == 413

    def parts():
        for _ in range(LARGEST_BODY // 65536 + 1):
            yield b" " * 65536

    assert desk.client.post("/events/sendgrid", content=parts()).status_code == 413


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b"\xff\xfe", b"[" * 200_000, b'"text"', b"[" + b"9" * 5000 + b"]"])
def test_a_signed_delivery_that_is_no_list_is_refused_and_harms_nothing(desk, body) -> None:
    answer = desk.client.post("/events/sendgrid", content=body, headers=desk.post.headers(body))
    assert answer.status_code == 400


def test_malformed_entries_lose_the_others_nothing(desk, entry) -> None:
    (message,) = desk.send("C1")
    whole = entry("delivered", message)
    broken = [
        None,
        7,
        [],
        {},
        {"event": "delivered"},
        {**whole, "timestamp": "today", "sg_event_id": "b1"},
        {**whole, "timestamp": 10**20, "sg_event_id": "b2"},
        {**whole, "timestamp": True, "sg_event_id": "b3"},
        {**whole, "sg_event_id": "x" * 300},
        {**whole, "sg_event_id": 5},
        {**whole, "sg_event_id": "b4", "reminder_id": {"a": 1}},
        {**whole, "sg_event_id": "b5", "email": ["c1@debtor.example"]},
    ]
    assert desk.tell(*broken, whole) == 204
    assert desk.statuses() == {message: "delivered"}
    assert kept(desk) == 1


def test_an_event_about_no_message_of_ours_is_kept_without_an_address(desk, entry) -> None:
    desk.send("C1")
    assert (
        desk.tell(
            entry("bounce", None, email="stranger@else.example", sg_event_id="a"),
            entry("bounce", "not ours: stranger@else.example", email="stranger@else.example", sg_event_id="b"),
            entry("bounce", "0" * 32, email="stranger@else.example", sg_event_id="c"),
        )
        == 204
    )
    with desk.ledger._store.reading() as connection:
        rows = [dict(row) for row in connection.execute(text("SELECT * FROM provider_events")).mappings()]
        assert connection.execute(text("SELECT count(*) FROM contact_marks")).scalar_one() == 0
    assert sorted(str(row["reminder_id"]) for row in rows) == ["0" * 32, "None", "None"]
    assert "stranger" not in str(rows)


def test_an_event_that_another_company_of_the_ledger_was_told_first_moves_our_message_all_the_same(desk, entry) -> None:
    """One account of the provider tells its events to the addresses of all its companies."""
    (message,) = desk.send("C1")
    told = [entry("delivered", message, email="C1@debtor.example")]
    with desk.ledger._store.writing() as connection:
        events = read_entries(list(told)).events
        other = take_events(connection, events, company_id="beta", today=date(2026, 6, 1), at=desk.clock())
    assert (other.new, other.moved) == (1, 0)
    assert desk.tell(*told) == 204
    assert desk.statuses() == {message: "delivered"}


def test_opens_and_clicks_are_nobodys_business(desk, entry) -> None:
    (message,) = desk.send("C1")
    assert desk.tell(entry("open", message), entry("click", message), entry("group_resubscribe", message)) == 204
    assert kept(desk) == 0


def test_a_ledger_that_cannot_be_written_asks_the_provider_to_come_again(desk, entry, monkeypatch) -> None:
    (message,) = desk.send("C1")

    def fail(*_: object, **__: object) -> None:
        raise LedgerProblem.at("the ledger", "is locked", "Wait.")

    with monkeypatch.context() as patch:
        patch.setattr(type(desk.ledger), "take_events", fail)
        assert desk.tell(entry("delivered", message)) == 503
    assert desk.tell(entry("delivered", message)) == 204
    assert desk.statuses() == {message: "delivered"}


@pytest.mark.parametrize("value", ["", "not a key", "MFkw"])
def test_a_key_that_is_missing_or_none_is_told_with_its_setting(desk, value) -> None:
    with pytest.raises(SettingsProblem, match="public_key_env"):
        event_routes(desk.workspace, lambda: desk.ledger, {"ACME_EVENTS_KEY": value}, desk.clock)


def test_a_workspace_without_a_provider_has_no_routes(new_workspace, desk) -> None:
    workspace = new_workspace({"type": "files"}, name="files")
    assert event_routes(workspace, lambda: desk.ledger, {}, desk.clock) == []


def test_no_other_method_answers(desk) -> None:
    assert desk.client.get("/events/sendgrid").status_code == 405


def test_what_is_logged_holds_no_personal_data(desk, entry, caplog) -> None:
    (message,) = desk.send("C1")
    with caplog.at_level("INFO"):
        desk.tell(entry("bounce", message, email="c1@debtor.example", type="bounce", reason="550 c1@debtor.example"))
        desk.tell(entry("bounce", message, email="c1@debtor.example"), age=timedelta(days=9))
    assert "debtor" not in caplog.text
    assert "1 new events" in caplog.text


def test_events_that_come_before_the_answer_to_our_own_request_settle_the_claim(desk, entry) -> None:
    claimed, unknown = desk.send("C1", settled=None) + desk.send("C2", as_of=date(2026, 6, 2), settled=Status.UNKNOWN)
    desk.tell(entry("processed", claimed), entry("bounce", unknown, type="blocked"))
    assert desk.statuses() == {claimed: "accepted", unknown: "bounced"}
    assert desk.clock() == datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
