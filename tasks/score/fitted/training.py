"""Fits the boosters of a model to past points, and calibrates them on months that they have not seen.

The choice of the library, the size of the trees and the split by history were made on measured results:
docs/decisions/0005-boosted-trees-and-newcomers.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from tasks.score.fitted.disclosure import rounded_amounts, shared_codes
from tasks.score.fitted.history import Bools, History, as_inputs, pooled, texts_of
from tasks.score.fitted.model import (
    Calibration,
    Classifier,
    DelayQuantiles,
    FittedModel,
    Floats,
    Inputs,
    by_population,
    columns_of,
    said,
)
from tasks.score.fitted.rare import base_calibration, believed_slope
from tasks.score.fitted.shift import level_shift
from tasks.score.fitted.targets import (
    DEFAULT_DAYS,
    LEAST_DAYS,
    MOST_DAYS,
    QUANTILES,
    Population,
    Target,
)
from tasks.score.fitted.trees import LEAST_ROWS, RARE_SHARE, boost, boost_delays, is_enough
from tasks.settings.score import Windows

FOLDS = (0.60, 0.80)
"""Shares of the training points, by day, after which the walk forward fits anew and foretells what follows."""

LEAST_CALIBRATION = 100
"""Foretold outcomes of the rarer kind below which no slope is fitted."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Recipe:
    """What a model is fitted for: tolerances in days, how lateness is counted, and what its features are made with."""

    tolerances: tuple[int, int] = (0, 7)
    working_days: bool = False
    branch: str | None = None
    attributes: tuple[str, ...] = ()
    calendar: str | None = None
    windows: Windows = field(default_factory=Windows)

    def days_of(self, target: Target) -> int:
        """Days late from which a receivable is what the target says."""
        return {
            Target.LATE: self.tolerances[0],
            Target.VERY_LATE: self.tolerances[1],
            Target.DEFAULT: DEFAULT_DAYS,
        }[target]


class TooShort(ValueError):
    """The history cannot carry a model; the text says what is missing."""


def fit(
    history: History,
    known_on: date,
    recipe: Recipe,
    *,
    name: str,
    others: Sequence[History] = (),
    progress: Progress = lambda _: None,
) -> FittedModel:
    """A model from what was known on the morning of `known_on`: outcomes that every receivable alike could have had by then.

    The same history gives the same model. `others`: histories of companies that share it, learnt from in the same way.

    Raises:
        TooShort: too few outcomes, or none late, or none in time.
    """
    day = np.datetime64(known_on)
    codes = (shared_codes if others else texts_of)(history, history.scored_on < day)
    if others:
        history = pooled((history, *others))
    seen = history.scored_on < day
    inputs = as_inputs(history, codes)
    if others:
        inputs = rounded_amounts(inputs)
    classifiers: dict[tuple[Target, Population], Classifier] = {}
    for target in Target:
        progress(f"fitting {target.value.replace('_', ' ')}")
        classifiers |= _fit_target(history, inputs, day, target=target, days=recipe.days_of(target))
    progress("fitting days to payment")
    return FittedModel(
        name=name,
        trained_on=known_on,
        tolerances=recipe.tolerances,
        working_days=recipe.working_days,
        branch=recipe.branch,
        attributes=recipe.attributes,
        calendar=recipe.calendar,
        windows=recipe.windows,
        codes=codes,
        classifiers=classifiers,
        delays=_fit_delays(history, inputs, day),
        rows=int((seen & history.is_even).sum()),
        companies=1 + len(others),
    )


def usable(history: History, days: int, known_on: np.datetime64, *, target: Target) -> Bools:
    """Points whose outcome is known by `known_on` and still was a question when they were scored."""
    limit = DEFAULT_DAYS if target is Target.DEFAULT else 0
    return history.is_mature(days, known_on) & (history.scored_on < known_on) & (history.days_overdue <= limit)


def _fit_target(
    history: History, inputs: Inputs, known_on: np.datetime64, *, target: Target, days: int
) -> Iterator[tuple[tuple[Target, Population], Classifier]]:
    late = history.is_late(days, known_on)
    rows = usable(history, days, known_on, target=target)
    # Nobody who was ever 90 days late is no reason to do without a model: then that target has a constant probability.
    if target is Target.LATE and not is_enough(late, rows):
        raise TooShort(
            f"{int(rows.sum())} receivables have a known outcome ({int(late[rows].sum())} of them more than {days} days late); "
            f"a model needs at least {LEAST_ROWS}, of both kinds"
        )
    foretold = _walk_forward(history, inputs, known_on, target=target, days=days)
    undue = history.is_at_issue & (history.days_overdue <= 0) & history.is_even
    held = undue & ~np.isnan(foretold)
    slope = believed_slope(foretold[held], late[held]) if target is Target.DEFAULT else None
    asked = rows & undue
    # What is not overdue has a calibration of its own.
    met = history.days_overdue > 0 if slope is not None else np.ones(len(history), dtype=bool)
    # Drawn to a rare share, so that what never happened is not foretold as impossible.
    base = (float(late[asked].sum()) + RARE_SHARE) / (float(asked.sum()) + 1)
    for population, members in by_population(history.has_history):
        own = rows & members & _learnt_from(history, target, population)
        fitted = boost(inputs, late, own, target=target, population=population, all_rows=rows & history.is_even)
        calibrated = replace(fitted, calibration=_calibrate(foretold, late, members & met))
        if slope is not None:
            margins = fitted.log_odds(inputs[asked & members])
            calibrated = replace(calibrated, undue=base_calibration(margins, slope=slope, base=base))
        yield (target, population), calibrated


