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
from tasks.ledger.erasures import Subject
from tasks.ledger.knowledge import Dispute, Hold
from tasks.ledger.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

DAY = date(2026, 6, 16)
EVER = date(2100, 1, 1)


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


@pytest.mark.parametrize(
    ("kind", "fields", "place", "says"),
    [
        ("promise", {"receivable": "F-1"}, "day", "Indique el día"),
        ("promise", {"receivable": "F-1", "day": "2026-06-15"}, "day", "no puede ser anterior al 16 de junio de 2026"),
        ("promise", {"receivable": "F-1", "day": "2026-07-17"}, "day", "no puede ser posterior al 16 de julio de 2026"),
        ("promise", {"receivable": "F-1", "day": "mañana"}, "day", "Escriba el día como 16/06/2026"),
        ("promise", {"day": "2026-06-20"}, "receivable", "Marque al menos un documento"),
        ("promise", {"receivable": "X-1", "day": "2026-06-20"}, "receivable", "La lista ha cambiado"),
        (
            "promise",
            {"receivable": "F-1", "day": "2026-06-20", "amount": "1210,51"},
            "amount",
            "mayor que lo pendiente",
        ),
        ("promise", {"receivable": "F-1", "day": "2026-06-20", "amount": "-5"}, "amount", "Escriba el importe"),
        ("promise", {"receivable": "F-1", "day": "2026-06-20", "amount": "0"}, "amount", "Escriba el importe"),
        ("promise", {"receivable": ["F-1", "F-2"], "day": "2026-06-20", "amount": "5"}, "amount", "un único documento"),
        ("paid", {"receivable": "F-1", "day": "2026-06-17"}, "day", "no puede ser posterior al 16 de junio"),
        ("paid", {"receivable": "F-1", "day": "2020-01-01"}, "day", "no puede ser anterior"),
        ("dispute", {"receivable": "F-1"}, "why", "Elija qué no es correcto"),
        ("dispute", {"receivable": "F-1", "why": "other"}, "text", "Explique"),
        ("dispute", {"receivable": "F-1", "why": "paid_already"}, "why", "Elija"),
        ("dispute", {"receivable": "F-1", "why": "other", "text": "x" * 1001}, "text", "como máximo 1000"),
        ("confirm", {"receivable": "F-1"}, "confirmed", "Marque qué confirma"),
        ("confirm", {"receivable": "F-1", "confirmed": "whatsapp_opt_in"}, "confirmed", "Marque qué confirma"),
        ("contact", {}, "name", "al menos uno"),
        ("contact", {"email": "nobody"}, "email", "dirección"),
        ("contact", {"phone": "call me"}, "phone", "cifras"),
    ],
)
def test_a_mistake_is_named_beside_its_field_and_nothing_is_recorded(
    *, client: TestClient, token: str, ledger: Ledger, kind: str, fields: dict[str, object], place: str, says: str
) -> None:
    answer = send(client, token, kind, **fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'role="alert"' in answer.text
    assert f'id="{place}-error"' in answer.text
    assert "<title>Error:" in answer.text
    target = re.search(r'<li><a href="#([^"]+)"', answer.text)
    assert target
    assert f'id="{target.group(1)}"' in answer.text, "the summary leads to the field"
    assert ledger.answers_known_on(EVER) == ()


def test_what_was_typed_is_still_there_beside_a_mistake(client: TestClient, token: str) -> None:
    page = send(client, token, "paid", day="2026-06-17", reference='"><script>alert(1)</script>', receivable=["M-1"])
    assert 'value="2026-06-17"' in page.text
    assert "<script" not in page.text
    assert re.search(r'value="M-1" checked', page.text)
    assert not re.search(r'value="F-1" checked', page.text)


def test_the_page_tells_back_what_was_answered_and_no_words_that_were_typed(client: TestClient, token: str) -> None:
    send(client, token, "promise", day="2026-06-30", receivable=["F-1", "F-2"])
    send(client, token, "contact", name="Berta Sanz")
    text = client.get(f"/a/{token}?saved=recorded").text
    assert "Fecha de pago propuesta: 30 de junio de 2026" in text
    assert "sobre F-1, F-2, cuota 2" in text
    assert "Datos de contacto corregidos" in text
    assert "Berta" not in text
    assert 'role="status"' in text


@pytest.mark.parametrize("change", ["no token", "another link", "old", "bent"])
def test_nothing_is_recorded_without_a_form_of_ours_for_this_link(
    *, client: TestClient, ledger: Ledger, links: AnswerLinks, plan: Callable[..., str], clock, change: str
) -> None:
    token = links.url(plan(ledger), as_of=DAY).rpartition("/")[2]
    other = links.url(plan(ledger, language="en"), as_of=DAY).rpartition("/")[2]
    good = form_token(client, token, "copy")
    used = {
        "no token": "",
        "another link": form_token(client, other, "copy"),
        "old": good,
        "bent": good[:-1] + ("0" if good[-1] != "0" else "1"),
    }[change]
    if change == "old":
        clock.now += timedelta(hours=13)
    answer = client.post(f"/a/{token}/copy", data={"form": used, "receivable": "F-1"})
    assert answer.status_code == 403
    assert "Nada" in answer.text or "No se ha enviado nada" in answer.text
    assert ledger.answers_known_on(EVER) == ()


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}],
)
def test_a_form_on_another_site_is_refused(
    client: TestClient, token: str, ledger: Ledger, headers: dict[str, str]
) -> None:
    form = {"form": form_token(client, token, "copy"), "receivable": "F-1"}
    assert client.post(f"/a/{token}/copy", data=form, headers=headers).status_code == 403
    assert ledger.answers_known_on(EVER) == ()
    own = {"origin": "https://answers.acme.example", "sec-fetch-site": "same-origin"}
    assert client.post(f"/a/{token}/copy", data=form, headers=own).status_code == 303


