"""`puntual demo`: runs the example company's day and shows where to look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flows.cli.options import Folder
from flows.cli.output import out
from flows.cli.run import print_result, run_day
from tasks.settings.load import load_workspace

if TYPE_CHECKING:
    from tasks.report.counts import RunResult

_QUESTION = "FROM mart.kpis SELECT month, metric, value WHERE currency = $$EUR$$ ORDER BY month DESC LIMIT 10"


def demo(folder: Folder) -> None:
    """Run an example company's day, messages into files, and say where to look."""
    result = run_day(folder, None, send=True, is_quiet=False)
    print_result(folder, result, as_json=False)
    out.print("")
    for line in _where_to_look(folder, result):
        out.print(line, markup=False)


def _where_to_look(folder: Path, result: RunResult) -> list[str]:
    paths = load_workspace(folder).paths
    summary = result.summary
    report = paths.run(summary.run_id) / "report.html"
    messages = sorted((paths.outbox / summary.as_of.isoformat()).glob("*.eml"))
    command = ".venv/bin/puntual"
    return [
        "Where to look",
        f"  report of the run    {_short(report)}",
        f"  a message            {_short(messages[0])}" if messages else "  no message today",
        f"  all messages         {_short(paths.outbox / summary.as_of.isoformat())}",
        f"  data quality         {_short(paths.data_docs / 'index.html')}",
        "  Prefect UI           make ui   (then http://127.0.0.1:4200)",
        f"  a query              {command} query {folder} '{_QUESTION}'",
        f"  a decision           {command} explain {folder} RECEIVABLE   (ids are in mart.receivables)",
    ]


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
