"""One batch from the run's warehouse to the debtors, or to the preview: the unit that Prefect fans out and retries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from tasks.ledger.claim import ClaimContext
from tasks.ledger.ledger import Ledger
from tasks.ledger.live import known_on
from tasks.ledger.opening import open_ledger
from tasks.ledger.recheck import ContactCap, Rendered
from tasks.ledger.store import Clock
from tasks.remind.accounts import with_accounts
from tasks.remind.channels.facts import FACTS
from tasks.remind.channels.open import open_channel
from tasks.remind.channels.protocol import Environment
from tasks.remind.claims import HoursFirst, LedgerClaims
from tasks.remind.contact_hours import ContactHours
from tasks.remind.delivery.allow_list import AllowList, ListedOnly
from tasks.remind.delivery.held_back import limits_of_today
from tasks.remind.delivery.lane import Lane, Lanes, Time
from tasks.remind.delivery.outcomes import SendCounts
from tasks.remind.enclosures import Lacking, enclosures_of
from tasks.remind.messages import keys_of_batch, read_reminders
from tasks.remind.outbound import Outbound
from tasks.remind.preview import write_preview
from tasks.remind.reminder import Batch, Reminder
from tasks.remind.run_facts import channel_caps, judged_promises, open_amounts, run_date
from tasks.remind.send import send_messages
from tasks.remind.writers import Writer, writer_of
from tasks.segment.ladders import MessageChannel
from tasks.segment.load import load_strategy
from tasks.segment.quiet_hours import QuietHours
from tasks.segment.strategy import Strategy
from tasks.settings.limits import Limits
from tasks.settings.load import Workspace
from tasks.warehouse.connection import Connection, open_for_reading

READ_AT_ONCE = 100
"""Messages in memory while previewing."""


@dataclass(frozen=True)
class Surroundings:
    """What a batch needs of the machine it runs on: the time, the secrets, a way to wait, and what it shares with other batches."""

    clock: Clock
    environment: Environment
    pause: Callable[[float], None]
    lanes: Lanes | None = None

    def lane(self, run_id: str, channel: str, limits: Limits) -> Lane:
        """What the batches of the channel share in this run; without `lanes` one of its own."""
        lanes = self.lanes or Lanes(Time(lambda: self.clock().timestamp(), self.pause))
        return lanes.lane(run_id, channel, per_second=limits.per_second)


def send_batch(
    workspace: Workspace, *, run_id: str, work_database: Path, batch: Batch, surroundings: Surroundings
) -> SendCounts:
    """Sends what is still planned of `batch`; called again, it goes on where it stopped and repeats nothing.

    Raises:
        SettingsProblem: a template or a channel setting cannot be used; nothing was claimed.
        ChannelStopped: the provider refuses us or is down; the rest is still planned.
        LedgerProblem: the ledger cannot be used.
    """
    strategy = load_strategy(workspace.paths.strategy)
    cap = strategy.contact_cap
    sending = workspace.settings.sending
    with open_ledger(workspace, clock=surroundings.clock) as ledger:
        ready = _make_ready(workspace, ledger, work_database, batch)
        with (
            open_channel(workspace, surroundings.environment, batch.channel) as channel,
            ledger.sending(run_id) as token,
            ledger.journal(token) as journal,
        ):

            def of_today(context: ClaimContext) -> ClaimContext:
                now = surroundings.clock()
                return replace(
                    context,
                    today=max(ready.as_of, known_on(workspace, now)),
                    limits=limits_of_today(workspace, now),
                )

            context = ClaimContext(
                as_of=ready.as_of,
                today=ready.as_of,
                rendered=ready.rendered,
                open_amounts=ready.open_amounts,
                judged_promises=ready.judged_promises,
                claim_token=token,
                cap=ContactCap(contacts=cap.contacts, per_days=cap.per_days) if cap else None,
                channel_caps=channel_caps(cap),
                strategy_gate=sending.strategy_approval,
            )
            book = HoursFirst(
                LedgerClaims(ledger, context, journal, renew=of_today),
                _hours(workspace, strategy, batch.channel),
                countries=ready.countries,
                clock=surroundings.clock,
            )
            allowed = AllowList(sending.only_to) if sending.only_to is not None else None
            counts = send_messages(
                ready.messages,
                book=book if allowed is None else ListedOnly(book, allowed, ready.messages),
                channel=channel,
                lane=surroundings.lane(run_id, batch.channel, sending.limits),
                in_flight=sending.limits.in_flight,
            )
            return replace(counts, quiet_until=min(book.opens_at.values(), default=None))


def preview_batch(workspace: Workspace, *, run_id: str, work_database: Path, batch: Batch) -> int:
    """Renders every message of `batch` into the run's folder and returns how many; nothing is claimed."""
    with open_for_reading(work_database) as connection:
        writer = writer_of(workspace, batch.channel, run_date(connection))
        messages = _rendered(connection, keys_of_batch(connection, batch), writer, workspace)
        return write_preview(workspace.paths.run(run_id) / "preview", batch, messages)


