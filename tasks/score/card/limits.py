"""Where a model is weak, read off its own card: nobody has to remember to say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.score.card.model_card import ModelCard, TargetCard
from tasks.score.card.ranking import columns, is_worse_than_baseline
from tasks.score.evaluation.backtest import Backtest
from tasks.score.evaluation.drift import Band
from tasks.score.evaluation.figure import MINIMUM_ROWS
from tasks.score.evaluation.leaks import Suspicion

FULL_YEAR_DAYS = 365
FEW_ROWS = 1000
FEW_CUSTOMERS = 50
MANY_WITHOUT_HISTORY = 0.1
MANY_UNKNOWN = 0.05
MUCH_MISSING = 0.1
POOR_CALIBRATION = 0.03
"""Expected calibration error above which the design's target is missed (docs/design.md)."""
COVERAGE_WITHIN = 0.03
"""Distance of an interval's coverage from its level that the design allows: 77 to 83 % for 80 %."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One weakness: a `code` with words, the number it is about, the names it concerns (features, figures, fields) and signs of a leak."""

    code: str
    number: float = 0.0
    names: tuple[str, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    tolerance_days: int | None = None


def limits_of(card: ModelCard) -> tuple[Limit, ...]:
    """All weaknesses that the card's numbers show, those of the data first; segments and features are the first target's."""
    of_targets = (limit for target in card.targets for limit in _of_target(target))
    return (*_of_data(card), *_of_segments_and_features(card.targets[0].backtest), *of_targets)


def _of_data(card: ModelCard) -> Iterator[Limit]:
    data, first = card.data, card.targets[0].backtest
    days = (data.last_on - data.first_on).days + 1
    if days < FULL_YEAR_DAYS:
        yield Limit(code="short_history", number=days)
    if first.rows_train < FEW_ROWS:
        yield Limit(code="few_rows", number=first.rows_train)
    if data.customers < FEW_CUSTOMERS:
        yield Limit(code="few_customers", number=data.customers)
    if data.without_history >= MANY_WITHOUT_HISTORY:
        yield Limit(code="without_history", number=data.without_history)
    unknown = first.models[0].coverage.unknown / first.rows_test
    if unknown >= MANY_UNKNOWN:
        yield Limit(code="unknown_days", number=unknown)
    for gap in card.gaps:
        if gap.missing_share >= MUCH_MISSING:
            yield Limit(code="gap", number=gap.missing_share, names=(gap.field,))
    if card.future_check is None:
        yield Limit(code="not_checked")
    elif card.future_check.moved:
        yield Limit(code="sees_future", names=card.future_check.moved)


def _of_segments_and_features(first: Backtest) -> Iterator[Limit]:
    small = sum(item.figures.rows < MINIMUM_ROWS for item in first.segments)
    if small:
        yield Limit(code="small_segments", number=small)
    shifted = tuple(item.feature for item in first.drift if item.band is Band.SHIFTED and not item.is_by_chance)
    if shifted:
        yield Limit(code="drift", names=shifted)


def _of_target(target: TargetCard) -> Iterator[Limit]:
    result, model, days = target.backtest, target.backtest.models[0], target.tolerance_days
    if target.is_base_rate:
        yield Limit(code="base_rate", tolerance_days=days)
    worse = tuple(name for name in columns(result) if is_worse_than_baseline(result, name))
    if worse:
        yield Limit(code="baseline_better", names=worse, tolerance_days=days)
    if model.ece.value is not None and model.ece.value > POOR_CALIBRATION:
        yield Limit(code="calibration", number=model.ece.value, tolerance_days=days)
    cover = model.coverage
    if cover.within.value is not None and abs(cover.within.value - cover.level) > COVERAGE_WITHIN:
        yield Limit(code="coverage", number=cover.within.value, tolerance_days=days)
    if result.suspicions:
        yield Limit(code="leak", suspicions=result.suspicions, tolerance_days=days)
