"""A batch of WhatsApp messages from the run's warehouse through the real ledger to the provider, and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tasks.ledger.opening import open_ledger
from tasks.ledger.reminders import reminder_id_of
from tasks.problems import SettingsProblem
from tasks.remind.batch import Surroundings, preview_batch, send_batch
from tasks.remind.delivery.outcomes import ChannelStopped, SendCounts
from tasks.remind.door import check_templates
from tasks.remind.reminder import Batch
from tasks.segment.load import load_strategy
from tasks.settings.load import load_workspace
from tests.remind import test_batch_of_messages as days

make_day = days.make_day
BATCH = Batch("regular", "whatsapp", 1)
BY_WHATSAPP = """
UPDATE decide.reminders SET
    channel = 'whatsapp', reminder_key = replace(reminder_key, '|email|', '|whatsapp|'),
    recipient_address = CASE customer_id WHEN 'C3' THEN 'unknown' ELSE '600 12 31 ' || lpad(customer_id[2:], 2, '0') END;
UPDATE decide.reminder_items SET reminder_key = replace(reminder_key, '|email|', '|whatsapp|');
"""


@pytest.fixture
def day(make_day: Callable[..., days.Day], whatsapp_provider: tuple[Any, str], tmp_path: Path) -> days.Day:
    """A day whose messages go by WhatsApp; one customer's number is none."""
    made = make_day()
    templates = {"overdue": {"es": {"name": "puntual_overdue"}}}
    whatsapp = {"phone_number_id": "106540352242922", "base_url": whatsapp_provider[1], "templates": templates}
    settings = {**days.SETTINGS, "sending": {"whatsapp": {**whatsapp, "timeout_seconds": 1.5}}}
    (tmp_path / "puntual.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    made.decide_anew(BY_WHATSAPP)
    by_whatsapp = replace(made, workspace=load_workspace(tmp_path), environment={"WHATSAPP_TOKEN": "right"})
    by_whatsapp.plan()
    return by_whatsapp


def send(day: days.Day) -> SendCounts:
    surroundings = Surroundings(days._clock, day.environment, lambda seconds: None)
    return send_batch(
        day.workspace, run_id=days.RUN, work_database=day.work_database, batch=BATCH, surroundings=surroundings
    )


def test_a_batch_leaves_once_and_what_has_no_number_is_refused(
    day: days.Day, whatsapp_provider: tuple[Any, str]
) -> None:
    provider, _ = whatsapp_provider
    assert send(day) == SendCounts(accepted=14, rejected=1)
    assert send(day) == SendCounts(skipped=15)
    assert len(provider.accepted) == 14
    request = next(entry["request"] for entry in provider.accepted if entry["request"]["to"] == "+34600123107")
    assert request["biz_opaque_callback_data"] == reminder_id_of("acme|C7|v1|first|2026-06-15|whatsapp|reminder|EUR")
    with open_ledger(day.workspace, clock=days._clock) as ledger:
        rows = ledger.facts(date(2026, 6, 16))["ledger.reminders"].to_pylist()
    accepted = [row for row in rows if row["channel"] == "whatsapp" and row["status"] == "accepted"]
    assert {row["provider"] for row in accepted} == {"whatsapp"}
    assert {row["provider_message_id"] for row in accepted} == {entry["message_id"] for entry in provider.accepted}


def test_an_unknown_outcome_is_not_repeated(day: days.Day, whatsapp_provider: tuple[Any, str]) -> None:
    provider, _ = whatsapp_provider
    provider.queue("drop_after")
    counts = send(day)
    assert (counts.unknown, counts.accepted, counts.rejected) == (1, 13, 1)
    assert send(day) == SendCounts(skipped=15)
    assert len(provider.accepted) == 14


def test_a_template_that_meta_does_not_know_costs_no_message(day: days.Day, whatsapp_provider: tuple[Any, str]) -> None:
    provider, _ = whatsapp_provider
    provider.approved = {("other", "es")}
    with pytest.raises(ChannelStopped, match="132001"):
        send(day)
    provider.approved = {("puntual_overdue", "es")}
    assert send(day).accepted == 14


def test_a_preview_claims_nothing_and_shows_the_text(day: days.Day, whatsapp_provider: tuple[Any, str]) -> None:
    assert preview_batch(day.workspace, run_id=days.RUN, work_database=day.work_database, batch=BATCH) == 15
    pages = list(day.workspace.paths.run(days.RUN).rglob("*/*.html"))
    assert any("tenemos una consulta sobre su cuenta" in page.read_text(encoding="utf-8") for page in pages)
    assert whatsapp_provider[0].requests == 0


def test_a_run_refuses_what_could_not_be_said_before_anything_is_claimed(day: days.Day, tmp_path: Path) -> None:
    steps = [
        {"step": "first", "after_due": 5, "channel": "whatsapp"},
        {"step": "last", "after_due": 40, "purpose": "statement", "channel": "whatsapp"},
    ]
    strategy = {**days.STRATEGY, "ladders": {"usual": steps}}
    (tmp_path / "strategy.yaml").write_text(yaml.safe_dump(strategy), encoding="utf-8")
    load_strategy(day.workspace.paths.strategy)
    with pytest.raises(SettingsProblem, match=r"sending\.whatsapp\.templates\.statement\.es"):
        check_templates.fn(tmp_path)
