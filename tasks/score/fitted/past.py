"""A scratch database with a company's past: what was known on each day, and what became of it, for training and back-test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from tasks.extract.attach import attach_landing
from tasks.extract.run import extract
from tasks.score.feature_tables import load_feature_tables
from tasks.score.fitted.attributes import telling_attributes
from tasks.score.fitted.history import History, read_history
from tasks.score.fitted.training import TooShort
from tasks.score.points import WHOLE, Thinning, write_past_points
from tasks.score.scorecard import load_scorecard
from tasks.settings.load import Workspace
from tasks.settings.score import ScoreSettings
from tasks.settings.workspace import Company
from tasks.warehouse.connection import Connection, open_for_building
from tasks.warehouse.inputs import create_empty_inputs
from tasks.warehouse.models import build
from tasks.warehouse.work import write_ledger_facts, write_parameters

Progress = Callable[[str], None]
Learned = Callable[[Workspace, date], Mapping[str, pa.Table]]
"""What a workspace's ledger knew on a day, by relation (`tasks.ledger.live.learned_by`); without one, no promise and no dispute."""


def nothing_learned(workspace: Workspace, as_of: date) -> Mapping[str, pa.Table]:
    """Of a workspace without a ledger."""
    return {}


# The day before which a share of the receivables lies that were scored at issue before they were due, and whose due date
# has passed. By calendar days: the working-day rule moves due dates by a few days only.
_DAY_AT = """
SELECT quantile_disc(settlements.invoice_date, $share)
FROM staging.settlements AS settlements
CROSS JOIN run.parameters AS run
WHERE settlements.amount > 0 AND settlements.due_date >= settlements.invoice_date AND settlements.due_date < run.as_of
    AND (settlements.settled_on_before >= settlements.invoice_date
        OR settlements.settled_on_before IS NULL AND (settlements.settled_on IS NOT NULL OR settlements.open_amount > 0))
"""


@dataclass(frozen=True)
class Past:
    """`staging` as of the day `as_of`, in a database of its own; `settings` are the company's, or those to be tried."""

    connection: Connection
    settings: ScoreSettings
    company: Company
    as_of: date
    known_on: date

    def build_staging(self) -> None:
        """Lays the past as of its day; again, where something else was built since."""
        self.write_day(self.as_of)
        build(self.connection, ("staging",))

    def write_day(self, day: date) -> None:
        """Lets what is built next be as of `day`."""
        run_id = f"{day:%Y%m%d}-00000000"
        write_parameters(self.connection, self.company, run_id=run_id, as_of=day, known_on=self.known_on)

    def day_at(self, share: float) -> date:
        """The day before which `share` (0 to 1) of the receivables lies that can be judged.

        Raises:
            TooShort: no receivable has fallen due.
        """
        found = self.connection.execute(_DAY_AT, {"share": share}).fetchone()
        if found is None or found[0] is None:
            raise TooShort(
                f"no receivable has fallen due before {self.as_of} that could have been scored before it was due"
            )
        day: date = found[0]
        return day

    def attributes(self, known_on: date) -> tuple[str, ...]:
        """The references that a model looks at: those of the settings, else the most telling on `known_on`."""
        if self.settings.attributes is not None:
            return self.settings.attributes
        return telling_attributes(self.connection, known_on=known_on, branch=self.settings.branch)

    def history(self, attributes: Sequence[str], *, judged_from: date | None = None) -> History:
        """Past points with their features and outcomes, with these `attributes` in the slots of the features.

        Of a large ledger a sample (`tasks.score.points`), and what was issued from `judged_from` on to be judged on.
        """
        return self.history_of_points(attributes, write_past_points(self.connection, judged_from=judged_from))

    def history_of_points(self, attributes: Sequence[str], chosen: Thinning = WHOLE) -> History:
        """The same for what `scoring.points` holds, which were `chosen`."""
        found = self.connection.execute("SELECT min(due_date), max(due_date) FROM staging.settlements").fetchone()
        days = (found[0], found[1]) if found is not None and found[0] is not None else (self.as_of, self.as_of)
        load_feature_tables(
            self.connection, settings=self.settings, country=self.company.country, attributes=attributes, days=days
        )
        build(self.connection, ("features",))
        return read_history(self.connection, is_thinned=chosen != WHOLE, judged_share=chosen.judged)


@contextmanager
def open_past(
    workspace: Workspace,
    as_of: date,
    scratch: Path,
    *,
    known_on: date,
    settings: ScoreSettings | None = None,
    learned: Learned = nothing_learned,
    progress: Progress = lambda _: None,
) -> Iterator[Past]:
    """The past of the workspace as it could be known on the morning of `as_of`, in a database in the folder `scratch`.

    `known_on` is the day that the exports describe, as for the day's run; `settings` replace the company's own.

    Raises:
        UserProblem: the exports cannot be read.
    """
    progress("reading the exports")
    extraction = extract(workspace, as_of=as_of)
    with open_for_building(scratch / "past.duckdb", workspace.settings.warehouse) as connection:
        past = Past(connection, settings or workspace.settings.score, workspace.settings.company, as_of, known_on)
        attach_landing(connection, workspace, extraction.files)
        write_ledger_facts(connection, learned(workspace, as_of))
        create_empty_inputs(connection)
        load_scorecard(connection)
        progress("laying payments on receivables")
        past.build_staging()
        yield past
