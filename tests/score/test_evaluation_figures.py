"""The figures agree with independent computations, and what cannot be known is said instead of guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from tasks.score.evaluation.backtest import evaluate_all
from tasks.score.evaluation.baselines import base_rate
from tasks.score.evaluation.calibration import calibration_bins, calibration_by_month, wilson
from tasks.score.evaluation.figure import Figure, Reason
from tasks.score.evaluation.figures import by_segment, evaluate, without_history
from tasks.score.evaluation.inputs import Forecast, Outcomes
from tasks.score.evaluation.metrics import tenth_of
from tasks.score.evaluation.money import best_possible_recall, gain_curve, late_money_recall
from tasks.score.evaluation.resampling import resample_customers

ROWS = 1200


def some_outcomes(rows: int = ROWS, **changes) -> Outcomes:
    rng = np.random.default_rng(7)
    truth = rng.uniform(0.02, 0.9, rows)
    days = np.round(rng.normal(truth * 10 - 4, 3.0))
    days[::17] = np.nan
    given = {
        "is_late": rng.uniform(size=rows) < truth,
        "days_late": days,
        "amount": np.round(rng.lognormal(6, 1, rows), 2),
        "currency": np.where(np.arange(rows) % 3, "EUR", "GBP"),
        "customer": np.char.add("C", rng.integers(0, 90, rows).astype(str)),
        "scored_on": np.datetime64("2026-01-05") + rng.integers(0, 60, rows),
        "has_history": rng.uniform(size=rows) > 0.2,
        "segments": {"zone": np.where(np.arange(rows) < 30, "small", np.where(np.arange(rows) % 2, "north", "south"))},
    }
    return Outcomes(**{**given, **changes})


def some_forecast(rows: int = ROWS, **changes) -> Forecast:
    rng = np.random.default_rng(7)
    truth = rng.uniform(0.02, 0.9, rows)
    middle = truth * 10 - 4
    given = {"probability": np.round(truth, 2), "days_late": middle, "low": middle - 4, "high": middle + 4}
    return Forecast(name="puntual", **{**given, **changes})


def reference_interval(y, p, customers):
    """As `boot` of the reference baselines does it: the drawn customers' rows, one after the other."""
    codes, _ = pd.factorize(customers)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(codes.max() + 2))
    rng, aucs, precisions = np.random.default_rng(0), [], []
    for _ in range(200):
        pick = rng.integers(0, codes.max() + 1, codes.max() + 1)
        rows = np.concatenate([order[starts[c] : starts[c + 1]] for c in pick])
        aucs.append(roc_auc_score(y[rows], p[rows]))
        precisions.append(average_precision_score(y[rows], p[rows]))
    return np.percentile(aucs, (2.5, 97.5)), np.percentile(precisions, (2.5, 97.5))


def test_the_interval_is_the_one_of_the_drawn_rows_themselves() -> None:
    outcomes, p = some_outcomes(), some_forecast().probability
    found = resample_customers(outcomes.is_late, p, outcomes.customer)
    aucs, precisions = reference_interval(outcomes.is_late, p, outcomes.customer)
    assert (found.auc.low, found.auc.high) == pytest.approx(tuple(aucs), abs=1e-12)
    assert (found.average_precision.low, found.average_precision.high) == pytest.approx(tuple(precisions), abs=1e-12)


def test_the_interval_has_the_figure_inside_and_is_the_same_every_time() -> None:
    one, other = (evaluate(some_outcomes(), some_forecast()) for _ in range(2))
    assert one == other
    for figure in (one.auc, one.average_precision):
        assert figure.interval.low < figure.value < figure.interval.high


@pytest.mark.parametrize("rows", [10, 11, 21, 50, 99, 101, 1001, 3571])
def test_tenths_are_those_of_pandas_with_ties_in_the_order_given(rows) -> None:
    p = np.round(np.random.default_rng(rows).uniform(size=rows), 1)
    expected = pd.qcut(pd.Series(p).rank(method="first"), 10, labels=False)
    assert tenth_of(p).tolist() == expected.tolist()


def test_calibration_error_is_the_mean_distance_over_the_tenths() -> None:
    outcomes, p = some_outcomes(), some_forecast().probability
    tenth = tenth_of(p)
    expected = sum(
        abs(outcomes.is_late[tenth == b].mean() - p[tenth == b].mean()) * (tenth == b).mean() for b in range(10)
    )
    assert evaluate(outcomes, some_forecast(), repetitions=0).ece.value == pytest.approx(expected, abs=1e-12)


