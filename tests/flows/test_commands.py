"""The commands as a user types them: what they print, their JSON, and their exit codes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app as command_line
from tasks.problems import UserProblem

MakeWorkspace = Callable[..., Path]
FOLDER_COMMANDS = [
    "init",
    "run",
    "send",
    "check",
    "explain",
    "record",
    "reconcile",
    "query",
    "serve",
    "demo",
    "backtest",
    "train",
    "channels",
    "whatsapp-templates",
]


def puntual(*arguments: object) -> Result:
    """Runs the command in this process and turns the user's problems into exit code 1, as `main` does."""
    result = CliRunner().invoke(command_line.app, [str(argument) for argument in arguments])
    if isinstance(result.exception, UserProblem):
        result.exit_code = 1
    elif result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def answer(*arguments: object) -> object:
    result = puntual(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def planned(make_workspace: MakeWorkspace) -> Path:
    """A workspace in which the day was planned."""
    workspace = make_workspace()
    assert puntual("run", workspace, "--json").exit_code == 0
    return workspace


@pytest.mark.parametrize("command", FOLDER_COMMANDS)
def test_every_command_has_an_example_in_its_help(command: str) -> None:
    shown = puntual(command, "--help")
    if command == "record":
        shown = puntual(command, "DIR", "promise", "--help")
    assert shown.exit_code == 0
    assert "Example: puntual" in shown.output


def test_run_prints_the_documented_json(make_workspace: MakeWorkspace) -> None:
    result = answer("run", make_workspace(), "--as-of", "2026-06-16")
    assert isinstance(result, dict)
    documented = "run_id as_of files open_receivables decisions reasons reminders warehouse seconds"
    assert set(result) == {*documented.split(), "quarantine", "warnings"}
    assert result["as_of"] == "2026-06-16"
    documented = "source path rows_in landed quarantined duplicates"
    assert set(result["files"][0]) == {*documented.split(), "set_aside", "set_aside_by_reason", "amounts"}
    assert Path(result["warehouse"]).exists()


def test_run_tells_a_person_what_happened_and_what_to_do_next(make_workspace: MakeWorkspace) -> None:
    shown = puntual("run", make_workspace())
    assert shown.exit_code == 0
    assert "4 partidas abiertas" in shown.output
    assert "2 planificados" in shown.output
    assert "Siguiente" in shown.output


def test_a_date_that_is_none_is_wrong_use(make_workspace: MakeWorkspace) -> None:
    assert puntual("run", make_workspace(), "--as-of", "31/02/2026").exit_code == 2


def test_a_folder_without_settings_is_the_users_problem(tmp_path: Path) -> None:
    assert puntual("run", tmp_path).exit_code == 1


def test_check_finds_nothing_wrong_with_a_good_workspace(make_workspace: MakeWorkspace) -> None:
    result = answer("check", make_workspace())
    assert isinstance(result, dict)
    assert result["ok"] is True
    assert all(problem["severity"] == "warning" for problem in result["problems"])


def test_check_tells_every_problem_at_once_and_fails(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(
        payments="id,number,customer,day,amount\nP-1,F-5,C2,2026-01-02,10.00\n",
        strategy=(
            "ladders:\n  only:\n    - {step: late, after_due: 5, channel: email, tone: courteous}\n"
            "    - {step: early, after_due: 2, channel: email, tone: firm}\nsegments:\n  - {name: all, ladder: only}\n"
        ),
    )
    subject = workspace / "templates/overdue/es/subject.txt.j2"
    subject.parent.mkdir(parents=True)
    subject.write_text("Debe {{ saldo_total }}")
    shown = puntual("check", workspace, "--json")
    assert shown.exit_code == 1
    found = json.loads(shown.stdout)
    told = json.dumps(found["problems"])
    assert found["ok"] is False
    assert "payments" in told
    assert "early" in told
    assert "saldo_total" in told
    assert set(found["problems"][0]) == {"severity", "where", "what", "fix"}


def test_explain_gives_the_facts_the_path_and_the_result(planned: Path) -> None:
    result = answer("explain", planned, "F-1", "--as-of", "2026-06-16", "--language", "en")
    assert isinstance(result, dict)
    assert result["decision"] == "remind"
    assert result["path"]
    assert result["facts"]


def test_explain_answers_for_a_past_day_with_what_was_known_then(planned: Path) -> None:
    before = answer("explain", planned, "F-1", "--as-of", "2026-05-03")
    assert isinstance(before, dict)
    assert before["decision"] != "remind"


def test_what_is_recorded_is_obeyed_by_the_next_run(planned: Path) -> None:
    answer("record", planned, "promise", "C1", "--for", "2026-06-30", "--author", "ana")
    answer("record", planned, "hold", "C2", "--reason", "visit on Friday", "--until", "2026-06-20", "--author", "ana")
    result = answer("run", planned, "--send")
    assert isinstance(result, dict)
    assert result["reasons"]["promised"] == 2
    assert result["reasons"]["on_hold"] == 1
    assert result["reminders"]["accepted"] == 0


@pytest.mark.parametrize(
    ("what", "options"),
    [
        ("dispute", ["--reason", "wrong price"]),
        ("dispute", ["--kind", "damaged", "--receivable", "F-1", "--amount", "20", "--currency", "EUR"]),
        ("plan", ["--instalment", "2026-07-31=50", "--instalment", "2026-06-30=50", "--currency", "EUR"]),
        ("confirm", ["--kind", "invoice_received"]),
        ("opt-out", ["--channel", "email"]),
    ],
)
def test_everything_people_learn_can_be_recorded(make_workspace: MakeWorkspace, what: str, options: list[str]) -> None:
    recorded = answer("record", make_workspace(), what, "C1", "--author", "ana", *options)
    assert isinstance(recorded, dict)
    assert recorded["result"] == "recorded"


def test_a_flag_is_recorded_and_released(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace()
    flag = answer(
        "record", workspace, "flag", "C1", "vulnerable", "--reason", "told us of an illness", "--author", "ana"
    )
    assert isinstance(flag, dict)
    assert flag["result"] == "recorded"
    released = answer("record", workspace, "flag", "C1", "vulnerable", "--release", str(flag["id"]), "--author", "ana")
    assert released == {"id": flag["id"], "result": "released"}
    for wrong in (["vulnerable"], ["sad", "--reason", "x"]):
        assert puntual("record", workspace, "flag", "C1", *wrong, "--author", "ana").exit_code == 2


@pytest.mark.parametrize("given", ["2026-06-30", "soon=50", "2026-06-30=much"])
def test_an_instalment_is_a_day_and_an_amount(make_workspace: MakeWorkspace, given: str) -> None:
    options = ["--instalment", "2026-07-31=50", "--instalment", given, "--currency", "EUR", "--author", "ana"]
    assert puntual("record", make_workspace(), "plan", "C1", *options).exit_code == 2


def test_query_reads_the_published_warehouse_and_cannot_write_it(planned: Path) -> None:
    rows = answer("query", planned, "SELECT receivable_id, open_amount FROM mart.receivables ORDER BY 1 LIMIT 1")
    assert rows == [{"receivable_id": "F-1", "open_amount": 100.0}]
    assert puntual("query", planned, "DROP TABLE mart.receivables").exit_code == 1
    assert puntual("query", planned, "COPY mart.receivables TO 'stolen.csv'").exit_code == 1


def test_reconcile_has_nothing_to_do_after_a_clean_day(planned: Path) -> None:
    assert answer("reconcile", planned) == {"messages": []}


def test_a_mistyped_customer_is_refused_with_the_likely_one(planned: Path) -> None:
    refused = puntual("record", planned, "opt-out", "C11", "--author", "ana")
    assert refused.exit_code == 1
    assert "Did you mean C1" in str(refused.exception)
    assert puntual("record", planned, "opt-out", "C11", "--author", "ana", "--force").exit_code == 0


@pytest.mark.parametrize(
    "options",
    [
        ["--for", "2026-06-30", "--amount", "NaN", "--currency", "EUR"],
        ["--for", "2026-06-01"],
        ["--for", "2026-06-30", "--author", ""],
    ],
    ids=["no amount", "a day that has passed", "nobody"],
)
def test_a_promise_that_means_nothing_is_wrong_use(make_workspace: MakeWorkspace, options: list[str]) -> None:
    author = [] if "--author" in options else ["--author", "ana"]
    assert puntual("record", make_workspace(), "promise", "C1", *options, *author).exit_code == 2


def test_a_problem_is_json_where_json_was_asked_for(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flows.cli.app", "check", str(tmp_path), "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 1
    assert json.loads(ended.stdout)["ok"] is False
    assert "puntual init" in ended.stderr


def test_init_proposes_sources_in_the_documented_shape(tmp_path: Path) -> None:
    export = tmp_path / "facturas.csv"
    export.write_text("Cliente;Numero;Fecha;Vencimiento;Moneda;Importe\n1;F-1;05/01/2026;25/02/2026;EUR;1.210,50\n")
    result = answer("init", tmp_path / "acme", "--from", export)
    assert isinstance(result, dict)
    assert set(result["sources"][0]) == {"path", "system", "kind", "evidence", "confidence"}
    assert result["sources"][0]["kind"] == "receivables"
