"""Which fitted model scores a workspace on a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tasks.problems import SettingsProblem
from tasks.score.fitted.store import SCORECARD, ModelStore
from tasks.settings.load import Workspace

if TYPE_CHECKING:
    from tasks.score.fitted.apply import Scoring


def scoring_on(workspace: Workspace, as_of: date) -> Scoring | None:
    """The model that was promoted by `as_of`, ready to be applied; None where the points scorecard has the word.

    Raises:
        SettingsProblem: the promoted model is gone, cannot be used by this program, or was trained for other tolerances than
            those of the settings.
    """
    store = ModelStore(workspace.paths.models)
    name = store.current(as_of)
    if name == SCORECARD:
        return None
    from tasks.score.fitted.apply import Scoring  # noqa: PLC0415 XGBoost takes seconds to import

    settings = workspace.settings
    model, wanted = store.load(name), settings.score.tolerances.days
    if model.tolerances != wanted:
        raise SettingsProblem.at(
            "puntual.yaml",
            f"the score model {name} calls a payment late after {_told(model.tolerances)}; score.tolerances says {_told(wanted)}",
            "Train again with `puntual train DIR`, put score.tolerances back, or go back to the points with "
            "`puntual train DIR --use scorecard`.",
        )
    return Scoring(model, settings.score, settings.company.country)


def _told(tolerances: tuple[int, int]) -> str:
    return f"{tolerances[0]} days and very late after {tolerances[1]}"
