"""What a fitted model reads: the features by name, in the order of the model's inputs, and the reason each is told as."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import RootModel

from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml


class Feature(Strict):
    """A column of `features.receivables`, and whether the models of customers with and without history read it.

    `least_share`: a model reads it only where more than this share of the points that it learns from has it.
    """

    name: str
    kind: Literal["number", "category"] = "number"
    reason: str
    known: bool = True
    newcomer: bool = False
    least_share: float | None = None
    en: str
    es: str


class _Features(RootModel[tuple[Feature, ...]]):
    pass


@cache
def load_features() -> tuple[Feature, ...]:
    """All features of `features.yaml`, in the order of the model's inputs."""
    return _Features.model_validate(read_yaml(Path(__file__).parent / "features.yaml")).root


def feature_place(name: str) -> int:
    """The place of the feature `name` among the model's inputs."""
    return [feature.name for feature in load_features()].index(name)


@cache
def reason_groups() -> tuple[str, ...]:
    """The reasons that features are told as, each once, in the order in which they first appear."""
    return tuple(dict.fromkeys(feature.reason for feature in load_features()))
