"""`puntual init`: makes a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from flows.cli.options import AsJson, Folder
from flows.cli.output import err, out, print_json
from flows.clock import utc_today
from tasks.problems import Problem, UserProblem
from tasks.recognise.model import Recognised
from tasks.recognise.recognise import recognise
from tasks.recognise.trial import Trial
from tasks.recognise.write import NewWorkspace, WrittenSource, write_workspace
from tasks.segment.load import ready_in_each_language
from tasks.segment.schema import BESIDE_A_STRATEGY, strategy_schema

Exports = Annotated[
    list[Path] | None, typer.Option("--from", metavar="FILE", help="An export to recognise; repeat for several.")
]
Ready = Annotated[str, typer.Option("--strategy", help="Ready strategy to start with: gentle, standard or firm.")]
_WIDEST_CELL = 24


def init(folder: Folder, exports: Exports = None, strategy: Ready = "standard", as_json: AsJson = False) -> None:
    """Make a workspace, and describe the given exports as well as they can be recognised."""
    found = _recognised(exports or [])
    made = write_workspace(folder, found, ready_in_each_language(strategy), as_of=utc_today())
    _write_schema(folder)
    if as_json:
        print_json(
            {
                "sources": [_as_json(item) for item in made.sources],
                "has_receivables": made.has_receivables,
            }
        )
        return
    for item in made.sources:
        _show(item)
    _show_next(folder, made)


def _write_schema(folder: Path) -> None:
    """Beside the strategy, so that editors complete its words."""
    file = folder / BESIDE_A_STRATEGY
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(strategy_schema(), encoding="utf-8")


def _recognised(exports: list[Path]) -> list[Recognised]:
    """All exports' sources; every file that cannot be used is told, not only the first."""
    found: list[Recognised] = []
    problems: list[Problem] = []
    for path in exports:
        try:
            found += recognise(path)
        except UserProblem as problem:
            problems += problem.problems
    if problems:
        raise UserProblem(*problems)
    return found


def _show(item: WrittenSource) -> None:
    found = item.recognised
    title = f"{found.path.name}: {found.contract} ({found.system}, {found.report}, confidence {found.confidence:.0%})"
    out.print(title, markup=False, style="bold")
    for line in found.evidence:
        out.print(f"   {line}", markup=False)
    for doubt in found.doubts:
        out.print(f"   to confirm: {doubt}", markup=False, style="yellow")
    if item.trial is not None and not item.trial.problems:
        _show_trial(item.trial)


def _show_trial(trial: Trial) -> None:
    beside = "".join(f", {rows} set aside as {reason}" for reason, rows in trial.set_aside)
    out.print(
        f"   {trial.rows_in} rows: {trial.landed} land, {trial.quarantined} refused, {trial.duplicates} duplicates{beside}",
        markup=False,
    )
    for reason in trial.reasons:
        out.print(f"   refused: {reason}", markup=False)
    if trial.preview:
        # A column of the contract per line: rows of many columns do not fit a terminal.
        table = Table(box=None, pad_edge=False, padding=(0, 2))
        table.add_column("   column", no_wrap=True)
        for number in range(1, max(len(values) for values in trial.preview.values()) + 1):
            table.add_column(f"row {number}", no_wrap=True)
        for name, values in trial.preview.items():
            table.add_row(f"   {name}", *(_cell(value) for value in values))
        out.print(table)


def _cell(value: str) -> str:
    shown = value if len(value) <= _WIDEST_CELL else value[: _WIDEST_CELL - 1] + "…"
    return shown.replace("[", "\\[")


def _show_next(folder: Path, made: NewWorkspace) -> None:
    if made.sources and not made.has_receivables:
        err.print(
            "None of the exports holds receivables, and without them there is nobody to remind: export the open invoices of the "
            f"accounting system as well, and complete the entry that is commented out in {made.settings}.",
            markup=False,
        )
    out.print(
        f"Wrote {made.settings}. Next: confirm the lines marked CONFIRM, then run: puntual check {folder}", markup=False
    )


def _as_json(item: WrittenSource) -> dict[str, object]:
    found = item.recognised
    return {
        "path": str(found.path),
        "system": found.system,
        "kind": found.contract,
        "evidence": [*found.evidence, *(f"to confirm: {doubt}" for doubt in found.doubts)],
        "confidence": found.confidence,
    }