def test_precision_at_the_top_takes_a_tenth_in_the_order_of_the_probability() -> None:
    late = np.zeros(100, dtype=bool)
    late[:12] = True
    outcomes = some_outcomes(100, is_late=late)
    figures = evaluate(outcomes, some_forecast(100, probability=np.linspace(0.9, 0.1, 100)))
    assert figures.precision_at_10pct.value == 1.0


def test_early_counts_as_on_time_and_the_unpaid_are_left_out_of_the_error() -> None:
    days = np.full(60, -5.0)
    days[0], days[1] = np.nan, 7.0
    foretold = np.full(60, -2.0)
    foretold[1] = 1.0
    figures = evaluate(some_outcomes(60, days_late=days), some_forecast(60, days_late=foretold))
    assert figures.mae_days.rows == 59
    assert figures.mae_days.value == pytest.approx(6.0 / 59)


def test_coverage_counts_signed_days_with_both_ends_and_says_how_many_are_unknown() -> None:
    days = np.arange(100.0) - 50
    days[99] = np.nan
    ends = {"low": np.full(100, -40.0), "high": np.full(100, 29.0)}
    cover = evaluate(some_outcomes(100, days_late=days), some_forecast(100, **ends)).coverage
    assert (cover.within.value, cover.below.value, cover.above.value) == pytest.approx((70 / 99, 10 / 99, 19 / 99))
    assert (cover.within.rows, cover.unknown, cover.mean_days_wide.value) == (99, 1, 69.0)


def test_recall_works_the_capacity_of_each_day_by_money_at_risk_in_one_currency() -> None:
    rows = 60
    day = np.where(np.arange(rows) < 30, "2026-03-02", "2026-03-03").astype("datetime64[D]")
    late = np.arange(rows) % 2 == 0
    amount = np.full(rows, 10.0)
    amount[0], amount[1], amount[30] = 1000.0, 5000.0, 400.0
    outcomes = some_outcomes(rows, is_late=late, amount=amount, currency=np.full(rows, "EUR"), scored_on=day)
    p = np.full(rows, 0.5)
    p[1] = 0.01  # much money and hardly any risk
    late_money = amount[late].sum()
    assert late_money_recall(outcomes, p, currency="EUR", capacity=1).value == pytest.approx(1400 / late_money)
    assert best_possible_recall(outcomes, currency="EUR", capacity=2).value == pytest.approx(1420 / late_money)
    assert late_money_recall(outcomes, p, currency="EUR", capacity=30).value == 1.0


def test_money_of_currencies_is_never_compared() -> None:
    outcomes = some_outcomes()
    alone = outcomes.take(outcomes.currency == "GBP")
    p = some_forecast().probability
    of_all = evaluate(outcomes, some_forecast(), capacity=2, repetitions=0).late_money_recall
    assert set(of_all) == {"EUR", "GBP"}
    expected = late_money_recall(alone, p[outcomes.currency == "GBP"], currency="GBP", capacity=2)
    assert of_all["GBP"] == expected


def test_the_gain_curve_rises_from_nothing_to_everything_and_beats_chance() -> None:
    outcomes, p = some_outcomes(), some_forecast().probability
    curve = gain_curve(outcomes, p, name="puntual", currency="EUR")
    best = gain_curve(outcomes, outcomes.is_late.astype(float), name="best_possible", currency="EUR")
    assert (curve.worked[0], curve.found[0], curve.worked[-1], curve.found[-1]) == (0.0, 0.0, 1.0, 1.0)
    assert list(curve.found) == sorted(curve.found)
    assert 0.2 < curve.at(0.2) <= best.at(0.2)


@pytest.mark.parametrize(
    ("late", "rows", "reason"),
    [
        (20, 49, Reason.TOO_FEW_ROWS),
        (0, 60, Reason.ONE_CLASS),
        (60, 60, Reason.ONE_CLASS),
        (4, 60, Reason.TOO_FEW_OF_A_CLASS),
        (56, 60, Reason.TOO_FEW_OF_A_CLASS),
    ],
)
def test_what_cannot_be_ranked_has_a_reason_and_no_number(late, rows, reason) -> None:
    figures = evaluate(some_outcomes(rows, is_late=np.arange(rows) < late), some_forecast(rows))
    for name in ("auc", "average_precision", "brier", "ece", "log_loss"):
        figure: Figure = getattr(figures, name)
        assert (figure.value, figure.reason) == (None, reason)


