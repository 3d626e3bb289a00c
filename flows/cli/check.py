"""`puntual check`: everything that can be wrong before a run, told at once."""

from __future__ import annotations

import os

import typer

from flows.cli.options import AsJson, AsOf, Folder
from flows.cli.output import out, print_json, print_problems, problems_as_json, progress_bars
from flows.clock import business_date
from tasks.settings.load import load_workspace


def check(folder: Folder, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Check settings, sources, contracts, freshness, totals, strategy, templates, credentials and the ledger."""
    from tasks.checks.cleared_rows import cleared_rows  # noqa: PLC0415 likewise
    from tasks.checks.workspace import all_problems  # noqa: PLC0415 Great Expectations takes seconds to import

    workspace = load_workspace(folder)
    day = business_date(workspace, as_of.date() if as_of else None)
    with progress_bars(not as_json):
        problems = all_problems(workspace, day, os.environ)
    is_ok = not any(problem.severity == "error" for problem in problems)
    if as_json:
        print_json({"ok": is_ok, "problems": problems_as_json(problems)})
    else:
        print_problems(problems)
        for line in cleared_rows(workspace):
            out.print(line, markup=False)
        warnings = sum(1 for problem in problems if problem.severity == "warning")
        if is_ok:
            out.print(f"Ready for {day}: no errors, {warnings} warnings. Next: puntual run {folder}", markup=False)
        else:
            out.print(f"Not ready for {day}: {len(problems) - warnings} errors, {warnings} warnings.", markup=False)
    if not is_ok:
        raise typer.Exit(1)
