"""One message to look at: a purpose or a step of the strategy, with a customer's published data or with made-up data."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from html import escape
from typing import cast

from tasks.problems import Problem, UserProblem
from tasks.remind.accounts import Wanted, read_accounts
from tasks.remind.lint import lint_templates
from tasks.remind.outbound import OutboundMessage
from tasks.remind.reminder import Reminder
from tasks.remind.samples import AS_OF, sample_reminder
from tasks.remind.vocabulary import LANGUAGES
from tasks.remind.writers import email_renderer
from tasks.segment.families import phase_of
from tasks.segment.ladders import PURPOSES, Purpose, Step, Tone
from tasks.segment.load import load_strategy
from tasks.settings.load import Workspace
from tasks.warehouse.connection import Connection
from tasks.warehouse.current import open_current

_SOMEBODY = {
    "before": "days_overdue < 0",
    "due": "days_overdue = 0",
    "after": "days_overdue > 0",
    "any": "TRUE",
}
_SHEET = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{subject}</title><style>:root{{color-scheme:light dark}}body{{font:15px/1.5 sans-serif;margin:1.5rem}}"
    "iframe{{border:1px solid #888;height:70rem;margin:0 1rem 1rem 0;vertical-align:top}}pre{{white-space:pre-wrap;max-width:50rem}}"
    "</style></head><body><h1>{subject}</h1><p>{told}</p>{problems}"
    '<h2>Desktop, phone</h2><iframe title="Desktop" width="900" srcdoc="{page}"></iframe>'
    '<iframe title="Phone" width="390" srcdoc="{page}"></iframe><h2>Plain text</h2><pre>{text}</pre></body></html>\n'
)


@dataclass(frozen=True)
class Asked:
    """What is to be shown; what is None is chosen."""

    what: str
    customer_id: str | None = None
    language: str | None = None
    country: str | None = None
    tone: Tone | None = None


@dataclass(frozen=True)
class MessagePreview:
    """A rendered message, whose data it shows (empty: made-up ones), and what the check of all templates finds."""

    message: OutboundMessage
    customer_id: str
    as_of: date
    problems: tuple[Problem, ...]


def preview_message(workspace: Workspace, asked: Asked) -> MessagePreview:
    """The message as it would read; nothing is decided, claimed or sent.

    Raises:
        UserProblem: there is no such purpose or step, the customer owes nothing that it could speak of, or a template is wrong.
    """
    purpose, step = _meant(workspace, asked.what)
    tone = asked.tone or (step.tone if step else "neutral")
    reminder, as_of = _real(workspace, asked, purpose, tone) or _made_up(workspace, asked, purpose, tone)
    if step is not None:
        added = step.message
        reminder = replace(reminder, step=step.step, deadline_days=step.deadline_days or reminder.deadline_days)
        if added is not None:
            reminder = replace(reminder, attachments=added.attachments, copy_to=added.copy_to)
    reminder = replace(
        reminder,
        language=asked.language or reminder.language,
        customer_country=asked.country or reminder.customer_country,
    )
    message = email_renderer(workspace, as_of).render(reminder)
    shown = reminder.customer_id if reminder.reminder_key.startswith("account|") else ""
    return MessagePreview(message, shown, as_of, tuple(lint_templates(workspace)))


def preview_page(shown: MessagePreview) -> str:
    """One page with the message on a wide and on a narrow screen, its plain text, and what the check finds."""
    message = shown.message
    found = "".join(f"<li>{escape(str(problem))}</li>" for problem in shown.problems)
    files = ", ".join(file.name for file in message.attachments)
    told = f"{shown.customer_id or 'made-up data'} · {shown.as_of} · {files or 'no attachments'}"
    return _SHEET.format(
        subject=escape(message.subject),
        told=escape(told),
        problems=f"<ul>{found}</ul>" if found else "",
        page=escape(message.html),
        text=escape(message.text),
    )


def _meant(workspace: Workspace, what: str) -> tuple[Purpose, Step | None]:
    strategy = load_strategy(workspace.paths.strategy)
    steps = {step.step: step for ladder in strategy.ladders.values() for step in ladder.steps}
    if what in steps:
        return steps[what].purpose, steps[what]
    if what in PURPOSES:
        return what, None
    known = ", ".join([*sorted(steps), *PURPOSES])
    raise UserProblem.at(what, "is no step of the strategy and no purpose", f"Use one of: {known}.")


def _real(workspace: Workspace, asked: Asked, purpose: Purpose, tone: Tone) -> tuple[Reminder, date] | None:
    """A message with the published data of a customer; None where nothing is published, or nobody has such a receivable."""
    with ExitStack() as stack:
        try:
            connection = open_current(workspace.paths, stack)
        except UserProblem:
            if asked.customer_id is not None:
                raise
            return None
        company = workspace.settings.company
        as_of = cast("tuple[date]", connection.execute("SELECT max(as_of) FROM mart.runs").fetchone())[0]
        customer = asked.customer_id or _somebody(connection, company.id, purpose)
        if customer is None:
            return None
        wanted = Wanted(company.id, as_of, company.language, purpose, tone)
        account = read_accounts(connection, [customer], wanted, "published").get(customer, ())
    fitting = [one for one in (_of_phase(reminder, purpose) for reminder in account) if one is not None]
    if not fitting:
        raise UserProblem.at(
            customer, f"owes nothing that a message of purpose {purpose} could speak of", "Choose another customer."
        )
    return fitting[0], as_of


def _somebody(connection: Connection, company_id: str, purpose: Purpose) -> str | None:
    """The customer with the most receivables of the purpose's side of the due date, among those whom one message can list."""
    found = connection.execute(
        f"SELECT customer_id FROM mart.receivables WHERE company_id = $company_id AND {_SOMEBODY[phase_of(purpose)]} "  # noqa: S608 ours
        "GROUP BY customer_id HAVING count(*) <= 12 ORDER BY count(*) DESC, customer_id LIMIT 1",
        {"company_id": company_id},
    ).fetchone()
    return None if found is None else cast("tuple[str]", found)[0]


def _of_phase(reminder: Reminder, purpose: Purpose) -> Reminder | None:
    phase = phase_of(purpose)
    items = [
        item
        for item in reminder.items
        if phase == "any"
        or (phase == "before" and item.days_overdue < 0)
        or (phase == "due" and item.days_overdue == 0)
        or (phase == "after" and item.days_overdue > 0)
    ]
    if not items:
        return None
    return replace(reminder, items=tuple(items), total_amount=sum((item.open_amount for item in items), Decimal(0)))


def _made_up(workspace: Workspace, asked: Asked, purpose: Purpose, tone: Tone) -> tuple[Reminder, date]:
    languages: Sequence[str] = (asked.language or "", workspace.settings.company.language, *LANGUAGES)
    language = next(language for language in languages if language in LANGUAGES)
    return sample_reminder(purpose=purpose, language=language, tone=tone), AS_OF
