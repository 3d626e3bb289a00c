"""What a page does not take: mistakes, forms that are not ours, links that cannot be used, haste."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tasks.answers.links import AnswerLinks
from tasks.ledger.erasures import Subject
from tasks.ledger.ledger import Ledger
from tests.answers.page_forms import DAY, EVER, form_token, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient


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
