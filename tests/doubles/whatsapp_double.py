"""A stateful stand-in for WhatsApp's Cloud API on loopback, with faults on demand. It remembers what it accepted, on disk.

    python -m tests.doubles.whatsapp_double --port 8026 --accepted accepted.jsonl --seed 7 --fault rate_limit=0.05

Faults (`--fault NAME=PROBABILITY`, or `POST /_faults {"fault": NAME, "times": N}` for the next N requests):
rate_limit (429, code 130429), pair_limit (400, 131056), error_before / error_after (500), unavailable_before / unavailable_after
(503), drop_before / drop_after (connection closed without an answer), hang_before / hang_after (no answer for `--hang-seconds`),
html_413, html_500, undeliverable (400, 131026), no_template (404, 132001), expired (401, 190), locked (403, 131031), truncated
(accepted, 200 whose JSON is cut off), truncated_error (400 whose JSON is cut off), without_id (accepted, 200 without an id).
`GET /_accepted` returns what was accepted. A number that ends in 000 is undeliverable; only templates in `approved` exist, if given.
"""

from __future__ import annotations

import json
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import cast

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
class Provider(FaultyProvider):
    """What the provider knows: accepted requests, approved templates (None: any), and the faults it will show."""

    faults = FAULTS

    token: str | None = None
    phone_number_id: str | None = None
    approved: set[tuple[str, str]] | None = None

    def accept(self, request: dict[str, object]) -> str:
        """Takes a message; it is on disk before this returns."""
        entry = {"reminder_id": request.get("biz_opaque_callback_data", ""), "request": request}
        return self.keep("wamid.double-", entry)

    def knows(self, request: dict[str, object]) -> bool:
        """Whether the template of the request is approved in its language."""
        template = cast("dict[str, str | dict[str, str]]", request["template"])
        language = cast("dict[str, str]", template["language"])
        return self.approved is None or (cast("str", template["name"]), language["code"]) in self.approved


class _Handler(FaultyHandler):
    provider: Provider

    def post(self, body: bytes) -> None:
        path = _PATH.fullmatch(self.path)
        if path is not None:
            self._messages(path.group(1), body)
        else:
            self._fail(404, 2500)

    def get(self) -> None:
        self._fail(404, 2500)

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
        before: dict[str | None, Answer] = {
            **self.failing_before(),
            "html_500": lambda: self.write(500, b"<html><h1>Sorry, something went wrong</h1></html>", "text/html"),
            "truncated_error": lambda: self.write(400, b'{"error": {"mess', "application/json"),
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
        after: dict[str | None, Answer] = {
            **self.failing_after(),
            "error_after": lambda: self._fail(500, 131000),
            "unavailable_after": lambda: self._fail(503, 2),
            "truncated": lambda: self.write(200, json.dumps(taken).encode()[:-40], "application/json"),
            "without_id": lambda: self.answer(200, {"messaging_product": "whatsapp"}),
        }
        after.get(fault, lambda: self.answer(200, taken))()

    def _fail(self, status: int, code: int, subcode: int | None = None) -> None:
        error: dict[str, object] = {
            "message": f"(#{code}) about +34600000000",
            "type": "OAuthException",
            "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": "about +34600000000"},
            "fbtrace_id": "double",
        }
        self.answer(status, {"error": error if subcode is None else {**error, "error_subcode": subcode}})


def make_server(provider: Provider, port: int = 0) -> ThreadingHTTPServer:
    """A server for `provider` on loopback; port 0 takes a free one."""
    return server_of(provider, _Handler, port)


def serving(provider: Provider) -> AbstractContextManager[str]:
    """Serves `provider` in a thread and gives its base URL."""
    return serving_of(provider, _Handler)


def main() -> None:
    """Serves until it is killed; prints its base URL as the first line."""
    parser = command_line(__doc__)
    parser.add_argument("--token")
    parser.add_argument("--phone-number-id")
    arguments = parser.parse_args()
    provider = Provider(
        accepted_file=arguments.accepted,
        token=arguments.token,
        phone_number_id=arguments.phone_number_id,
        probabilities=probabilities_of(parser, arguments.fault, FAULTS),
        seed=arguments.seed,
        hang_seconds=arguments.hang_seconds,
    )
    serve_until_killed(make_server(provider, arguments.port))


if __name__ == "__main__":
    main()
