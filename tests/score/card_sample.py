"""A model card with everything a card can say, made of drawn numbers."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
from lxml import html

from tasks.score.card.model_card import (
    Comparison,
    DataGap,
    DataSpan,
    FeatureLine,
    FutureCheck,
    ModelCard,
    Promotion,
    Standing,
    TargetCard,
)
from tasks.score.evaluation.backtest import evaluate_all
from tasks.score.evaluation.baselines import ageing, base_rate, customer_mean, customer_share
from tasks.score.evaluation.calibration import calibration_bins
from tasks.score.evaluation.drift import feature_drift
from tasks.score.evaluation.figures import evaluate
from tasks.score.evaluation.inputs import Forecast, Outcomes
from tasks.score.evaluation.money import gain_curve

ROWS = 3000

CUTOFF = date(2026, 1, 5)

LANGUAGES = ("es", "en")


def some_target(tolerance_days: int) -> TargetCard:
    rng = np.random.default_rng(11)
    customer = rng.integers(0, 150, ROWS)
    habit = rng.beta(1.2, 2.2, 150)
    truth = np.clip(habit[customer] * 0.7 + rng.uniform(-0.2, 0.4, ROWS), 0.02, 0.97) * (0.4 if tolerance_days else 1)
    late = rng.uniform(size=ROWS) < truth
    days = np.round(np.where(late, tolerance_days + rng.gamma(1.5, 6, ROWS) + 1, -rng.gamma(1, 3, ROWS)))
    days[rng.uniform(size=ROWS) < 0.02] = np.nan
    bucket = np.where(habit[customer] > 0.5, "31-60", np.where(habit[customer] > 0.3, "1-30", "current"))
    history = rng.uniform(size=ROWS) > 0.07
    outcomes = Outcomes(
        is_late=late,
        days_late=days,
        amount=np.round(rng.lognormal(7, 1.3, ROWS), 2),
        currency=np.where(rng.uniform(size=ROWS) < 0.9, "EUR", "CLP"),
        customer=customer.astype(str),
        scored_on=np.datetime64(CUTOFF) + rng.integers(0, 6, ROWS) * 28,
        has_history=history,
        segments={
            "zone": rng.choice(["Norte", "Sur & <Oriente>", ""], ROWS, p=[0.6, 0.39, 0.01]),
            "aging": bucket,
        },
    )
    p = np.clip(truth + rng.normal(0, 0.05, ROWS), 0.01, 0.99)
    model = Forecast(name="puntual", probability=p, days_late=truth * 8, low=np.full(ROWS, -6.0), high=8 + 12 * truth)
    share = np.where(history, habit[customer], np.nan)
    baselines = [
        customer_share(late_share=share, mean_days_late=share * 8, train_is_late=late),
        ageing(train_bucket=bucket, train_is_late=late, train_days_late=days, bucket=bucket),
        base_rate(train_is_late=late, train_days_late=days, rows=ROWS),
        customer_mean(mean_days_late=share * 8, train_days_late=days),
    ]
    before, now = {f"feature_{n}": rng.normal(size=ROWS) for n in range(14)}, {}
    for n, (name, values) in enumerate(before.items()):
        now[name] = values + (0.9 if n == 2 else 0.45 if n == 5 else 0)
    fold = evaluate(outcomes, model, repetitions=0)
    result = evaluate_all(
        target=f"paid more than {tolerance_days} days late",
        cutoff=CUTOFF,
        rows_train=7210,
        outcomes=outcomes,
        model=model,
        baselines=baselines,
        drift=feature_drift(before=before, now=now),
        folds=((date(2025, 10, 1), fold), (CUTOFF, fold)),
    )
    drawn = [item for item in (model, *baselines) if item.probability is not None]
    best = Forecast(name="best_possible", probability=late.astype(float))
    curves = [gain_curve(outcomes, item.probability, name=item.name, currency="EUR") for item in (*drawn, best)]
    return TargetCard(
        tolerance_days=tolerance_days,
        is_by_working_days=bool(tolerance_days),
        backtest=result,
        calibration=calibration_bins(late, p),
        gains=tuple(curve for curve in curves if curve),
    )


def make_card() -> ModelCard:
    return ModelCard(
        model_id="trees-20260105-3fa2",
        kind="trees",
        company_name="Aceros <del Sur> S.A.",
        trained_on=date(2026, 6, 3),
        data=DataSpan(
            first_on=date(2024, 2, 1),
            last_on=date(2026, 6, 2),
            customers=150,
            currencies=("EUR", "CLP"),
            late_share_train=0.41,
            late_share_test=0.39,
            without_history=0.07,
        ),
        features=tuple(
            FeatureLine(
                name=f"feature_{n}",
                meaning_es=f"Parte de lo saldado tarde en los últimos {n + 1} meses, contraída hacia la de la empresa",
                meaning_en=f"Share settled late in the last {n + 1} months, shrunk towards the company's",
                importance=importance,
            )
            for n, importance in enumerate((0.02, 0.41, 0.22, 0.2, 0.1, 0.05))
        ),
        targets=(some_target(0), some_target(7)),
        promotion=Promotion(
            is_in_use=True,
            standing=Standing.BETTER,
            replaced="trees-20251005-11c0",
            comparisons=(
                Comparison(figure="auc", tolerance_days=0, before=0.812, after=0.831),
                Comparison(figure="brier", tolerance_days=0, before=0.171, after=0.165),
            ),
        ),
        future_check=FutureCheck(rows=3000, features=14),
        gaps=(DataGap(field="sector", missing_share=0.34), DataGap(field="zone", missing_share=0.01)),
    )


def parsed(page: str):
    return html.document_fromstring(page, parser=html.HTMLParser(recover=False, huge_tree=False))


def changed(card: ModelCard, **of_first_backtest) -> ModelCard:
    """The card whose first target's back-test has other values."""
    first = card.targets[0]
    backtest = dataclasses.replace(first.backtest, **of_first_backtest)
    return dataclasses.replace(card, targets=(dataclasses.replace(first, backtest=backtest), *card.targets[1:]))
