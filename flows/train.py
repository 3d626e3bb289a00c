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
from tasks.score.fitted.permission import Partner, require_permission
from tasks.settings.load import load_workspace


@flow(name="train", flow_run_name=flow_run_name)
def train(
    workspace: Path, as_of: date | None = None, dry_run: bool = False, shared_with: tuple[Path, ...] = ()
) -> Trained:
    """Trains on what was known on the morning of `as_of` (default: today at the company).

    With `dry_run` everything is judged, and nothing is kept. `shared_with`: other workspaces of the same service whose
    histories help to fit the model; each company must have allowed it.

    Raises:
        UserProblem: the exports, or the model in use, cannot be read, or a company has not allowed to share its history.
    """
    home = load_workspace(workspace)
    day = business_date(home, as_of)
    others = [load_workspace(folder) for folder in shared_with]
    require_permission(home, others)
    partners = tuple(Partner(other.paths.root, known_on(other, utc_now())) for other in others)
    with tags(company_tag(home)):
        candidate = fit_candidate(home.paths.root, day, known_on(home, utc_now()), partners)
        trained = keep_candidate(home.paths.root, candidate, dry_run)
        show_card(trained, home.company_id, report_language(home.settings.company.language))
    return trained
