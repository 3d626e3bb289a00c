"""One run: its id, its date and the files it works in. What passes between a flow and its tasks is this, never rows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tasks.paths import WorkspacePaths


@dataclass(frozen=True)
class Run:
    """A run of the workspace in `folder` for the business date `as_of`."""

    folder: Path
    run_id: str
    as_of: date

    @property
    def paths(self) -> WorkspacePaths:
        return WorkspacePaths(self.folder)

    @property
    def directory(self) -> Path:
        """Where the run's report, previews and scratch database lie."""
        return self.paths.run(self.run_id)

    @property
    def work_db(self) -> Path:
        """The scratch database of the run."""
        return self.directory / "work.duckdb"


def new_run(folder: Path, as_of: date) -> Run:
    """A run with an id of its own, readable by date: `20260615-1f2e3d4c`."""
    return Run(folder.resolve(), f"{as_of:%Y%m%d}-{secrets.token_hex(4)}", as_of)
