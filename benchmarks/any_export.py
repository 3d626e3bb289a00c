"""Takes every file under a folder from `puntual init` to a validated landing, without a line by hand: `python -m benchmarks.any_export FOLDER`.

What the columns mean is said in `benchmarks/README.md`. Prints counts and reasons, and no value of a row.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path

from benchmarks.count_records import count_records
from flows.clock import utc_today
from tasks.checks.refused_rows import refusals
from tasks.extract import Extraction, attach_landing, extract
from tasks.extract.model import LandedFile, RowsLost
from tasks.problems import UserProblem
from tasks.recognise.model import Recognised
from tasks.recognise.recognise import recognise
from tasks.recognise.write import WrittenSource, write_workspace
from tasks.segment.load import ready_strategy
from tasks.settings.formats import Format
from tasks.settings.load import Workspace, load_workspace
from tasks.validate.validation import validate
from tasks.warehouse.connection import Connection, open_for_building
from tasks.warehouse.work import write_parameters

STAND_IN = "stand_in.csv"
"""One made-up receivable, for files that hold none: a workspace without receivables has nothing to validate."""


@dataclass(frozen=True)
class SourceResult:
    """What one source took of a file. `identity`: '' where rows and cents tie in every account, else what does not."""

    kind: str
    file_rows: int
    rows_in: int
    landed: int
    quarantined: int
    duplicates: int
    set_aside: dict[str, int]
    reasons: dict[str, int]
    identity: str


@dataclass(frozen=True)
class FileResult:
    """One file. `records`: counted beside our readers, None where only the reader can; `refused`: '' where it was landed."""

    file: str
    system: str = ""
    confidence: float = 0.0
    records: int | None = None
    sources: tuple[SourceResult, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    seconds: float = 0.0
    refused: str = ""


def try_file(path: Path, name: str, scratch: Path, *, as_of: date) -> FileResult:
    """From recognition to the verdict of the contracts; `scratch` is an empty folder for the workspace."""
    started = time.perf_counter()
    result = FileResult(name)
    try:
        found = recognise(path)
        result = replace(result, system=f"{found[0].system}, {found[0].report}", confidence=found[0].confidence)
        result = _landed(result, path, found, scratch, as_of=as_of)
    except UserProblem as problem:
        result = replace(result, refused=" | ".join(f"{item.what}. {item.fix}" for item in problem.problems))
    except RowsLost as lost:
        result = replace(result, refused=f"ROWS LOST: {lost}")
    return replace(result, seconds=time.perf_counter() - started)


def _landed(result: FileResult, path: Path, found: Sequence[Recognised], scratch: Path, *, as_of: date) -> FileResult:
    made = write_workspace(scratch / "alone", found, ready_strategy("standard"), as_of=as_of)
    root = scratch / "alone"
    if not any(_gives_receivables(item) for item in made.sources):
        root = scratch / "with-stand-in"
        write_workspace(root, [*found, *recognise(_stand_in(scratch))], ready_strategy("standard"), as_of=as_of)
    workspace = load_workspace(root)
    extraction = extract(workspace, as_of=as_of)
    work_db = root / "work.duckdb"
    with open_for_building(work_db, workspace.settings.warehouse) as connection:
        write_parameters(connection, workspace.settings.company, run_id="any-export", as_of=as_of, known_on=as_of)
        attach_landing(connection, workspace, extraction.files)
        sources = tuple(_sources(connection, extraction))
    own = _own(extraction)
    result = replace(
        result,
        sources=sources,
        records=count_records(path, _format_of(workspace, own)),
        warnings=tuple(f"{item.what}. {item.fix}" for item in extraction.warnings),
    )
    validate(workspace, work_db=work_db, as_of=as_of)
    return result


def _gives_receivables(item: WrittenSource) -> bool:
    """A trial that failed is for the run to report; only a file that lands no receivable gets the stand-in."""
    failed = item.trial is None or bool(item.trial.problems)
    return item.recognised.contract == "receivables" and (failed or item.trial is None or item.trial.landed > 0)


def _own(extraction: Extraction) -> list[LandedFile]:
    return [file for file in extraction.files if not file.file.endswith(STAND_IN)]


def _format_of(workspace: Workspace, own: Sequence[LandedFile]) -> Format:
    name = own[0].source
    return next(source.format for source in workspace.settings.sources if source.name == name)


def _sources(connection: Connection, extraction: Extraction) -> Iterator[SourceResult]:
    for file in _own(extraction):
        yield SourceResult(
            file.contract,
            file.file_rows,
            file.rows_in,
            file.landed,
            file.quarantined,
            file.duplicates,
            {item.reason: item.rows for item in file.set_aside},
            {f"{group.column}: {group.reason}": group.rows for group in refusals(file)},
            _identity(connection, file),
        )


def _identity(connection: Connection, file: LandedFile) -> str:
    """Counts what is in the landing itself; that accounts add up was checked by `extract`, which raises `RowsLost`."""
    counting = f"SELECT count(*) FROM landing.{file.contract} WHERE source = $1"  # noqa: S608 a contract's name
    ((rows,),) = connection.execute(counting, [file.source]).fetchall()
    ((excluded,),) = connection.execute(
        "SELECT count(*) FROM landing.quarantine WHERE source = $1", [file.source]
    ).fetchall()
    wrong = [] if rows == file.landed else [f"{rows} rows lie in the landing, {file.landed} are in the account"]
    if excluded != file.quarantined + file.duplicates:
        wrong.append(f"{excluded} rows lie outside, {file.quarantined + file.duplicates} are in the accounts")
    if file.amounts:
        sums = dict(
            connection.execute(
                f"SELECT currency, sum(amount) FROM landing.{file.contract} WHERE source = $1 GROUP BY 1",  # noqa: S608 likewise
                [file.source],
            ).fetchall()
        )
        wrong += [
            f"{sums.get(item.currency, 0)} {item.currency} lie in the landing, {item.landed} are in the account"
            for item in file.amounts
            if item.currency != "?" and sums.get(item.currency, 0) != item.landed
        ]
    return "; ".join(wrong)


def _stand_in(scratch: Path) -> Path:
    path = scratch / STAND_IN
    with path.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(("customer_id", "document_number", "invoice_date", "due_date", "currency", "amount"))
        rows.writerow(("C-1", "F-1", "2026-01-05", "2026-02-04", "EUR", "10.00"))
    return path


def print_table(results: Sequence[FileResult]) -> None:
    """Markdown: a line per file and source, then why rows were refused."""
    print(
        "| file | system, report | confidence | kind | rows in file | rows in | landed | quarantined | duplicates | set aside "
        "| identity | seconds | result |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
    for result in results:
        front = f"| {result.file} | {result.system} | {result.confidence:.0%} "
        end = f"{result.seconds:.1f} | {f'refused: {result.refused}' if result.refused else 'landed'} |"
        for source in result.sources:
            counted = "" if result.records in (None, source.file_rows) else f" (COUNTED {result.records})"
            aside = ", ".join(f"{rows} {reason}" for reason, rows in source.set_aside.items())
            print(
                f"{front}| {source.kind} | {source.file_rows}{counted} | {source.rows_in} | {source.landed} | {source.quarantined} "
                f"| {source.duplicates} | {aside} | {source.identity or 'ties'} | {end}"
            )
        if not result.sources:
            print(f"{front}| | | | | | | | | {end}")
    print()
    for result in results:
        for source in result.sources:
            for reason, rows in source.reasons.items():
                print(f"* {result.file} ({source.kind}): {rows} rows, {reason}")
        for warning in result.warnings:
            print(f"* {result.file}: warning: {warning}")
    done = [result for result in results if not result.refused]
    print(f"\n{len(results)} files: {len(done)} landed and valid, {len(results) - len(done)} refused")


def main() -> None:
    """Reads the command line, tries each file in a workspace of its own, and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, default=utc_today())
    parser.add_argument("--json", action="store_true", help="JSON instead of the table.")
    arguments = parser.parse_args()
    results = []
    for path in sorted(item for item in arguments.folder.rglob("*") if item.is_file()):
        scratch = Path(tempfile.mkdtemp(prefix="puntual-any-export-"))
        try:
            name = path.relative_to(arguments.folder).as_posix()
            results.append(try_file(path.resolve(), name, scratch, as_of=arguments.as_of))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    if arguments.json:
        print(json.dumps([asdict(result) for result in results], indent=1))
    else:
        print_table(results)


if __name__ == "__main__":
    main()
