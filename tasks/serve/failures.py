"""What becomes of an error that nobody expected: a line that says where, without any value, and a page if none was sent."""

from __future__ import annotations

import logging
from pathlib import Path
from traceback import extract_tb

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)
_PROGRAM = Path(__file__).resolve().parents[2]


class Failures:
    """Keeps texts of errors, which may hold a debtor's words, out of the server's log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def send_noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:  # noqa: BLE001 the last place before the server, which would log the text
            _log.error("%s at %s", type(error).__name__, _place_of(error))
            if not has_begun:
                await send({"type": "http.response.start", "status": 500, "headers": []})
                await send({"type": "http.response.body", "body": b""})


def _place_of(error: BaseException) -> str:
    """The innermost of our own lines that the error came through."""
    frames = [frame for frame in extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(_PROGRAM)]
    own = [frame for frame in frames if "site-packages" not in frame.filename]
    return f"{Path(own[-1].filename).relative_to(_PROGRAM)}:{own[-1].lineno}" if own else "an unknown place"
