"""A whole day through Prefect: planned, sent once, failed visibly, and without personal data where operations look."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import Artifact, FlowRun, TaskRun
from prefect.client.schemas.sorting import ArtifactSort, FlowRunSort, TaskRunSort

from flows.collect import collect
from flows.send_planned import send_planned
from tasks.ledger.knowledge import Dispute
from tasks.ledger.live import ledger_of
from tasks.problems import DatasetRejected, UserProblem
from tasks.remind import door
from tasks.remind.channels.files import FilesChannel
from tasks.remind.channels.protocol import OutcomeUnknown

MakeWorkspace = Callable[..., Path]
DAY = date(2026, 6, 16)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Retries follow at once."""
    monkeypatch.setattr(door.send_batch, "retry_delay_seconds", [0.0, 0.0])
    return None


def mails(workspace: Path) -> list[Path]:
    return sorted((workspace / ".puntual" / "outbox").rglob("*.eml"))


def open_to_others(workspace: Path) -> list[str]:
    """What the day wrote, with names of customers in it, that another user of the machine could read."""
    state = workspace / ".puntual"
    written = [path for name in ("runs", "outbox") for path in (state / name).rglob("*") if path.is_file()]
    closed = [state / "landing", state / "decisions", state / "warehouse", *(state / "runs").iterdir(), *written]
    return [str(path) for path in closed if path.stat().st_mode & 0o077]


