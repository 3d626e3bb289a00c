from __future__ import annotations

import json
from datetime import date

import duckdb
import pytest

from tasks.decisions.lookup import kept_decision
from tasks.decisions.record import DecisionsDoNotAddUp, record_decisions
from tasks.problems import LedgerProblem
from tests.decisions.conftest import DAY


def texts(problems) -> str:
    return "\n".join(f"{problem.severity} {problem}" for problem in problems)


def test_every_open_receivable_has_a_row_also_those_that_nothing_is_said_about(workspace) -> None:
    link = workspace.keep("run-1")
    rows = duckdb.execute(
        "SELECT receivable_id, decision, reason, strategy_version, length(facts_hash), length(row_hash)"
        " FROM read_parquet($1) ORDER BY 1",
        [str(workspace.folder / "run-1.parquet")],
    ).fetchall()
    assert rows == [
        ("R1", "remind", "step_due", "v1", 32, 32),
        ("R2", "wait", "until_next_step", "v1", 32, 32),
        ("R3", "silent", "disputed", "v1", 32, 32),
    ]
    assert (link.number, link.row_count, link.previous_root) == (1, 3, "")
    assert workspace.problems() == []


def test_each_root_holds_the_root_of_the_run_before(workspace) -> None:
    first, second = workspace.keep("run-1"), workspace.keep("run-2")
    assert (second.number, second.previous_root) == (2, first.root)
    assert second.root != first.root
    assert workspace.problems() == []


def test_the_same_day_run_twice_has_the_same_facts_and_rows(workspace) -> None:
    first, second = workspace.keep("run-1"), workspace.keep("run-2")
    assert (first.facts_root, first.rows_root) == (second.facts_root, second.rows_root)


def test_another_amount_is_another_fact(workspace) -> None:
    first = workspace.keep("run-1")
    workspace.open_amounts["R3"] = "3.01"
    second = workspace.keep("run-2")
    assert first.facts_root != second.facts_root
    assert first.rows_root != second.rows_root


def test_a_fact_that_changes_no_decision_changes_the_facts_only(workspace) -> None:
    first = workspace.keep("run-1")
    work = workspace.work("run-2")
    work.execute("UPDATE segment.facts SET risk_grade = 'E' WHERE customer_id = 'C-R2'")
    second = record_decisions(work, workspace.folder, workspace.ledger)
    assert first.facts_root != second.facts_root


def test_the_order_of_the_rows_does_not_matter(workspace) -> None:
    first = workspace.keep("run-1")
    workspace.open_amounts = dict(reversed(workspace.open_amounts.items()))
    assert workspace.keep("run-2").rows_root == first.rows_root


def test_a_task_that_is_retried_keeps_what_stands(workspace) -> None:
    first = workspace.keep("run-1")
    again = workspace.keep("run-1")
    assert again == first
    assert len(workspace.ledger.decision_chain()) == 1
    assert workspace.problems() == []


def test_a_run_that_decides_otherwise_when_repeated_is_refused_and_the_first_stays(workspace) -> None:
    workspace.keep("run-1")
    workspace.open_amounts["R1"] = "99.00"
    with pytest.raises(LedgerProblem, match="decided otherwise"):
        workspace.keep("run-1")
    assert workspace.problems() == []


def test_nothing_open_is_a_run_too(workspace) -> None:
    workspace.open_amounts = {}
    assert workspace.keep("run-1").row_count == 0
    assert workspace.problems() == []


def test_money_that_gets_lost_before_the_decisions_stops_the_run(workspace) -> None:
    work = workspace.work("run-1")
    work.execute("DELETE FROM decide.decisions WHERE receivable_id = 'R2'")
    with pytest.raises(DecisionsDoNotAddUp, match=r"open amount in EUR: 123\.50 against 103\.00"):
        record_decisions(work, workspace.folder, workspace.ledger)
    assert workspace.ledger.decision_chain() == ()


def test_a_cent_that_a_file_brought_and_nobody_landed_is_noticed(workspace) -> None:
    work = workspace.work("run-1")
    work.execute("UPDATE landing.file_amounts SET amount_in = amount_in + 0.01")
    with pytest.raises(DecisionsDoNotAddUp, match="amount of files in EUR"):
        record_decisions(work, workspace.folder, workspace.ledger)


