"""What every response says to browsers, proxies and search engines: keep nothing, run nothing, frame nothing, tell nobody."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_ONE_YEAR = 31_536_000


class SecurityHeaders:
    """Adds the headers to every response. `style_hash`: the only style sheet allowed (None: none)."""

    def __init__(self, app: ASGIApp, *, style_hash: str | None, is_encrypted: bool) -> None:
        self._app = app
        style = f"style-src '{style_hash}'; " if style_hash else ""
        policy = f"default-src 'none'; {style}form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        self._headers = {**_ALWAYS, "Content-Security-Policy": policy}
        if is_encrypted:
            self._headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
