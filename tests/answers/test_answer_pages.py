"""What a debtor sees and sends behind the link of a message, and what is recorded of it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tasks.answers.kinds import AnswerKind
from tasks.answers.links import AnswerLinks
from tasks.ledger.knowledge import Dispute, Hold
from tasks.ledger.ledger import Ledger
from tests.answers.page_forms import DAY, EVER, facts, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient


def test_the_link_shows_the_whole_statement_with_the_messages_documents_first(client: TestClient, token: str) -> None:
    page = client.get(f"/a/{token}")
    text = unescape(page.text)
    assert page.status_code == 200
    assert '<html lang="es"' in text
    assert "Talleres &lt;Ebro&gt; &amp; Hijos, S.L." in page.text
    order = [
        text.index(name)
        for name in (
            "Documentos de nuestro mensaje",
            ">F-1<",
            "F-2, cuota 2",
            "Otros documentos",
            "M-1",
            "Nota de débito F-3",
        )
    ]
    assert order == sorted(order)
    assert "1.590,75\u00a0€" in text
    assert "9000,00" in text.replace(".", "")
    assert "X-1" not in text, "another customer's document"


def test_looking_changes_nothing(client: TestClient, token: str, ledger: Ledger) -> None:
    before = {name: table.num_rows for name, table in ledger.facts(EVER).items()}
    for kind in ("", *(f"/{kind}" for kind in AnswerKind)):
        assert client.get(f"/a/{token}{kind}").status_code == 200
        head = client.head(f"/a/{token}{kind}")
        assert (head.status_code, head.content) == (200, b"")
    assert {name: table.num_rows for name, table in ledger.facts(EVER).items()} == before
    assert ledger.answers_known_on(EVER) == ()


def test_what_is_confirmed_is_known_to_the_next_decision(client: TestClient, token: str, ledger: Ledger) -> None:
    answer = send(client, token, "confirm", confirmed=["invoice_received", "goods_received"], receivable=["F-1"])
    assert (answer.status_code, answer.headers["location"]) == (303, f"../{token}?saved=recorded")
    assert [(row["receivable_id"], row["kind"]) for row in facts(ledger, "confirmations")] == [
        ("F-1", "goods_received"),
        ("F-1", "invoice_received"),
    ]
    assert facts(ledger, "confirmations", DAY - timedelta(days=1)) == [], "a past day is decided as it was"


def test_a_promise_is_one_for_each_document(client: TestClient, token: str, ledger: Ledger) -> None:
    send(client, token, "promise", day="2026-06-30", receivable=["F-1", "M-1"])
    found = sorted((row["receivable_id"], row["promised_for"], row["amount"]) for row in facts(ledger, "promises"))
    assert found == [("F-1", date(2026, 6, 30), None), ("M-1", date(2026, 6, 30), None)]


def test_a_part_may_be_promised_of_one_document(client: TestClient, token: str, ledger: Ledger) -> None:
    send(client, token, "promise", day="2026-06-30", receivable=["F-1"], amount="1.000,50")
    (promise,) = facts(ledger, "promises")
    assert (promise["amount"], promise["currency"]) == (Decimal("1000.50"), "EUR")


def test_everything_means_every_open_document(client: TestClient, token: str, ledger: Ledger) -> None:
    send(client, token, "promise", day="2026-06-30", receivable=["*"])
    assert {row["receivable_id"] for row in facts(ledger, "promises")} == {"F-1", "F-2", "F-3", "M-1"}


def test_a_reported_payment_pauses_for_as_long_as_after_a_call(client: TestClient, token: str, ledger: Ledger) -> None:
    send(client, token, "paid", day="2026-06-12", reference="TRF 8871", receivable=["F-1"])
    (hold,) = facts(ledger, "holds")
    assert (hold["receivable_id"], hold["from_on"], hold["until_on"]) == ("F-1", DAY, DAY + timedelta(days=5))
    assert hold["reason"] == "payment_sent: paid on 2026-06-12, reference TRF 8871"
    assert hold["author"].startswith("debtor ")


def test_a_dispute_keeps_kind_part_and_words(client: TestClient, token: str, ledger: Ledger) -> None:
    words = "Faltan 3 cajas <b>azules</b>\u202e\n y no es la primera vez"
    send(client, token, "dispute", why="wrong_quantity", text=words, receivable=["F-2"], amount="100")
    (dispute,) = facts(ledger, "disputes")
    assert (dispute["kind"], dispute["amount"], dispute["currency"]) == ("wrong_quantity", Decimal("100.00"), "EUR")
    assert dispute["reason"] == "Faltan 3 cajas <b>azules</b> y no es la primera vez"


def test_a_part_that_is_all_of_it_disputes_all_of_it(client: TestClient, token: str, ledger: Ledger) -> None:
    send(client, token, "dispute", why="damaged", receivable=["F-2"], amount="300,25")
    assert [row["amount"] for row in facts(ledger, "disputes")] == [None]


def test_a_copy_and_a_wrong_contact_become_tasks_of_ours(client: TestClient, token: str, ledger: Ledger) -> None:
    send(client, token, "copy", receivable=["F-1"])
    send(client, token, "contact", name="Berta Sanz", email="berta@ebro.example")
    found = {(row["duty"], row["receivable_id"], row["contact_id"]) for row in facts(ledger, "duty_entries")}
    assert found == {("document_not_sent", "F-1", None), ("wrong_contact", None, "C1-1")}
    (kept,) = [answer for answer in ledger.answers_known_on(DAY) if answer.kind == "contact"]
    assert kept.content == {"name": "Berta Sanz", "email": "berta@ebro.example"}


def test_the_same_answer_twice_is_once(client: TestClient, token: str, ledger: Ledger, clock) -> None:
    for _ in range(3):
        assert send(client, token, "promise", day="2026-06-30", receivable=["F-1"]).status_code == 303
        clock.now += timedelta(minutes=1)
    assert len(facts(ledger, "promises")) == 1
    assert len(ledger.answers_known_on(DAY)) == 1


def test_a_third_date_for_a_document_is_for_a_person_to_decide(client: TestClient, token: str, ledger: Ledger) -> None:
    saved = [
        send(client, token, "promise", day=f"2026-06-{day}", receivable=["F-1"]).headers["location"][-8:]
        for day in (20, 25, 30)
    ]
    assert [where.rpartition("=")[2] for where in saved] == ["recorded", "recorded", "noted"]
    assert len(facts(ledger, "promises")) == 2
    assert len(ledger.answers_known_on(DAY)) == 3
    assert "una persona" in client.get(f"/a/{token}?saved=noted").text


def test_no_answer_ends_what_stands(client: TestClient, token: str, ledger: Ledger) -> None:
    ledger.record(
        Dispute(customer_id="C1", receivable_id="F-1", reason="price", opened_on=DAY, author="ana", recorded_on=DAY)
    )
    ledger.record(Hold(customer_id="C1", reason="director visits", from_on=DAY, author="ana", recorded_on=DAY))
    send(client, token, "confirm", confirmed=["invoice_received"], receivable=["*"])
    send(client, token, "promise", day="2026-06-30", receivable=["*"])
    assert [row["resolved_on"] for row in facts(ledger, "disputes", EVER)] == [None]
    assert [row["until_on"] for row in facts(ledger, "holds", EVER)] == [None]


def test_the_page_tells_back_what_was_answered_and_no_words_that_were_typed(client: TestClient, token: str) -> None:
    send(client, token, "promise", day="2026-06-30", receivable=["F-1", "F-2"])
    send(client, token, "contact", name="Berta Sanz")
    text = client.get(f"/a/{token}?saved=recorded").text
    assert "Fecha de pago propuesta: 30 de junio de 2026" in text
    assert "sobre F-1, F-2, cuota 2" in text
    assert "Datos de contacto corregidos" in text
    assert "Berta" not in text
    assert 'role="status"' in text


@pytest.mark.parametrize(("language", "says"), [("en", "Your documents with"), ("pt", "Os seus documentos com")])
def test_the_page_speaks_the_language_of_the_message(
    *, client: TestClient, links: AnswerLinks, ledger: Ledger, plan: Callable[..., str], language: str, says: str
) -> None:
    token = links.url(plan(ledger, language=language), as_of=DAY).rpartition("/")[2]
    assert says in client.get(f"/a/{token}", headers={"accept-language": "es"}).text


def test_a_message_that_asks_has_its_answer_ticked(
    client: TestClient, links: AnswerLinks, ledger: Ledger, plan: Callable[..., str]
) -> None:
    token = links.url(plan(ledger, purpose="goods_received"), as_of=DAY).rpartition("/")[2]
    page = client.get(f"/a/{token}/confirm").text
    assert re.findall(r'name="confirmed" value="(\w+)" checked', page) == ["goods_received"]
    assert re.findall(r'name="receivable" value="([^"]+)" checked', page) == ["F-1", "F-2"]


def test_who_owes_nothing_is_thanked_and_can_correct_his_contact(
    client: TestClient, links: AnswerLinks, ledger: Ledger, plan: Callable[..., str]
) -> None:
    token = links.url(plan(ledger, customer="C3", receivables=("Z-9",)), as_of=DAY).rpartition("/")[2]
    page = client.get(f"/a/{token}").text
    assert "No hay documentos pendientes. Muchas gracias." in page
    assert re.findall(rf'href="{token}/(\w+)"', page) == ["contact"]


def test_without_a_published_warehouse_contacts_can_still_be_corrected(
    client: TestClient, token: str, workspace
) -> None:
    workspace.paths.current_warehouse.unlink()
    page = client.get(f"/a/{token}")
    assert page.status_code == 200
    assert "no podemos mostrar" in page.text
