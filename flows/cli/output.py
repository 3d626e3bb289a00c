"""What every command does the same way: results on stdout, progress and problems on stderr, JSON on request."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from tasks.problems import Problem
from tasks.progress import listening

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def print_json(value: object) -> None:
    """Prints `value` as JSON; money as a decimal string, so that no cent is lost in a float."""
    sys.stdout.write(json.dumps(value, default=_plain, ensure_ascii=False, indent=2) + "\n")


def print_problems(problems: Sequence[Problem]) -> None:
    """Prints each problem with its place, what is wrong and the next step."""
    for problem in problems:
        colour = "red" if problem.severity == "error" else "yellow"
        err.print(f"[{colour}]{problem.severity}[/{colour}] ", end="")
        err.print(f"{problem.where}: {problem.what}", markup=False)
        err.print(f"      → {problem.fix}", markup=False)


def problems_as_json(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Problems in the shape that `puntual check --json` documents."""
    return [{"severity": p.severity, "where": p.where, "what": p.what, "fix": p.fix} for p in problems]


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as lines whose columns stand below each other, and nothing is cut: a narrow terminal wraps, a pipe keeps all."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


@contextmanager
def progress_bars(is_shown: bool) -> Iterator[None]:
    """Shows a bar per stage on stderr while the block runs, where stderr is a terminal."""
    if not (is_shown and err.is_terminal):
        yield
        return
    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bars:
        known: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in known:
                known[stage] = bars.add_task(stage, total=total)
            bars.update(known[stage], completed=done, total=total)

        with listening(show):
            yield


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
