"""The whole back-test of a company's score: from its exports to the figures of each target."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np

from tasks.problems import UserProblem
from tasks.score.cash.figures import CashBacktest
from tasks.score.cash.of_exports import backtest_exports
from tasks.score.evaluation.backtest import Backtest
from tasks.score.fitted.apply import Scoring
from tasks.score.fitted.audit import Audit, audit
from tasks.score.fitted.history import History
from tasks.score.fitted.judge import Fold, as_date, judge
from tasks.score.fitted.leaky import LeakyTrial, leaky_trial
from tasks.score.fitted.model import FittedModel
from tasks.score.fitted.past import Learned, Past, Progress, nothing_learned, open_past
from tasks.score.fitted.protocol import TRAIN_SHARE, Scope, judged_rows, scope_of
from tasks.score.fitted.scorecard_past import scorecard_forecasts
from tasks.score.fitted.targets import Target
from tasks.score.fitted.training import Recipe, TooShort, fit
from tasks.settings.load import Workspace
from tasks.settings.score import ScoreSettings, Tolerances


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is to be tested: on which part of the history, and by which meaning of late.

    `horizon`: length of the test in days. `folds`: how many times the model is fitted anew through the test. `tolerance`: days
    of grace of the first target. `tolerance`, `working_days`: None as the settings say. `is_audited`: features are computed a second time
    with another future. `shows_leak`: a leaky model is made on purpose and shown to the guards. `forecasts_cash`: the cash
    forecast of past days is judged too, by habits and with the fitted model's days to payment.
    """

    as_of: date
    known_on: date
    cutoff: date | None = None
    train_share: float = TRAIN_SHARE
    horizon: int | None = None
    folds: int = 1
    tolerance: int | None = None
    working_days: bool | None = None
    document_type: str | None = None
    is_audited: bool = False
    shows_leak: bool = False
    forecasts_cash: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The figures per target, and what they rest on. `seconds` per stage.

    `points`: what the model could learn from, of a large ledger (`is_thinned`) an even sample; `judged_share`: of the points
    of the test that were judged, evenly chosen.
    """

    question: Question
    scope: Scope
    recipe: Recipe
    model: FittedModel
    results: dict[Target, Backtest]
    audit: Audit | None = None
    leaky: LeakyTrial | None = None
    cash: CashBacktest | None = None
    points: int = 0
    is_thinned: bool = False
    judged_share: float = 1.0
    seconds: dict[str, float] = field(default_factory=dict)


def backtest(
    workspace: Workspace,
    question: Question,
    *,
    learned: Learned = nothing_learned,
    progress: Progress = lambda _: None,
) -> Answer:
    """Fits a model to the earlier part of the history and judges it on the later one. Keeps nothing.

    `learned` tells what the workspace's ledger knew.

    Raises:
        UserProblem: the exports cannot be read, or the history is too short.
    """
    watch = _Watch()
    settings = _asked(workspace.settings.score, question)
    with (
        tempfile.TemporaryDirectory(prefix="puntual-backtest-") as scratch,
        open_past(
            workspace,
            question.as_of,
            Path(scratch),
            known_on=question.known_on,
            settings=settings,
            learned=learned,
            progress=progress,
        ) as past,
    ):
        watch.stage("staging")
        try:
            answer = _answer(past, question, progress, watch)
        except TooShort as error:
            raise too_short(error) from error
    if not question.forecasts_cash:
        return answer
    scoring = Scoring(answer.model, settings, workspace.settings.company.country)
    cash = backtest_exports(workspace, question.as_of, known_on=question.known_on, scoring=scoring, progress=progress)
    watch.stage("cash")
    return replace(answer, cash=cash, seconds=watch.seconds)


def too_short(error: TooShort) -> UserProblem:
    """The user's problem that a history cannot carry a model or a test of one."""
    return UserProblem.at(
        "exports/",
        f"the history is too short for a model of your own: {error}",
        "Deliver older receivables with their payments, or wait until more have fallen due. Until then the points scorecard "
        "scores, which needs no history.",
    )


