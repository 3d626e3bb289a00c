"""What channels to HTTP providers share: a pooled client that never repeats a request, and what its errors prove."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from tasks.problems import SettingsProblem
from tasks.remind.channels.protocol import Environment

CONNECT_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 5.0
"""Idle connections are given up before a provider's balancer does: a POST on a dead one has an unknown outcome."""
LONGEST_WAIT_SECONDS = 3600.0

BEFORE_ANY_BYTE = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
"""Errors raised before the first byte of a request: no name, no connection, no TLS, or a request the client will not put on one."""


def open_client(*, base_url: str, token: str, timeout_seconds: float) -> httpx.Client:
    """A client with bounded time-outs that authenticates by `token`, follows no redirect and obeys no proxy variable."""
    return httpx.Client(
        base_url=base_url,
        headers={"Authorization": f"Bearer {token}", "User-Agent": "puntual"},
        timeout=httpx.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds)),
        limits=httpx.Limits(max_connections=4, max_keepalive_connections=4, keepalive_expiry=KEEP_ALIVE_SECONDS),
        transport=httpx.HTTPTransport(retries=0),
        follow_redirects=False,
        trust_env=False,
    )


def secret_of(environment: Environment, variable: str, *, setting: str, what: str, fix: str) -> str:
    """The secret in `variable`, without the line end that files and consoles leave on it; `what` names its kind.

    Raises:
        SettingsProblem: it is not set, or cannot be one; the problem names the `setting`, never the value.
    """
    secret = environment.get(variable, "").strip()
    if secret and secret.isascii() and secret.isprintable() and " " not in secret:
        return secret
    wrong = f"is not {what}: it has blanks or other characters that none has" if secret else "is not set"
    raise SettingsProblem.at(f"puntual.yaml: {setting}", f"the environment variable {variable} {wrong}", fix)


def wait_of(response: httpx.Response) -> float | None:
    """Seconds to wait: `Retry-After`, or `X-RateLimit-Reset` (epoch seconds) against the response's own `Date`, so no clock is read."""
    try:
        if "Retry-After" in response.headers:
            wait = float(response.headers["Retry-After"])
        else:
            reset = datetime.fromtimestamp(int(response.headers["X-RateLimit-Reset"]), UTC)
            wait = (reset - parsedate_to_datetime(response.headers["Date"])).total_seconds()
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        return None
    return min(max(wait, 0.0), LONGEST_WAIT_SECONDS)
