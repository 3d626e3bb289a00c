"""One line per request: method, which kind of address, status, milliseconds. Never the address itself: a link opens a door."""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOWHERE = "(no such address)"
_log = logging.getLogger(__name__)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class AccessLog:
    """Writes the line when a request has been answered. `seconds` gives seconds that only grow."""

    def __init__(self, app: ASGIApp, *, seconds: Callable[[], float]) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = self._seconds(), 0

        async def send_noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        finally:
            milliseconds = (self._seconds() - started) * 1000
            method = scope["method"] if scope["method"] in _METHODS else "(other)"
            _log.info("%s %s %s %.0f ms", method, template_of(scope), status or "-", milliseconds)


def template_of(scope: Scope) -> str:
    """The address with names in place of what it holds; a routed request knows them, any other address may hold anything."""
    if "endpoint" not in scope:
        return NOWHERE
    held = {str(value): f"{{{name}}}" for name, value in scope.get("path_params", {}).items()}
    return "/".join(held.get(part, part) for part in scope["path"].split("/"))
