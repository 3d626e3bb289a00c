"""`validate`: which checks apply to what landed, carried out, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

from tasks.contracts.load import load_contract
from tasks.problems import DatasetRejected, Problem
from tasks.settings.load import Workspace
from tasks.validate.checks import Check
from tasks.validate.contract_checks import contract_checks
from tasks.validate.control_account import missing_balance
from tasks.validate.control_totals import control_checks, read_control_totals
from tasks.validate.engine import read_config
from tasks.validate.landed import LandedSource, read_landed
from tasks.validate.reference_checks import reference_checks
from tasks.validate.report import ValidationReport
from tasks.validate.source_checks import conservation_checks, freshness_check, reject_share_check
from tasks.validate.suites import run_suites
from tasks.warehouse.errors import values_withheld


def validate(workspace: Workspace, *, work_db: Path, as_of: date) -> ValidationReport:
    """Judges every landed dataset in `work_db` (relations `landing.*`) and writes the Data Docs, also when it rejects.

    The caller has closed its own connection to `work_db`; the file is opened read-only and closed again.

    Raises:
        DatasetRejected: one problem per broken rule.
        SettingsProblem: the control totals, or the balances of the control account, cannot be read.
        CheckFailedToRun: a check could not be carried out; nothing is known about the data then.
    """
    settings = workspace.settings.warehouse
    without_balance = tuple(missing_balance(workspace, as_of))
    with (
        duckdb.connect(str(work_db), read_only=True, config=read_config(work_db, settings)) as connection,
        values_withheld(work_db.name),
    ):
        landed = read_landed(connection)
    outcomes = run_suites(
        checks_of(workspace, landed, as_of),
        work_db=work_db,
        settings=settings,
        as_of=as_of,
        data_docs=workspace.paths.data_docs,
    )
    problems = [outcome.problem for outcome in outcomes if outcome.problem is not None]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DatasetRejected(*errors)
    return ValidationReport(
        results=tuple(outcome.result for outcome in outcomes),
        warnings=(
            *_unjudged(workspace),
            *without_balance,
            *(problem for problem in problems if problem.severity == "warning"),
        ),
        data_docs=workspace.paths.data_docs / "index.html",
    )


def checks_of(workspace: Workspace, landed: tuple[LandedSource, ...], as_of: date) -> Iterator[Check]:
    """Every check for what landed, in order of contract."""
    sources = {source.name: source for source in workspace.settings.sources}
    totals_file = workspace.settings.control_totals
    totals = read_control_totals(workspace.paths.root / totals_file, frozenset(sources)) if totals_file else ()
    contracts = sorted({one.contract for one in landed})
    for name in contracts:
        yield from contract_checks(load_contract(name), may_be_empty=_may_be_empty(workspace, name))
    for one in landed:
        contract, source = load_contract(one.contract), sources[one.source]
        fresh = freshness_check(source, contract, one, as_of)
        if fresh is not None:
            yield fresh
        yield reject_share_check(source, one)
        yield from conservation_checks(contract, one)
        yield from control_checks(totals, one, workspace.settings.control_tolerance)
    yield from reference_checks(contracts)


def _may_be_empty(workspace: Workspace, contract: str) -> bool:
    """Whether it is usual that no source of the contract has a row. Without receivables there is never anything to do."""
    sources = [source for source in workspace.settings.sources if source.contract == contract]
    return contract != "receivables" and all(
        source.may_be_empty or source.delivery == "increment" for source in sources
    )


def _unjudged(workspace: Workspace) -> Iterator[Problem]:
    """Settings that ask for a freshness which the contract gives no date for."""
    for source in workspace.settings.sources:
        if source.fresh_within_days is not None and load_contract(source.contract).freshness_column is None:
            yield Problem(
                "warning",
                f"source {source.name}",
                f"fresh_within_days has no effect: the contract {source.contract} has no date to judge it by",
                "Remove the setting.",
            )