def test_an_altered_row_is_named(workspace) -> None:
    workspace.keep("run-1")
    workspace.rewrite(
        "run-1", "SELECT * REPLACE (CASE receivable_id WHEN 'R3' THEN 'remind' ELSE decision END AS decision) FROM kept"
    )
    assert "run-1.parquet: was changed: 1 rows are not what was hashed, such as receivable R3" in texts(
        workspace.problems()
    )


def test_a_row_altered_together_with_its_hash_is_noticed(workspace) -> None:
    workspace.keep("run-1")
    workspace.open_amounts["R1"] = "1.00"
    workspace.keep("run-2")
    forged = (workspace.folder / "run-2.parquet").read_bytes()
    (workspace.folder / "run-1.parquet").write_bytes(forged)
    assert "run-1.parquet: was changed: rows were replaced together with their hashes (hashes beginning with" in texts(
        workspace.problems()
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("SELECT * FROM kept WHERE receivable_id <> 'R2'", "1 rows were removed; it has 2 and the ledger says 3"),
        ("SELECT * FROM kept UNION ALL SELECT * FROM kept WHERE receivable_id = 'R2'", "1 rows were added"),
    ],
)
def test_a_removed_or_added_row_is_counted(workspace, change: str, said: str) -> None:
    workspace.keep("run-1")
    workspace.rewrite("run-1", change)
    assert said in texts(workspace.problems())


def test_a_file_with_the_same_rows_written_anew_is_a_warning(workspace) -> None:
    workspace.keep("run-1")
    workspace.rewrite("run-1", "SELECT * FROM kept ORDER BY receivable_id DESC")
    assert texts(workspace.problems()).startswith("warning decisions/run-1.parquet: was written anew")


@pytest.mark.parametrize("ending", ["parquet", "json"])
def test_a_missing_file_is_named(workspace, ending: str) -> None:
    workspace.keep("run-1")
    (workspace.folder / f"run-1.{ending}").unlink()
    assert f"error decisions/run-1.{ending}: is missing, and the ledger names it" in texts(workspace.problems())


def test_a_file_that_is_no_table_any_more_is_named(workspace) -> None:
    workspace.keep("run-1")
    file = workspace.folder / "run-1.parquet"
    file.write_bytes(file.read_bytes()[:200])
    assert "run-1.parquet: was changed: it cannot be read as rows any more" in texts(workspace.problems())


def test_an_altered_manifest_is_named(workspace) -> None:
    workspace.keep("run-1")
    file = workspace.folder / "run-1.json"
    content = json.loads(file.read_text())
    content["money"][0]["open_amount"] = "1.00"
    file.write_text(json.dumps(content))
    assert "run-1.json: was changed: its hash is not the one in the ledger" in texts(workspace.problems())


def test_a_file_that_no_link_names_is_told(workspace) -> None:
    workspace.keep("run-1")
    (workspace.folder / "run-9.parquet").write_bytes(b"")
    assert "warning decisions/run-9.parquet: is in no link of the ledger's chain" in texts(workspace.problems())


def test_what_was_kept_of_a_past_day_is_found_again(workspace) -> None:
    link = workspace.keep("run-1")
    workspace.keep("run-2", as_of=date(2026, 6, 2))
    kept = kept_decision(workspace.scratch(), workspace.folder, workspace.ledger, "R3", DAY)
    assert kept is not None
    assert (kept.run_id, kept.decision, kept.reason, kept.root) == ("run-1", "silent", "disputed", link.root)
    assert kept_decision(workspace.scratch(), workspace.folder, workspace.ledger, "R9", DAY) is None


def test_rows_hold_ids_and_no_names(workspace) -> None:
    workspace.keep("run-1")
    columns = duckdb.execute("DESCRIBE FROM read_parquet($1)", [str(workspace.folder / "run-1.parquet")]).fetchall()
    assert not {"name", "recipient_name", "recipient_address", "email"} & {column[0] for column in columns}
