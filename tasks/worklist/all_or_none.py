"""All files of a hand-over or none: a list whose neighbours could not be written must not lie where people look for lists."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.private_files import private_folder


@contextmanager
def all_or_none(folder: Path, *, last: str) -> Iterator[Path]:
    """A hidden folder beside `folder` to write into; when the block ends well its files move to `folder`, `last` after all others.

    When the block fails nothing of it is left, and what lay in `folder` before lies there still.
    """
    unfinished = private_folder(folder.with_name(f".{folder.name}.{os.getpid()}"))
    try:
        yield unfinished
        found = (path for path in unfinished.rglob("*") if path.is_file())
        for path in sorted(found, key=lambda path: (path.name == last, path)):
            target = folder / path.relative_to(unfinished)
            private_folder(target.parent)
            path.replace(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
