"""Extract: every source of a workspace into the landing zone, once per content."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from tasks.contracts.load import load_contract
from tasks.extract.bank_files.same_money import BankFile, same_money_problems
from tasks.extract.check_mapping import unknown_columns
from tasks.extract.drift import drift_warnings
from tasks.extract.einvoices.own_company import other_seller_warnings
from tasks.extract.find_files import find_files
from tasks.extract.land_source import SourceLanding
from tasks.extract.manifest import read_manifest, remove_leftovers
from tasks.extract.model import Extraction, LandedFile, check_conservation
from tasks.extract.quarantine.record import record_refused
from tasks.extract.supersede import correct
from tasks.problems import Problem, SettingsProblem, SourceProblem, SourceUnreachable, UserProblem
from tasks.settings.formats import BankFileFormat
from tasks.settings.load import Workspace
from tasks.settings.sources import Source
from tasks.settings.workspace import WarehouseSettings
from tasks.warehouse.connection import Connection
from tasks.warehouse.errors import values_withheld

SOURCES_AT_ONCE = 2


@dataclass(frozen=True)
class Progress:
    """A source is done: the `done`-th of `total`."""

    source: str
    done: int
    total: int


def extract(
    workspace: Workspace, *, as_of: datetime.date, on_progress: Callable[[Progress], None] = lambda progress: None
) -> Extraction:
    """Lands every source; a file whose content and mapping did not change is not parsed again.

    All sources are tried, so that the user sees every problem at once. `as_of` reaches database queries as the
    session setting `puntual.as_of`.

    Raises:
        SettingsProblem, SourceProblem: what the user must correct; `SourceUnreachable` where only trying again helps.
        RowsLost: rows or cents do not tie (a defect of ours).
    """
    sources = workspace.settings.sources
    problems: list[UserProblem] = []
    landed: list[LandedFile] = []
    with (
        _scratch(workspace) as scratch,
        _connection(workspace.settings.warehouse, scratch) as connection,
        _side_by_side(SourceLanding(connection, workspace, as_of, scratch), sources) as landings,
    ):
        for done, (source, landing) in enumerate(zip(sources, landings, strict=True), start=1):
            try:
                landed += landing.result()
            except UserProblem as problem:
                problems.append(problem)
            on_progress(Progress(source.name, done, len(sources)))
        problems += _same_money(workspace)
        if not problems:
            landed = list(_corrected(connection, sources, landed))
            _account_for_refused(connection, workspace, landed, as_of)
    if problems:
        raise _combined(problems)
    check_conservation(landed)
    return Extraction(tuple(landed), tuple(_warnings(sources, landed)))


@contextmanager
def _side_by_side(landing: SourceLanding, sources: Sequence[Source]) -> Iterator[list[Future[list[LandedFile]]]]:
    """Lands some sources at once: hashing and looking for duplicates use one processor, and the next source the others.

    When the block ends early, what runs is interrupted and what waits is not started.
    """
    cursors = [landing.connection.cursor() for _ in sources]

    def land(source: Source, cursor: Connection) -> list[LandedFile]:
        with cursor:
            return replace(landing, connection=cursor).land(source)

    with ThreadPoolExecutor(SOURCES_AT_ONCE, thread_name_prefix="extract") as pool:
        try:
            yield [pool.submit(land, source, cursor) for source, cursor in zip(sources, cursors, strict=True)]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for cursor in cursors:
                with suppress(duckdb.Error):  # closed: its source is landed
                    cursor.interrupt()


def _corrected(connection: Connection, sources: Sequence[Source], landed: Sequence[LandedFile]) -> Iterator[LandedFile]:
    """The landed files after the corrections of each contract replaced rows of its other sources."""
    correcting = {source.name for source in sources if source.delivery == "correction"}
    for contract in dict.fromkeys(file.contract for file in landed):
        files = [file for file in landed if file.contract == contract]
        corrections = [file for file in files if file.source in correcting]
        if corrections:
            others = [file for file in files if file.source not in correcting]
            files = correct(connection, load_contract(contract), others, corrections)
        yield from files


def _account_for_refused(
    connection: Connection, workspace: Workspace, landed: Sequence[LandedFile], as_of: datetime.date
) -> None:
    for contract in dict.fromkeys(file.contract for file in landed):
        record_refused(
            connection,
            workspace.paths.landing / contract,
            load_contract(contract),
            [file for file in landed if file.contract == contract],
            workspace.settings.sources,
            on=as_of,
        )


def _same_money(workspace: Workspace) -> list[SourceProblem]:
    """Statements and notifications of one account, in one source or in several."""
    files = []
    for source in workspace.settings.sources:
        if isinstance(source.format, BankFileFormat):
            with suppress(SourceProblem):  # No file: landing says it.
                found = find_files(workspace, source)
                files += [BankFile(item.path, item.name, source.name, source.format.standard) for item in found]
    return [SourceProblem(problem) for problem in same_money_problems(files)]


def _combined(problems: Sequence[UserProblem]) -> UserProblem:
    """One exception with every finding; trying again is offered only where nothing else is wrong."""
    findings = [finding for problem in problems for finding in problem.problems]
    for kind in (SourceUnreachable, SettingsProblem):
        if all(isinstance(problem, kind) for problem in problems):
            return kind(*findings)
    return SourceProblem(*findings)


def _warnings(sources: Sequence[Source], landed: Sequence[LandedFile]) -> Iterator[Problem]:
    by_name = {source.name: source for source in sources}
    feeds: dict[str, list[Source]] = {}
    for file in landed:
        feeds.setdefault(file.file, []).append(by_name[file.source])
    told: set[str] = set()
    for file in landed:
        manifest = read_manifest(file.folder)
        if manifest is None:
            continue
        if file.file not in told:
            told.add(file.file)
            yield from unknown_columns(feeds[file.file], manifest.headers, file.file)
        for warning in manifest.warnings:
            yield Problem(
                "warning", f"{file.file} ({file.source})", f"{warning.rows} rows: {warning.description}", warning.fix
            )
        if file.settles_nothing:
            yield Problem(
                "warning",
                f"{file.file} ({file.source})",
                "refused rows of it cannot be told from the items that it lacks, so no item counts as settled by it",
                "Correct the rows in quarantine; a later list without such rows settles what it lacks.",
            )
    yield from other_seller_warnings(landed)
    yield from drift_warnings(landed)


@contextmanager
def _scratch(workspace: Workspace) -> Iterator[Path]:
    """A folder for spilled and rewritten data beside the landing zone; those of dead processes are removed."""
    workspace.paths.landing.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_leftovers(workspace.paths.landing)
    folder = workspace.paths.landing / f"scratch.partial-{os.getpid()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _connection(settings: WarehouseSettings, scratch: Path) -> Iterator[Connection]:
    """DuckDB in memory, bounded, spilling to the scratch folder, without extensions from anywhere."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": settings.memory_limit,
        "temp_directory": str(scratch / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": True,
    }
    if settings.threads is not None:
        config["threads"] = settings.threads
    with duckdb.connect(":memory:", config=config) as connection, values_withheld("landing"):
        yield connection
