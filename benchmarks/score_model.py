"""What a fitted model costs: `python -m benchmarks.score_model FOLDER [--rows 10000000] [--model NAME]`.

Trains on the ledger of a workspace (one that `benchmarks.daily_run` wrote), or takes a model that the workspace has (`--model`), then
repeats its features until there are `--rows` points, and scores them inside DuckDB, beside one scan of the same features: the
yardstick. Every step is timed in this process; the peak is the process's own up to that step. Nothing is kept.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from benchmarks.measure import KIB_PER_UNIT
from tasks.score.feature_tables import load_feature_tables
from tasks.score.features import load_features
from tasks.score.fitted.apply import register, write_model_tables
from tasks.score.fitted.model import FittedModel
from tasks.score.fitted.past import Past, open_past
from tasks.score.fitted.store import ModelStore
from tasks.score.fitted.training import Recipe, fit
from tasks.settings.load import load_workspace
from tasks.warehouse.models import build_model, load_models


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Prints the step's seconds and the peak resident memory so far."""
    started = time.perf_counter()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB_PER_UNIT / 1024
    print(f"{step:<58} {time.perf_counter() - started:8.1f} s   peak {peak:7.0f} MiB", flush=True)


def main() -> None:
    """Prints one line per step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--model", help="a model of the workspace, by name, instead of training one")
    arguments = parser.parse_args()
    workspace = load_workspace(arguments.folder)
    if workspace.settings.demo_as_of is None:
        raise ValueError("puntual.yaml states no demo_as_of")
    day = workspace.settings.demo_as_of
    with (
        tempfile.TemporaryDirectory(dir=arguments.folder) as scratch,
        open_past(workspace, day, Path(scratch), known_on=day) as past,
    ):
        kept = None if arguments.model is None else ModelStore(workspace.paths.models).load(arguments.model)
        run(past, day, rows=arguments.rows, kept=kept)


def run(past: Past, day: date, *, rows: int, kept: FittedModel | None) -> None:
    """The steps, on a past whose `staging` is built; `kept`: the model to score with, None: one is trained."""
    attributes = () if kept is None else kept.attributes
    with timed("features of all past points"):
        history = past.history(attributes)
    print(f"{'':<4}{len(history):,} points")
    if kept is None:
        with timed(f"training on {len(history):,} points"):
            kept = fit(history, day, Recipe(), name="benchmark")
    del history
    connection = past.connection
    found = connection.execute("SELECT count(*) FROM features.receivables").fetchone()
    copies = -(-rows // int(found[0])) if found else 1
    with timed(f"repeating the features until there are {rows:,}"):
        connection.execute("ALTER TABLE features.receivables RENAME TO once")
        connection.execute(
            f"CREATE TABLE features.receivables AS SELECT once.* FROM features.once CROSS JOIN range({copies}) LIMIT {rows}"  # noqa: S608
        )
    names = [feature.name for feature in load_features()]
    with timed(f"one scan of {rows:,} rows of {len(names)} features (yardstick)"):
        connection.execute(f"SELECT {', '.join(f'max({name})' for name in names)} FROM features.receivables").fetchone()  # noqa: S608
    load_feature_tables(
        connection,
        settings=past.settings,
        country=past.company.country,
        attributes=attributes,
        days=(past.as_of, past.as_of),
    )
    write_model_tables(connection, kept)
    register(connection, kept)
    for one in load_models():
        if one.relation in ("fitted.inputs", "fitted.log_odds"):
            with timed(f"{one.relation} of {rows:,} rows"):
                build_model(connection, one)
    with timed("reasons and days to payment of 1,000,000 rows"):
        connection.execute(
            "SELECT sum(len(fitted_parts(inputs, has_history))), sum(len(fitted_delays(inputs, 0.0::DOUBLE)))"
            " FROM (SELECT * FROM fitted.inputs LIMIT 1000000)"
        ).fetchone()


if __name__ == "__main__":
    main()
