"""Reads `puntual.yaml` with the source profiles it names, and reports every mistake at once, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from tasks.paths import WorkspacePaths
from tasks.problems import SettingsProblem
from tasks.settings.resolve import resolve_profiles
from tasks.settings.workspace import WorkspaceSettings
from tasks.settings.yaml_file import model_problems, read_yaml


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


def parse_settings(content: object, where: str) -> WorkspaceSettings:
    """The model of `content`, with the profiles that its sources name merged in.

    Raises:
        SettingsProblem: with all mistakes.
    """
    resolved, problems = resolve_profiles(content, where)
    if problems:
        raise SettingsProblem(*problems)
    try:
        return WorkspaceSettings.model_validate(resolved)
    except ValidationError as error:
        raise SettingsProblem(*model_problems(error, where)) from None
