"""Baselines, drift and the guard against leaks; and the shape that scripts rely on."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from tasks.score.evaluation.as_json import as_json
from tasks.score.evaluation.backtest import evaluate_all
from tasks.score.evaluation.baselines import ageing, base_rate, customer_mean, customer_median, customer_share
from tasks.score.evaluation.drift import Band, feature_drift
from tasks.score.evaluation.figure import Reason
from tasks.score.evaluation.figures import Figures, evaluate
from tasks.score.evaluation.inputs import Forecast, Outcomes
from tasks.score.evaluation.leaks import MovedColumn, Protocol, Sign, leak_suspicions, moved_columns

NAN = float("nan")
START = np.datetime64("2026-01-01")


class Ledger:
    """Receivables of customers whose habit changes half-way: what they did later does not follow from what they did before."""

    def __init__(self) -> None:
        rng = np.random.default_rng(3)
        rows, customers = 4000, 200
        self.scored_on = np.sort(START + rng.integers(0, 200, rows))
        self.customer = rng.integers(0, customers, rows)
        early, late = rng.uniform(0.1, 0.7, customers), rng.uniform(0.1, 0.7, customers)
        habit = np.where(self.scored_on < START + 100, early[self.customer], late[self.customer])
        self.is_late = rng.uniform(size=rows) < habit
        self.known_on = self.scored_on + 30

    def share_before(self, *, whole_file: bool = False, is_late=None) -> np.ndarray:
        """The customer's late share among rows known before each row is scored, or over the whole file, as tutorials do."""
        late = self.is_late if is_late is None else is_late
        share = np.full(len(late), late.mean() if whole_file else 0.4)
        for row, (who, day) in enumerate(zip(self.customer, self.scored_on, strict=True)):
            mine = self.customer == who
            seen = mine if whole_file else mine & (self.known_on < day)
            if seen.any():
                share[row] = (late[seen].sum() + 2.0) / (seen.sum() + 5)
        return share

    def figures(self, share: np.ndarray, train: np.ndarray, test: np.ndarray) -> Figures:
        """What a model fitted on one feature reaches on the test rows."""
        fitted = LogisticRegression().fit(share[train].reshape(-1, 1), self.is_late[train])
        forecast = Forecast(name="m", probability=fitted.predict_proba(share[test].reshape(-1, 1))[:, 1])
        rows = int(test.sum())
        outcomes = Outcomes(
            is_late=self.is_late[test],
            days_late=np.zeros(rows),
            amount=np.ones(rows),
            currency=np.full(rows, "EUR"),
            customer=self.customer[test].astype(str),
            scored_on=self.scored_on[test],
            has_history=np.ones(rows, dtype=bool),
        )
        return evaluate(outcomes, forecast)

    def protocol(self, train: np.ndarray, test: np.ndarray) -> Protocol:
        return Protocol(
            train_scored_on=self.scored_on[train],
            train_known_on=self.known_on[train],
            test_scored_on=self.scored_on[test],
        )


def test_the_tutorial_recipe_is_shown_to_be_a_leak_and_the_honest_one_is_not() -> None:
    ledger = Ledger()
    cutoff = START + 140
    train, test = ledger.known_on < cutoff, ledger.scored_on >= cutoff
    honest_share, tutorial_share = ledger.share_before(), ledger.share_before(whole_file=True)
    honest = ledger.figures(honest_share, train, test)
    later = ledger.is_late.copy()
    later[ledger.known_on > cutoff] = np.random.default_rng(1).uniform(size=(ledger.known_on > cutoff).sum()) < 0.5

    def moved(share, whole_file):
        altered = ledger.share_before(whole_file=whole_file, is_late=later)
        columns = {"before": {"customer_share": share}, "after": {"customer_share": altered}}
        return moved_columns(**columns, scored_on=ledger.scored_on, up_to=cutoff)

    assert moved(honest_share, False) == ()
    assert leak_suspicions(point_in_time=honest, suspect=honest, protocol=ledger.protocol(train, test)) == ()

    random = np.random.default_rng(0).uniform(size=len(ledger.is_late)) < 0.7
    tutorial = ledger.figures(tutorial_share, random, ~random)
    found = leak_suspicions(
        point_in_time=honest,
        suspect=tutorial,
        protocol=ledger.protocol(random, ~random),
        moved=moved(tutorial_share, True),
    )
    signs = {item.sign: item for item in found}
    assert {Sign.TRAINED_ON_LATER_ROWS, Sign.FEATURES_SEE_THE_FUTURE, Sign.TOO_GOOD_TO_BE_TRUE} <= set(signs)
    assert "customer_share" in signs[Sign.FEATURES_SEE_THE_FUTURE].why
    assert [item.is_proof for item in found].count(False) == 1


