"""A new model for a workspace: fitted, judged against what scores now, and fitted again to everything that is known.

Nothing is kept here; `keep` does that.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

import numpy as np

from tasks.score.evaluation.backtest import Backtest
from tasks.score.fitted.audit import Audit, audit
from tasks.score.fitted.backtest import recipe_of
from tasks.score.fitted.files import write_model
from tasks.score.fitted.foretold import Foretold
from tasks.score.fitted.history import Bools, History
from tasks.score.fitted.judge import as_date, judge
from tasks.score.fitted.model import FittedModel, Floats
from tasks.score.fitted.past import Learned, Past, Progress, nothing_learned, open_past
from tasks.score.fitted.permission import Partner
from tasks.score.fitted.promotion import LEAST_ROWS, Duel, duel, is_better, is_compared
from tasks.score.fitted.protocol import LEAST_TEST_ROWS, TRAIN_SHARE, Scope, judged_rows, learnt_rows, scope_of
from tasks.score.fitted.rules_of_thumb import SHARES, numbers
from tasks.score.fitted.scorecard_past import scorecard_said
from tasks.score.fitted.shared import histories_of, without_own_codes
from tasks.score.fitted.store import SCORECARD, ModelStore
from tasks.score.fitted.targets import Target
from tasks.score.fitted.training import Recipe, TooShort, fit
from tasks.settings.load import Workspace

CUSTOMER_SHARE = "customer_share"
_LEAST_SHARE = 1e-6


class Finding(StrEnum):
    """What training came to."""

    FIRST = "first"
    BETTER = "better"
    NOT_BETTER = "not_better"
    NOT_COMPARED = "not_compared"
    TOO_SHORT = "too_short"
    TOO_SOON = "too_soon"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What training found on `as_of`. Without a model where the history is too short, or nothing came out since the last.

    `judged` is the model that was tested: fitted to what was known at the cutoff of `scope`; `model` is fitted to everything.
    """

    as_of: date
    finding: Finding
    in_use: str
    why: str
    model: FittedModel | None = None
    judged: FittedModel | None = None
    recipe: Recipe | None = None
    scope: Scope | None = None
    history: History | None = None
    results: Mapping[Target, Backtest] = field(default_factory=dict)
    duels: tuple[Duel, ...] = ()
    audit: Audit | None = None

    @property
    def is_promoted(self) -> bool:
        return self.finding in {Finding.FIRST, Finding.BETTER}


def train_candidate(
    workspace: Workspace,
    as_of: date,
    *,
    known_on: date,
    partners: Sequence[Partner] = (),
    learned: Learned = nothing_learned,
    progress: Progress = lambda _: None,
) -> Candidate:
    """Fits and judges a model with what was known on the morning of `as_of`. The same input gives the same candidate.

    With `partners` it is fitted to their histories too, and judged on this workspace's alone. `learned` tells what the ledger of
    each knew.

    Raises:
        UserProblem: the exports, or the model in use, cannot be read, or a company has not allowed to share its history.
    """
    others = histories_of(workspace, partners, as_of, learned=learned, progress=progress)
    store = ModelStore(workspace.paths.models)
    in_use = store.current(as_of)
    incumbent = None if in_use == SCORECARD else store.load(in_use)
    if incumbent is not None and incumbent.tolerances != workspace.settings.score.tolerances.days:
        # It answers another question, and scores no more (use.scoring_on): the candidate must beat the points.
        incumbent = None
    with (
        tempfile.TemporaryDirectory(prefix="puntual-train-") as scratch,
        open_past(workspace, as_of, Path(scratch), known_on=known_on, learned=learned, progress=progress) as past,
    ):
        try:
            return _candidate(past, incumbent, in_use, others, progress)
        except TooShort as error:
            return Candidate(as_of=as_of, finding=Finding.TOO_SHORT, in_use=in_use, why=str(error))


def _candidate(
    past: Past, incumbent: FittedModel | None, in_use: str, others: Sequence[History], progress: Progress
) -> Candidate:
    progress("computing features of past days")
    if others:
        past = without_own_codes(past)
    cutoff = past.day_at(TRAIN_SHARE)
    recipe = recipe_of(past, cutoff)
    history = past.history(recipe.attributes, judged_from=cutoff)
    if history.is_thinned or not others:
        # A sample no longer tells where a share of all points lies.
        known = cutoff if history.is_thinned else None
        scope = scope_of(history, past.as_of, tolerance=recipe.tolerances[0], cutoff=known)
    else:
        scope = _shared_scope(history, past.as_of)
    if incumbent is not None:
        fair = _fair_scope(history, scope, incumbent)
        if fair is None:
            why = f"too little has come out since {in_use} was trained on {incumbent.trained_on} to judge it fairly"
            return Candidate(as_of=past.as_of, finding=Finding.TOO_SOON, in_use=in_use, why=why)
        scope = fair
    progress(f"fitting what was known on {scope.cutoff}")
    judged = fit(history, as_date(scope.cutoff), recipe, name="candidate", others=others, progress=progress)
    progress(f"comparing with {in_use}")
    duels = _duels(past, history, judged, scope=scope, recipe=recipe, incumbent=incumbent)
    progress("altering the future")
    past.build_staging()
    checked = audit(past, history, scope, recipe.attributes)
    progress("judging")
    results = {
        target: found
        for target in Target
        if (found := judge(history, judged, recipe, scope, target=target, moved=checked.moved))
    }
    progress(f"fitting all that is known on {past.as_of}")
    model = named(fit(history, past.as_of, recipe, name="", others=others, progress=progress))
    is_won = is_better(duels, in_use) and not checked.moved
    won = Finding.FIRST if incumbent is None else Finding.BETTER
    return Candidate(
        as_of=past.as_of,
        finding=won if is_won else Finding.NOT_BETTER if is_compared(duels, in_use) else Finding.NOT_COMPARED,
        in_use=in_use,
        why=_why(duels, checked, SCORECARD if incumbent is None else in_use),
        model=model,
        judged=judged,
        recipe=recipe,
        scope=scope,
        history=history,
        results=results,
        duels=duels,
        audit=checked,
    )


