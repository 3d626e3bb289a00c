"""A model shared across the workspaces of one service: what the others give to it, and what may not leave a company.

Histories are pooled in memory, for fitting only. Into the model's files go trees: sums over receivables, and the thresholds
between them. So that these tell nothing of a single customer of another company

* texts are only those of the company that the model is for, and none that comes from addresses or from its own codes;
* amounts are rounded before anything is learnt from them, so that no threshold is somebody's invoice.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from tasks.score.features import feature_place
from tasks.score.fitted.history import Bools, History, texts_of
from tasks.score.fitted.model import Inputs
from tasks.score.fitted.past import Past, Progress, open_past
from tasks.score.fitted.permission import Partner
from tasks.settings.load import load_workspace
from tasks.settings.score import ScoreSettings

SHARED_TEXTS = frozenset({"country", "sector", "customer_class", "payment_method", "document_type"})
"""Categories that mean the same in every company; a zone is a piece of an address, a branch and references are one's own."""

_AMOUNTS = ("log_amount", "amount_against_usual")
_AMOUNT_DECIMALS = 1
"""Of a logarithm: steps of a tenth are steps of about 10 % in money."""


def without_own_codes(past: Past) -> Past:
    """The past for features that every company has: without branch and references."""
    return replace(past, settings=_common(past.settings))


def histories_of(
    partners: Sequence[Partner], as_of: date, settings: ScoreSettings, progress: Progress
) -> tuple[History, ...]:
    """The others' histories as of the same day, each computed inside a database of its own, in the order given.

    Features are made with `settings`, so that they mean the same; each company keeps the holidays of its own calendar.

    Raises:
        UserProblem: the exports of one cannot be read.
    """
    found = []
    for number, partner in enumerate(partners, start=1):
        progress(f"reading the history of company {number} of {len(partners)} that helps")
        workspace = load_workspace(partner.folder)
        used = _common(settings).model_copy(update={"calendar": workspace.settings.score.calendar})
        with (
            tempfile.TemporaryDirectory(prefix="puntual-shared-") as scratch,
            open_past(workspace, as_of, Path(scratch), known_on=partner.known_on, settings=used) as past,
        ):
            found.append(past.history(()))
    return tuple(found)


def shared_codes(own: History, seen: Bools) -> dict[str, list[str]]:
    """The texts that a shared model knows: those of the company's own points in `seen`, of `SHARED_TEXTS` only."""
    return {name: texts if name in SHARED_TEXTS else [] for name, texts in texts_of(own, seen).items()}


def rounded_amounts(inputs: Inputs) -> Inputs:
    """The inputs with amounts too coarse to tell an invoice by."""
    places = [feature_place(name) for name in _AMOUNTS]
    found = inputs.copy()
    found[:, places] = np.round(found[:, places], _AMOUNT_DECIMALS)
    return found


def _common(settings: ScoreSettings) -> ScoreSettings:
    return settings.model_copy(update={"branch": None, "attributes": ()})