def test_labels_that_were_not_known_at_the_first_test_day_are_seen() -> None:
    ledger = Ledger()
    cutoff = START + 140
    train, test = ledger.scored_on < cutoff, ledger.scored_on >= cutoff
    honest = ledger.figures(ledger.share_before(), train, test)
    (found,) = leak_suspicions(point_in_time=honest, suspect=honest, protocol=ledger.protocol(train, test))
    assert found.sign == Sign.LABELS_NOT_KNOWN_YET
    assert str(int((ledger.known_on[train] >= cutoff).sum())) in found.why


def test_only_columns_that_move_before_the_day_are_named_missing_values_and_rounding_do_not_count() -> None:
    day = START + np.array([0, 1, 2])
    before = {
        "share": np.array([0.5, NAN, 0.1]),
        "sum": np.array([0.3, 1.0, 1.0]),
        "mean": np.array([1.0, 2.0, 3.0]),
        "zone": np.array(["n", None, "s"], dtype=object),
    }
    after = {
        "share": np.array([0.5, NAN, 0.9]),
        "sum": np.array([0.1 + 0.2, 1.0, 1.0]),
        "mean": np.array([1.0, NAN, 3.0]),
        "zone": np.array(["m", None, "s"], dtype=object),
    }
    found = moved_columns(before=before, after=after, scored_on=day, up_to=START + 1)
    assert found == (MovedColumn("mean", 1), MovedColumn("zone", 1))


def test_frames_of_other_columns_or_rows_are_refused() -> None:
    day = START + np.array([0, 1])
    with pytest.raises(ValueError, match="one frame only: b"):
        moved_columns(before={"a": day}, after={"a": day, "b": day}, scored_on=day, up_to=START)
    with pytest.raises(ValueError, match="a has other rows"):
        moved_columns(before={"a": day}, after={"a": day[:1]}, scored_on=day, up_to=START)


def test_baselines_fall_back_to_the_training_rows_where_a_customer_has_no_past() -> None:
    late, days = np.array([True, False, False, False]), np.array([9.0, -3.0, 1.0, NAN])
    share = customer_share(late_share=np.array([0.8, NAN]), mean_days_late=np.array([-2.0, NAN]), train_is_late=late)
    assert (share.probability.tolist(), share.days_late.tolist()) == ([0.8, 0.25], [0.0, 0.0])
    mean = customer_mean(mean_days_late=np.array([4.0, NAN]), train_days_late=days)
    assert mean.days_late.tolist() == pytest.approx([4.0, 10 / 3])
    median = customer_median(median_days_late=np.array([-1.0, NAN]), train_days_late=days)
    assert median.days_late.tolist() == [0.0, 1.0]
    constant = base_rate(train_is_late=late, train_days_late=days, rows=2)
    assert (constant.probability.tolist(), constant.days_late.tolist()) == ([0.25, 0.25], [1.0, 1.0])


def test_ageing_takes_the_rate_of_the_bucket_and_the_base_rate_where_few_were_seen() -> None:
    bucket = np.array(["current"] * 60 + ["1-30"] * 40 + ["90+"] * 5)
    late = np.concatenate([np.arange(60) < 6, np.arange(40) < 30, np.ones(5, dtype=bool)])
    forecast = ageing(
        train_bucket=bucket,
        train_is_late=late,
        train_days_late=np.where(late, 12.0, -1.0),
        bucket=np.array(["1-30", "current", "90+", "31-60"]),
    )
    assert forecast.probability.tolist() == pytest.approx([0.75, 0.1, 41 / 105, 41 / 105])
    assert forecast.days_late.tolist() == [12.0, 0.0, 0.0, 0.0]


