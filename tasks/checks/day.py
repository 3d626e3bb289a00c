"""The day that `puntual check` looks at, built once for all of its parts: what landed, and what a run would decide of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from tasks.extract.attach import attach_landing
from tasks.extract.model import Extraction
from tasks.extract.run import extract
from tasks.ledger.live import learned_by
from tasks.problems import UserProblem
from tasks.score.build import build_scores
from tasks.score.fitted.use import scoring_on
from tasks.segment.decide import decide
from tasks.segment.strategy import Strategy
from tasks.settings.load import Workspace
from tasks.warehouse.connection import Connection, open_for_building
from tasks.warehouse.inputs import create_empty_inputs
from tasks.warehouse.models import build_model, upstream_of
from tasks.warehouse.work import write_ledger_facts, write_parameters


class Day:
    """A scratch work database of `as_of` that is built as far as a part asks, and no stage of it twice.

    A stage that failed is not tried again: whoever asks for it gets the same problem. So each part that needs it can tell the
    problem or leave that to another, and what needs less of the day goes on.
    """

    def __init__(self, workspace: Workspace, as_of: date, work_db: Path) -> None:
        self.workspace = workspace
        self.as_of = as_of
        self.work_db = work_db
        self._extraction: Extraction | UserProblem | None = None
        self._is_attached = False
        self._is_decided: bool | UserProblem = False

    def extraction(self) -> Extraction:
        """What landed, as a run would land it.

        Raises:
            UserProblem: a source cannot be read.
        """
        if self._extraction is None:
            try:
                self._extraction = extract(self.workspace, as_of=self.as_of)
            except UserProblem as problem:
                self._extraction = problem
        if isinstance(self._extraction, UserProblem):
            raise self._extraction
        return self._extraction

    @property
    def has_landed(self) -> bool:
        """False where the exports cannot be read, which the part that looks at them tells."""
        try:
            self.extraction()
        except UserProblem:
            return False
        return True

    @contextmanager
    def landed(self) -> Iterator[Connection]:
        """The work database with `run` and `landing`, open until the block ends: others open it by its path, so keep it short.

        Raises:
            UserProblem: a source cannot be read.
        """
        extraction = self.extraction()
        with open_for_building(self.work_db, self.workspace.settings.warehouse) as connection:
            if not self._is_attached:
                settings, day = self.workspace.settings, self.as_of
                service = settings.sending.letter_service
                write_parameters(
                    connection, settings.company, run_id="check", as_of=day, known_on=day, letter_service=service
                )
                attach_landing(connection, self.workspace, extraction.files)
                self._is_attached = True
            yield connection

    @contextmanager
    def decided(self, strategy: Strategy) -> Iterator[Connection]:
        """The same with all that a run decides; every caller gives the workspace's strategy.

        Raises:
            UserProblem: a source cannot be read, or what landed cannot be built.
        """
        with self.landed() as connection:
            if self._is_decided is False:
                try:
                    self._decide(connection, strategy)
                except UserProblem as problem:
                    self._is_decided = problem
                else:
                    self._is_decided = True
            if isinstance(self._is_decided, UserProblem):
                raise self._is_decided
            yield connection

    @contextmanager
    def holding(self, relation: str) -> Iterator[Connection]:
        """The database with `relation`, a model of `staging`: as decided of, or built now where nothing was decided."""
        with self.landed() as connection:
            if self._is_decided is not True:
                create_empty_inputs(connection)
                for model in upstream_of(relation):
                    build_model(connection, model)
            yield connection

    def _decide(self, connection: Connection, strategy: Strategy) -> None:
        write_ledger_facts(connection, learned_by(self.workspace, self.as_of))
        create_empty_inputs(connection)
        build_scores(connection, scoring_on(self.workspace, self.as_of))
        decide(connection, strategy, batch_size=self.workspace.settings.sending.batch_size)


@contextmanager
def opened_day(workspace: Workspace, as_of: date) -> Iterator[Day]:
    """The day in a scratch folder that is gone when the block ends; nothing is built before it is asked for."""
    with tempfile.TemporaryDirectory(prefix="puntual-check-") as scratch:
        yield Day(workspace, as_of, Path(scratch) / "work.duckdb")
