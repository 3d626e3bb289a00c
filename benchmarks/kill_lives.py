"""One life of each sender that `kill_sweep` kills: ours, which claims before it sends, and the usual one, which marks after.

Both send the same messages through the same channel. A life ends with True when nothing is left to send.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import cast

from benchmarks.kill_points import DyingBook, DyingChannel, Moment
from benchmarks.planned import Planned
from tasks.ledger.claim import ClaimContext
from tasks.ledger.opening import open_ledger
from tasks.ledger.recheck import Rendered
from tasks.ledger.reminders import PlannedItem, PlannedReminder, reminder_id_of
from tasks.remind.channels.open import open_channel
from tasks.remind.channels.protocol import Channel, ChannelError, Refused
from tasks.remind.channels.sendgrid import SendgridChannel
from tasks.remind.claims import LedgerClaims
from tasks.remind.delivery.lane import Lane, Time
from tasks.remind.delivery.outcomes import ChannelStopped
from tasks.remind.outbound import OutboundMessage, mailbox
from tasks.remind.send import send_messages
from tasks.settings.load import Workspace, load_workspace
from tasks.settings.sending import SendgridChannel as SendgridSettings

ENVIRONMENT = {"SENDGRID_API_KEY": "of-the-double"}
NAIVE_ATTEMPTS = 3
IN_FLIGHT = 6
"""Messages under claim: fewer than usual, so that a short day has several groups."""


@dataclass(frozen=True)
class Day:
    """A day's plan of `size` messages, each to a customer of its own about one receivable of 10.00 EUR; each third says thank you."""

    as_of: date
    size: int

    @property
    def messages(self) -> list[Planned]:
        """The plan's messages, each with its receivable."""
        return [
            Planned(
                company_id="acme",
                customer_id=f"C{n}",
                receivable_id=f"{self.as_of}-R{n}",
                as_of=self.as_of,
                amount=Decimal("10.00"),
                is_thanks=n % 3 == 2,
            )
            for n in range(self.size)
        ]

    @property
    def keys(self) -> list[str]:
        return [planned.key for planned in self.messages]

    @property
    def open_amounts(self) -> dict[str, Decimal]:
        return {planned.receivable_id: planned.open_amount for planned in self.messages}

    def reminders(self) -> list[PlannedReminder]:
        """The plan's messages as the ledger plans them."""
        return [planned.reminder for planned in self.messages]

    def items(self) -> list[PlannedItem]:
        """The plan's receivables."""
        return [planned.item for planned in self.messages]

    def rendered(self) -> dict[str, Rendered]:
        """The messages in the ledger's terms."""
        return {
            reminder.reminder_key: Rendered(
                recipient_address=reminder.recipient_address,
                total_amount=reminder.total_amount,
                items={item.receivable_id: item.said_amount},
            )
            for reminder, item in zip(self.reminders(), self.items(), strict=True)
        }

    def message(self, key: str) -> OutboundMessage:
        """What leaves for `key`."""
        us = mailbox(name="Acme", email="collections@acme.example")
        debtor = mailbox(name="", email=f"{key.split('|')[1].lower()}@debtor.example")
        return OutboundMessage(
            reminder_id=reminder_id_of(key),
            sender=us,
            reply_to=us,
            recipient=debtor,
            copy_to=None,
            subject="Reminder",
            text="10.00 EUR",
            html="<p>10.00 EUR</p>",
            language="en",
            as_of=self.as_of,
        )


def utc_now() -> datetime:
    """The clock of the ledger's timestamps."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Ending:
    """How a life goes: when it ends, its luck with the network, and where in the day's plan it begins."""

    moment: Moment
    chance: random.Random
    begins_at: float = 0.0

    def in_order(self, keys: list[str]) -> list[str]:
        """The day's messages from where this life begins, those before that last."""
        start = int(len(keys) * self.begins_at)
        return keys[start:] + keys[:start]


@contextmanager
def dying_channel(workspace: Workspace, ending: Ending) -> Iterator[Channel]:
    """SendGrid with a key of this life's own, so that the provider knows whom to kill; one message in a hundred finds no name, one no TLS."""
    settings = cast("SendgridSettings", workspace.settings.sending.email)
    environment = {**ENVIRONMENT, "SENDGRID_API_KEY": f"of-{os.getpid()}"}
    ending.moment.ask_provider(settings.base_url, environment["SENDGRID_API_KEY"])
    no_name = settings.model_copy(update={"base_url": "http://provider.invalid"})
    no_tls = settings.model_copy(update={"base_url": settings.base_url.replace("http:", "https:")})
    with open_channel(workspace, environment) as channel:
        broken = [partial(SendgridChannel, each, environment) for each in (no_name, no_tls)]
        yield DyingChannel(channel, ending.moment, broken, ending.chance)


def live_by_ledger(folder: Path, day: Day, ending: Ending) -> bool:
    """As a run of Puntual begins: gives up dead claims, plans, then claims, sends and settles group by group."""
    workspace = load_workspace(folder)
    run_id = f"{day.as_of:%Y%m%d}-00000001"
    with (
        dying_channel(workspace, ending) as channel,
        open_ledger(workspace, clock=utc_now) as ledger,
        ledger.sending(run_id) as token,
        ledger.journal(token) as journal,
    ):
        ledger.abandon_claims()
        ledger.plan(run_id=run_id, as_of=day.as_of, reminders=day.reminders(), items=day.items())
        context = ClaimContext(
            as_of=day.as_of,
            today=day.as_of,
            rendered=day.rendered(),
            open_amounts=day.open_amounts,
            claim_token=token,
        )
        messages = {key: day.message(key) for key in ending.in_order(day.keys)}
        book = DyingBook(LedgerClaims(ledger, context, journal), ending.moment)
        lane = Lane(Time(time.monotonic, _short_pause))
        try:
            with book.watching_commits():
                send_messages(messages, book=book, channel=channel, lane=lane, in_flight=IN_FLIGHT)
        except ChannelStopped:
            return False
        return True


def live_naively(folder: Path, day: Day, ending: Ending) -> bool:
    """As most systems do: sends, then marks as sent; tries again when the provider fails."""
    with (
        dying_channel(load_workspace(folder), ending) as channel,
        closing(sqlite3.connect(folder / "naive.sqlite", isolation_level=None, timeout=60)) as marks,
    ):
        marks.execute("PRAGMA journal_mode=WAL")
        marks.execute("PRAGMA synchronous=FULL")
        marks.execute("CREATE TABLE IF NOT EXISTS sent (reminder_key TEXT PRIMARY KEY)")
        complete = True
        for key in ending.in_order(day.keys):
            if marks.execute("SELECT 1 FROM sent WHERE reminder_key = ?", (key,)).fetchone():
                continue
            for _attempt in range(NAIVE_ATTEMPTS):
                try:
                    channel.send(day.message(key))
                except Refused:
                    break
                except ChannelError:
                    continue
                marks.execute("INSERT OR IGNORE INTO sent VALUES (?)", (key,))
                ending.moment.reach("after_mark")
                break
            else:
                complete = False
    return complete


def _short_pause(seconds: float) -> None:
    """The double forgives sooner than a provider; to the lane the pause counts as asked for."""
    time.sleep(min(seconds, 0.001))
