"""How large a request may be: refused as soon as it is known to be more, before anybody works on it."""

from __future__ import annotations

import asyncio

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasks.serve.lanes import Lane, lane_of

LONGEST_READ_SECONDS = 30.0
"""A body that trickles in longer than this is given up."""
TOO_LARGE = 413
TOO_SLOW = 408


class BodyLimit:
    """Reads a request's body, no larger than its lane takes, before the application sees the request; else 413, or 408."""

    def __init__(self, app: ASGIApp, *, lanes: tuple[Lane, ...], longest_seconds: float = LONGEST_READ_SECONDS) -> None:
        self._app = app
        self._lanes = lanes
        self._longest_seconds = longest_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        largest = lane_of(scope["path"], self._lanes).largest_body if scope["type"] == "http" else None
        if largest is None:
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        refused = None if declared.isdigit() and int(declared) <= largest else TOO_LARGE
        body: bytes | None = None
        if refused is None:
            try:
                async with asyncio.timeout(self._longest_seconds):
                    body = await _read(receive, largest)
            except TimeoutError:
                refused = TOO_SLOW
        if body is None:
            await PlainTextResponse("", status_code=refused or TOO_LARGE)(scope, receive, send)
        else:
            await self._app(scope, _told_again(body, receive), send)


async def _read(receive: Receive, largest: int) -> bytes | None:
    """The whole body; None once it is more than `largest`."""
    parts, length, is_whole = [], 0, False
    while not is_whole:
        message = await receive()
        part = message.get("body", b"")
        length += len(part)
        if length > largest:
            return None
        parts.append(part)
        is_whole = not message.get("more_body", False)
    return b"".join(parts)


def _told_again(body: bytes, receive: Receive) -> Receive:
    """The body as one message, then whatever comes: the news that the client has gone."""
    is_told = False

    async def receive_again() -> Message:
        nonlocal is_told
        if is_told:
            return await receive()
        is_told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