def quiet_now(workspace: Workspace, *, work_database: Path, batch: Batch, now: datetime) -> SendCounts:
    """What of `batch` could not be sent at `now`, and when it can: for who only looks at it."""
    hours = _hours(workspace, load_strategy(workspace.paths.strategy), batch.channel)
    with open_for_reading(work_database) as connection:
        reminders = read_reminders(connection, keys_of_batch(connection, batch))
    opens = [hours.opens_at(reminder.customer_country or None, now) for reminder in reminders]
    later = [moment for moment in opens if moment > now]
    return SendCounts(quiet=len(later), quiet_until=min(later, default=None))


def lacking_files(workspace: Workspace, *, work_database: Path, batch: Batch) -> Lacking:
    """How many messages of `batch` lack an invoice that their step attaches; e-mails and letters carry files."""
    if batch.channel not in ("email", "letter") or workspace.settings.sending.attachments is None:
        return Lacking()
    with open_for_reading(work_database) as connection:
        reminders = read_reminders(connection, keys_of_batch(connection, batch))
        return enclosures_of(workspace, run_date(connection)).lacking(reminders)


def _hours(workspace: Workspace, strategy: Strategy, channel: MessageChannel) -> ContactHours:
    """The hours of the strategy; none for what disturbs nobody, nor in an example, which lives on another day than its clock."""
    asks_none = workspace.settings.demo_as_of is not None or not FACTS[channel].keeps_hours
    quiet = QuietHours(profile="none") if asks_none else strategy.quiet_hours
    return ContactHours(quiet, company_zone=workspace.settings.company.time_zone)


@dataclass(frozen=True)
class _Ready:
    """A batch before it is claimed: the messages, what they say in the ledger's terms, and what is open of what the ledger lists."""

    as_of: date
    messages: dict[str, Outbound]
    rendered: dict[str, Rendered]
    open_amounts: dict[str, Decimal]
    judged_promises: frozenset[str]
    countries: dict[str, str | None]


def _make_ready(workspace: Workspace, ledger: Ledger, work_database: Path, batch: Batch) -> _Ready:
    with open_for_reading(work_database) as connection:
        as_of = run_date(connection)
        reminders = read_reminders(connection, keys_of_batch(connection, batch))
        reminders = with_accounts(connection, reminders, workspace.settings.company)
        rendered = {reminder.reminder_key: _in_ledger_terms(reminder) for reminder in reminders}
        listed = ledger.items_of(list(rendered))
        receivables = set[str]().union(*(ready.items for ready in rendered.values()), *listed.values())
        amounts = open_amounts(connection, receivables)
        promises = judged_promises(connection)
    messages = dict(writer_of(workspace, batch.channel, as_of).render_all(reminders))
    countries = {reminder.reminder_key: reminder.customer_country or None for reminder in reminders}
    return _Ready(as_of, messages, rendered, amounts, promises, countries)


def _in_ledger_terms(reminder: Reminder) -> Rendered:
    return Rendered(
        recipient_address=reminder.recipient_address,
        total_amount=reminder.total_amount,
        items={item.receivable_id: item.said_amount for item in reminder.items},
    )


def _rendered(connection: Connection, keys: list[str], writer: Writer, workspace: Workspace) -> Iterator[Outbound]:
    for start in range(0, len(keys), READ_AT_ONCE):
        reminders = read_reminders(connection, keys[start : start + READ_AT_ONCE])
        for _, message in writer.render_all(with_accounts(connection, reminders, workspace.settings.company)):
            yield message
