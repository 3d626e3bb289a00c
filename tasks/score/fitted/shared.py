"""A model shared across the workspaces of one service: the histories that the others give to it, for fitting only."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from tasks.score.fitted.history import History
from tasks.score.fitted.past import Learned, Past, Progress, open_past
from tasks.score.fitted.permission import Partner, require_permission
from tasks.settings.load import Workspace, load_workspace
from tasks.settings.score import ScoreSettings


def without_own_codes(past: Past) -> Past:
    """The past for features that every company has: without branch and references."""
    return replace(past, settings=_common(past.settings))


def histories_of(
    home: Workspace, partners: Sequence[Partner], as_of: date, *, learned: Learned, progress: Progress
) -> tuple[History, ...]:
    """The others' histories as of the same day, each computed inside a database of its own, in the order given.

    Features are made with the settings of `home`, so that they mean the same; each company keeps the holidays of its calendar.

    Raises:
        UserProblem: a company has not allowed it, or its exports cannot be read.
    """
    workspaces = [load_workspace(partner.folder) for partner in partners]
    require_permission(home, workspaces)
    found = []
    for number, (workspace, partner) in enumerate(zip(workspaces, partners, strict=True), start=1):
        progress(f"reading the history of company {number} of {len(partners)} that help")
        calendar = workspace.settings.score.calendar
        used = _common(home.settings.score).model_copy(update={"calendar": calendar})
        with (
            tempfile.TemporaryDirectory(prefix="puntual-shared-") as scratch,
            open_past(
                workspace, as_of, Path(scratch), known_on=partner.known_on, settings=used, learned=learned
            ) as past,
        ):
            found.append(past.history(()))
    return tuple(found)


def _common(settings: ScoreSettings) -> ScoreSettings:
    return settings.model_copy(update={"branch": None, "attributes": ()})
