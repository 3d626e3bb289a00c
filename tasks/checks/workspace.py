"""What `puntual check` looks at, gathered: each part says its own problems, and none hides another's."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path

from tasks.answers.check import answer_problems
from tasks.checks.erased_again import erased_again
from tasks.checks.missing_invoices import missing_invoices
from tasks.checks.refused_rows import refusal_problems
from tasks.checks.same_debtor import duplicate_problems
from tasks.checks.shown_to_others import subject_problems
from tasks.consequences.check import consequence_problems
from tasks.decisions.verify import decision_problems
from tasks.extract.attach import attach_landing
from tasks.extract.run import extract
from tasks.ledger.live import learned_by, ledger_of, utc_now
from tasks.problems import Problem, UserProblem
from tasks.remind.channels.open import is_set_up, open_channel
from tasks.remind.delivery.held_back import held_back
from tasks.remind.lint import lint_templates
from tasks.remind.whatsapp.check import whatsapp_problems
from tasks.score.build import build_scores
from tasks.score.fitted.use import scoring_on
from tasks.segment.decide import decide
from tasks.segment.ladders import MESSAGE_CHANNELS, MessageChannel
from tasks.segment.lint import lint_strategy
from tasks.segment.lint_proof import prove_ladders
from tasks.segment.lint_reach import lint_reach
from tasks.segment.load import load_strategy
from tasks.settings.load import Workspace
from tasks.validate.control_account import CONTROL_PARTS, differences
from tasks.validate.validation import validate
from tasks.warehouse.connection import open_for_building
from tasks.warehouse.inputs import create_empty_inputs
from tasks.warehouse.models import build_model, upstream_of
from tasks.warehouse.work import write_ledger_facts, write_parameters


def all_problems(workspace: Workspace, as_of: date, environment: Mapping[str, str]) -> list[Problem]:
    """Every problem of the workspace on `as_of`, errors first. Nothing is sent; landing is filled as a run would."""
    parts: list[Callable[[], Iterator[Problem] | list[Problem]]] = [
        lambda: lint_strategy(load_strategy(workspace.paths.strategy)),
        lambda: _ladders(workspace, as_of),
        lambda: consequence_problems(workspace.paths.strategy, as_of),
        lambda: lint_templates(workspace),
        lambda: subject_problems(workspace),
        lambda: whatsapp_problems(workspace, load_strategy(workspace.paths.strategy)),
        lambda: _channel(workspace, environment),
        lambda: answer_problems(workspace, environment),
        lambda: _ledger(workspace, as_of),
        lambda: _decisions(workspace),
        lambda: _data(workspace, as_of),
        lambda: _reach(workspace, as_of),
    ]
    problems = [problem for part in parts for problem in _told(part)]
    return sorted(problems, key=lambda problem: problem.severity != "error")


def _ladders(workspace: Workspace, as_of: date) -> list[Problem]:
    """What walking the ladders finds, with the quiet days of every country that the landed exports name."""
    strategy = load_strategy(workspace.paths.strategy)
    return prove_ladders(strategy, company=workspace.settings.company, countries=_countries(workspace, as_of), on=as_of)


def _countries(workspace: Workspace, as_of: date) -> list[str]:
    """Of the customers; none where the exports cannot be read, which `_data` tells."""
    try:
        extraction = extract(workspace, as_of=as_of)
    except UserProblem:
        return []
    with (
        tempfile.TemporaryDirectory(prefix="puntual-check-") as scratch,
        open_for_building(Path(scratch) / "countries.duckdb", workspace.settings.warehouse) as connection,
    ):
        attach_landing(connection, workspace, extraction.files)
        found = connection.execute(
            "SELECT country FROM landing.customers UNION SELECT customer_country FROM landing.receivables ORDER BY ALL"
        ).fetchall()
    return [country for (country,) in found if country]


def _reach(workspace: Workspace, as_of: date) -> Iterator[Problem]:
    """Whom the strategy reaches, whether its caps leave room, and what it cannot attach; silent where the exports cannot be read, which `_data` tells."""
    strategy = load_strategy(workspace.paths.strategy)
    try:
        extraction = extract(workspace, as_of=as_of)
    except UserProblem:
        return
    with (
        tempfile.TemporaryDirectory(prefix="puntual-check-") as scratch,
        open_for_building(Path(scratch) / "reach.duckdb", workspace.settings.warehouse) as connection,
    ):
        write_parameters(connection, workspace.settings.company, run_id="check", as_of=as_of, known_on=as_of)
        attach_landing(connection, workspace, extraction.files)
        write_ledger_facts(connection, learned_by(workspace, as_of))
        create_empty_inputs(connection)
        build_scores(connection, scoring_on(workspace, as_of))
        decide(connection, strategy, batch_size=workspace.settings.sending.batch_size)
        yield from missing_invoices(connection, workspace, strategy)
        yield from lint_reach(connection, strategy)


def _told(part: Callable[[], Iterator[Problem] | list[Problem]]) -> Iterator[Problem]:
    try:
        yield from part()
    except UserProblem as error:
        yield from error.problems


def _channel(workspace: Workspace, environment: Mapping[str, str]) -> Iterator[Problem]:
    for wanted in MESSAGE_CHANNELS:
        if is_set_up(workspace, wanted):
            yield from _told(partial(_opened, workspace, environment, wanted))
    channel = workspace.settings.sending.email.type if workspace.settings.sending.whatsapp is None else "whatsapp"
    if channel != "files" and workspace.settings.demo_as_of is not None:
        yield Problem(
            "error",
            "puntual.yaml: demo_as_of",
            f"an example's date is set, and the channel is {channel}",
            "Remove demo_as_of, or use the channel files.",
        )
    for currency in workspace.settings.company.bank_details:
        if not workspace.settings.company.bank_details[currency].account.strip():
            yield Problem(
                "error",
                f"puntual.yaml: company.bank_details.{currency}",
                "has no account",
                "Give the account debtors pay to.",
            )


def _opened(workspace: Workspace, environment: Mapping[str, str], channel: MessageChannel) -> list[Problem]:
    with open_channel(workspace, environment, channel):
        return []


def _ledger(workspace: Workspace, as_of: date) -> Iterator[Problem]:
    with ledger_of(workspace.paths.root) as ledger:
        waiting = len(ledger.unknown())
        yield from held_back(workspace, ledger, as_of=as_of, now=utc_now())
    if waiting:
        yield Problem(
            "warning",
            "ledger",
            f"{waiting} messages have an unknown outcome",
            f"Run `puntual reconcile {workspace.paths.root.name}`.",
        )


def _decisions(workspace: Workspace) -> Iterator[Problem]:
    with ledger_of(workspace.paths.root) as ledger:
        chain = ledger.decision_chain()
    with (
        tempfile.TemporaryDirectory(prefix="puntual-check-") as scratch,
        open_for_building(Path(scratch) / "decisions.duckdb", workspace.settings.warehouse) as connection,
    ):
        yield from decision_problems(
            connection, workspace.paths.decisions, chain, company_id=workspace.settings.company.id
        )


def _data(workspace: Workspace, as_of: date) -> Iterator[Problem]:
    extraction = extract(workspace, as_of=as_of)
    yield from extraction.warnings
    yield from refusal_problems(workspace.settings.sources, extraction.files)
    with tempfile.TemporaryDirectory(prefix="puntual-check-") as scratch:
        work_db = Path(scratch) / "work.duckdb"
        with open_for_building(work_db, workspace.settings.warehouse) as connection:
            write_parameters(connection, workspace.settings.company, run_id="check", as_of=as_of, known_on=as_of)
            attach_landing(connection, workspace, extraction.files)
            yield from duplicate_problems(connection, workspace.settings)
            yield from erased_again(connection, workspace)
        yield from _told(lambda: iter(validate(workspace, work_db=work_db, as_of=as_of).warnings))
        if workspace.settings.control_account is not None:
            with open_for_building(work_db, workspace.settings.warehouse) as connection:
                create_empty_inputs(connection)
                for model in upstream_of(CONTROL_PARTS):
                    build_model(connection, model)
                yield from differences(connection, workspace, as_of, with_documents=True)
