"""Which workspaces may train a model together: each company must have said so. Light, so that a refusal is told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tasks.problems import Problem, SettingsProblem
from tasks.settings.load import Workspace


@dataclass(frozen=True)
class Partner:
    """Another workspace of the same service whose history helps to train; `known_on`: the day that its exports describe."""

    folder: Path
    known_on: date


def require_permission(home: Workspace, others: Sequence[Workspace]) -> None:
    """Passes where `others` and `home` may train together, or where there are no others.

    Raises:
        SettingsProblem: a company has not allowed it, or is named twice; all of them are listed.
    """
    if not others:
        return
    problems = [
        Problem(
            "error",
            f"{workspace.paths.root.name}/{workspace.paths.settings.name}: score.may_be_shared",
            f"the company {workspace.company_id} has not allowed its payment history to train a model with others",
            "Set `may_be_shared: true` under `score:` if the company agrees, or train without it.",
        )
        for workspace in (home, *others)
        if not workspace.settings.score.may_be_shared
    ]
    seen = {home.company_id}
    for workspace in others:
        if workspace.company_id in seen:
            problems.append(
                Problem(
                    "error",
                    f"--with {workspace.paths.root.name}",
                    f"the company {workspace.company_id} would be counted twice",
                    "Name each company once; the workspace that the model is for is in already.",
                )
            )
        seen.add(workspace.company_id)
    if problems:
        raise SettingsProblem(*problems)
