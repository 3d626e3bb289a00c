"""The addresses that providers post their events to: one route for each, the same conduct for all.

A delivery is bounded while it is read, verified over its raw bytes, and answered with success only when its events are on the disk.
What is refused says nothing of why: 403 for what the provider did not sign, 413 for what is too large, 400 for what is not its
format. 503 asks the provider to come again: the ledger could not be written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from tasks.events.event import EventBatch, NotGenuine, NotReadable
from tasks.ledger.ledger import Ledger
from tasks.ledger.live import known_on
from tasks.ledger.provider_events import Taken
from tasks.ledger.store import Clock
from tasks.problems import LedgerProblem
from tasks.remind.channels.protocol import Environment
from tasks.remind.channels.sendgrid_events import SendgridReceiver
from tasks.settings.load import Workspace
from tasks.settings.sending import SendgridChannel

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes of one delivery. SendGrid posts at most 768 KB; a signature can be checked only when all of it is there."""
LONGEST_READ_SECONDS = 30.0
READERS = 8
"""Deliveries that are held in memory at once; further ones wait."""

_log = logging.getLogger(__name__)


class Receiver(Protocol):
    """Verifies and reads one provider's deliveries."""

    def read(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> EventBatch:
        """What a delivery says. Raises `NotGenuine` or `NotReadable`."""
        ...


class _TooLarge(Exception):
    """More bytes than a delivery may have."""


def event_routes(
    workspace: Workspace, ledger: Callable[[], Ledger], environment: Environment, clock: Clock
) -> list[Route]:
    """The routes of the providers that the workspace names; none where it names none.

    `ledger` gives the open ledger, which may be the same for all requests: it is used from several threads.

    Raises:
        SettingsProblem: a key that a provider's signature is checked by is not in `environment`.
    """
    return [
        Route(path, EventDesk(receiver, ledger, clock, partial(known_on, workspace)).answer, methods=["POST"])
        for path, receiver in receivers(workspace, environment).items()
    ]


def receivers(workspace: Workspace, environment: Environment) -> dict[str, Receiver]:
    """Who reads what is posted where, by path."""
    found: dict[str, Receiver] = {}
    email = workspace.settings.sending.email
    if isinstance(email, SendgridChannel) and email.events is not None:
        found["/events/sendgrid"] = SendgridReceiver(email.events, environment)
    return found


class EventDesk:
    """Takes one provider's deliveries."""

    def __init__(
        self,
        receiver: Receiver,
        ledger: Callable[[], Ledger],
        clock: Clock,
        today: Callable[[datetime], date],
    ) -> None:
        self._receiver = receiver
        self._ledger = ledger
        self._clock = clock
        self._today = today
        self._places = asyncio.Semaphore(READERS)

    async def answer(self, request: Request) -> Response:
        """Answers a delivery."""
        async with self._places:
            try:
                async with asyncio.timeout(LONGEST_READ_SECONDS):
                    body = await bounded_body(request, LARGEST_BODY)
            except _TooLarge:
                return Response(status_code=413)
            except TimeoutError:
                return Response(status_code=408)
            except ClientDisconnect:
                return Response(status_code=400)
            return await run_in_threadpool(self._answer, dict(request.headers), body)

    def _answer(self, headers: Mapping[str, str], body: bytes) -> Response:
        now = self._clock()
        try:
            batch = self._receiver.read(headers, body, now=now)
            taken = self._ledger().take_events(batch.events, today=self._today(now))
        except NotGenuine as refused:
            _log.warning("refused a delivery: %s", refused)
            return Response(status_code=403)
        except NotReadable as refused:
            _log.warning("refused a delivery: %s", refused)
            return Response(status_code=400)
        except LedgerProblem as problem:
            _log.error("the ledger could not be written: %s", problem)
            return Response(status_code=503, headers={"Retry-After": "60"})
        _log.info("%s", in_words(batch, taken))
        return Response(status_code=204)


async def bounded_body(request: Request, largest: int) -> bytes:
    """The raw bytes of a request, refused as soon as they are known to be more than `largest`."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > largest:
        raise _TooLarge
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > largest:
            raise _TooLarge
        parts.append(part)
    return b"".join(parts)


def in_words(batch: EventBatch, taken: Taken) -> str:
    """A delivery in numbers, for the log."""
    return (
        f"{taken.new} new events, {taken.repeated} repeated, {batch.ignored} ignored, {batch.malformed} malformed; "
        f"{taken.about_nobody} about no message of ours, {taken.about_copies} about copies; {taken.moved} messages moved, "
        f"{taken.contradicted} contradicted, {taken.marked} addresses marked"
    )
