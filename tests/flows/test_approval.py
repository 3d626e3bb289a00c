"""Leave of a person: for a new strategy, for a step that hurts, by command and by the form of the Prefect UI."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from typer.testing import CliRunner

from flows.approve import approve
from flows.cli.app import app
from flows.collect import collect
from tasks.ledger.live import ledger_of
from tasks.problems import LedgerProblem

MakeWorkspace = Callable[..., Path]
DAY = date(2026, 6, 16)

HARSH = """\
payments_fresh_within_days: 3
ladders:
  only:
    - {step: first, after_due: 5, tone: firm, needs_approval: true}
segments:
  - {name: everyone, ladder: only}
"""


def mails(workspace: Path) -> int:
    return len(list((workspace / ".puntual" / "outbox").rglob("*.eml")))


def waiting(workspace: Path) -> dict[str, object]:
    shown = CliRunner().invoke(app, ["approve", str(workspace), "--json"])
    assert shown.exit_code == 0, shown.output
    answer = json.loads(shown.stdout)
    assert isinstance(answer, dict)
    return answer


def test_a_changed_strategy_sends_nothing_until_its_version_is_approved(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace()
    collect(workspace, as_of=date(2026, 6, 15), send=True)
    before = mails(workspace)
    strategy = workspace / "strategy.yaml"
    strategy.write_text(strategy.read_text().replace("contacts: 1", "contacts: 2").replace("days: 10", "days: 1"))
    refused = collect(workspace, as_of=DAY, send=True)
    assert mails(workspace) == before
    assert refused.as_json()["reminders"]["awaiting"] == 2
    assert refused.summary.news.strategy_waits
    found = waiting(workspace)["strategy"]
    assert isinstance(found, dict)
    assert found["may_send"] is False
    wrong = CliRunner().invoke(app, ["approve", str(workspace), "--strategy", "0000000000", "--author", "ana"])
    assert wrong.exit_code == 1
    CliRunner().invoke(app, ["approve", str(workspace), "--strategy", found["version"], "--author", "ana"])
    collect(workspace, as_of=DAY, send=True)
    assert mails(workspace) == before + 2


def test_what_changed_in_the_strategy_is_shown_to_who_approves_it(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace()
    collect(workspace, as_of=DAY, send=True)
    strategy = workspace / "strategy.yaml"
    strategy.write_text(strategy.read_text().replace("after_due: 5", "after_due: 6"))
    shown = CliRunner().invoke(app, ["approve", str(workspace)])
    assert "+    - {step: first, after_due: 6" in shown.output
    assert "-    - {step: first, after_due: 5" in shown.output


def test_messages_are_approved_by_id_and_an_unknown_id_approves_nothing(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(strategy=HARSH)
    collect(workspace, as_of=DAY, send=True)
    assert mails(workspace) == 0
    ids = waiting(workspace)["needing_approval"]
    assert isinstance(ids, list)
    assert len(ids) == 2
    strange = CliRunner().invoke(app, ["approve", str(workspace), ids[0], "not-an-id", "--author", "ana"])
    assert strange.exit_code == 1
    collect(workspace, as_of=DAY, send=True)
    assert mails(workspace) == 0
    CliRunner().invoke(app, ["approve", str(workspace), ids[0], "--author", "ana"])
    collect(workspace, as_of=DAY, send=True)
    assert mails(workspace) == 1


async def _paused_run() -> FlowRun | None:
    async with get_client() as client:
        runs = await client.read_flow_runs()
    found = [run for run in runs if run.state is not None and run.state.is_paused()]
    return found[0] if found else None


async def _resume(run: FlowRun, answer: dict[str, object]) -> None:
    async with get_client() as client:
        await client.resume_flow_run(run.id, run_input=answer)


def answered(
    workspace: Path, answer: dict[str, object], *, meanwhile: Callable[[], object] = lambda: None
) -> tuple[list[object], FlowRun]:
    """What the flow `approve` returned (or raised) when a person filled in the form, after `meanwhile`."""
    outcome: list[object] = []

    def ask() -> None:
        try:
            outcome.append(approve(workspace, as_of=DAY, wait_seconds=60))
        except Exception as error:  # noqa: BLE001 the test judges it
            outcome.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    deadline = time.monotonic() + 60
    paused = None
    while paused is None and time.monotonic() < deadline:
        paused = asyncio.run(_paused_run())
        time.sleep(0.2)
    assert paused is not None
    meanwhile()
    asyncio.run(_resume(paused, answer))
    asking.join(timeout=60)
    return outcome, paused


def test_the_form_of_the_ui_approves_what_it_listed(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(strategy=HARSH)
    collect(workspace, as_of=DAY)
    outcome, run = answered(workspace, {"approved_by": "ana", "all_messages": True})
    assert outcome == [2]
    with ledger_of(workspace) as ledger:
        assert len(ledger.planned_on(DAY)) == 2
    collect(workspace, as_of=DAY, send=True)
    assert mails(workspace) == 2
    assert "canari" not in str(run.model_dump()).lower()


def test_the_form_does_not_approve_what_was_planned_otherwise_while_it_waited(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(strategy=HARSH)
    invoices = workspace / "exports" / "invoices.csv"
    collect(workspace, as_of=DAY)

    def ten_times_as_much() -> None:
        invoices.write_text(invoices.read_text().replace("EUR,70.00", "EUR,700.00"))
        collect(workspace, as_of=DAY)

    outcome, _ = answered(workspace, {"approved_by": "ana", "all_messages": True}, meanwhile=ten_times_as_much)
    assert isinstance(outcome[0], LedgerProblem)
    collect(workspace, as_of=DAY, send=True)
    assert mails(workspace) == 0


def test_a_form_that_approves_nothing_lets_nothing_go(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(strategy=HARSH)
    collect(workspace, as_of=DAY)
    outcome, _ = answered(workspace, {"approved_by": "ana"})
    assert outcome == [0]
    collect(workspace, as_of=DAY, send=True)
    assert mails(workspace) == 0


def test_nobody_is_asked_where_nothing_waits(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace()
    collect(workspace, as_of=DAY)
    assert approve(workspace, as_of=DAY, wait_seconds=5) == 0


@pytest.mark.parametrize("gate", ["always", "never"])
def test_the_settings_say_when_a_strategy_needs_leave(
    make_workspace: MakeWorkspace, settings_text: str, gate: str
) -> None:
    workspace = make_workspace(puntual=f"{settings_text}sending: {{strategy_approval: {gate}}}\n")
    collect(workspace, as_of=DAY, send=True)
    assert mails(workspace) == (0 if gate == "always" else 2)
