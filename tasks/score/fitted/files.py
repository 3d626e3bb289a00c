"""A fitted model on disk: `model.json` with everything but the trees, and one XGBoost JSON file per booster.

JSON, never pickle: a model that came from somewhere else cannot run code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from itertools import product
from pathlib import Path

import xgboost as xgb
from pydantic import BaseModel, ValidationError

from tasks.problems import SettingsProblem, UserProblem
from tasks.score.features import load_features
from tasks.score.fitted.model import Calibration, Classifier, DelayQuantiles, FittedModel
from tasks.score.fitted.targets import Population, Target
from tasks.settings.score import Windows
from tasks.settings.strict import Strict

FORMAT = 1
"""Raised when a program of the past could not read what this one writes, or the other way round."""


_OTHER_VERSION = "was made by another version of Puntual, for other features"


class _Format(BaseModel):
    """What can be asked of a file of any version."""

    format: int


class _ClassifierFile(Strict):
    target: Target
    population: Population
    file: str
    start: float
    start_column: int | None
    slope: float
    offset: float
    undue: tuple[float, float] | None = None
    columns: tuple[int, ...]


class _ModelFile(Strict):
    format: int
    name: str
    trained_on: date
    tolerances: tuple[int, int]
    working_days: bool
    branch: str | None
    attributes: tuple[str, ...]
    calendar: str | None
    windows: Windows
    features: tuple[str, ...]
    codes: dict[str, tuple[str, ...]]
    classifiers: tuple[_ClassifierFile, ...]
    delay_file: str
    delay_columns: tuple[int, ...]
    delay_widen: tuple[float, float]
    rows: int
    companies: int = 1


def write_model(folder: Path, model: FittedModel) -> None:
    """Writes the model into `folder`; `model.json` last, so that a folder without it is no model."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for (target, population), classifier in model.classifiers.items():
        file = f"{target}.{population}.json"
        classifier.booster.save_model(folder / file)
        entries.append(
            _ClassifierFile(
                target=target,
                population=population,
                file=file,
                start=classifier.start,
                start_column=classifier.start_column,
                slope=classifier.calibration.slope,
                offset=classifier.calibration.offset,
                undue=None if classifier.undue is None else (classifier.undue.slope, classifier.undue.offset),
                columns=classifier.columns,
            )
        )
    model.delays.booster.save_model(folder / "delays.json")
    described = _ModelFile(
        format=FORMAT,
        name=model.name,
        trained_on=model.trained_on,
        tolerances=model.tolerances,
        working_days=model.working_days,
        branch=model.branch,
        attributes=model.attributes,
        calendar=model.calendar,
        windows=model.windows,
        features=tuple(feature.name for feature in load_features()),
        codes={name: tuple(texts) for name, texts in model.codes.items()},
        classifiers=tuple(entries),
        delay_file="delays.json",
        delay_columns=model.delays.columns,
        delay_widen=model.delays.widen,
        rows=model.rows,
        companies=model.companies,
    )
    text = json.dumps(described.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (folder / "model.json").write_text(text + "\n", encoding="utf-8")


def read_model(folder: Path) -> FittedModel:
    """The model in `folder`.

    Raises:
        SettingsProblem: it is not there, damaged, or was made for other features than this program's.
    """
    try:
        text = (folder / "model.json").read_bytes()
        if _Format.model_validate_json(text).format != FORMAT:
            raise _unreadable(folder, _OTHER_VERSION)
        described = _ModelFile.model_validate_json(text)
        found = {
            (entry.target, entry.population): Classifier(
                booster=_booster(folder / entry.file),
                start=entry.start,
                start_column=entry.start_column,
                calibration=Calibration(entry.slope, entry.offset),
                columns=entry.columns,
                undue=None if entry.undue is None else Calibration(*entry.undue),
            )
            for entry in described.classifiers
        }
        delays = DelayQuantiles(_booster(folder / described.delay_file), described.delay_columns, described.delay_widen)
    # The library may quote a damaged file in what cannot be decoded.
    except (OSError, ValidationError, UnicodeDecodeError, xgb.core.XGBoostError) as error:
        raise _unreadable(folder, f"cannot be read ({type(error).__name__})") from error
    if described.features != tuple(feature.name for feature in load_features()):
        raise _unreadable(folder, _OTHER_VERSION)
    if not _is_whole(described, found, delays):
        raise _unreadable(folder, "is damaged: its files do not belong together")
    return FittedModel(
        name=described.name,
        trained_on=described.trained_on,
        tolerances=described.tolerances,
        working_days=described.working_days,
        branch=described.branch,
        attributes=described.attributes,
        calendar=described.calendar,
        windows=described.windows,
        codes=described.codes,
        classifiers=found,
        delays=delays,
        rows=described.rows,
        companies=described.companies,
    )


def _is_whole(
    described: _ModelFile, found: Mapping[tuple[Target, Population], Classifier], delays: DelayQuantiles
) -> bool:
    """Whether every target has a booster of every population, each made for the columns that stand beside it."""
    readers: list[Classifier | DelayQuantiles] = [*found.values(), delays]
    columns = {column for reader in readers for column in reader.columns}
    columns |= {entry.start_column for entry in described.classifiers if entry.start_column is not None}
    categories = {feature.name for feature in load_features() if feature.kind == "category"}
    return (
        found.keys() == set(product(Target, Population))
        and columns <= set(range(len(described.features)))
        and described.codes.keys() == categories
        and all(reader.booster.num_features() == len(reader.columns) for reader in readers)
    )


def _booster(file: Path) -> xgb.Booster:
    booster = xgb.Booster({"nthread": 2})
    booster.load_model(file)
    return booster


def _unreadable(folder: Path, what: str) -> UserProblem:
    return SettingsProblem.at(
        f".puntual/models/{folder.name}",
        f"the score model {folder.name} {what}",
        "Train again with `puntual train DIR`, or go back to the points with `puntual train DIR --use scorecard`.",
    )