def named(model: FittedModel) -> FittedModel:
    """The model with its name: the day it was trained on, eight digits of what it is, and how many companies share it."""
    with tempfile.TemporaryDirectory(prefix="puntual-name-") as scratch:
        folder = Path(scratch)
        write_model(folder, replace(model, name=""))
        content = hashlib.sha256()
        for file in sorted(folder.iterdir()):
            content.update(file.name.encode() + b"\0" + file.read_bytes())
    shared = f"-shared-{model.companies}" if model.companies > 1 else ""
    return replace(model, name=f"{model.trained_on:%Y%m%d}-{content.hexdigest()[:8]}{shared}")


def _shared_scope(history: History, as_of: date) -> Scope:
    """The test of a shared model: where the company is too small for it, a longer one than usual, for others help to learn.

    Raises:
        TooShort: the company's own receivables are too few to be judged on.
    """
    whole = scope_of(history, as_of, train_share=0.0)
    count = int(judged_rows(history, whole, 0).sum())
    if count < LEAST_ROWS + LEAST_TEST_ROWS:
        raise TooShort(
            f"{count} receivables have a known outcome; to be judged, a shared model needs at least {LEAST_ROWS + LEAST_TEST_ROWS}"
        )
    scope = scope_of(history, as_of, train_share=min(TRAIN_SHARE, 1 - LEAST_ROWS / count))
    if not learnt_rows(history, scope, 0).any():
        raise TooShort(f"no receivable had a known outcome by {scope.cutoff}, before those that are needed to judge")
    return scope


def _fair_scope(history: History, scope: Scope, incumbent: FittedModel) -> Scope | None:
    """A test that the model in use has not seen either, with something for the new one to learn beyond it."""
    between = incumbent.trained_on + (as_date(scope.end) - incumbent.trained_on) // 2
    fair = replace(scope, cutoff=max(scope.cutoff, np.datetime64(between)))
    return fair if judged_rows(history, fair, 0).sum() >= LEAST_ROWS else None


def _duels(
    past: Past, history: History, judged: FittedModel, *, scope: Scope, recipe: Recipe, incumbent: FittedModel | None
) -> tuple[Duel, ...]:
    """The candidate against what scores now, and against the customer's own late share."""
    days = recipe.days_of(Target.LATE)
    rows = judged_rows(history, scope, days)
    candidate = _probabilities(history, judged, rows)
    if incumbent is None:
        now, name = scorecard_said(past, history, rows), SCORECARD
    else:
        now, name = _incumbent_said(past, incumbent, rows, judged_from=past.day_at(TRAIN_SHARE)), incumbent.name
    learnt = learnt_rows(history, scope, days)
    base = float(history.is_late(days)[learnt].mean())
    # The points, and a share where no feature counts this tolerance, are of any day late: brought to the level of this one.
    level = base / max(float(history.is_late(0)[learnt].mean()), base, _LEAST_SHARE)
    if incumbent is None:
        now = now * level
    share = numbers(history, SHARES[days])[rows] if days in SHARES else numbers(history, SHARES[0])[rows] * level
    others = ((name, now), (CUSTOMER_SHARE, np.where(np.isnan(share), base, share)))
    late, customer = history.is_late(days)[rows], history.customer[rows].astype(np.str_)
    found = (duel(late, customer, candidate=candidate, other=said, against=against) for against, said in others)
    return tuple(item for item in found if item is not None)


def _incumbent_said(past: Past, incumbent: FittedModel, rows: Bools, *, judged_from: date) -> Floats:
    """What the model in use said of the same points, with the features that it was made for."""
    used = incumbent.settings_of(past.settings)
    seen = replace(past, settings=used).history(incumbent.attributes, judged_from=judged_from)
    return _probabilities(seen, incumbent, rows)


def _probabilities(history: History, model: FittedModel, rows: Bools) -> Floats:
    said: Floats = 1 / (1 + np.exp(-Foretold(history, model).log_odds(Target.LATE, rows)))
    return said


def _why(duels: tuple[Duel, ...], checked: Audit, in_use: str) -> str:
    if checked.moved:
        return f"features see the future: {', '.join(item.column for item in checked.moved)}"
    if not duels:
        return "too few receivables to compare on"
    told = [] if any(item.against == in_use for item in duels) else [f"too few receivables to compare with {in_use}"]
    told += [
        f"log loss {item.log_loss:.4f} against {item.other_log_loss:.4f} of {item.against} on {item.rows} receivables "
        f"(difference {item.difference:+.4f}, 95 % {item.low:+.4f} to {item.high:+.4f}), calibration error {item.ece:.3f}"
        for item in duels
    ]
    return "; ".join(told)
