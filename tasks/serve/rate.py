"""How often one client, or one link, may come: a bucket of tokens each, in this process, forgotten when it is full again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tasks.serve.lanes import Lane, lane_of

MOST_BUCKETS = 50_000
"""Clients remembered at once, some 10 MB; of more, those are forgotten that came least recently."""
_NEIGHBOURHOOD = 64  # an IPv6 customer has a whole /64 to come from


class Buckets:
    """Token buckets by key: `per_minute` tokens at most, refilled evenly. Safe to use from several threads.

    `seconds` gives seconds that only grow.
    """

    def __init__(self, per_minute: int, seconds: Callable[[], float]) -> None:
        self._size = float(per_minute)
        self._per_second = per_minute / 60
        self._seconds = seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Takes a token of `key`, and gives 0; or takes none, and gives the seconds until there is one."""
        now = self._seconds()
        with self._lock:
            tokens, since = self._left.pop(key, (self._size, now))
            tokens = min(self._size, tokens + (now - since) * self._per_second)
            is_allowed = tokens >= 1
            self._left[key] = (tokens - 1 if is_allowed else tokens, now)
            while len(self._left) > MOST_BUCKETS:
                self._left.popitem(last=False)
        return 0.0 if is_allowed else (1 - tokens) / self._per_second


class RateLimit:
    """Lets a client wait who comes too often; `busy` makes the answer from the request and the seconds to wait."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        lanes: tuple[Lane, ...],
        seconds: Callable[[], float],
        busy: Callable[[Request, float], Response],
    ) -> None:
        self._app = app
        self._lanes = lanes
        self._busy = busy
        self._buckets = {lane: Buckets(lane.per_minute, seconds) for lane in lanes if lane.per_minute is not None}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        buckets = self._buckets.get(lane_of(scope["path"], self._lanes)) if scope["type"] == "http" else None
        seconds = buckets.wait(client_of(scope)) if buckets else 0.0
        if seconds > 0:
            await self._busy(Request(scope), seconds)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def client_of(scope: Scope) -> str:
    """Who asks, as a key: the address, of IPv6 its /64; who has none shares one key."""
    client = scope.get("client")
    try:
        address = ip_address(client[0]) if client else None
    except ValueError:
        address = None
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _NEIGHBOURHOOD), strict=False))
    return str(address or "")
