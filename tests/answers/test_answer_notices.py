"""What the collector reads of answers, and since when."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tasks.answers.effects import answers_from
from tasks.answers.forms import Wish
from tasks.answers.kinds import AnswerKind
from tasks.answers.notices import write_answers
from tasks.answers.statement import Statement, read_statement
from tasks.events.event import EventKind, ProviderEvent, WrittenAnswer
from tasks.ledger.knowledge import DisputeKind
from tasks.ledger.ledger import Ledger
from tasks.ledger.runs import RunStart
from tasks.settings.load import Workspace

DAY = date(2026, 6, 16)


@pytest.fixture
def statement(workspace: Workspace) -> Statement:
    return read_statement(workspace.paths, company_id="acme", customer_id="C1", listed=frozenset({"F-1"}))


@pytest.fixture
def say(ledger: Ledger, plan: Callable[..., str]) -> Callable[..., None]:
    reminder_id = plan(ledger)

    def record(wish: Wish, *, at_most: int = 2, today: date = DAY) -> None:
        message = ledger.answered_message(reminder_id)
        assert message
        ledger.record_answers(answers_from(wish, message, today=today, at_most=at_most), per_link=100)

    return record


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_the_list_tells_who_said_what_and_what_follows_those_first_that_need_a_person(
    ledger: Ledger, statement: Statement, say: Callable[..., None], tmp_path: Path
) -> None:
    row = statement.by_id["F-1"]
    say(Wish(kind=AnswerKind.CONFIRM, rows=(row,), confirmed=("goods_received",)))
    say(Wish(kind=AnswerKind.PROMISE, rows=(row,), day=DAY, amount=row.open_amount))
    say(Wish(kind=AnswerKind.PAID, rows=(row,), day=DAY, text="=HYPERLINK(1)"), at_most=0)
    say(Wish(kind=AnswerKind.DISPUTE, rows=(row,), dispute_kind=DisputeKind.WRONG_PRICE, text="Se pactó otro precio"))
    say(Wish(kind=AnswerKind.CONTACT, name="Berta Sanz", email="berta@ebro.example"))
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA staging")
        connection.execute("CREATE TABLE staging.customers AS SELECT 'C1' AS customer_id, 'Talleres Ebro' AS name")
        connection.execute(
            "CREATE TABLE staging.receivables AS SELECT 'F-1' AS receivable_id, 'F26-1' AS document_number"
        )
        path = write_answers(
            connection, tmp_path, ledger.answers_since_last_run(DAY), language="es", time_zone="Europe/Madrid"
        )
    assert path is not None
    assert path.stat().st_mode & 0o077 == 0
    head, *found = rows(path)
    assert head[:5] == ["Recibida", "Cliente", "Nombre del cliente", "Documento", "Qué comunica"]
    assert [line[4] for line in found] == [
        "Pago comunicado",
        "Incidencia comunicada",
        "Datos de contacto corregidos",
        "Fecha de pago propuesta",
        "La mercancía o el servicio se recibió",
    ]
    assert found[0][0] == "2026-06-16 12:00", "the company's time"
    assert found[0][13].startswith("Nada por sí solo")
    assert found[0][9] == "'=HYPERLINK(1)", "no cell becomes a formula"
    assert found[1][1:4] + found[1][8:10] == ["C1", "Talleres Ebro", "F26-1", "El precio", "Se pactó otro precio"]
    assert found[2][10:12] == ["Berta Sanz", "berta@ebro.example"]
    assert found[3][5:8] == ["2026-06-16", "1210,50", "EUR"]


@pytest.mark.parametrize(
    ("answer", "what", "follows"),
    [
        ({}, "Ha escrito por WhatsApp", "Leer y contestar: nada sigue por sí solo"),
        (
            {"sent": "image"},
            "Ha enviado un archivo por WhatsApp; está en su bandeja",
            "Leer y contestar",
        ),
        ({"asks_to_stop": True}, "Ha escrito por WhatsApp", "No se le escribe más por WhatsApp"),
    ],
)
def test_what_was_written_by_whatsapp_is_for_a_person_to_read(
    ledger: Ledger, plan: Callable[..., str], tmp_path: Path, answer: dict[str, object], *, what: str, follows: str
) -> None:
    reminder_id = plan(ledger)
    shape = {"sent": "text", "asks_to_stop": False, **answer}
    written = WrittenAnswer(
        message_id="wamid.1", provider="whatsapp", channel="whatsapp", address="+34600000001", text="=1+1 pago mañana",
        replies_to="wamid.ours", told_by=("wamid.ours:sent",), **shape,  # type: ignore[arg-type]
    )  # fmt: skip
    at = datetime(2026, 6, 16, 10, tzinfo=UTC)
    ledger.take_events(
        [ProviderEvent("wamid.ours:sent", "whatsapp", reminder_id, None, EventKind.PROCESSED, at)], today=DAY
    )
    ledger.take_written([written], today=DAY)
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA staging")
        connection.execute("CREATE TABLE staging.customers AS SELECT 'C1' AS customer_id, 'Talleres Ebro' AS name")
        connection.execute(
            "CREATE TABLE staging.receivables AS SELECT 'F-1' AS receivable_id, 'F26-1' AS document_number"
        )
        path = write_answers(
            connection, tmp_path, ledger.answers_since_last_run(DAY), language="es", time_zone="Europe/Madrid"
        )
    assert path is not None
    _, line = rows(path)
    assert line[1:5] == ["C1", "Talleres Ebro", "", what]
    assert line[9] == "'=1+1 pago mañana"
    assert line[13].startswith(follows)


def test_without_answers_there_is_no_list(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        assert write_answers(connection, tmp_path, (), language="es", time_zone="UTC") is None
    assert list(tmp_path.iterdir()) == []


def test_each_run_lists_what_came_since_the_day_before_and_again_when_it_is_repeated(
    *, ledger: Ledger, statement: Statement, say: Callable[..., None], clock
) -> None:
    def run_on(day: date, hour: int) -> None:
        clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        run_id = f"{day:%Y%m%d}-{hour:08x}"
        ledger.start_run(RunStart(run_id=run_id, as_of=day, mode="plan"))
        ledger.finish_run(run_id, status="completed", counts={})

    def contact(text: str, day: date, hour: int) -> None:
        clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        say(Wish(kind=AnswerKind.CONTACT, text=text), today=day)

    def listed(day: date) -> list[str]:
        return [answer.content["text"] for answer in ledger.answers_since_last_run(day)]

    next_day = DAY + timedelta(days=1)
    contact("before any run", DAY, 5)
    assert listed(DAY) == ["before any run"]
    run_on(DAY, 6)
    contact("after the run", DAY, 10)
    run_on(DAY, 12)
    contact("in the night", next_day, 3)
    assert listed(next_day) == ["in the night", "after the run"]
    run_on(next_day, 6)
    assert listed(next_day) == ["in the night", "after the run"], "another run of the day lists the same"
    assert "in the night" not in listed(DAY), "a past day is told as it was"