def test_a_forecast_of_days_alone_has_no_figure_of_probability() -> None:
    figures = evaluate(some_outcomes(), Forecast(name="customer_mean", days_late=np.zeros(ROWS)))
    assert figures.auc.reason == figures.late_money_recall["EUR"].reason == Reason.NO_PROBABILITY
    assert figures.coverage.within.reason == Reason.NO_INTERVAL
    assert figures.mae_days.value > 0


def test_one_probability_for_all_has_no_top_but_ranks_by_chance() -> None:
    outcomes = some_outcomes()
    constant = base_rate(train_is_late=outcomes.is_late, train_days_late=outcomes.days_late, rows=ROWS)
    figures = evaluate(outcomes, constant)
    assert figures.precision_at_10pct.reason == Reason.NO_ORDER
    assert figures.auc.value == 0.5
    assert figures.mae_days.value is not None


def test_each_segment_and_the_customers_without_history_are_judged_by_their_own_rows() -> None:
    outcomes, forecast = some_outcomes(), some_forecast()
    found = {(item.kind, item.label): item.figures for item in by_segment(outcomes, forecast)}
    north = outcomes.segments["zone"] == "north"
    expected = roc_auc_score(outcomes.is_late[north], forecast.probability[north])
    assert found["zone", "north"].auc.value == pytest.approx(expected)
    assert found["zone", "small"].auc.reason == Reason.TOO_FEW_ROWS
    assert without_history(outcomes, forecast).rows == int((~outcomes.has_history).sum())
    assert without_history(some_outcomes(has_history=np.ones(ROWS, dtype=bool)), forecast) is None


def test_every_tenth_of_a_right_forecast_holds_its_share_within_the_interval() -> None:
    bins = calibration_bins(some_outcomes().is_late, some_forecast().probability)
    assert [item.rows for item in bins] == [120] * 10
    assert sum(item.interval.low <= item.foretold <= item.interval.high for item in bins) >= 8


def test_the_interval_of_a_share_is_the_published_one() -> None:
    # Newcombe 1998, table I: 81 of 263, and 0 of 20.
    assert (wilson(hits=81, rows=263).low, wilson(hits=81, rows=263).high) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert (wilson(hits=0, rows=20).low, wilson(hits=0, rows=20).high) == pytest.approx((0.0, 0.1611), abs=1e-4)


def test_a_forecast_too_sure_of_itself_has_a_slope_below_one_and_the_right_one_about_one() -> None:
    outcomes = some_outcomes(scored_on=np.full(ROWS, np.datetime64("2026-02-10")))
    right = some_forecast().probability
    odds = (right / (1 - right)) ** 2
    (month,) = calibration_by_month(outcomes, right)
    (sure,) = calibration_by_month(outcomes, odds / (1 + odds))
    assert month.month.isoformat() == "2026-02-01"
    assert month.slope.value == pytest.approx(1.0, abs=0.15)
    assert sure.slope.value == pytest.approx(month.slope.value / 2, abs=0.02)
    assert month.in_the_large.value == pytest.approx(outcomes.is_late.mean() - right.mean())


def test_months_with_few_rows_are_listed_without_figures() -> None:
    days = np.full(ROWS, np.datetime64("2026-02-10"))
    days[:10] = np.datetime64("2026-03-01")
    last = calibration_by_month(some_outcomes(scored_on=days), some_forecast().probability)[-1]
    assert (last.rows, last.slope.reason, last.in_the_large.value) == (10, Reason.TOO_FEW_ROWS, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"probability": np.array([0.1, np.nan])},
        {"low": np.array([0.0])},
        {"probability": np.array([0.1]), "days_late": np.array([0.1, 0.2])},
        {},
    ],
)
def test_a_forecast_that_does_not_fit_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r"^rules: "):
        Forecast(name="rules", **wrong)


def test_a_forecast_of_other_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="60 rows foretold, 1200 came out"):
        evaluate(some_outcomes(), some_forecast(60))


def test_the_whole_back_test_judges_the_model_and_its_baselines_over_the_same_rows() -> None:
    outcomes = some_outcomes()
    constant = base_rate(train_is_late=outcomes.is_late, train_days_late=outcomes.days_late, rows=ROWS)
    cutoff = pd.Timestamp("2026-01-05").date()
    found = evaluate_all(
        target="t", cutoff=cutoff, rows_train=9, outcomes=outcomes, model=some_forecast(), baselines=[constant]
    )
    assert [item.name for item in found.models] == ["puntual", "base_rate"]
    assert {item.rows for item in found.models} == {ROWS}
    assert {code for code, _ in found.best_possible} == {"EUR", "GBP"}
    for code, best in found.best_possible:
        assert all(item.late_money_recall[code].value <= best.value for item in found.models)
