"""Letters of a run: read, written, claimed, handed over, settled, and again; shown before anything leaves."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import yaml

from tasks.ledger.opening import open_ledger
from tasks.problems import SettingsProblem
from tasks.remind.batch import Surroundings, preview_batch, send_batch
from tasks.remind.delivery.outcomes import SendCounts
from tasks.remind.lint import lint_templates
from tasks.remind.reminder import Batch
from tasks.settings.load import load_workspace
from tests.letters.letter_samples import text_of
from tests.remind import test_batch_of_messages as mail

BATCH = Batch("regular", "letter", 1)
LETTERS = {"folder": "cartas", "proof": "registered"}
BY_LETTER = """
UPDATE decide.reminders SET
    channel = 'letter', reminder_key = replace(reminder_key, '|email|', '|letter|'),
    recipient_address = 'Calle ' || customer_id || chr(10) || '28014 Madrid' || chr(10) || 'ES';
UPDATE decide.reminder_items SET reminder_key = replace(reminder_key, '|email|', '|letter|');
"""


@pytest.fixture
def make_day(tmp_path: Path) -> Callable[..., mail.Day]:
    def make(also: str = "", **sending: object) -> mail.Day:
        (tmp_path / "puntual.yaml").write_text(yaml.safe_dump({**mail.SETTINGS, "sending": sending}), encoding="utf-8")
        (tmp_path / "strategy.yaml").write_text(yaml.safe_dump(mail.STRATEGY), encoding="utf-8")
        day = mail.Day(load_workspace(tmp_path), tmp_path / "work.duckdb", {})
        with duckdb.connect(str(day.work_database)) as connection:
            connection.execute(mail._TABLES)
            connection.execute(BY_LETTER)
            if also:
                connection.execute(f"UPDATE decide.reminders SET {also}")  # noqa: S608 our own text
        day.plan()
        return day

    return make


def send(day: mail.Day) -> SendCounts:
    surroundings = Surroundings(lambda: datetime(2026, 6, 15, 7, 0, tzinfo=UTC), {}, lambda _: None)
    return send_batch(
        day.workspace, run_id=mail.RUN, work_database=day.work_database, batch=BATCH, surroundings=surroundings
    )


def test_a_batch_of_letters_is_handed_over_once_however_often_it_is_sent(make_day: Callable[..., mail.Day]) -> None:
    day = make_day(letter=LETTERS)
    assert send(day) == SendCounts(accepted=15)
    assert send(day) == SendCounts(skipped=15)

    (batch,) = (day.workspace.paths.root / "cartas" / "2026-06-15").iterdir()
    with (batch / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 15
    for row in rows:
        letter = text_of((batch / row["file"]).read_bytes())
        assert row["line_1"] in letter
        assert row["line_3"] in letter
        assert row["proof"] == "registered"
    with open_ledger(day.workspace, clock=lambda: datetime(2026, 6, 15, 8, 0, tzinfo=UTC)) as ledger:
        assert ledger.counts(as_of=mail.AS_OF).accepted == 15


def test_invoices_that_a_step_attaches_lie_beside_the_letter(make_day: Callable[..., mail.Day]) -> None:
    day = make_day(letter=LETTERS, attachments={"invoices": "invoices"})
    folder = day.workspace.paths.root / "invoices"
    folder.mkdir()
    (folder / "F1-0.pdf").write_bytes(b"%PDF-1.7 F1-0")
    assert send(day) == SendCounts(accepted=15)

    (batch,) = (day.workspace.paths.root / "cartas" / "2026-06-15").iterdir()
    with (batch / "manifest.csv").open(encoding="utf-8", newline="") as file:
        (row,) = (row for row in csv.DictReader(file) if row["attachments"])
    assert (batch / row["attachments"]).read_bytes() == b"%PDF-1.7 F1-0"
    assert "Se adjunta: F1-0" in text_of((batch / row["file"]).read_bytes())


def test_a_fax_service_gets_the_number_in_international_form_and_the_page_does_not_show_it(
    make_day: Callable[..., mail.Day],
) -> None:
    by_fax = "recipient_address = recipient_address || chr(10) || 'fax: 91 000 00 09'"
    day = make_day(by_fax, letter={"folder": "cartas", "service": "fax"})
    assert send(day) == SendCounts(accepted=15)
    (batch,) = (day.workspace.paths.root / "cartas" / "2026-06-15").iterdir()
    with (batch / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["fax"] for row in rows} == {"+34910000009"}
    assert "000 00 09" not in text_of((batch / rows[0]["file"]).read_bytes())


def test_an_address_that_changed_since_the_plan_is_not_written_to(make_day: Callable[..., mail.Day]) -> None:
    day = make_day(letter=LETTERS)
    day.decide_anew(
        "UPDATE decide.reminders SET recipient_address = replace(recipient_address, 'Madrid', 'Toledo') WHERE customer_id = 'C3'"
    )
    assert send(day).accepted == 14


def test_letters_that_nobody_takes_stop_the_batch_before_anything_is_claimed(make_day: Callable[..., mail.Day]) -> None:
    day = make_day(email={"type": "files"})
    with pytest.raises(SettingsProblem, match="letter"):
        send(day)
    assert day.statuses() == {"awaiting": mail.MESSAGES}


def test_a_preview_shows_each_letter_as_it_would_be_printed(make_day: Callable[..., mail.Day]) -> None:
    day = make_day(letter=LETTERS)
    shown = preview_batch(day.workspace, run_id=mail.RUN, work_database=day.work_database, batch=BATCH)

    folder = day.workspace.paths.run(mail.RUN) / "preview"
    letters = sorted(folder.glob("regular-letter-0001/*.pdf"))
    listing = (folder / "regular-letter-0001.html").read_text(encoding="utf-8")
    assert shown == len(letters) == 15
    assert all(f"regular-letter-0001/{path.name}" in listing for path in letters)
    assert "28014 Madrid" in listing
    assert not (day.workspace.paths.root / "cartas").exists()
    assert day.statuses() == {"awaiting": mail.MESSAGES}


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('{% extends "layout/base.txt.j2" %}{% block opening %}{{ "\\u001e" }}total{% endblock %}', "cells"),
        ('{% extends "layout/base.txt.j2" %}{% block opening %}{{ nobody }}{% endblock %}', "undefined"),
    ],
)
def test_a_letter_of_the_users_own_is_tried_before_anything_is_claimed(
    make_day: Callable[..., mail.Day], written: str, says: str
) -> None:
    day = make_day(letter=LETTERS)
    own = day.workspace.paths.templates / "overdue" / "es" / "letter.txt.j2"
    own.parent.mkdir(parents=True)
    own.write_text(written, encoding="utf-8")

    found = [str(problem) for problem in lint_templates(day.workspace)]
    assert [problem for problem in found if "overdue/es/letter.txt.j2" in problem and says in problem]
