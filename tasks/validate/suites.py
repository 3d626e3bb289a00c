"""Runs checks as Great Expectations suites, one per relation, and writes the Data Docs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path

import great_expectations as gx
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.registry import get_expectation_impl

from tasks.settings.workspace import WarehouseSettings
from tasks.validate.checks import Check, ColumnsCheck, ExpectationCheck, KeyCheck, MeasureCheck
from tasks.validate.data_docs import finish_data_docs
from tasks.validate.engine import read_config
from tasks.validate.expectations import ExpectColumnsToBe, ExpectKeyToBeUnique, ExpectMeasureToBeBetween
from tasks.validate.outcomes import outcome_of
from tasks.validate.page_folder import replacing
from tasks.validate.report import Outcome

# Counts only: any other format writes row values into results and pages.
_COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}


def run_suites(
    checks: Iterable[Check], *, work_db: Path, settings: WarehouseSettings, as_of: date, data_docs: Path
) -> list[Outcome]:
    """Carries out all checks on `work_db` and replaces the pages under `data_docs`; rivals that do the same leave one's pages whole.

    Nothing else may have `work_db` open. The pages carry `as_of` as their time: the same input gives the same results.

    Raises:
        CheckFailedToRun: a check could not be carried out.
    """
    with replacing(data_docs) as building:
        outcomes = _outcomes(checks, building, work_db=work_db, settings=settings, as_of=as_of)
        finish_data_docs(building, outcomes, as_of)
    return outcomes


def _outcomes(
    checks: Iterable[Check], pages: Path, *, work_db: Path, settings: WarehouseSettings, as_of: date
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    with _context(pages) as context:
        datasource = context.data_sources.add_puntual_duckdb(
            name="landing",
            connection_string=f"duckdb:///{work_db}",
            kwargs={"connect_args": {"read_only": True, "config": read_config(work_db, settings)}},
        )
        try:
            for relation, group in groupby(
                sorted(checks, key=lambda check: check.relation), lambda check: check.relation
            ):
                schema, table = relation.split(".")
                asset = datasource.add_table_asset(name=table, schema_name=schema, table_name=table)
                batch = asset.add_batch_definition_whole_table("all rows")
                outcomes += _run_suite(context, table, batch, list(group), as_of)
        finally:
            datasource.close()
        context.build_data_docs()
    return outcomes


@contextmanager
def _context(data_docs: Path) -> Iterator[EphemeralDataContext]:
    """A context that keeps everything in memory but the pages, and neither reports usage nor draws progress bars."""
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
        data_docs_sites={
            "puntual": {
                "class_name": "SiteBuilder",
                "show_how_to_buttons": False,
                "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(data_docs)},
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            }
        },
    )
    yield gx.get_context(mode="ephemeral", project_config=config)


def _run_suite(
    context: EphemeralDataContext, name: str, batch: object, checks: Sequence[Check], as_of: date
) -> list[Outcome]:
    expectations = [_expectation(check, number) for number, check in enumerate(checks)]
    suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=expectations))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))
    run_time = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    validated = definition.run(
        result_format=_COUNTS_ONLY, run_id=RunIdentifier(run_name=as_of.isoformat(), run_time=run_time)
    )
    judged = [(checks[int(result.expectation_config.meta["check"])], result) for result in validated.results]
    shape = [outcome_of(check, result) for check, result in judged if isinstance(check, ColumnsCheck)]
    if any(outcome.problem for outcome in shape):
        return shape  # The other checks read columns that are missing or of another type, so they cannot have run.
    return [outcome_of(check, result) for check, result in judged]


def _expectation(check: Check, number: int) -> Expectation:
    """The Great Expectations form of a check; `number` finds the check again from the result."""
    shared = {
        "description": check.sentence.replace("$", "$$"),
        "severity": "critical" if check.severity == "error" else "warning",
        "meta": {"check": number},
    }
    match check:
        case MeasureCheck():
            limits = {"minimum": check.minimum, "maximum": check.maximum}
            texts = {name: None if limit is None else str(limit) for name, limit in limits.items()}
            return ExpectMeasureToBeBetween(aggregate=check.aggregate, **texts, **shared)
        case KeyCheck():
            return ExpectKeyToBeUnique(relation=check.relation, key=", ".join(check.key), **shared)
        case ColumnsCheck():
            columns = [f"{name} {type_}" for name, type_ in check.columns]
            return ExpectColumnsToBe(columns=columns, **shared)
        case ExpectationCheck(rule=rule) if rule is not None:
            return get_expectation_impl(rule.expectation)(**rule.arguments, **shared)
        case _:
            raise TypeError(f"no expectation stands for the check {check.name}")
