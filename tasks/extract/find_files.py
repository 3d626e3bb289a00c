"""Which files a source means: a path or glob of `puntual.yaml` as files that exist, in order of their names."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path

from tasks.problems import SourceProblem
from tasks.settings.load import Workspace
from tasks.settings.sources import Source


@dataclass(frozen=True)
class SourceFile:
    """A file of a source: where it lies, and its name relative to the workspace as users know it."""

    path: Path
    name: str


def find_files(workspace: Workspace, source: Source) -> list[SourceFile]:
    """The source's files by name; of a snapshot only the newest one.

    Raises:
        SourceProblem: nothing matches, or a match is not a readable file.
    """
    root = workspace.paths.root
    pattern = source.path or ""
    names = sorted(glob.glob(pattern, root_dir=root, recursive=True), key=lambda item: (Path(item).name, item))
    files = [SourceFile(root / name, name) for name in names if (root / name).is_file()]
    if not files:
        raise SourceProblem.at(
            f"sources.{source.name}",
            f"no file matches '{pattern}'{_neighbours(root, pattern)}",
            "Put the export there, or correct the source's path in puntual.yaml.",
        )
    chosen = files[-1:] if source.delivery == "snapshot" else files
    for file in chosen:
        if file.path.stat().st_size == 0:
            raise SourceProblem.at(file.name, "the file is empty (0 bytes)", "Export it again.")
    return chosen


def _neighbours(root: Path, pattern: str) -> str:
    folder = (root / pattern).parent
    if not folder.is_dir():
        return f"; the folder '{Path(pattern).parent}' does not exist"
    present = sorted(item.name for item in folder.iterdir() if item.is_file())[:10]
    return f"; the folder has {', '.join(present)}" if present else "; the folder is empty"
