"""A stateful stand-in for WhatsApp's Cloud API on loopback, with faults on demand. It remembers what it accepted, on disk.

    python tests/doubles/whatsapp_double.py --port 8026 --accepted accepted.jsonl --seed 7 --fault rate_limit=0.05

Faults (`--fault NAME=PROBABILITY`, or `POST /_faults {"fault": NAME, "times": N}` for the next N requests):
rate_limit (429, code 130429), pair_limit (400, 131056), error_before / error_after (500), unavailable_before / unavailable_after
(503), drop_before / drop_after (connection closed without an answer), hang_before / hang_after (no answer for `--hang-seconds`),
html_413, html_500, undeliverable (400, 131026), no_template (404, 132001), expired (401, 190), locked (403, 131031), truncated
(accepted, 200 whose JSON is cut off), truncated_error (400 whose JSON is cut off), without_id (accepted, 200 without an id).
`GET /_accepted` returns what was accepted. A number that ends in 000 is undeliverable; only templates in `approved` exist, if given.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

ERRORS: dict[str, tuple[int, int]] = {
    "rate_limit": (429, 130429), "pair_limit": (400, 131056), "error_before": (500, 131000),
    "unavailable_before": (503, 2), "undeliverable": (400, 131026), "no_template": (404, 132001),
    "expired": (401, 190), "locked": (403, 131031),
}  # fmt: skip
"""HTTP status and error code of the faults that refuse before anything is accepted."""
FAULTS = (
    *ERRORS, "error_after", "unavailable_after", "drop_before", "drop_after", "hang_before", "hang_after", "html_413",
    "html_500", "truncated", "truncated_error", "without_id",
)  # fmt: skip
_PATH = re.compile(r"/v\d+\.\d/(\d+)/messages")


@dataclass
class Provider:
    """What the provider knows: accepted requests, approved templates (None: any), and the faults it will show."""

    accepted_file: Path | None = None
    token: str | None = None
    phone_number_id: str | None = None
    approved: set[tuple[str, str]] | None = None
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
        if fault not in FAULTS:
            raise ValueError(f"unknown fault {fault!r}, known are {', '.join(FAULTS)}")
        with self._lock:
            self._queue += [fault] * times

    def accept(self, request: dict[str, object]) -> str:
        """Takes a message; it is on disk before this returns."""
        with self._lock:
            message_id = f"wamid.double-{len(self.accepted) + 1:08}"
            entry: dict[str, object] = {
                "message_id": message_id,
                "reminder_id": request.get("biz_opaque_callback_data", ""),
                "request": request,
            }
            self.accepted.append(entry)
            if self.accepted_file is not None:
                with self.accepted_file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(entry) + "\n")
                    file.flush()
                    os.fsync(file.fileno())
            return message_id

    def knows(self, request: dict[str, object]) -> bool:
        """Whether the template of the request is approved in its language."""
        template = cast("dict[str, str | dict[str, str]]", request["template"])
        language = cast("dict[str, str]", template["language"])
        return self.approved is None or (cast("str", template["name"]), language["code"]) in self.approved


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    provider: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = _PATH.fullmatch(self.path)
        if self.path == "/_faults":
            wanted = json.loads(body)
            self.provider.queue(wanted["fault"], wanted.get("times", 1))
            self._answer(204)
        elif path is not None:
            self._messages(path.group(1), body)
        else:
            self._fail(404, 2500)

    def do_GET(self) -> None:
        if self.path == "/_accepted":
            self._answer(200, {"accepted": self.provider.accepted})
        else:
            self._fail(404, 2500)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Silent: requests hold numbers."""

    def _messages(self, phone_number_id: str, body: bytes) -> None:
        provider = self.provider
        if provider.token is not None and self.headers.get("Authorization") != f"Bearer {provider.token}":
            self._fail(401, 190)
            return
        if provider.phone_number_id is not None and phone_number_id != provider.phone_number_id:
            self._fail(400, 100, 33)
            return
        try:
            request = json.loads(body)
            number, is_known = request["to"], provider.knows(request)
        except (ValueError, KeyError, TypeError):
            self._fail(400, 100)
            return
        fault = provider.next_fault()
        if number.endswith("000"):
            fault = "undeliverable"
        elif not is_known:
            fault = "no_template"
        if fault in ERRORS:
            self._fail(*ERRORS[fault])
            return
        before: dict[str, Callable[[], None]] = {
            "drop_before": self._drop,
            "hang_before": self._hang,
            "html_413": lambda: self._write(413, b"<html><h1>413 Request Entity Too Large</h1></html>", "text/html"),
            "html_500": lambda: self._write(500, b"<html><h1>Sorry, something went wrong</h1></html>", "text/html"),
            "truncated_error": lambda: self._write(400, b'{"error": {"mess', "application/json"),
        }
        if fault in before:
            before[fault]()
            return
        message_id = provider.accept(request)
        taken = {
            "messaging_product": "whatsapp",
            "contacts": [{"input": number, "wa_id": number.removeprefix("+")}],
            "messages": [{"id": message_id, "message_status": "accepted"}],
        }
        after: dict[str | None, Callable[[], None]] = {
            "error_after": lambda: self._fail(500, 131000),
            "unavailable_after": lambda: self._fail(503, 2),
            "drop_after": self._drop,
            "hang_after": self._hang,
            "truncated": lambda: self._write(200, json.dumps(taken).encode()[:-40], "application/json"),
            "without_id": lambda: self._answer(200, {"messaging_product": "whatsapp"}),
        }
        after.get(fault, lambda: self._answer(200, taken))()

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _hang(self) -> None:
        self.provider.is_closing.wait(self.provider.hang_seconds)
        self.close_connection = True

    def _answer(self, status: int, content: object = None) -> None:
        self._write(status, b"" if content is None else json.dumps(content).encode(), "application/json")

    def _fail(self, status: int, code: int, subcode: int | None = None) -> None:
        error: dict[str, object] = {
            "message": f"(#{code}) about +34600000000",
            "type": "OAuthException",
            "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": "about +34600000000"},
            "fbtrace_id": "double",
        }
        self._answer(status, {"error": error if subcode is None else {**error, "error_subcode": subcode}})

    def _write(self, status: int, body: bytes, kind: str) -> None:
        self.send_response_only(status)
        self.send_header("Date", formatdate(usegmt=True))
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
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
    parser.add_argument("--token")
    parser.add_argument("--phone-number-id")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--hang-seconds", type=float, default=30.0)
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=PROBABILITY")
    arguments = parser.parse_args()
    probabilities = {name: float(value) for name, _, value in (fault.partition("=") for fault in arguments.fault)}
    unknown = probabilities.keys() - set(FAULTS)
    if unknown:
        parser.error(f"unknown faults {sorted(unknown)}, known are {', '.join(FAULTS)}")
    provider = Provider(
        accepted_file=arguments.accepted,
        token=arguments.token,
        phone_number_id=arguments.phone_number_id,
        probabilities=probabilities,
        seed=arguments.seed,
        hang_seconds=arguments.hang_seconds,
    )
    server = make_server(provider, arguments.port)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)  # noqa: T201 - whoever started it reads this
    server.serve_forever()


if __name__ == "__main__":
    main()
