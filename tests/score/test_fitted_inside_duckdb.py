"""A promoted model applied inside DuckDB: what SQL says is what the library says, its parts add up, and nobody is left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tasks.extract.attach import attach_landing
from tasks.extract.run import extract
from tasks.score.build import build_scores
from tasks.score.earlier import build_earlier
from tasks.score.fitted.apply import Scoring
from tasks.score.fitted.model import FittedModel
from tasks.score.fitted.past import open_past
from tasks.score.fitted.shift import level_shift
from tasks.score.fitted.targets import Target
from tasks.score.fitted.training import Recipe, fit
from tasks.settings.load import Workspace, load_workspace
from tasks.warehouse.connection import Connection, open_for_building
from tasks.warehouse.inputs import create_empty_inputs
from tasks.warehouse.models import build
from tasks.warehouse.work import write_parameters
from tests.score.simulated_history import grow_few_trees
from tests.score.small_company import write_company

TRAINED_ON, AS_OF = date(2026, 3, 1), date(2026, 6, 1)
EXACT = 1e-9


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return load_workspace(write_company(tmp_path_factory.mktemp("applied") / "acme"))


@pytest.fixture(scope="module")
def model(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> FittedModel:
    scratch = tmp_path_factory.mktemp("past")
    with pytest.MonkeyPatch.context() as patch, open_past(workspace, AS_OF, scratch, known_on=AS_OF) as past:
        grow_few_trees(patch, 12)
        return fit(past.history(("plant",)), TRAINED_ON, Recipe(attributes=("plant",)), name="20260301-test")


def built(workspace: Workspace, model: FittedModel | None, path: Path) -> Iterator[Connection]:
    settings = workspace.settings
    with open_for_building(path, settings.warehouse) as connection:
        write_parameters(connection, settings.company, run_id="20260601-0", as_of=AS_OF, known_on=AS_OF)
        attach_landing(connection, workspace, extract(workspace, as_of=AS_OF).files)
        create_empty_inputs(connection)
        build_scores(connection, None if model is None else Scoring(model, settings.score, settings.company.country))
        build(connection, ["delays"])
        yield connection


@pytest.fixture(scope="module")
def scored(workspace: Workspace, model: FittedModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    yield from built(workspace, model, tmp_path_factory.mktemp("scored") / "work.duckdb")


def test_log_odds_in_sql_are_those_of_the_library(scored: Connection, model: FittedModel) -> None:
    rows = scored.execute("SELECT inputs, has_history FROM fitted.inputs ORDER BY receivable_id, scored_on").fetchall()
    inputs = np.array([row[0] for row in rows], dtype=np.float32)
    known = np.array([row[1] for row in rows])
    found = scored.execute("SELECT log_odds FROM fitted.log_odds ORDER BY receivable_id, scored_on").fetchall()
    said = np.array([row[0] for row in found])
    expected = np.column_stack([model.log_odds(target, inputs, known) for target in Target])
    assert len(rows) > 100
    assert np.abs(said - expected).max() < EXACT


def test_the_level_is_shifted_by_what_has_fallen_due_since_the_training(scored: Connection) -> None:
    checked = scored.execute(
        """SELECT odds.log_odds[1], points.settled_on IS NULL OR points.settled_on > points.due_on
        FROM features.points AS points INNER JOIN fitted.log_odds AS odds USING (company_id, receivable_id, scored_on)
        WHERE points.scored_on < DATE '2026-06-01' AND points.due_on BETWEEN DATE '2026-03-03' AND DATE '2026-05-31'
            AND points.scored_on >= DATE '2026-03-01' AND NOT points.is_customer ORDER BY points.receivable_id"""
    ).fetchall()
    expected = level_shift(np.array([row[0] for row in checked]), np.array([row[1] for row in checked]))
    found = scored.execute("SELECT late FROM fitted.level_shifts").fetchone()
    assert len(checked) > 50
    assert found is not None
    assert found[0] == pytest.approx(expected, abs=EXACT)
    assert found[0] != 0


def test_every_open_receivable_has_a_score_whose_parts_add_up_and_whose_probability_follows(scored: Connection) -> None:
    rows = scored.execute(
        """SELECT s.log_odds, list_sum(list_transform(s.parts, LAMBDA part: part.log_odds)), s.late_probability,
            s.very_late_probability, s.method, s.model, o.days_overdue, len(s.parts)
        FROM staging.open_receivables AS o LEFT JOIN score.receivable_scores AS s USING (company_id, receivable_id)"""
    ).fetchall()
    assert {row[4] for row in rows} <= {"fitted", "fitted_newcomer"}
    assert {row[5] for row in rows} == {"20260301-test"}
    for log_odds, parts, late, very_late, _, _, days_overdue, count in rows:
        assert parts == pytest.approx(log_odds, abs=EXACT)
        assert late == pytest.approx(1 if days_overdue > 0 else 1 / (1 + np.exp(-log_odds)), abs=EXACT)
        assert 0 <= very_late <= late
        assert count == 5


def test_dates_come_from_the_models_quantiles_and_never_lie_in_the_past(scored: Connection) -> None:
    rows = scored.execute(
        """SELECT d.method, d.delay_10 <= d.delay_25 AND d.delay_25 <= d.delay_50 AND d.delay_50 <= d.delay_75
                AND d.delay_75 <= d.delay_90 AND d.delay_10 >= o.days_overdue,
            least(d.early_pay_date, d.late_pay_date, s.expected_pay_date) >= DATE '2026-06-01', d.default_probability
        FROM staging.open_receivables AS o LEFT JOIN delays.pay_delays AS d USING (company_id, receivable_id)
        LEFT JOIN score.receivable_scores AS s USING (company_id, receivable_id)"""
    ).fetchall()
    assert {row[0] for row in rows} == {"fitted"}
    assert all(row[1] and row[2] for row in rows)
    assert all(0 <= row[3] <= 1 for row in rows)


def test_without_a_model_the_points_have_the_word_for_the_same_receivables(
    workspace: Workspace, scored: Connection, tmp_path: Path
) -> None:
    every = "SELECT receivable_id FROM score.receivable_scores ORDER BY receivable_id"
    for plain in built(workspace, None, tmp_path / "work.duckdb"):
        assert plain.execute(every).fetchall() == scored.execute(every).fetchall()
        rows = plain.execute(
            """SELECT DISTINCT method IN ('scorecard', 'scorecard_peers'), model IS NULL,
                abs(list_sum(list_transform(parts, LAMBDA part: part.log_odds)) - log_odds) < 1e-9
            FROM score.receivable_scores"""
        ).fetchall()
        assert rows == [(True, True, True)]


def test_a_company_with_nothing_to_score_is_no_failure(
    workspace: Workspace, model: FittedModel, tmp_path: Path
) -> None:
    settings = workspace.settings
    with open_for_building(tmp_path / "work.duckdb", settings.warehouse) as connection:
        write_parameters(connection, settings.company, run_id="20260601-0", as_of=AS_OF, known_on=AS_OF)
        create_empty_inputs(connection)
        build_scores(connection, Scoring(model, settings.score, settings.company.country))
        assert connection.execute("SELECT count(*) FROM score.receivable_scores").fetchone() == (0,)


def test_a_model_grades_every_customer_of_whom_it_knows_a_document_by_a_usual_receivable(scored: Connection) -> None:
    rows = scored.execute(
        """SELECT c.method, c.model, c.risk_score, f.late_probability, len(c.reasons), known.invoiced_on < DATE '2026-06-01'
        FROM score.customer_scores AS c
        LEFT JOIN (SELECT customer_id, min(invoice_date) AS invoiced_on FROM staging.settlements WHERE amount > 0 GROUP BY ALL)
            AS known USING (customer_id)
        LEFT JOIN scoring.fitted_customers AS f ON c.customer_id = f.customer_id AND f.scored_on = DATE '2026-06-01'"""
    ).fetchall()
    assert len({row[2] for row in rows}) > 5
    for method, model, risk_score, probability, reasons, is_known in rows:
        assert (model is not None) == bool(is_known)
        if is_known:
            assert method in {"fitted", "fitted_newcomer"}
            assert risk_score == round(1000 * probability)
            assert reasons == 3


def test_the_grade_of_a_customer_does_not_move_with_the_weekday_of_the_run(scored: Connection) -> None:
    rows = scored.execute(
        """SELECT DISTINCT isodow(due_date), day(due_date) BETWEEN 15 AND 21, days_overdue = date_diff('day', due_date, invoice_date)
        FROM features.points WHERE is_customer"""
    ).fetchall()
    assert rows == [(3, True, True)]


def test_the_score_of_90_days_ago_is_by_the_same_model(scored: Connection) -> None:
    build_earlier(scored)
    rows = scored.execute(
        """SELECT e.risk_score, round(1000 * f.late_probability)
        FROM earlier.customer_scores AS e
        INNER JOIN score.customer_scores AS c USING (company_id, customer_id)
        LEFT JOIN scoring.fitted_customers AS f ON e.customer_id = f.customer_id AND f.scored_on = DATE '2026-03-03'
        WHERE c.model IS NOT NULL"""
    ).fetchall()
    assert len(rows) > 5
    assert all(before == by_model for before, by_model in rows)


def test_usual_receivables_are_no_receivables(scored: Connection) -> None:
    assert scored.execute(
        "SELECT count(*) FROM scoring.fitted_scores ANTI JOIN staging.open_receivables USING (company_id, receivable_id)"
    ).fetchone() == (0,)
