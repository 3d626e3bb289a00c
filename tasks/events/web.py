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
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tasks.events.event import EventBatch, NotGenuine, NotReadable
from tasks.events.group import GroupWriter
from tasks.ledger.ledger import Ledger
from tasks.ledger.live import known_on
from tasks.ledger.store import Clock
from tasks.problems import LedgerProblem
from tasks.remind.channels.protocol import Environment
from tasks.remind.channels.sendgrid_events import SendgridReceiver
from tasks.remind.channels.whatsapp_events import WhatsappReceiver
from tasks.settings.load import Workspace
from tasks.settings.sending import SendgridChannel

SENDGRID, WHATSAPP = "/events/sendgrid", "/events/whatsapp"
LARGEST_BODY = 2 * 1024 * 1024
"""Bytes of one delivery. SendGrid posts at most 768 KB; a signature can be checked only when all of it is there."""
LONGEST_READ_SECONDS = 30.0
READERS = 24
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
    writer = GroupWriter(ledger)

    def desk_of(receiver: Receiver) -> EventDesk:
        return EventDesk(receiver, writer, clock, partial(known_on, workspace))

    routes = []
    email, whatsapp = workspace.settings.sending.email, workspace.settings.sending.whatsapp
    if isinstance(email, SendgridChannel) and email.events is not None:
        routes.append(Route(SENDGRID, desk_of(SendgridReceiver(email.events, environment)).answer, methods=["POST"]))
    if whatsapp is not None and whatsapp.events is not None:
        number = whatsapp.phone_number_id
        receiver = WhatsappReceiver(whatsapp.events, phone_number_id=number, environment=environment)
        routes.append(Route(WHATSAPP, desk_of(receiver).answer, methods=["POST"]))
        routes.append(Route(WHATSAPP, _challenged(receiver), methods=["GET"]))
    return routes


def _challenged(receiver: WhatsappReceiver) -> Callable[[Request], Response]:
    """Answers WhatsApp's question whether the address is ours, which it asks once, when the address is entered."""

    def answer(request: Request) -> Response:
        challenge = receiver.challenge(request.query_params)
        return Response(status_code=403) if challenge is None else PlainTextResponse(challenge)

    return answer


class EventDesk:
    """Takes one provider's deliveries."""

    def __init__(
        self,
        receiver: Receiver,
        writer: GroupWriter,
        clock: Clock,
        today: Callable[[datetime], date],
    ) -> None:
        self._receiver = receiver
        self._writer = writer
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
            self._writer.write(self._receiver.read(headers, body, now=now), today=self._today(now))
        except NotGenuine as refused:
            _log.warning("refused a delivery: %s", refused)
            return Response(status_code=403)
        except NotReadable as refused:
            _log.warning("refused a delivery: %s", refused)
            return Response(status_code=400)
        except LedgerProblem as problem:
            _log.error("the ledger could not be written: %s", problem)
            return Response(status_code=503, headers={"Retry-After": "60"})
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
