"""What the stand-ins for providers' HTTP APIs share: faults on demand, what was accepted kept on disk, and a server on loopback.

A double adds its provider's API: which requests it takes, what its faults answer, and what it lists.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

Answer = Callable[[], None]


@dataclass
class FaultyProvider:
    """What a provider knows: accepted requests, and the faults it will show. `faults`: the names of those that it can."""

    faults: ClassVar[tuple[str, ...]] = ()

    accepted_file: Path | None = None
    probabilities: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    hang_seconds: float = 30.0
    accepted: list[dict[str, object]] = field(default_factory=list)
    requests: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - faults on demand, nothing secret
        self._queue: list[str] = []
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
        if fault not in self.faults:
            raise ValueError(f"unknown fault {fault!r}, known are {', '.join(self.faults)}")
        with self._lock:
            self._queue += [fault] * times

    def keep(self, prefix: str, entry: dict[str, object]) -> str:
        """Takes a message under the next number, which it returns; it is on disk before this returns."""
        with self._lock:
            message_id = f"{prefix}{len(self.accepted) + 1:08}"
            taken = {"message_id": message_id, **entry}
            self.accepted.append(taken)
            if self.accepted_file is not None:
                with self.accepted_file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(taken) + "\n")
                    file.flush()
                    os.fsync(file.fileno())
            return message_id


class FaultyHandler(BaseHTTPRequestHandler):
    """`POST /_faults`, `GET /_accepted`, and the faults that look the same whoever shows them."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    provider: FaultyProvider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/_faults":
            wanted = json.loads(body)
            self.provider.queue(wanted["fault"], wanted.get("times", 1))
            self.answer(204)
        else:
            self.post(body)

    def do_GET(self) -> None:
        if self.path == "/_accepted":
            self.answer(200, {"accepted": self.provider.accepted})
        else:
            self.get()

    def post(self, body: bytes) -> None:
        """The provider's own POST requests."""
        raise NotImplementedError

    def get(self) -> None:
        """The provider's own GET requests."""
        raise NotImplementedError

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Silent: requests hold addresses and numbers."""

    def failing_before(self) -> dict[str | None, Answer]:
        """What is shown by every provider in place of taking a message, by fault."""
        too_large = b"<html><h1>413 Request Entity Too Large</h1></html>"
        return {
            "drop_before": self.drop,
            "hang_before": self.hang,
            "html_413": lambda: self.write(413, too_large, "text/html"),
        }

    def failing_after(self) -> dict[str | None, Answer]:
        """What is shown by every provider once a message is taken, by fault."""
        return {"drop_after": self.drop, "hang_after": self.hang}

    def drop(self) -> None:
        """Closes the connection without an answer."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def hang(self) -> None:
        """Keeps quiet, and then closes the connection."""
        self.provider.is_closing.wait(self.provider.hang_seconds)
        self.close_connection = True

    def answer(self, status: int, content: object = None, headers: dict[str, str] | None = None) -> None:
        """Answers with JSON, or with nothing but the status."""
        body = b"" if content is None else json.dumps(content).encode()
        self.write(status, body, "application/json" if body else "text/plain", headers)

    def write(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        """Answers with any bytes."""
        own = {"Date": formatdate(usegmt=True), "Content-Type": kind, "Content-Length": str(len(body))}
        self.send_response_only(status)
        for name, value in {**own, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def server_of(provider: FaultyProvider, handler: type[FaultyHandler], port: int = 0) -> ThreadingHTTPServer:
    """A server for `provider` on loopback; port 0 takes a free one."""
    return _Server(("127.0.0.1", port), type("Handler", (handler,), {"provider": provider}))


@contextmanager
def serving_of(provider: FaultyProvider, handler: type[FaultyHandler]) -> Iterator[str]:
    """Serves `provider` in a thread and gives its base URL."""
    server = server_of(provider, handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        provider.is_closing.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def command_line(description: str | None) -> argparse.ArgumentParser:
    """The options that every double has."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--accepted", type=Path, help="JSON lines of accepted requests, appended and fsynced")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--hang-seconds", type=float, default=30.0)
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=PROBABILITY")
    return parser


def probabilities_of(parser: argparse.ArgumentParser, faults: list[str], known: tuple[str, ...]) -> dict[str, float]:
    """What `--fault` says, by name."""
    probabilities = {name: float(value) for name, _, value in (fault.partition("=") for fault in faults)}
    unknown = probabilities.keys() - set(known)
    if unknown:
        parser.error(f"unknown faults {sorted(unknown)}, known are {', '.join(known)}")
    return probabilities


def serve_until_killed(server: ThreadingHTTPServer) -> None:
    """Prints the base URL as the first line, and serves."""
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)  # noqa: T201 - whoever started it reads this
    server.serve_forever()
