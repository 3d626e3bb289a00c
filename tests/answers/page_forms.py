"""How a test fills in the forms of a page, and reads what was recorded."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from tasks.ledger.ledger import Ledger

if TYPE_CHECKING:
    from starlette.testclient import TestClient


DAY = date(2026, 6, 16)
EVER = date(2100, 1, 1)


def form_token(client: TestClient, token: str, kind: str) -> str:
    """The signature of the form behind a link."""
    found = re.search(r'name="form" value="([^"]+)"', client.get(f"/a/{token}/{kind}").text)
    assert found
    return found.group(1)


def send(client: TestClient, token: str, kind: str, **fields: object):
    """Fills in the form as a browser does, and sends it."""
    return client.post(f"/a/{token}/{kind}", data={"form": form_token(client, token, kind), **fields})


def facts(ledger: Ledger, relation: str, day: date = DAY) -> list[dict[str, object]]:
    """What the next decision knows."""
    return ledger.facts(day)[f"ledger.{relation}"].to_pylist()
