"""Takes mail servers' reports into the ledger: read one by one, kept in groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tasks.events.event import NotReadable, ProviderEvent
from tasks.ledger.ledger import Ledger
from tasks.ledger.live import known_on
from tasks.remind.channels.bounce_mailbox import bounced_mails
from tasks.remind.channels.bounce_reports import report_events
from tasks.remind.channels.protocol import Environment
from tasks.settings.load import Workspace
from tasks.settings.sending import SmtpChannel

GROUP = 500
"""Events of one transaction."""


@dataclass
class BouncesTaken:
    """What was read. `mails` = those with events + `others` (no reports about our messages) + `unreadable`."""

    mails: int = 0
    others: int = 0
    unreadable: int = 0
    new_events: int = 0
    moved: int = 0
    marked: int = 0


def take_bounces(ledger: Ledger, mails: Iterable[bytes], *, now: datetime, today: date) -> BouncesTaken:
    """Reads each of `mails`; those that were read before change nothing, those that cannot be read lose the others nothing."""
    taken = BouncesTaken()
    waiting: list[ProviderEvent] = []
    for mail in mails:
        taken.mails += 1
        try:
            events = report_events(mail, received_at=now)
        except NotReadable:
            taken.unreadable += 1
            continue
        taken.others += not events
        waiting += events
        if len(waiting) >= GROUP:
            _keep(ledger, waiting, taken, today)
            waiting = []
    if waiting:
        _keep(ledger, waiting, taken, today)
    return taken


def take_all(workspace: Workspace, ledger: Ledger, environment: Environment, *, now: datetime) -> BouncesTaken | None:
    """Takes what has come back to where the workspace says that bounces are; None: it does not say.

    Raises:
        UserProblem: the mailbox or folder cannot be read.
    """
    email = workspace.settings.sending.email
    if not isinstance(email, SmtpChannel) or email.bounces is None:
        return None
    today = known_on(workspace, now)
    mails = bounced_mails(email.bounces, root=workspace.paths.root, environment=environment, today=now.date())
    return take_bounces(ledger, mails, now=now, today=today)


def _keep(ledger: Ledger, events: list[ProviderEvent], taken: BouncesTaken, today: date) -> None:
    kept = ledger.take_events(events, today=today)
    taken.new_events += kept.new
    taken.moved += kept.moved
    taken.marked += kept.marked
