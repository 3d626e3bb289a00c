"""What a debtor sees and sends behind the link of a message, and what is recorded of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from starlette.testclient import TestClient

from tasks.answers.kinds import AnswerKind
from tasks.answers.links import AnswerLinks
from tasks.ledger.knowledge import Dispute, Hold
from tasks.ledger.ledger import Ledger

from datetime import date, datetime

DAY = date(2026, 6, 16)
Page = Callable[..., object]


def form_token(client: TestClient, token: str, kind: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', client.get(f"/a/{token}/{kind}").text)
    assert found
    return found.group(1)


def send(client: TestClient, token: str, kind: str, **fields: object):
    return client.post(f"/a/{token}/{kind}", data={"form": form_token(client, token, kind), **fields})


def facts(ledger: Ledger, relation: str, day: date = DAY) -> list[dict[str, object]]:
    return ledger.facts(day)[f"ledger.{relation}"].to_pylist()


def test_the_link_shows_the_whole_statement_with_the_messages_documents_first(client: TestClient, token: str) -> None:
    page = client.get(f"/a/{token}")
    text = unescape(page.text)
    assert page.status_code == 200
    assert '<html lang="es"' in text
    assert "Talleres &lt;Ebro&gt; &amp; Hijos, S.L." in page.text
    order = [text.index(name) for name in ("Documentos de nuestro mensaje", ">F-1<", "F-2, plazo 2", "Otros documentos", "M-1", "Nota de cargo F-3")]
    assert order == sorted(order)
    assert "1.590,75\u00a0€" in text and "9000,00" in text.replace(".", "")
    assert "X-1" not in text, "another customer's document"


def test_looking_changes_nothing(client: TestClient, token: str, ledger: Ledger) -> None:
    before = {name: table.num_rows for name, table in ledger.facts(date(2100, 1, 1)).items()}
    for kind in ("", *(f"/{kind}" for kind in AnswerKind)):
        assert client.get(f"/a/{token}{kind}").status_code == 200
        head = client.head(f"/a/{token}{kind}")
        assert (head.status_code, head.content) == (200, b"")
    assert {name: table.num_rows for name, table in ledger.facts(date(2100, 1, 1)).items()} == before
    assert ledger.answers_known_on(date(2100, 1, 1)) == ()
