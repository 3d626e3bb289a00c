"""Trains a score model of the company's own: fit, judge, keep, and use it only if it is better."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from prefect import flow, tags

from flows.clock import business_date
from flows.naming import company_tag, flow_run_name
from tasks.ledger.live import known_on, utc_now
from tasks.report.words import report_language
from tasks.score.door import fit_candidate, keep_candidate, show_card
from tasks.score.fitted.keep import Trained
from tasks.settings.load import load_workspace


@flow(name="train", flow_run_name=flow_run_name)
def train(workspace: Path, as_of: date | None = None, dry_run: bool = False) -> Trained:
    """Trains on what was known on the morning of `as_of` (default: today at the company).

    With `dry_run` everything is judged, and nothing is kept.

    Raises:
        UserProblem: the exports, or the model in use, cannot be read.
    """
    home = load_workspace(workspace)
    day = business_date(home, as_of)
    with tags(company_tag(home)):
        candidate = fit_candidate(home.paths.root, day, known_on(home, utc_now()))
        trained = keep_candidate(home.paths.root, candidate, dry_run)
        show_card(trained, home.company_id, report_language(home.settings.company.language))
    return trained
