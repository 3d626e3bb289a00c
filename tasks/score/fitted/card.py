"""The model card of a candidate: its figures, features and limits as `tasks.score.card` shows them. No customer is in it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

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
from tasks.score.evaluation.backtest import Backtest
from tasks.score.evaluation.calibration import calibration_bins
from tasks.score.evaluation.money import GainCurve, gain_curve
from tasks.score.features import load_features
from tasks.score.fitted.candidate import Candidate, Finding
from tasks.score.fitted.foretold import Foretold
from tasks.score.fitted.history import Bools, History
from tasks.score.fitted.judge import as_date, outcomes_of
from tasks.score.fitted.model import FittedModel
from tasks.score.fitted.protocol import Scope, judged_rows, learnt_rows
from tasks.score.fitted.rules_of_thumb import naive_forecasts
from tasks.score.fitted.segments import CATEGORIES
from tasks.score.fitted.store import SCORECARD
from tasks.score.fitted.targets import Population, Target
from tasks.score.fitted.training import Recipe

_STANDINGS = {
    Finding.FIRST: Standing.FIRST,
    Finding.BETTER: Standing.BETTER,
    Finding.NOT_BETTER: Standing.NOT_BETTER,
    Finding.NOT_COMPARED: Standing.NOT_COMPARED,
}
_GAPS = tuple(name for name in CATEGORIES if name not in {"branch", "document_type"})
_SHOWN_GAINS = ("customer_share", "ageing", "base_rate")


def model_card(candidate: Candidate, *, company_name: str) -> ModelCard:
    """The card of a candidate that has a model.

    Raises:
        ValueError: it has none.
    """
    model, judged, recipe = candidate.model, candidate.judged, candidate.recipe
    history, scope, checked = candidate.history, candidate.scope, candidate.audit
    if model is None or judged is None or recipe is None or history is None or scope is None or checked is None:
        raise ValueError("a candidate without a model has no card")
    foretold = Foretold(history, judged)
    targets = tuple(
        _target(foretold, history, scope, recipe, target=target, result=result)
        for target, result in candidate.results.items()
    )
    return ModelCard(
        model_id=model.name,
        kind="trees",
        company_name=company_name,
        companies=model.companies,
        trained_on=model.trained_on,
        data=_span(history, scope, recipe.tolerances[0]),
        features=_features(model),
        targets=targets,
        promotion=_promotion(candidate, recipe.tolerances[0]),
        future_check=FutureCheck(
            rows=checked.rows, features=checked.features, moved=tuple(item.column for item in checked.moved)
        ),
        gaps=tuple(_gaps(history, judged_rows(history, scope, 0))),
    )


def _target(
    foretold: Foretold, history: History, scope: Scope, recipe: Recipe, *, target: Target, result: Backtest
) -> TargetCard:
    days = recipe.days_of(target)
    rows = judged_rows(history, scope, days)
    outcomes = outcomes_of(history, rows, days)
    mine = foretold.forecast(target, rows)
    naive = naive_forecasts(
        history,
        train=learnt_rows(history, scope, days),
        test=rows,
        tolerance=days,
        known_on=scope.cutoff,
        has_days=False,
    )
    shown = [mine, *(item for item in naive if item.name in _SHOWN_GAINS and item.probability is not None)]
    curves: list[GainCurve | None] = []
    for currency in outcomes.currencies():
        curves += [
            gain_curve(outcomes, item.probability, name=item.name, currency=currency)
            for item in shown
            if item.probability is not None
        ]
        curves.append(
            gain_curve(outcomes, outcomes.is_late.astype(np.float64), name="best_possible", currency=currency)
        )
    bins = () if mine.probability is None else calibration_bins(outcomes.is_late, mine.probability)
    return TargetCard(
        tolerance_days=days,
        is_by_working_days=recipe.working_days,
        backtest=result,
        calibration=bins,
        gains=tuple(curve for curve in curves if curve is not None),
        is_base_rate=all(item.is_base_rate for item in foretold.classifiers(target)),
    )


def _span(history: History, scope: Scope, tolerance: int) -> DataSpan:
    train, test = learnt_rows(history, scope, tolerance), judged_rows(history, scope, tolerance)
    both = train | test
    late = history.is_late(tolerance)
    return DataSpan(
        first_on=as_date(history.scored_on[both].min()),
        last_on=as_date(history.scored_on[both].max()),
        customers=len(np.unique(history.customer[both].astype(np.str_))),
        currencies=tuple(str(code) for code in np.unique(history.currency[both].astype(np.str_))),
        late_share_train=float(late[train].mean()),
        late_share_test=float(late[test].mean()),
        without_history=float((~history.has_history[test]).mean()),
    )


def _features(model: FittedModel) -> tuple[FeatureLine, ...]:
    """Shares of what all splits gained, in the model of customers with history; the attributes by their own names."""
    classifier = model.classifiers[Target.LATE, Population.KNOWN]
    features = load_features()
    gains = np.zeros(len(features))
    for name, gain in classifier.booster.get_score(importance_type="total_gain").items():
        gains[classifier.columns[int(name.removeprefix("f"))]] = float(np.sum(gain))
    whole = gains.sum() or 1.0
    order = np.argsort(-gains, kind="stable")
    return tuple(
        FeatureLine(
            name=features[place].name,
            meaning_es=_named(features[place].es, model.attributes),
            meaning_en=_named(features[place].en, model.attributes),
            importance=float(gains[place] / whole),
        )
        for place in order
        if gains[place] > 0
    )


def _named(meaning: str, attributes: tuple[str, ...]) -> str:
    """The meaning with the company's name of the attribute behind its number."""
    for slot, name in enumerate(attributes, start=1):
        if meaning.endswith(f" {slot}"):
            return f"{meaning} ({name})"
    return meaning


def _promotion(candidate: Candidate, tolerance: int) -> Promotion:
    comparisons = [
        Comparison(figure=figure, tolerance_days=tolerance, before=before, after=after)
        for duel in candidate.duels
        if duel.against == candidate.in_use
        for figure, before, after in (
            ("auc", duel.other_auc, duel.auc),
            ("brier", duel.other_brier, duel.brier),
            ("log_loss", duel.other_log_loss, duel.log_loss),
            ("ece", duel.other_ece, duel.ece),
        )
    ]
    return Promotion(
        is_in_use=candidate.is_promoted,
        standing=_STANDINGS[candidate.finding],
        replaced=None if candidate.in_use == SCORECARD and candidate.is_promoted else candidate.in_use,
        comparisons=tuple(comparisons),
    )


def _gaps(history: History, rows: Bools) -> Iterator[DataGap]:
    for name in _GAPS:
        missing = history.features[name].is_null().to_numpy(zero_copy_only=False)[rows]
        yield DataGap(field=name, missing_share=float(missing.mean()))
