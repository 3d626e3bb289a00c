"""What `puntual check` looks at, gathered: each part says its own problems, and none hides another's."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path

from tasks.answers.check import answer_problems
from tasks.checks.day import Day, opened_day
from tasks.checks.erased_again import erased_again
from tasks.checks.missing_invoices import missing_invoices
from tasks.checks.refused_rows import refusal_problems
from tasks.checks.same_debtor import duplicate_problems
from tasks.checks.shown_to_others import subject_problems
from tasks.consequences.check import consequence_problems
from tasks.decisions.verify import decision_problems
from tasks.ledger.live import ledger_of, utc_now
from tasks.problems import Problem, UserProblem
from tasks.remind.channels.open import is_set_up, open_channel
from tasks.remind.delivery.held_back import held_back
from tasks.remind.lint import lint_templates
from tasks.remind.whatsapp.check import whatsapp_problems
from tasks.segment.ladders import MESSAGE_CHANNELS, MessageChannel
from tasks.segment.lint import lint_strategy
from tasks.segment.lint_proof import prove_ladders
from tasks.segment.lint_reach import lint_reach
from tasks.segment.load import load_strategy
from tasks.settings.load import Workspace
from tasks.validate.control_account import CONTROL_PARTS, differences
from tasks.validate.validation import validate
from tasks.warehouse.connection import open_for_building


def all_problems(workspace: Workspace, as_of: date, environment: Mapping[str, str]) -> list[Problem]:
    """Every problem of the workspace on `as_of`, errors first. Nothing is sent; landing is filled as a run would."""
    with opened_day(workspace, as_of) as day:
        parts: list[Callable[[], Iterator[Problem] | list[Problem]]] = [
            lambda: lint_strategy(load_strategy(workspace.paths.strategy)),
            lambda: _ladders(day),
            lambda: consequence_problems(workspace.paths.strategy, as_of),
            lambda: lint_templates(workspace),
            lambda: subject_problems(workspace),
            lambda: whatsapp_problems(workspace, load_strategy(workspace.paths.strategy)),
            lambda: _channel(workspace, environment),
            lambda: answer_problems(workspace, environment),
            lambda: _ledger(workspace, as_of),
            lambda: _decisions(workspace),
            lambda: _data(day),
            lambda: _reach(day),
            lambda: _control_account(day),
        ]
        # Several parts read the strategy, or the balances: what is wrong with those is told once.
        problems = dict.fromkeys(problem for part in parts for problem in _told(part))
    return sorted(problems, key=lambda problem: problem.severity != "error")


def _ladders(day: Day) -> list[Problem]:
    """What walking the ladders finds, with the quiet days of every country that the landed exports name."""
    strategy = load_strategy(day.workspace.paths.strategy)
    company = day.workspace.settings.company
    return prove_ladders(strategy, company=company, countries=_countries(day), on=day.as_of)


def _countries(day: Day) -> list[str]:
    """Of the customers; none where the exports cannot be read, which `_data` tells."""
    if not day.has_landed:
        return []
    with day.landed() as connection:
        found = connection.execute(
            "SELECT country FROM landing.customers UNION SELECT customer_country FROM landing.receivables ORDER BY ALL"
        ).fetchall()
    return [country for (country,) in found if country]


def _reach(day: Day) -> Iterator[Problem]:
    """Whom the strategy reaches, whether its caps leave room, and what it cannot attach; silent where the exports cannot be read, which `_data` tells."""
    strategy = load_strategy(day.workspace.paths.strategy)
    if not day.has_landed:
        return
    with day.decided(strategy) as connection:
        yield from missing_invoices(connection, day.workspace, strategy)
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


def _data(day: Day) -> Iterator[Problem]:
    workspace = day.workspace
    extraction = day.extraction()
    yield from extraction.warnings
    yield from refusal_problems(workspace.settings.sources, extraction.files)
    with day.landed() as connection:
        yield from duplicate_problems(connection, workspace.settings)
        yield from erased_again(connection, workspace)
    yield from validate(workspace, work_db=day.work_db, as_of=day.as_of).warnings


def _control_account(day: Day) -> Iterator[Problem]:
    """Where what is open differs from the control account; silent where the exports cannot be read, which `_data` tells."""
    if day.workspace.settings.control_account is None or not day.has_landed:
        return
    with day.holding(CONTROL_PARTS) as connection:
        yield from differences(connection, day.workspace, day.as_of, with_documents=True)
