"""Lands one source: finds its files or runs its query, skips what is landed already, and lands the rest."""

from __future__ import annotations

import datetime
import hashlib
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from tasks.contracts.load import Contract, load_contract
from tasks.extract.check_mapping import check_columns, check_settings
from tasks.extract.databases.read import read_database
from tasks.extract.einvoice_file import READERS, is_streamed, parsed_documents, read_einvoices
from tasks.extract.einvoice_table import Content
from tasks.extract.einvoices.own_company import own_documents_only
from tasks.extract.find_files import SourceFile, find_files
from tasks.extract.land import LandingJob, land
from tasks.extract.manifest import Manifest, landing_key, read_manifest
from tasks.extract.model import CurrencyAmounts, LandedFile, RowsLost
from tasks.extract.open_items import settle
from tasks.extract.parquet_file import parquet_as_text, refuse_damaged
from tasks.extract.raw import SetAsideRows
from tasks.extract.readers import Opened, Reading, open_file
from tasks.extract.rows.totals import total_problems
from tasks.extract.supersede import supersede
from tasks.extract.text_file import content_hash
from tasks.problems import SourceProblem
from tasks.settings.formats import DatabaseFormat, EInvoiceFormat, ParquetFormat
from tasks.settings.load import Workspace
from tasks.settings.sources import Source
from tasks.warehouse.connection import Connection
from tasks.warehouse.errors import DatabaseFailed