def test_links_that_cannot_be_used_get_one_and_the_same_page(
    client: TestClient, links: AnswerLinks, ledger: Ledger, plan: Callable[..., str], clock
) -> None:
    reminder = plan(ledger)
    old = links.token(reminder, last_day=DAY - timedelta(days=1))
    unknown = links.token("0" * 32, last_day=DAY)
    good = links.token(reminder, last_day=DAY)
    forged = good[:-1] + ("A" if good[-1] != "A" else "B")
    pages = {
        (answer.status_code, answer.text, tuple(sorted(answer.headers.items())))
        for answer in (
            client.get(f"/a/{bad}{kind}")
            for bad in (old, unknown, forged, "short", "x" * 48, "%00", "é" * 48)
            for kind in ("", "/promise", "/nothing")
        )
    }
    assert len(pages) == 1
    ((status, text, _),) = pages
    assert status == 404
    assert "Este enlace ya no se puede usar" in text
    assert client.get(f"/a/{good}").status_code == 200
    assert client.get(f"/a/{good}/nothing").status_code == 404


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-US,en;q=0.9", "en"),
        ("pt-BR", "pt"),
        ("fr,de;q=0.5,pt;q=0.3,en;q=0.2", "pt"),
        ("fr", "es"),
        ("en;q=x, pt", "pt"),
    ],
)
def test_the_page_for_a_dead_link_speaks_the_browsers_language(
    client: TestClient, accepted: str, language: str
) -> None:
    assert f'<html lang="{language}"' in client.get("/a/dead", headers={"accept-language": accepted}).text


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


@pytest.mark.parametrize("contact", ["C1-1", None])
def test_who_is_blocked_or_erased_has_no_link_any_more(
    client: TestClient, token: str, ledger: Ledger, contact: str | None
) -> None:
    assert client.get(f"/a/{token}").status_code == 200
    subject = Subject(customer_id="C1", contact_id=contact)
    ledger.block(subject, author="ana", erase_after_on=DAY, today=DAY)
    assert client.get(f"/a/{token}").status_code == 404


def test_a_link_that_is_used_too_often_records_no_more(
    make_client, ledger: Ledger, links: AnswerLinks, plan, clock
) -> None:
    client = make_client(answers_per_link=5)
    token = links.url(plan(ledger), as_of=DAY).rpartition("/")[2]
    for number in range(6):
        clock.now += timedelta(minutes=1)
        last = send(client, token, "contact", text=f"note {number}")
    assert last.status_code == 409
    assert "muchas respuestas" in last.text
    assert len(ledger.answers_known_on(EVER)) == 5


def test_one_link_waits_when_it_is_used_in_a_hurry(
    make_client, ledger: Ledger, links: AnswerLinks, plan, seconds
) -> None:
    client = make_client(requests_per_minute=5)
    token = links.url(plan(ledger), as_of=DAY).rpartition("/")[2]
    codes = [client.get(f"/a/{token}").status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
    refused = client.get(f"/a/{token}")
    assert 1 <= int(refused.headers["retry-after"]) <= 13
    assert "Espere un minuto" in refused.text
    seconds[0] += 13
    assert client.get(f"/a/{token}").status_code == 200
