"""What a strategy would say over many days: the week to come, and history under another strategy."""

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.collect import collect

MakeWorkspace = Callable[..., Path]

OFTEN = """\
payments_fresh_within_days: none
ladders:
  only:
    - {step: first, after_due: 5, tone: courteous}
    - {step: second, after_step: {step: first, days: 2}, tone: firm, repeat: {every: 2, at_most: 3}}
segments:
  - {name: everyone, ladder: only}
"""


def told(*arguments: str) -> object:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def heard(found: object) -> list[tuple[str, str, str]]:
    assert isinstance(found, list)
    return [(row["day"], row["customer_id"], row["step"]) for row in found]


def test_the_week_to_come_is_what_the_days_then_say(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(strategy=OFTEN)
    foretold = heard(told("preview", str(workspace), "--days", "3"))
    assert len(foretold) >= 3
    for day in range(16, 19):
        collect(workspace, as_of=date(2026, 6, day), send=True)
    sent = (workspace / ".puntual/outbox").glob("*/manifest.csv")
    assert len(foretold) == sum(len(path.read_text(encoding="utf-8-sig").splitlines()) - 1 for path in sent)


def test_a_preview_leaves_no_trace(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(strategy=OFTEN)
    first = told("preview", str(workspace), "--days", "3")
    assert told("preview", str(workspace), "--days", "3") == first
    assert not (workspace / ".puntual/outbox").exists()
    assert heard(told("preview", str(workspace), "--customer", "C2")) == [
        row for row in heard(told("preview", str(workspace))) if row[1] == "C2"
    ]


def test_a_preview_is_read_by_people_in_their_language(make_workspace: MakeWorkspace) -> None:
    shown = CliRunner().invoke(app, ["preview", str(make_workspace())]).output
    assert "Lo que se diría del 16 de junio de 2026" in shown
    assert "C1 Canario Uno SL" in shown


def test_the_same_strategy_simulated_beside_itself_differs_in_nothing(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace()
    found = told(
        *("simulate", str(workspace), "--strategy", str(workspace / "strategy.yaml")),
        *("--from", "2026-06-10", "--to", "2026-06-16"),
    )
    assert isinstance(found, dict)
    one, other = ({**row, "label": ""} for row in found["totals"])
    assert one == other
    assert one["messages"] == 2


def test_another_strategy_is_compared_by_messages_and_contacts(make_workspace: MakeWorkspace, tmp_path: Path) -> None:
    workspace = make_workspace()
    (tmp_path / "often.yaml").write_text(OFTEN)
    listed = tmp_path / "messages.csv"
    found = told(
        *("simulate", str(workspace), "--strategy", str(tmp_path / "often.yaml"), "--messages", str(listed)),
        *("--from", "2026-06-08", "--to", "2026-06-16"),
    )
    assert isinstance(found, dict)
    ours, other = found["totals"]
    assert (ours["label"], other["label"]) == ("strategy.yaml", "often.yaml")
    assert other["messages"] > ours["messages"]
    assert other["contact_days"] > ours["contact_days"]
    with listed.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == ours["messages"] + other["messages"]


def test_history_is_replayed_with_what_was_known_on_each_day(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(strategy=OFTEN)
    arguments = ("simulate", str(workspace), "--strategy", str(workspace / "strategy.yaml"))
    found = told(*arguments, "--from", "2026-06-12", "--to", "2026-06-12")
    assert isinstance(found, dict)
    # F-5 was paid on 15 June: on the 12th it still was a third receivable to remind of.
    assert sum(row["receivables"] for row in found["steps"] if row["label"] == "strategy.yaml") == 4


@pytest.mark.parametrize("last", ["2026-06-01", "2028-06-01"])
def test_a_period_that_cannot_be_is_wrong_use(make_workspace: MakeWorkspace, last: str) -> None:
    workspace = make_workspace()
    strategy = str(workspace / "strategy.yaml")
    answer = CliRunner().invoke(
        app, ["simulate", str(workspace), "--strategy", strategy, "--from", "2026-06-10", "--to", last]
    )
    assert answer.exit_code == 2


def test_work_contacts_and_fees_are_priced_by_each_strategy(make_workspace: MakeWorkspace, tmp_path: Path) -> None:
    workspace = make_workspace()
    (tmp_path / "calls.yaml").write_text("""\
payments_fresh_within_days: none
worklists: {minutes_per: {call: 30}}
consequences: {since: 2020-01-01, default: {fees: {first: {EUR: 10}}}}
credit_policy: {cost_to_serve: {financing_rate: 5, contact_cost: {EUR: {email: 0.5, call: 4}}}}
ladders:
  only:
    - {step: first, after_due: 5, channels: [email, call], fallback_channels: [sales], repeat: {every: 1, at_most: 9}}
segments:
  - {name: everyone, ladder: only}
""")
    found = told(
        *("simulate", str(workspace), "--strategy", str(tmp_path / "calls.yaml")),
        *("--from", "2026-06-15", "--to", "2026-06-17"),
    )
    assert isinstance(found, dict)
    other = found["totals"][1]
    steps = [row for row in found["steps"] if row["label"] == "calls.yaml"]
    messages = {
        channel: sum(row["messages"] for row in steps if row["channel"] == channel) for channel in ("email", "call")
    }
    assert messages["email"] >= 3
    assert float(other["work_hours"]) == messages["call"] * 0.5
    (money,) = [row for row in found["money"] if row["label"] == "calls.yaml"]
    assert float(money["contact_cost"]) == messages["email"] * 0.5 + messages["call"] * 4
    assert float(money["fees"]) == 10 * other["receivables"]
    ours = [row for row in found["money"] if row["label"] == "strategy.yaml"]
    assert [row["contact_cost"] for row in ours] == [None]
