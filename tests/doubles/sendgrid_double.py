"""A stateful stand-in for SendGrid's mail API on loopback, with faults on demand. It remembers what it accepted, on disk.

    python -m tests.doubles.sendgrid_double --port 8025 --accepted accepted.jsonl --seed 7 --fault rate_limit=0.05

Faults (`--fault NAME=PROBABILITY`, or `POST /_faults {"fault": NAME, "times": N}` for the next N requests):
rate_limit (429), error_before / error_after (500 before / after accepting), unavailable_before / unavailable_after (503),
drop_before / drop_after (connection closed without an answer), hang_before / hang_after (no answer for `--hang-seconds`),
html_413, bad_request (400), unauthorized (401), forbidden (403), truncated (400 whose JSON is cut off). `GET /_accepted` returns
what was accepted.

`POST /_kill {"key": API KEY, "pid": PID, "request": N, "when": "before" | "after"}` kills the process that sends with that key while
its Nth message is here, before or after it is accepted. `--lookup late` lists a message only after `--late-seconds`, `absent` never does.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import cast
from urllib.parse import parse_qs, urlsplit

from tests.doubles.faulty_http import (
    Answer,
    FaultyHandler,
    FaultyProvider,
    command_line,
    probabilities_of,
    serve_until_killed,
    server_of,
    serving_of,
)

FAULTS = (
    "rate_limit", "error_before", "error_after", "unavailable_before", "unavailable_after", "drop_before", "drop_after", "hang_before", "hang_after",
    "html_413", "bad_request", "unauthorized", "forbidden", "truncated",
)  # fmt: skip
_UNIQUE_ARG = re.compile(r"""unique_args\['reminder_id'\]="([^"]*)\"""")


@dataclass
class Kill:
    """Which process to kill, at which of its messages, counted from now, and `when`: before or after it is accepted."""

    pid: int
    request: int
    when: str


@dataclass
class Provider(FaultyProvider):
    """What the provider knows: accepted requests by reminder id, and the faults it will show.

    `judge` says what is wrong with a request (`sendgrid_request.violations_of`); that is kept in `violations`, and it is taken all the same.
    """

    faults = FAULTS

    api_key: str | None = None
    reset_after_seconds: int = 2
    lookup: str = "instant"
    late_seconds: float = 1.0
    judge: Callable[[object], list[str]] | None = None
    violations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._kills: dict[str, Kill] = {}

    def accept(self, request: dict[str, object]) -> str:
        """Takes a message; it is on disk before this returns."""
        entry: dict[str, object] = {"reminder_id": _reminder_id(request), "request": request, "at": time.monotonic()}
        return self.keep("double-", entry)

    def find(self, reminder_id: str) -> list[dict[str, object]]:
        """What was accepted under this id, and is listed by now."""
        latest = time.monotonic() - (self.late_seconds if self.lookup == "late" else 0.0)
        with self._lock:
            found = [entry for entry in self.accepted if entry["reminder_id"] == reminder_id]
        return [entry for entry in found if cast("float", entry.get("at", 0.0)) <= latest]

    def plan_kill(self, key: str, kill: Kill) -> None:
        """Kills the sender with this API key at one of its coming messages."""
        with self._lock:
            self._kills[key] = kill

    def strike(self, key: str, when: str) -> None:
        """Kills the sender that this message is from, if it is its moment; `before` is asked first, once a message."""
        with self._lock:
            kill = self._kills.get(key)
            if kill is None:
                return
            kill.request -= when == "before"
            if kill.request > 0 or kill.when != when:
                return
            del self._kills[key]
        os.kill(kill.pid, signal.SIGKILL)


def _reminder_id(request: dict[str, object]) -> str:
    envelopes = cast("list[dict[str, dict[str, str]]]", request["personalizations"])
    return envelopes[0].get("custom_args", {}).get("reminder_id", "")


class _Handler(FaultyHandler):
    provider: Provider

    def post(self, body: bytes) -> None:
        if self.path == "/_kill":
            wanted = json.loads(body)
            self.provider.plan_kill(wanted["key"], Kill(wanted["pid"], wanted["request"], wanted["when"]))
            self.answer(204)
        elif self.path == "/v3/mail/send":
            self._mail_send(body)
        else:
            self._fail(404, "not found")

    def get(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/v3/messages" and self.provider.lookup == "absent":
            self._fail(403, "access forbidden")
        elif parts.path == "/v3/messages":
            query = parse_qs(parts.query).get("query", [""])[0]
            wanted = _UNIQUE_ARG.fullmatch(query)
            if wanted is None:
                self._fail(400, "invalid query", "query")
            else:
                found = self.provider.find(wanted.group(1))
                self.answer(
                    200, {"messages": [{"msg_id": entry["message_id"], "status": "processed"} for entry in found]}
                )
        else:
            self._fail(404, "not found")

    def _mail_send(self, body: bytes) -> None:
        provider = self.provider
        if provider.api_key is not None and self.headers.get("Authorization") != f"Bearer {provider.api_key}":
            self._fail(401, "authorization required")
            return
        try:
            request = json.loads(body)
            recipients = request["personalizations"][0]["to"]
        except (ValueError, KeyError, IndexError, TypeError):
            self._fail(400, "invalid request", "personalizations")
            return
        if provider.judge is not None:
            provider.violations += provider.judge(request)
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        provider.strike(key, "before")
        fault = provider.next_fault()
        if any(recipient["email"].startswith("refused") for recipient in recipients):
            fault = "bad_request"
        before: dict[str | None, Answer] = {
            **self.failing_before(),
            "rate_limit": self._rate_limit,
            "error_before": lambda: self._fail(500, "internal error"),
            "unavailable_before": lambda: self._fail(503, "service unavailable"),
            "bad_request": lambda: self._fail(
                400, "Does not contain a valid address.", "personalizations.0.to.0.email"
            ),
            "unauthorized": lambda: self._fail(401, "authorization required"),
            "forbidden": lambda: self._fail(403, "access forbidden", "from"),
            "truncated": lambda: self.write(400, b'{"errors": [{"mess', "application/json"),
        }
        if fault in before:
            before[fault]()
            return
        message_id = provider.accept(request)
        provider.strike(key, "after")
        after: dict[str | None, Answer] = {
            **self.failing_after(),
            "error_after": lambda: self._fail(500, "internal error"),
            "unavailable_after": lambda: self._fail(503, "service unavailable"),
        }
        after.get(fault, lambda: self.answer(202, headers={"X-Message-Id": message_id}))()

    def _rate_limit(self) -> None:
        reset = int(time.time()) + self.provider.reset_after_seconds
        headers = {"X-RateLimit-Reset": str(reset), "X-RateLimit-Remaining": "0"}
        self._fail(429, "too many requests", headers=headers)

    def _fail(self, status: int, message: str, field: str | None = None, headers: dict[str, str] | None = None) -> None:
        self.answer(status, {"errors": [{"message": message, "field": field}]}, headers)


def make_server(provider: Provider, port: int = 0) -> ThreadingHTTPServer:
    """A server for `provider` on loopback; port 0 takes a free one."""
    return server_of(provider, _Handler, port)


def serving(provider: Provider) -> AbstractContextManager[str]:
    """Serves `provider` in a thread and gives its base URL."""
    return serving_of(provider, _Handler)


def main() -> None:
    """Serves until it is killed; prints its base URL as the first line."""
    parser = command_line(__doc__)
    parser.add_argument("--api-key")
    parser.add_argument("--lookup", choices=("instant", "late", "absent"), default="instant")
    parser.add_argument("--late-seconds", type=float, default=1.0)
    arguments = parser.parse_args()
    provider = Provider(
        accepted_file=arguments.accepted,
        api_key=arguments.api_key,
        probabilities=probabilities_of(parser, arguments.fault, FAULTS),
        seed=arguments.seed,
        hang_seconds=arguments.hang_seconds,
        lookup=arguments.lookup,
        late_seconds=arguments.late_seconds,
    )
    serve_until_killed(make_server(provider, arguments.port))


if __name__ == "__main__":
    main()
