"""A stateful stand-in for SendGrid's mail API on loopback, with faults on demand. It remembers what it accepted, on disk.

    python tests/doubles/sendgrid_double.py --port 8025 --accepted accepted.jsonl --seed 7 --fault rate_limit=0.05

Faults (`--fault NAME=PROBABILITY`, or `POST /_faults {"fault": NAME, "times": N}` for the next N requests):
rate_limit (429), error_before / error_after (500 before / after accepting), unavailable_before / unavailable_after (503),
drop_before / drop_after (connection closed without an answer), hang_before / hang_after (no answer for `--hang-seconds`),
html_413, bad_request (400), unauthorized (401), forbidden (403), truncated (400 whose JSON is cut off). `GET /_accepted` returns
what was accepted.

`POST /_kill {"key": API KEY, "pid": PID, "request": N, "when": "before" | "after"}` kills the process that sends with that key while
its Nth message is here, before or after it is accepted. `--lookup late` lists a message only after `--late-seconds`, `absent` never does.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlsplit

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
class Provider:
    """What the provider knows: accepted requests by reminder id, and the faults it will show.

    `judge` says what is wrong with a request (`sendgrid_request.violations_of`); that is kept in `violations`, and it is taken all the same.
    """

    accepted_file: Path | None = None
    api_key: str | None = None
    probabilities: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    hang_seconds: float = 30.0
    reset_after_seconds: int = 2
    lookup: str = "instant"
    late_seconds: float = 1.0
    judge: Callable[[object], list[str]] | None = None
    accepted: list[dict[str, object]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    requests: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - faults on demand, nothing secret
        self._queue: list[str] = []
        self._kills: dict[str, Kill] = {}
        self._lock = threading.Lock()
        self.is_closing = threading.Event()
        if self.accepted_file is not None and self.accepted_file.exists():
            self.accepted = [json.loads(line) for line in self.accepted_file.read_text(encoding="utf-8").splitlines()]

    def next_fault(self) -> str | None:
        """The fault of the next request: queued ones first, then by probability."""
        with self._lock:
            self.requests += 1
            if self._queue:
                return self._queue.pop(0)
            draw = self._random.random()
            for fault, probability in self.probabilities.items():
                draw -= probability
                if draw < 0:
                    return fault
            return None

    def queue(self, fault: str, times: int = 1) -> None:
        """Shows `fault` on the next `times` requests."""
        if fault not in FAULTS:
            raise ValueError(f"unknown fault {fault!r}, known are {', '.join(FAULTS)}")
        with self._lock:
            self._queue += [fault] * times

    def accept(self, request: dict[str, object]) -> str:
        """Takes a message; it is on disk before this returns."""
        with self._lock:
            message_id = f"double-{len(self.accepted) + 1:08}"
            entry: dict[str, object] = {
                "message_id": message_id,
                "reminder_id": _reminder_id(request),
                "request": request,
                "at": time.monotonic(),
            }
            self.accepted.append(entry)
            if self.accepted_file is not None:
                with self.accepted_file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(entry) + "\n")
                    file.flush()
                    os.fsync(file.fileno())
            return message_id

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


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    provider: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/_faults":
            wanted = json.loads(body)
            self.provider.queue(wanted["fault"], wanted.get("times", 1))
            self._answer(204)
        elif self.path == "/_kill":
            wanted = json.loads(body)
            self.provider.plan_kill(wanted["key"], Kill(wanted["pid"], wanted["request"], wanted["when"]))
            self._answer(204)
        elif self.path == "/v3/mail/send":
            self._mail_send(body)
        else:
            self._fail(404, "not found")

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/_accepted":
            self._answer(200, {"accepted": self.provider.accepted})
        elif parts.path == "/v3/messages" and self.provider.lookup == "absent":
            self._fail(403, "access forbidden")
        elif parts.path == "/v3/messages":
            query = parse_qs(parts.query).get("query", [""])[0]
            wanted = _UNIQUE_ARG.fullmatch(query)
            if wanted is None:
                self._fail(400, "invalid query", "query")
            else:
                found = self.provider.find(wanted.group(1))
                self._answer(
                    200, {"messages": [{"msg_id": entry["message_id"], "status": "processed"} for entry in found]}
                )
        else:
            self._fail(404, "not found")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Silent: requests hold addresses."""

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
        before: dict[str, Callable[[], None]] = {
            "rate_limit": self._rate_limit,
            "error_before": lambda: self._fail(500, "internal error"),
            "unavailable_before": lambda: self._fail(503, "service unavailable"),
            "drop_before": self._drop,
            "hang_before": self._hang,
            "html_413": lambda: self._write(
                413, b"<html><h1>413 Request Entity Too Large</h1></html>", "text/html", {}
            ),
            "bad_request": lambda: self._fail(
                400, "Does not contain a valid address.", "personalizations.0.to.0.email"
            ),
            "unauthorized": lambda: self._fail(401, "authorization required"),
            "forbidden": lambda: self._fail(403, "access forbidden", "from"),
            "truncated": lambda: self._write(400, b'{"errors": [{"mess', "application/json", {}),
        }
        if fault in before:
            before[fault]()
            return
        message_id = provider.accept(request)
        provider.strike(key, "after")
        after: dict[str | None, Callable[[], None]] = {
            "error_after": lambda: self._fail(500, "internal error"),
            "unavailable_after": lambda: self._fail(503, "service unavailable"),
            "drop_after": self._drop,
            "hang_after": self._hang,
        }
        after.get(fault, lambda: self._answer(202, headers={"X-Message-Id": message_id}))()

    def _rate_limit(self) -> None:
        reset = int(time.time()) + self.provider.reset_after_seconds
        headers = {"X-RateLimit-Reset": str(reset), "X-RateLimit-Remaining": "0"}
        self._fail(429, "too many requests", headers=headers)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _hang(self) -> None:
        self.provider.is_closing.wait(self.provider.hang_seconds)
        self.close_connection = True

    def _answer(self, status: int, content: object = None, headers: dict[str, str] | None = None) -> None:
        body = b"" if content is None else json.dumps(content).encode()
        self._write(status, body, "application/json" if body else "text/plain", headers or {})

    def _fail(self, status: int, message: str, field: str | None = None, headers: dict[str, str] | None = None) -> None:
        self._answer(status, {"errors": [{"message": message, "field": field}]}, headers)

    def _write(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        for name, value in {
            "Date": formatdate(usegmt=True),
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def make_server(provider: Provider, port: int = 0) -> ThreadingHTTPServer:
    """A server for `provider` on loopback; port 0 takes a free one."""
    handler = type("Handler", (_Handler,), {"provider": provider})
    return _Server(("127.0.0.1", port), handler)


@contextmanager
def serving(provider: Provider) -> Iterator[str]:
    """Serves `provider` in a thread and gives its base URL."""
    server = make_server(provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        provider.is_closing.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def main() -> None:
    """Serves until it is killed; prints its base URL as the first line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--accepted", type=Path, help="JSON lines of accepted requests, appended and fsynced")
    parser.add_argument("--api-key")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--hang-seconds", type=float, default=30.0)
    parser.add_argument("--lookup", choices=("instant", "late", "absent"), default="instant")
    parser.add_argument("--late-seconds", type=float, default=1.0)
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=PROBABILITY")
    arguments = parser.parse_args()
    probabilities = {name: float(value) for name, _, value in (fault.partition("=") for fault in arguments.fault)}
    unknown = probabilities.keys() - set(FAULTS)
    if unknown:
        parser.error(f"unknown faults {sorted(unknown)}, known are {', '.join(FAULTS)}")
    provider = Provider(
        accepted_file=arguments.accepted,
        api_key=arguments.api_key,
        probabilities=probabilities,
        seed=arguments.seed,
        hang_seconds=arguments.hang_seconds,
        lookup=arguments.lookup,
        late_seconds=arguments.late_seconds,
    )
    server = make_server(provider, arguments.port)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)  # noqa: T201 - whoever started it reads this
    server.serve_forever()


if __name__ == "__main__":
    main()