def test_the_index_is_the_textbook_sum_and_a_third_moved_is_no_chance() -> None:
    before, now = {"zone": np.repeat(["a", "b"], [50, 50])}, {"zone": np.repeat(["a", "b"], [75, 25])}
    (found,) = feature_drift(before=before, now=now)
    assert found.index.value == pytest.approx(0.25 * np.log(1.5) - 0.25 * np.log(0.5))
    assert (found.band, found.is_by_chance) == (Band.SHIFTED, False)


def test_without_any_change_the_index_stays_under_what_chance_gives_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(5)
    drawn = [
        feature_drift(before={"days": rng.normal(size=1000)}, now={"days": rng.normal(size=400)})[0] for _ in range(400)
    ]
    assert 0.92 <= np.mean([item.is_by_chance for item in drawn]) <= 0.98


def test_missing_values_new_words_and_constants_are_bins_of_their_own() -> None:
    rows = 400
    before = {"n": np.arange(rows, dtype=float), "w": np.full(rows, "a"), "c": np.ones(rows), "e": np.full(rows, NAN)}
    now = {
        "n": np.where(np.arange(rows) % 2, NAN, before["n"]),
        "w": np.array(["a", "new"] * (rows // 2), dtype=object),
        "c": np.ones(rows),
        "e": np.full(rows, NAN),
    }
    found = feature_drift(before=before, now=now)
    by_name = {item.feature: item for item in found}
    assert [item.feature for item in found[2:]] == ["c", "e"]
    assert by_name["n"].band == by_name["w"].band == Band.SHIFTED
    assert (by_name["n"].missing_before, by_name["n"].missing_now) == (0.0, 0.5)
    assert by_name["c"].index.value == by_name["e"].index.value == 0.0


def test_few_rows_have_no_index_and_an_absent_feature_is_named() -> None:
    (few,) = feature_drift(before={"a": np.arange(200.0)}, now={"a": np.arange(49.0)})
    assert (few.index.reason, few.band, few.is_by_chance) == (Reason.TOO_FEW_ROWS, None, False)
    with pytest.raises(ValueError, match="without values now: b"):
        feature_drift(before={"a": np.arange(2.0), "b": np.arange(2.0)}, now={"a": np.arange(2.0)})


def test_the_json_has_what_scripts_rely_on_and_says_why_a_figure_is_missing() -> None:
    rng = np.random.default_rng(2)
    rows = 300
    p = rng.uniform(0.05, 0.9, rows)
    late = rng.uniform(size=rows) < p
    outcomes = Outcomes(
        is_late=late,
        days_late=np.where(late, 5.0, -1.0),
        amount=np.full(rows, 100.0),
        currency=np.full(rows, "EUR"),
        customer=rng.integers(0, 40, rows).astype(str),
        scored_on=START + rng.integers(0, 50, rows),
        has_history=np.arange(rows) > 20,
        segments={"zone": np.full(rows, "north")},
    )
    model = Forecast(name="puntual", probability=p, days_late=p * 5, low=np.full(rows, -2.0), high=np.full(rows, 4.0))
    result = evaluate_all(
        target="late > 0 days",
        cutoff=date(2026, 1, 1),
        rows_train=900,
        outcomes=outcomes,
        model=model,
        baselines=[customer_mean(mean_days_late=np.zeros(rows), train_days_late=np.zeros(9))],
        drift=feature_drift(before={"a": p}, now={"a": p}),
    )
    shape = json.loads(json.dumps(as_json(result), allow_nan=False))
    assert {"target", "cutoff", "rows_train", "rows_test", "models", "intervals"} <= shape.keys()
    assert (shape["cutoff"], shape["rows_train"], shape["rows_test"]) == ("2026-01-01", 900, 300)
    assert {"auc", "average_precision", "brier", "ece", "mae_days"} <= shape["models"]["puntual"].keys()
    assert shape["intervals"] == {"80": pytest.approx((~late).mean())}
    assert shape["models"]["customer_mean"]["auc"] is None
    assert shape["models"]["customer_mean"]["undefined"]["auc"] == "no_probability"
    assert shape["without_history"]["puntual"]["undefined"]["auc"] == "too_few_rows"
    assert shape["segments"]["zone"]["north"]["auc"] == shape["models"]["puntual"]["auc"]
    assert shape["drift"]["features"][0]["psi"] == 0.0
    assert shape["minimum"] == {"rows": 50, "of_each_class": 5}
