"""Which fitted model scores a workspace on a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tasks.score.fitted.store import SCORECARD, ModelStore
from tasks.settings.load import Workspace

if TYPE_CHECKING:
    from tasks.score.fitted.apply import Scoring


def scoring_on(workspace: Workspace, as_of: date) -> Scoring | None:
    """The model that was promoted by `as_of`, ready to be applied; None where the points scorecard has the word.

    Raises:
        SettingsProblem: the promoted model is gone or cannot be used by this program.
    """
    store = ModelStore(workspace.paths.models)
    name = store.current(as_of)
    if name == SCORECARD:
        return None
    from tasks.score.fitted.apply import Scoring  # noqa: PLC0415 XGBoost takes seconds to import

    settings = workspace.settings
    return Scoring(store.load(name), settings.score, settings.company.country)