def _learnt_from(history: History, target: Target, population: Population) -> Bools:
    """Of newcomers, whether they will be late is learnt once, at the issue of the receivable.

    What is seen of it later hardly differs, and who pays late is seen more often.
    """
    if population is Population.NEWCOMER and target is not Target.DEFAULT:
        return history.is_at_issue
    return history.is_even


def _walk_forward(history: History, inputs: Inputs, known_on: np.datetime64, *, target: Target, days: int) -> Floats:
    """Log-odds of receivables by models that had not seen their months; NaN for those that none foretold."""
    foretold = np.full(len(history), np.nan)
    before = np.sort(history.scored_on[history.is_even & (history.scored_on < known_on)])
    if target is Target.DEFAULT:
        # Known so late that of the newest points only those long overdue have an outcome.
        known = usable(history, days, known_on, target=target) & history.is_even & (history.days_overdue <= 0)
        before = np.sort(history.scored_on[known])
    starts = [before[int(share * len(before))] for share in FOLDS] if len(before) else []
    for start, end in zip(starts, [*starts[1:], known_on], strict=False):
        late = history.is_late(days, start)
        rows = usable(history, days, start, target=target)
        later = usable(history, days, known_on, target=target) & history.is_even
        later &= (history.scored_on >= start) & (history.scored_on < end)
        if not later.any() or not is_enough(late, rows):
            continue
        for population, members in by_population(history.has_history):
            asked = later & members
            if asked.any():
                own = rows & members & _learnt_from(history, target, population)
                trial = boost(inputs, late, own, target=target, population=population, all_rows=rows & history.is_even)
                foretold[asked] = trial.log_odds(inputs[asked])
    return foretold


def _calibrate(foretold: Floats, late: Bools, members: Bools) -> Calibration:
    """Slope and offset by which foretold log-odds met what happened (Platt); only the offset where few were of one kind."""
    rows = members & ~np.isnan(foretold)
    fewest = min(int(late[rows].sum()), int((~late[rows]).sum()))
    if fewest < LEAST_CALIBRATION:
        return Calibration(offset=level_shift(foretold[rows], late[rows]))
    fitted = LogisticRegression(C=10.0).fit(foretold[rows, None], late[rows])
    slope = float(fitted.coef_[0, 0])
    return Calibration(slope, float(fitted.intercept_[0])) if slope > 0 else Calibration()


def _fit_delays(history: History, inputs: Inputs, known_on: np.datetime64) -> DelayQuantiles:
    """Quantiles of the days to payment, of everything due before `known_on`; what is unpaid counts with its days so far."""
    delay = np.clip(history.delay(known_on), LEAST_DAYS, MOST_DAYS)
    rows = history.is_mature(0, known_on) & (history.scored_on < known_on) & (history.days_overdue <= MOST_DAYS)
    rows &= history.is_even
    columns = said(columns_of(Population.KNOWN, Target.LATE), inputs[rows])
    before = np.sort(history.scored_on[rows])
    held_from = before[int(FOLDS[-1] * len(before))]
    earlier = history.is_mature(0, held_from) & (history.scored_on < held_from) & rows
    widen = (0.0, 0.0)
    if earlier.sum() >= LEAST_ROWS:
        early_delay = np.clip(history.delay(held_from), LEAST_DAYS, MOST_DAYS)
        trial = DelayQuantiles(boost_delays(inputs, early_delay, earlier, columns), columns)
        held = rows & (history.scored_on >= held_from) & (history.days_overdue <= 0)
        widen = _widened(trial(inputs[held], history.days_overdue[held]), delay[held])
    return DelayQuantiles(boost_delays(inputs, delay, rows, columns), columns, widen)


def _widened(found: Floats, delay: Floats) -> tuple[float, float]:
    """Days by which the outer quantiles must move so that they hold on points not seen (split conformal; may be negative).

    Judged in whole days, as dates are published: many pay on the very day, so that a tail cannot be had exactly. Of the
    moves by which both tails together come nearest to what they should hold, those that share it most evenly.
    """
    moves = np.linspace(-5, 5, 101)
    below = np.array([(delay < np.round(found[:, 0] - move)).mean() for move in moves])
    above = np.array([(delay > np.round(found[:, -1] + move)).mean() for move in moves])
    outside = QUANTILES[0] + 1 - QUANTILES[-1]
    misses = np.abs(below[:, None] + above[None, :] - outside) + 0.1 * np.abs(below[:, None] - above[None, :])
    low, high = np.unravel_index(int(misses.argmin()), misses.shape)
    return float(moves[low]), float(moves[high])
