"""The fitted models of a workspace: where they lie, which one is used on which day, and who changed that and why.

`.puntual/models/<name>/` holds a model and is never changed; `promotions.jsonl` is a list that only grows.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from tasks.problems import SettingsProblem
from tasks.settings.strict import Strict

if TYPE_CHECKING:
    from tasks.score.fitted.model import FittedModel

SCORECARD = "scorecard"
"""The name of what needs no training."""


class Promotion(Strict):
    """From the business date `on`, scores come from the model `name`."""

    name: str
    on: date
    why: str
    replaced: str = SCORECARD


class ModelStore:
    """The models in `folder` (`WorkspacePaths.models`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder_of(self, name: str) -> Path:
        """Where the model `name` and its card lie."""
        return self._folder / name

    def names(self) -> tuple[str, ...]:
        """All models, by name; names begin with the day of training."""
        return tuple(sorted(file.parent.name for file in self._folder.glob("*/model.json")))

    def add(self, model: FittedModel) -> None:
        """Keeps a model; it is not used until it is promoted."""
        from tasks.score.fitted.files import write_model  # noqa: PLC0415 XGBoost takes seconds to import

        write_model(self.folder_of(model.name), model)

    def load(self, name: str) -> FittedModel:
        """The model `name`.

        Raises:
            SettingsProblem: there is none, or it cannot be used.
        """
        from tasks.score.fitted.files import read_model  # noqa: PLC0415 XGBoost takes seconds to import

        return read_model(self.folder_of(name))

    def promotions(self) -> tuple[Promotion, ...]:
        """All promotions, oldest first.

        Raises:
            SettingsProblem: the list is damaged.
        """
        file = self._folder / "promotions.jsonl"
        if not file.is_file():
            return ()
        # Not splitlines(): a reason may hold one of the other characters that end a line.
        lines = [line for line in file.read_bytes().split(b"\n") if line]
        try:
            return tuple(Promotion.model_validate_json(line) for line in lines)
        except ValidationError as error:
            raise SettingsProblem.at(
                ".puntual/models/promotions.jsonl",
                "the list of promoted score models is damaged: a line of it is no promotion",
                "Remove the damaged line, or get the file back from a copy.",
            ) from error

    def current(self, on: date) -> str:
        """The name of what scores on the business date `on`: the last promotion up to that day, else the scorecard."""
        names = [promotion.name for promotion in self.promotions() if promotion.on <= on]
        return names[-1] if names else SCORECARD

    def promote(self, name: str, *, on: date, why: str) -> Promotion:
        """Lets `name` (a model, or the scorecard) score from the business date `on`; also the way back to an older model.

        Raises:
            SettingsProblem: no model has that name.
        """
        if name != SCORECARD and name not in self.names():
            known = ", ".join([SCORECARD, *self.names()])
            raise SettingsProblem.at("--use", f"there is no score model {name}", f"Choose one of: {known}.")
        promotion = Promotion(name=name, on=on, why=why, replaced=self.current(on))
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "promotions.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(promotion.model_dump(mode="json"), ensure_ascii=False) + "\n")
        return promotion