def _answer(past: Past, question: Question, progress: Progress, watch: _Watch) -> Answer:
    progress("computing features of past days")
    cutoff = question.cutoff or past.day_at(question.train_share)
    recipe = recipe_of(past, cutoff)
    history = past.history(recipe.attributes, judged_from=cutoff)
    watch.stage("features")
    scope = scope_of(
        history,
        question.as_of,
        tolerance=recipe.tolerances[0],
        # A sample no longer tells where a share of all points lies.
        cutoff=cutoff if history.is_thinned else question.cutoff,
        train_share=question.train_share,
        horizon=question.horizon,
        document_type=question.document_type,
    )
    folds = _folds(history, scope, recipe, question.folds, progress)
    watch.stage("fit")
    model = folds[0].model
    progress("asking the points scorecard")
    others = scorecard_forecasts(past, history, scope, recipe)
    watch.stage("scorecard")
    checked = None
    if question.is_audited:
        progress("altering the future")
        past.build_staging()
        checked = audit(past, history, scope, recipe.attributes)
        watch.stage("audit")
    progress("judging")
    results = {
        target: found
        for target in Target
        if (
            found := judge(
                history,
                model,
                recipe,
                scope,
                target=target,
                folds=folds[: _shown(folds)],
                moved=checked.moved if checked else (),
                others=others.get(target, ()),
            )
        )
    }
    honest = results[Target.LATE].models[0]
    leaky = leaky_trial(history, scope, honest, tolerance=recipe.tolerances[0]) if question.shows_leak else None
    watch.stage("judge")
    return Answer(
        question=question,
        scope=scope,
        recipe=recipe,
        model=model,
        results=results,
        audit=checked,
        leaky=leaky,
        points=int(history.is_even.sum()),
        is_thinned=history.is_thinned,
        judged_share=history.judged_share,
        seconds=watch.seconds,
    )


def _asked(settings: ScoreSettings, question: Question) -> ScoreSettings:
    """The company's settings as the question has them."""
    asked: dict[str, object] = {}
    if question.working_days is not None:
        asked["working_days"] = question.working_days
    if question.tolerance is not None:
        first = question.tolerance
        asked["tolerances"] = Tolerances(late=first, very_late=max(first + 1, settings.tolerances.very_late))
    return settings.model_copy(update=asked)


def recipe_of(past: Past, known_on: date) -> Recipe:
    """What a model of this company is fitted for, with what was known on `known_on`."""
    return Recipe(
        tolerances=past.settings.tolerances.days,
        working_days=past.settings.working_days,
        branch=past.settings.branch,
        attributes=past.attributes(known_on),
        calendar=past.settings.calendar,
        windows=past.settings.windows,
    )


def _folds(history: History, scope: Scope, recipe: Recipe, count: int, progress: Progress) -> tuple[Fold, ...]:
    """Equal parts of the test, by points, each with a model fitted at its beginning; the first is the back-test's own."""
    rows = np.sort(history.scored_on[judged_rows(history, scope, recipe.tolerances[0])])
    starts = [scope.cutoff, *sorted({rows[len(rows) * part // count] for part in range(1, count)} - {scope.cutoff})]
    found = []
    for start, end in zip(starts, [*starts[1:], scope.until], strict=True):
        part = replace(scope, cutoff=start, until=end)
        progress(f"fitting what was known on {start}")
        found.append(Fold(part, fit(history, as_date(start), recipe, name="backtest", progress=progress)))
    return tuple(found)


def _shown(folds: tuple[Fold, ...]) -> int:
    """One fold only would repeat the figures of the whole."""
    return len(folds) if len(folds) > 1 else 0


class _Watch:
    """Seconds per stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def stage(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = round(now - self._last, 2)
        self._last = now
