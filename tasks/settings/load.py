"""Reads `puntual.yaml` and reports every mistake at once, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from tasks.paths import WorkspacePaths
from tasks.problems import Problem, SettingsProblem
from tasks.settings.workspace import WorkspaceSettings


@dataclass(frozen=True)
class Workspace:
    """One creditor's folder: its paths and its settings."""

    paths: WorkspacePaths
    settings: WorkspaceSettings

    @property
    def company_id(self) -> str:
        return self.settings.company.id


def load_workspace(folder: Path) -> Workspace:
    """Loads the workspace in `folder`.

    Raises:
        SettingsProblem: the file is missing, is not YAML, or does not fit the model; all mistakes are listed.
    """
    paths = WorkspacePaths(folder.resolve())
    return Workspace(paths, parse_settings(read_yaml(paths.settings), str(paths.settings.name)))


def read_yaml(path: Path) -> object:
    """The content of a YAML file, or a `SettingsProblem` that says what to do."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsProblem.at(
            str(path), "the file does not exist", "Run `puntual init DIR` to make a workspace."
        ) from None
    except yaml.YAMLError as error:
        raise SettingsProblem.at(str(path), f"is not valid YAML: {error}", "Correct the line named above.") from None


def parse_settings(content: object, where: str) -> WorkspaceSettings:
    """Checks `content` against the model and raises one `SettingsProblem` with all mistakes."""
    try:
        return WorkspaceSettings.model_validate(content)
    except ValidationError as error:
        raise SettingsProblem(*model_problems(error, where)) from None


def model_problems(error: ValidationError, where: str) -> list[Problem]:
    """Pydantic's findings as problems with the dotted place of each."""
    return [
        Problem(
            "error",
            f"{where}: {'.'.join(str(part) for part in item['loc']) or 'top level'}",
            f"{item['msg']} (found {item['input']!r})" if item["type"] != "missing" else "is missing",
            "See docs/settings.md for the accepted keys.",
        )
        for item in error.errors()
    ]
