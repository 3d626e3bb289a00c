"""The `puntual` command: puts the commands together and turns problems into exit codes (0 done, 1 user's problem, 2 wrong use, 70 our defect)."""

from __future__ import annotations

import os
import sys
import traceback

import typer

from flows.cli.approve import approve
from flows.cli.backtest import backtest
from flows.cli.channels import channels
from flows.cli.check import check
from flows.cli.compare import compare
from flows.cli.demo import demo
from flows.cli.draft import draft
from flows.cli.erase import erase, prune
from flows.cli.explain import explain
from flows.cli.init import init
from flows.cli.log import log
from flows.cli.messages import preview_message, statement
from flows.cli.output import err, print_json, print_problems, problems_as_json
from flows.cli.query import query
from flows.cli.reconcile import reconcile
from flows.cli.record import record
from flows.cli.run import run, send
from flows.cli.serve import serve
from flows.cli.simulate import preview, simulate
from flows.cli.stop import stop
from flows.cli.train import train
from flows.cli.whatsapp_templates import whatsapp_templates
from tasks.problems import UserProblem

# Nobody is told what runs here, and the temporary server may take its time on a busy machine. Prefect's log goes to its server, as
# the log of the run; in the terminal its tracebacks would bury the problem and the next step that `main` prints. What the user sets
# wins.
PREFECT_DEFAULTS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}

DEFECT = 70
"""Exit code of a defect of ours (EX_SOFTWARE of sysexits.h)."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Puntual: the right word at the right time, so that customers pay on time. Nothing leaves without --send.",
)
app.command(epilog="Example: puntual init acme --from invoices.csv --from customers.xlsx")(init)
app.command(epilog="Example: puntual run examples/andina --as-of 2026-06-16")(run)
app.command(epilog="Example: puntual send acme")(send)
app.command(
    epilog='Example: puntual stop acme --reason "wrong bank details" --author ana; puntual stop acme --release'
)(stop)
app.command(epilog="Example: puntual approve acme --all 3f0c9a7d21be --author ana")(approve)
app.command(epilog="Example: puntual check examples/andina")(check)
app.command(epilog="Example: puntual explain examples/andina F26-001234-1 --as-of 2026-06-16")(explain)
app.command(epilog="Example: puntual preview examples/andina --days 7")(preview)
app.command("preview-message", epilog="Example: puntual preview-message acme overdue --country MX --out overdue.html")(
    preview_message
)
app.command(epilog="Example: puntual statement acme C00042 --language en")(statement)
app.command(epilog="Example: puntual simulate acme --strategy firm.yaml --from 2026-03-01 --to 2026-05-31")(simulate)
app.command(epilog="Example: puntual backtest examples/andina --json")(backtest)
app.command(epilog="Example: puntual train acme; puntual train acme --with beta --with gamma")(train)
app.add_typer(record, name="record")
app.command(epilog="Example: puntual reconcile acme")(reconcile)
app.command(epilog="Example: puntual channels acme")(channels)
app.command(epilog="Example: puntual whatsapp-templates acme --purpose overdue --json")(whatsapp_templates)
app.command(epilog="Example: puntual serve acme --port 8080")(serve)
app.command(epilog="Example: puntual log acme C00042; puntual log acme --to-call --out calls.xlsx")(log)
app.command(epilog="Example: puntual compare acme C00042 statement.xlsx --record --author ana")(compare)
app.command(epilog="Example: puntual draft acme demand --customer C00042 --out demand.html")(draft)
app.command(epilog="Example: puntual erase acme C00042 --block --author ana; puntual erase acme --due --yes")(erase)
app.command(epilog="Example: puntual prune acme --yes")(prune)
app.command(epilog='Example: puntual query acme "SELECT reason, count(*) FROM mart.decisions GROUP BY reason"')(query)
app.command(epilog="Example: puntual demo examples/andina")(demo)


def main() -> None:
    """Runs the command line. The user's own problems become exit code 1, as JSON where JSON was asked for; our defects, 70."""
    for name, value in PREFECT_DEFAULTS.items():
        os.environ.setdefault(name, value)
    try:
        app()
    except UserProblem as problem:
        print_problems(problem.problems)
        if "--json" in sys.argv:
            print_json({"ok": False, "problems": problems_as_json(problem.problems)})
        sys.exit(1)
    except Exception:  # noqa: BLE001 the last place that can say what a defect of ours means for the user
        traceback.print_exc()
        err.print(
            "This is a defect of Puntual, not of your data. What was sent stays sent. Please report the lines above."
        )
        sys.exit(DEFECT)


if __name__ == "__main__":
    main()
