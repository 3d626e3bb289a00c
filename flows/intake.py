"""Sub-flow: read the exports, lay them and the ledger's facts into the run's work database, and judge them."""

from __future__ import annotations

from dataclasses import dataclass

from prefect import flow

from flows.stopwatch import Stopwatch
from tasks.extract.door import extract_sources, open_work_database
from tasks.ledger.door import load_ledger_facts
from tasks.ledger.live import known_on, utc_now
from tasks.problems import Problem
from tasks.runs import Run
from tasks.settings.load import load_workspace
from tasks.validate.door import validate_landed


@dataclass(frozen=True)
class Intake:
    """What came in: warnings, counts of parsed files, and where the Data Docs are."""

    warnings: tuple[Problem, ...]
    data_docs: str


@flow(name="intake", flow_run_name="intake of {run.as_of}", validate_parameters=False)
def take_in(run: Run, watch: Stopwatch) -> Intake:
    """Extracts and validates; a broken dataset rule stops the run here, before anything is decided."""
    # Read before the exports are: a run that reads them over midnight is still the run of its day.
    day_of_exports = known_on(load_workspace(run.folder), utc_now())
    with watch.stage("extract"):
        extraction = extract_sources(str(run.folder), run.as_of)
        open_work_database(run, extraction, known_on=day_of_exports)
        load_ledger_facts(run)
    with watch.stage("validate"):
        validation = validate_landed(run.folder, work_db=run.work_db, as_of=run.as_of)
    return Intake((*extraction.warnings, *validation.warnings), str(validation.data_docs))
