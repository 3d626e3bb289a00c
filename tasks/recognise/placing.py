"""Where exports go in a new workspace: each file into `exports/`, files that add up into a folder that later ones join."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.recognise.model import Recognised
from tasks.settings.resolve import choose
from tasks.settings.shipped_profiles import load_profile


@dataclass(frozen=True)
class Batch:
    """Files that feed the same sources. `path` is what their entries say; `items` are the sources, by file."""

    path: str
    items: tuple[tuple[Recognised, ...], ...]


def place(found: Sequence[Recognised], root: Path) -> list[Batch]:
    """Copies the files into the workspace `root`, unless they lie in it already.

    Files of a profile whose deliveries add up (invoices, statements) share a folder and a source: the next one is put beside
    them. Any other file is a source of its own.
    """
    by_file: dict[Path, list[Recognised]] = {}
    for item in found:
        by_file.setdefault(item.path, []).append(item)
    groups: dict[str, list[Path]] = {}
    for path, items in by_file.items():
        adds_up = not path.resolve().is_relative_to(root) and all(_adds_up(item) for item in items)
        key = repr([(item.name, item.entry) for item in items]) if adds_up else str(path)
        groups.setdefault(key, []).append(path)
    return [_placed(paths, by_file, root) for paths in groups.values()]


def _placed(paths: list[Path], by_file: dict[Path, list[Recognised]], root: Path) -> Batch:
    items = tuple(tuple(by_file[path]) for path in paths)
    if paths[0].resolve().is_relative_to(root):
        return Batch(paths[0].resolve().relative_to(root).as_posix(), items)
    if not all(_adds_up(item) for item in items[0]):
        return Batch(f"exports/{_copied(paths[0], root / 'exports').name}", items)
    folder = _free(root / "exports" / str(items[0][0].entry["profile"]))
    folder.mkdir(parents=True)
    for path in paths:
        _copied(path, folder)
    return Batch(f"exports/{folder.name}/*", items)


def _adds_up(item: Recognised) -> bool:
    if "profile" not in item.entry:
        return False
    source = choose(load_profile(str(item.entry["profile"])), contract=item.contract, name=item.name)
    return source is not None and source.delivery == "increment"


def _copied(path: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    target = _free(folder / path.name)
    shutil.copyfile(path, target)
    return target


def _free(path: Path) -> Path:
    """The path, or one like it that does not exist yet."""
    chosen, number = path, 1
    while chosen.exists():
        number += 1
        chosen = path.with_name(f"{path.name.split('.')[0]}_{number}{''.join(path.suffixes)}")
    return chosen
