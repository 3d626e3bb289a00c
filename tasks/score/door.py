"""The Prefect tasks of this stage: scoring a run (`build`), and training a model (`fitted`). Counts and names come out, never rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from tasks.ledger.live import learned_by
from tasks.report.words import Language
from tasks.runs import Run
from tasks.score.build import build_scores as build_in
from tasks.score.fitted.permission import Partner
from tasks.score.fitted.use import scoring_on
from tasks.settings.load import load_workspace
from tasks.warehouse.connection import open_for_building

if TYPE_CHECKING:
    # XGBoost and scikit-learn take seconds to import, which the day's run by points does without.
    from tasks.score.fitted.candidate import Candidate
    from tasks.score.fitted.keep import Trained


@task(name="build-scores", task_run_name="score {run.run_id}")
def build_scores(run: Run) -> int:
    """Builds `staging` and `score` in the run's work database, and returns the number of open receivables. Safe to repeat."""
    workspace = load_workspace(run.folder)
    scoring = scoring_on(workspace, run.as_of)
    with open_for_building(run.work_db, workspace.settings.warehouse) as connection:
        built = build_in(connection, scoring)
        counted = connection.execute("SELECT count(*) FROM score.receivable_scores").fetchone()
    scored = int(counted[0]) if counted else 0
    seconds = sum(item.seconds for item in built)
    by = "the points scorecard" if scoring is None else f"the model {scoring.model.name}"
    get_run_logger().info("scored %d open receivables by %s in %.1f s (%d relations)", scored, by, seconds, len(built))
    return scored


@task(name="fit-candidate", task_run_name="fit a model for {as_of}", cache_policy=NO_CACHE)
def fit_candidate(folder: Path, as_of: date, known_on: date, partners: tuple[Partner, ...] = ()) -> Candidate:
    """Fits a model to what was known on `as_of` and judges it against what scores now. Writes nothing; safe to repeat.

    `partners` help to fit it, and are not written to either.
    """
    from tasks.score.fitted.candidate import train_candidate  # noqa: PLC0415

    progress = get_run_logger().info
    candidate = train_candidate(
        load_workspace(folder), as_of, known_on=known_on, partners=partners, learned=learned_by, progress=progress
    )
    get_run_logger().info("found: %s: %s", candidate.finding, candidate.why)
    return candidate


@task(name="keep-candidate", task_run_name="keep the model of {candidate.as_of}", cache_policy=NO_CACHE)
def keep_candidate(folder: Path, candidate: Candidate, dry_run: bool) -> Trained:
    """Keeps the model with its card, and lets it score if it was found better. Safe to repeat."""
    from tasks.score.fitted.keep import keep  # noqa: PLC0415

    trained = keep(load_workspace(folder), candidate, is_dry_run=dry_run)
    get_run_logger().info("%s %s; in use: %s", trained.status, trained.model or "nothing new", trained.in_use)
    return trained


def show_card(trained: Trained, company_id: str, language: Language) -> None:
    """Creates the artifact of the model's card in the current flow run; it names no customer."""
    if trained.markdown:
        key = f"model-card-{company_id.replace('_', '-')}"
        create_markdown_artifact(trained.markdown[language], key=key, description=trained.model)