def published(workspace: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str((workspace / ".puntual/warehouse/current.duckdb").resolve()), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_planned_day_decides_everything_and_lets_nothing_leave(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace()
    result = collect(workspace, as_of=DAY).as_json()
    assert result["open_receivables"] == 4
    assert result["decisions"] == {"remind": 3, "wait": 1, "silent": 0}
    assert result["reminders"] == {
        "planned": 2,
        "accepted": 0,
        "rejected": 0,
        "cancelled": 0,
        "unknown": 0,
        "awaiting": 2,
    }
    assert mails(workspace) == []
    assert len(list((workspace / ".puntual/runs").rglob("preview/*/*.html"))) == 2
    assert open_to_others(workspace) == []
    assert set(result["seconds"]) == {"extract", "validate", "score", "decide", "record", "remind", "report"}


def test_the_same_day_sent_twice_says_everything_once(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace()
    first = collect(workspace, as_of=DAY, send=True).as_json()
    before = {path: path.read_bytes() for path in mails(workspace)}
    second = collect(workspace, as_of=DAY, send=True).as_json()
    assert first["decisions"] == second["decisions"]
    assert first["reminders"] == second["reminders"]
    assert len(before) == 2
    assert {path: path.read_bytes() for path in mails(workspace)} == before
    assert open_to_others(workspace) == []


def test_the_next_days_remember_what_was_said(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace()
    collect(workspace, as_of=DAY, send=True)
    later = collect(workspace, as_of=date(2026, 6, 17), send=True).as_json()
    assert later["decisions"]["remind"] == 0
    assert len(mails(workspace)) == 2


def test_what_was_planned_can_be_sent_later_and_a_dispute_of_meanwhile_is_obeyed(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace()
    collect(workspace, as_of=DAY)
    with ledger_of(workspace) as ledger:
        ledger.record(Dispute(customer_id="C2", reason="price", opened_on=DAY, recorded_on=DAY, author="test"))
    send_planned(workspace, as_of=DAY)
    assert len(mails(workspace)) == 1
    assert b"canario.uno@debtor.example" in mails(workspace)[0].read_bytes()


def test_a_new_receivable_is_not_sent_by_the_flow_that_only_sends_what_is_planned(
    make_workspace: MakeWorkspace,
) -> None:
    workspace = make_workspace()
    result = send_planned(workspace, as_of=DAY).as_json()
    assert mails(workspace) == []
    assert result["reminders"]["awaiting"] == 2


def test_stale_payments_stop_the_run_before_any_decision_and_the_history_says_so(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(payments="id,number,customer,day,amount\nP-1,F-5,C2,2026-06-01,10.00\n")
    with pytest.raises(DatasetRejected, match="payments"):
        collect(workspace, as_of=DAY, send=True)
    assert mails(workspace) == []
    with ledger_of(workspace) as ledger:
        assert ledger.facts(DAY)["ledger.runs"].column("status").to_pylist() == ["failed"]


def test_a_template_mistake_stops_the_run_with_nothing_claimed(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace()
    template = workspace / "templates/overdue/es/subject.txt.j2"
    template.parent.mkdir(parents=True)
    template.write_text("Debe {{ saldo_total }}")
    with pytest.raises(UserProblem, match="saldo_total"):
        collect(workspace, as_of=DAY, send=True)
    assert mails(workspace) == []


def test_a_failed_batch_is_visible_is_retried_and_never_sends_twice(
    make_workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = make_workspace()
    sent: list[str] = []
    whole = FilesChannel.send

    def breaks_once(channel: FilesChannel, message: object) -> object:
        sent.append(message.reminder_id)  # type: ignore[attr-defined]
        if len(sent) == 1:
            raise RuntimeError("the worker lost its disk")
        return whole(channel, message)  # type: ignore[arg-type]

    monkeypatch.setattr(FilesChannel, "send", breaks_once)
    result = collect(workspace, as_of=DAY, send=True).as_json()
    assert len(sent) == len(set(sent)) == 2
    assert result["reminders"]["accepted"] == 1
    assert result["reminders"]["unknown"] == 1
    assert eventually(lambda: any(run.run_count > 1 for run in task_runs() if run.name.startswith("send everyone")))


def test_an_unknown_outcome_is_counted_and_left_for_a_person(
    make_workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = make_workspace()

    def silent(channel: FilesChannel, message: object) -> object:
        raise OutcomeUnknown("no answer")

    monkeypatch.setattr(FilesChannel, "send", silent)
    result = collect(workspace, as_of=DAY, send=True).as_json()
    assert result["reminders"]["unknown"] == 2
    assert collect(workspace, as_of=DAY, send=True).as_json()["reminders"]["unknown"] == 2


def test_what_operations_see_has_no_personal_data(
    make_workspace: MakeWorkspace, caplog: pytest.LogCaptureFixture
) -> None:
    workspace = make_workspace()
    with caplog.at_level(logging.DEBUG):
        collect(workspace, as_of=DAY, send=True)
    seen = json.dumps(
        [item.model_dump(mode="json") for item in (*flow_runs(), *task_runs(), *artifacts())], ensure_ascii=False
    )
    assert "run-summary-acme" in seen
    for text in (seen, caplog.text):
        assert "anari" not in text  # all names and addresses of the fixture contain Canario or Canaria
        assert "debtor.example" not in text


def test_runs_are_named_by_company_and_date_and_tagged(make_workspace: MakeWorkspace) -> None:
    collect(make_workspace(), as_of=DAY)
    assert eventually(lambda: "acme 2026-06-16" in {run.name for run in flow_runs()})
    assert eventually(
        lambda: any("company:acme" in run.tags for run in flow_runs() if run.name == "remind for 2026-06-16")
    )


def test_the_published_history_has_every_run(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace()
    collect(workspace, as_of=DAY)
    collect(workspace, as_of=DAY, send=True)
    rows = published(workspace, "SELECT mode, messages_planned, is_current FROM mart.runs ORDER BY is_current")
    assert rows == [("plan", 2, False), ("send", 2, True)]


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether `holds` becomes true: Prefect's server writes states a little after they happened."""
    for _ in range(20):
        if holds():
            return True
        time.sleep(1)
    return False


def flow_runs() -> list[FlowRun]:
    async def read() -> list[FlowRun]:
        async with get_client() as client:
            return await client.read_flow_runs(limit=200, sort=FlowRunSort.START_TIME_DESC)

    return asyncio.run(read())


def task_runs() -> list[TaskRun]:
    async def read() -> list[TaskRun]:
        async with get_client() as client:
            return await client.read_task_runs(limit=200, sort=TaskRunSort.EXPECTED_START_TIME_DESC)

    return asyncio.run(read())


def artifacts() -> list[Artifact]:
    async def read() -> list[Artifact]:
        async with get_client() as client:
            return await client.read_artifacts(limit=200, sort=ArtifactSort.CREATED_DESC)

    return asyncio.run(read())
