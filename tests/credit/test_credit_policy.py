"""The policy's own mistakes are told, the previous run is read as it was, and the closed list of reasons is the SQL's."""

from __future__ import annotations

import os
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tasks.credit.policy import CreditPolicy
from tasks.credit.previous import load_previous_holds
from tasks.credit.reasons import load_hold_reasons
from tasks.credit.wording import release_text
from tasks.paths import SQL, WorkspacePaths
from tasks.problems import SettingsProblem
from tasks.segment.lint import lint_strategy
from tasks.segment.load import parse_strategy

LADDERS = {
    "late": [
        {"step": "reminder", "after_due": 5},
        {"step": "final", "after_step": {"step": "reminder", "days": 10}, "needs_approval": True},
    ]
}
SEGMENTS = [{"name": "everybody", "ladder": "late"}]


def errors_of(policy: object) -> list[str]:
    strategy = parse_strategy({"ladders": LADDERS, "segments": SEGMENTS, "credit_policy": policy})
    return [problem.what for problem in lint_strategy(strategy) if problem.severity == "error"]


def suspended_by(step: str) -> dict[str, object]:
    return {"rules": [{"name": "all", "suspension": {"days_overdue": 60, "announced_by": [step], "deadline_days": 10}}]}


def test_a_suspension_is_announced_by_a_step_that_exists_and_that_a_person_approves() -> None:
    assert errors_of(suspended_by("final")) == []
    assert "sent without approval" in errors_of(suspended_by("reminder"))[0]
    assert "no ladder has the step 'finale'" in errors_of(suspended_by("finale"))[0]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([{"name": "new", "when": {"is_new": True}}], "the last rule"),
        ([{"name": "all"}, {"name": "new", "when": {"is_new": True}}], "the last rule"),
        ([{"name": "a", "when": {"is_new": True}}, {"name": "a"}], "the same name"),
    ],
)
def test_every_customer_has_one_rule(rules: list[object], said: str) -> None:
    with pytest.raises(SettingsProblem, match=said):
        errors_of({"rules": rules})


def test_an_exemption_needs_its_last_day_its_reason_and_its_author() -> None:
    with pytest.raises(SettingsProblem) as found:
        errors_of({"exempt": [{"customer": "C1"}]})
    assert all(word in str(found.value) for word in ("until", "reason", "author"))


def test_the_credit_policy_changes_its_own_version_and_not_the_strategys() -> None:
    plain = parse_strategy({"ladders": LADDERS, "segments": SEGMENTS})
    strict = parse_strategy({"ladders": LADDERS, "segments": SEGMENTS, "credit_policy": {"valid_days": 1}})
    assert plain.version == strict.version
    assert plain.credit_policy == CreditPolicy()
    assert plain.credit_policy.version != strict.credit_policy.version


def test_the_closed_list_of_reasons_has_the_order_in_which_the_sql_asks() -> None:
    text = (SQL / "credit" / "verdicts.sql").read_text(encoding="utf-8")
    asked = re.findall(r"'(\w+)' END|^\s+'(\w+)'$", text.split("UNION ALL")[1], re.MULTILINE)
    assert ["".join(pair) for pair in asked] == list(load_hold_reasons())


def test_what_releases_a_hold_is_told_with_its_figures() -> None:
    hold = {
        "reason": "arrears",
        "release_amount": Decimal("1234.56"),
        "release_currency": "EUR",
        "release_receivables": 3,
    }
    assert release_text(hold, "en") == "pay 1,234.56 EUR of 3 invoices"
    assert release_text(hold, "es") == "pagar 1.234,56 EUR (3 facturas)"
    assert release_text(hold, "pt") == "pagar 1.234,56 EUR (3 faturas)"


def publish_holds(paths: WorkspacePaths, run_id: str, reason: str, written_at: int) -> None:
    paths.warehouses.mkdir(parents=True, exist_ok=True)
    path = paths.warehouses / f"{run_id}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA mart")
        connection.execute(
            "CREATE TABLE mart.order_holds AS SELECT 'acme' AS company_id, 'C1' AS customer_id, 'EUR' AS currency, '' AS order_id, "
            "'hold' AS decision, $1 AS reason, DATE '2026-05-01' AS held_since, NULL::VARCHAR AS suspension", [reason],
        )  # fmt: skip
    os.utime(path, (written_at, written_at))


def test_the_previous_run_is_the_last_one_of_the_newest_earlier_day(tmp_path: Path) -> None:
    paths = WorkspacePaths(tmp_path)
    with duckdb.connect() as work:
        assert load_previous_holds(work, paths, date(2026, 6, 16)) is None
        publish_holds(paths, "20260612-0000000a", "older", 9)
        publish_holds(paths, "20260615-0000000b", "first of the day", 1)
        publish_holds(paths, "20260615-0000000a", "last of the day", 2)
        publish_holds(paths, "20260616-0000000a", "the same day", 3)
        load_previous_holds(work, paths, date(2026, 6, 16))
        assert work.execute("SELECT reason FROM previous.order_holds").fetchall() == [("last of the day",)]


def test_a_warehouse_of_an_older_program_has_no_holds_to_continue(tmp_path: Path) -> None:
    paths = WorkspacePaths(tmp_path)
    paths.warehouses.mkdir(parents=True)
    duckdb.connect(str(paths.warehouses / "20260615-0000000a.duckdb")).close()
    with duckdb.connect() as work:
        load_previous_holds(work, paths, date(2026, 6, 16))
        assert work.execute("SELECT count(*) FROM previous.order_holds").fetchall() == [(0,)]
