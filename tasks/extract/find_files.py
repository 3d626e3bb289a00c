"""Which files a source means: a path or glob of `puntual.yaml` as files that exist, in order of their names."""

from __future__ import annotations

import datetime
import glob
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tasks.problems import SourceProblem
from tasks.settings.load import Workspace
from tasks.settings.sources import Source


@dataclass(frozen=True)
class SourceFile:
    """A file of a source: where it lies, its name relative to the workspace as users know it, and its day where the name tells."""

    path: Path
    name: str
    delivered_on: datetime.date | None = None


def find_files(workspace: Workspace, source: Source) -> list[SourceFile]:
    """The source's files by day of delivery and name; of a snapshot only the newest one.

    Raises:
        SourceProblem: nothing matches, a match is empty, or its name does not tell the day as `delivered_on` says.
    """
    root = workspace.paths.root
    pattern = source.path or ""
    # A file of just this name is meant, though '[1]' in it could be a pattern for another one.
    found = [pattern] if (root / pattern).is_file() else glob.glob(pattern, root_dir=root, recursive=True)
    names = sorted(found, key=lambda item: (Path(item).name, item))
    files = [SourceFile(root / name, name, _day(source, name)) for name in names if (root / name).is_file()]
    if not files:
        raise SourceProblem.at(
            f"sources.{source.name}",
            f"no file matches '{pattern}'{_neighbours(root, pattern)}",
            "Put the export there, or correct the source's path in puntual.yaml.",
        )
    files.sort(key=lambda file: file.delivered_on or datetime.date.min)
    chosen = files[-1:] if source.delivery == "snapshot" else files
    for file in chosen:
        if file.path.stat().st_size == 0:
            raise SourceProblem.at(file.name, "the file is empty (0 bytes)", "Export it again.")
    return chosen


def _day(source: Source, name: str) -> datetime.date | None:
    if source.delivered_on is None:
        return None
    found = re.search(source.delivered_on, Path(name).name)
    with suppress(ValueError):
        if found is not None:
            return datetime.date(*(int(found[part]) for part in ("year", "month", "day")))
    raise SourceProblem.at(
        name,
        f"its name does not tell the day as sources.{source.name}.delivered_on says",
        "Rename the file, narrow the path so that it does not match, or correct delivered_on.",
    )


def _neighbours(root: Path, pattern: str) -> str:
    folder = (root / pattern).parent
    if not folder.is_dir():
        return f"; the folder '{Path(pattern).parent}' does not exist"
    present = sorted(item.name for item in folder.iterdir() if item.is_file())[:10]
    return f"; the folder has {', '.join(present)}" if present else "; the folder is empty"