@dataclass(frozen=True)
class SourceLanding:
    """Lands sources of one workspace with one connection; a file that feeds several sources is hashed once."""

    connection: Connection
    workspace: Workspace
    as_of: datetime.date
    scratch: Path
    _hashes: dict[Path, str] = field(default_factory=dict)

    def land(self, source: Source) -> list[LandedFile]:
        """The source's files in order; of an increment, rows that later files replace are counted as duplicates.

        Raises:
            SettingsProblem, SourceProblem: what the user must correct.
        """
        contract = load_contract(source.contract)
        if isinstance(source.format, EInvoiceFormat):
            source = own_documents_only(source, self.workspace.settings.company)
        check_settings(source, contract)
        if isinstance(source.format, DatabaseFormat):
            files = [self._land_query(source, source.format, contract)]
        elif isinstance(source.format, EInvoiceFormat) and not is_streamed(source.format.standard):
            files = [self._land_documents(source, source.format, contract)]
        else:
            files = [self._land_file(source, contract, file) for file in find_files(self.workspace, source)]
        self._check_totals(source, files)
        if len(files) > 1:
            files = supersede(self.connection, contract, files)
        return settle(self.connection, source, contract, files) if source.delivery == "open_items" else files

    def _land_file(self, source: Source, contract: Contract, file: SourceFile) -> LandedFile:
        started = time.perf_counter()
        digest = self._hash(file)
        job = self._job(source, contract, file.name, digest)
        manifest = read_manifest(job.folder)
        was_parsed = manifest is None
        if manifest is None:
            with tempfile.TemporaryDirectory(dir=self.scratch) as scratch:
                opened = open_file(Reading(self.connection, source, file.path, file.name, Path(scratch)))
                check_columns(source, contract, opened.raw.headers, opened.raw.kinds, file.name)
                manifest = self._land_opened(job, opened, file, Path(scratch))
        landed = _landed(job, digest, manifest, was_parsed=was_parsed, seconds=time.perf_counter() - started)
        return replace(landed, delivered_on=file.delivered_on)

    def _land_opened(self, job: LandingJob, opened: Opened, file: SourceFile, scratch: Path) -> Manifest:
        try:
            return land(self.connection, job, opened.raw, opened.repaired, scratch=scratch)
        except (DatabaseFailed, RowsLost) as error:
            if isinstance(job.source.format, ParquetFormat):  # Damage within a page shows when it is read.
                refuse_damaged(file.path, file.name, str(error))
            raise

    def _land_documents(self, source: Source, settings: EInvoiceFormat, contract: Contract) -> LandedFile:
        """All documents of a source as one delivery: folders hold thousands of small files, and a landing of each would be slow.

        Each content is parsed once; the delivery lands again when a file is added, changed, renamed or removed.
        """
        started = time.perf_counter()
        found = find_files(self.workspace, source)
        files = [Content(file.path, file.name, self._hash(file)) for file in found]
        name = files[0].name if len(files) == 1 else (source.path or "")
        digest = hashlib.sha256("\n".join(f"{file.name}\0{file.digest}" for file in files).encode()).hexdigest()
        job = self._job(source, contract, name, digest)
        manifest = read_manifest(job.folder)
        was_parsed = manifest is None
        if manifest is None:
            cache = parsed_documents(self.workspace.paths.landing / "parsed" / source.name, settings)
            with tempfile.TemporaryDirectory(dir=self.scratch) as scratch:
                raw = read_einvoices(self.connection, files, settings, cache=cache, scratch=Path(scratch))
                check_columns(source, contract, raw.headers, raw.kinds, name)
                manifest = land(self.connection, job, raw, None, scratch=Path(scratch))
        return _landed(job, digest, manifest, was_parsed=was_parsed, seconds=time.perf_counter() - started)

    def _land_query(self, source: Source, settings: DatabaseFormat, contract: Contract) -> LandedFile:
        """A query has to run to know its content; only the parsing is saved when nothing changed."""
        started = time.perf_counter()
        with tempfile.TemporaryDirectory(dir=self.scratch) as scratch:
            result = read_database(
                source, settings, self.as_of, workspace=self.workspace.paths.root, scratch=Path(scratch)
            )
            job = self._job(source, contract, f"database:{source.name}", result.content_hash)
            manifest = read_manifest(job.folder)
            was_parsed = manifest is None
            if manifest is None:
                raw = parquet_as_text(self.connection, result.path, source.decimals, result.rows, result.stored_as_text)
                check_columns(source, contract, raw.headers, raw.kinds, job.file)
                manifest = land(self.connection, job, raw, None, scratch=Path(scratch))
        return _landed(job, result.content_hash, manifest, was_parsed=was_parsed, seconds=time.perf_counter() - started)

    def _check_totals(self, source: Source, files: list[LandedFile]) -> None:
        """Raises `SourceProblem` for totals that a file states and its rows do not reach; of open items the newest counts."""
        tolerance = self.workspace.settings.control_tolerance
        current = files[-1:] if source.delivery == "open_items" else files
        manifests = [(file.file, read_manifest(file.folder)) for file in current]
        problems = [
            problem
            for file, manifest in manifests
            if manifest is not None
            for problem in total_problems(file, manifest, tolerance)
        ]
        if problems:
            raise SourceProblem(*problems)

    def _hash(self, file: SourceFile) -> str:
        if file.path not in self._hashes:
            try:
                self._hashes[file.path] = content_hash(file.path)
            except OSError as error:
                raise SourceProblem.at(
                    file.name, f"cannot be read: {error.strerror}", "Check its permissions."
                ) from None
        return self._hashes[file.path]

    def _job(self, source: Source, contract: Contract, file: str, digest: str) -> LandingJob:
        company_id = self.workspace.company_id
        readers = READERS if isinstance(source.format, EInvoiceFormat) else 0
        key = landing_key(digest, contract, source, company_id, readers=readers)
        folder = self.workspace.paths.landing / contract.name / source.name / key
        return LandingJob(source, contract, company_id, file, digest, folder)


def _landed(job: LandingJob, digest: str, manifest: Manifest, *, was_parsed: bool, seconds: float) -> LandedFile:
    return LandedFile(
        source=job.source.name,
        contract=job.source.contract,
        file=job.file,
        content_hash=digest,
        file_rows=manifest.file_rows,
        rows_in=manifest.rows_in,
        landed=manifest.landed,
        quarantined=manifest.quarantined,
        duplicates=manifest.duplicates,
        set_aside=tuple(SetAsideRows(part.reason, part.rows) for part in manifest.set_aside),
        amounts=tuple(CurrencyAmounts(**item.model_dump()) for item in manifest.amounts),
        was_parsed=was_parsed,
        folder=job.folder,
        seconds=seconds,
    )
