"""What every request meets: headers, bounds, and a log that gives nothing away."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from tasks.problems import LedgerProblem, SettingsProblem
from tasks.serve.access_log import template_of
from tasks.serve.app import Surroundings, make_site
from tasks.serve.bodies import BodyLimit
from tasks.serve.failures import Failures
from tasks.serve.lanes import Lane
from tasks.serve.rate import MOST_BUCKETS, Buckets, client_of
from tasks.settings.load import Workspace

MakeClient = Callable[..., TestClient]
TOKEN = "A" * 48
NOW = datetime(2026, 6, 16, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("path", ["/health", f"/a/{TOKEN}", "/nowhere", "/static/x"])
def test_every_response_keeps_nothing_runs_nothing_and_tells_nobody(make_client: MakeClient, path: str) -> None:
    headers = make_client().get(path).headers
    policy = headers["content-security-policy"]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        policy,
    )
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "noindex" in headers["x-robots-tag"]
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert "set-cookie" not in headers


def test_without_encryption_no_browser_is_told_to_insist_on_it(
    make_workspace: Callable[..., Workspace], surroundings: Surroundings
) -> None:
    site = make_site(make_workspace(base_url="http://localhost:8080"), surroundings)
    with TestClient(site.app, base_url="http://localhost:8080") as client:
        assert "strict-transport-security" not in client.get("/health").headers


def test_only_known_names_are_answered(make_client: MakeClient) -> None:
    client = make_client(trusted_hosts=["respuestas.acme.example"])
    answered = {
        host: client.get("/health", headers={"host": host}).status_code
        for host in ("answers.acme.example", "respuestas.acme.example", "127.0.0.1:8080", "localhost", "evil.example")
    }
    assert answered == {
        "answers.acme.example": 200, "respuestas.acme.example": 200, "127.0.0.1:8080": 200, "localhost": 200, "evil.example": 400
    }  # fmt: skip


def test_health_says_whether_the_ledger_answers(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client = make_client()
    assert client.get("/health").json() == {"ok": True}

    def broken(*_: object, **__: object) -> None:
        raise LedgerProblem.at("ledger", "cannot be read", "Look.")

    monkeypatch.setattr("tasks.ledger.ledger.Ledger.counts", broken)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (503, {"ok": False})


def test_a_client_in_a_hurry_waits_and_others_do_not(make_client: MakeClient, seconds: list[float]) -> None:
    client = make_client(requests_per_minute=10)
    codes = [client.get("/nowhere", headers={"accept-language": "en"}).status_code for _ in range(12)]
    assert codes == [404] * 10 + [429] * 2
    refused = client.get("/nowhere", headers={"accept-language": "en"})
    assert int(refused.headers["retry-after"]) >= 1
    assert "One moment, please" in refused.text
    assert "content-security-policy" in refused.headers
    assert client.get("/health").status_code == 200, "who watches over the server is never kept waiting"
    seconds[0] += 6.1
    assert client.get("/nowhere").status_code == 404
    assert client.get("/nowhere").status_code == 429


@pytest.mark.parametrize("kind", ["declared", "streamed"])
def test_a_large_body_is_refused_before_anybody_works_on_it(make_client: MakeClient, kind: str) -> None:
    body = b"x" * 70_000
    content = body if kind == "declared" else (body[at : at + 1000] for at in range(0, len(body), 1000))
    answer = make_client().post(f"/a/{TOKEN}/promise", content=content)
    assert answer.status_code == 413
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("declared", ["-1", "1e9", "x", "9" * 30])
def test_a_length_that_is_none_is_refused(make_client: MakeClient, declared: str) -> None:
    answer = make_client().post(f"/a/{TOKEN}/promise", content=b"", headers={"content-length": declared})
    assert answer.status_code == 413


def test_a_body_that_trickles_in_is_given_up() -> None:
    sent: list[dict[str, object]] = []

    async def app(*_: object) -> None:
        raise AssertionError("the application must not see it")

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0.2)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/", "method": "POST", "headers": []}
    limit = BodyLimit(app, lanes=(Lane("/", 1, 1000),), longest_seconds=0.05)
    asyncio.run(limit(scope, receive, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 408


def test_the_log_has_kind_of_address_status_and_time_and_no_link(
    make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_client()
    caplog.set_level(logging.INFO, "tasks")
    client.get(f"/a/{TOKEN}")
    client.get(f"/a/{TOKEN}/promise?name=Marta")
    client.get("/marta@debtor.example")
    client.request("MARTA", "/health")
    lines = [record.getMessage() for record in caplog.records if record.name == "tasks.serve.access_log"]
    assert [re.sub(r"\d+ ms", "N ms", line) for line in lines] == [
        "GET /a/{token} 404 N ms",
        "GET /a/{token}/{kind} 404 N ms",
        "GET (no such address) 404 N ms",
        "(other) /health 405 N ms",
    ]
    assert TOKEN not in caplog.text
    assert "arta" not in caplog.text.replace("(no such address)", "")


def test_an_address_that_was_not_routed_is_not_logged() -> None:
    assert template_of({"path": "/a/secret"}) == "(no such address)"


def test_an_unexpected_error_is_a_courteous_page_and_a_line_without_its_text(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("marta@debtor.example")

    client = make_client()
    monkeypatch.setattr("tasks.answers.links.AnswerLinks.reminder_of", broken)
    answer = client.get(f"/a/{TOKEN}", headers={"accept-language": "pt"})
    assert answer.status_code == 500
    assert "Algo falhou do nosso lado" in answer.text
    assert "content-security-policy" in answer.headers
    assert re.search(r"ValueError at t\w+/\S+\.py:\d+", caplog.text)
    assert "marta" not in caplog.text


def test_a_ledger_that_cannot_be_read_is_a_failure_of_ours(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise LedgerProblem.at("ledger", "cannot be read", "Look.")

    client = make_client()
    monkeypatch.setattr("tasks.answers.links.AnswerLinks.reminder_of", lambda *_, **__: "0" * 32)
    monkeypatch.setattr("tasks.ledger.ledger.Ledger.answered_message", broken)
    assert client.get(f"/a/{TOKEN}").status_code == 500


def test_other_methods_are_not_answered(make_client: MakeClient) -> None:
    client = make_client()
    assert [client.request(method, f"/a/{TOKEN}").status_code for method in ("POST", "PUT", "DELETE", "TRACE")] == [
        405
    ] * 4


def test_a_workspace_that_takes_nothing_is_not_served(
    make_workspace: Callable[..., Workspace], surroundings: Surroundings
) -> None:
    with pytest.raises(SettingsProblem, match="nothing to serve"):
        make_site(make_workspace(answers=None), surroundings)


def test_a_missing_secret_is_told_before_anything_is_served(make_workspace: Callable[..., Workspace]) -> None:
    bare = Surroundings(clock=lambda: NOW, seconds=lambda: 0.0, environment={})
    with pytest.raises(SettingsProblem, match="ANSWERS_SECRET is not set"):
        make_site(make_workspace(), bare)


def test_buckets_forget_and_stay_small() -> None:
    now = [0.0]
    buckets = Buckets(60, lambda: now[0])
    assert [buckets.wait("a") for _ in range(60)] == [0.0] * 60
    assert buckets.wait("a") == pytest.approx(1.0)
    now[0] += 1.0
    assert buckets.wait("a") == 0.0
    for number in range(MOST_BUCKETS + 10):
        buckets.wait(str(number))
    assert buckets.wait("a") == 0.0, "forgotten, as it came least recently"
    assert len(buckets._left) == MOST_BUCKETS


def test_neighbours_of_ipv6_share_a_bucket() -> None:
    first, second, third = (
        client_of({"client": (address, 1)}) for address in ("2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1")
    )
    assert first == second != third
    assert client_of({"client": ("192.0.2.7", 1)}) == "192.0.2.7"
    assert client_of({"client": None}) == client_of({"client": ("testclient", 1)}) == ""


def test_a_failure_after_the_answer_began_ends_quietly(caplog: pytest.LogCaptureFixture) -> None:
    sent: list[dict[str, object]] = []

    async def app(_: object, __: object, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("secret")

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    asyncio.run(Failures(app)({"type": "http"}, None, send))  # type: ignore[arg-type]
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert "secret" not in caplog.text
