"""Puts the application of one creditor together: addresses, and the layers that every request passes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from tasks.answers.keys import keys_of
from tasks.answers.links import AnswerLinks
from tasks.answers.web import AnswerDesk, answer_desk
from tasks.events.web import event_routes
from tasks.ledger.ledger import Ledger
from tasks.ledger.opening import open_ledger
from tasks.ledger.store import Clock
from tasks.problems import LedgerProblem, SettingsProblem
from tasks.serve.access_log import AccessLog
from tasks.serve.bodies import BodyLimit
from tasks.serve.failures import Failures
from tasks.serve.headers import SecurityHeaders
from tasks.serve.lanes import HEALTH, lanes
from tasks.serve.rate import Buckets, RateLimit
from tasks.settings.load import Workspace

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_USUAL_PER_MINUTE = 60


@dataclass(frozen=True)
class Surroundings:
    """What the application needs of the machine: the time, seconds that only grow, and the secrets."""

    clock: Clock
    seconds: Callable[[], float]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Site:
    """An application and what it serves, for who starts it. `addresses` are templates such as `/a/{token}`."""

    app: ASGIApp
    addresses: tuple[str, ...]
    trusted_proxies: tuple[str, ...]


def make_site(workspace: Workspace, surroundings: Surroundings) -> Site:
    """The application of a workspace. Its ledger is opened when the application starts, and closed when it ends.

    Raises:
        SettingsProblem: the workspace takes neither answers nor events, or a secret is missing or too short.
    """
    open_books: list[Ledger] = []

    def ledger() -> Ledger:
        return open_books[-1]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        with open_ledger(workspace, clock=surroundings.clock) as opened:
            open_books.append(opened)
            yield
            open_books.clear()

    desk = _desk(workspace, surroundings, ledger)
    events = event_routes(workspace, ledger, surroundings.environment, surroundings.clock)
    if desk is None and not events:
        raise SettingsProblem.at(
            "puntual.yaml",
            "there is nothing to serve: neither answers nor events of a provider are set up",
            "Add `answers:` (docs/answers.md), or `events:` of the channel.",
        )
    routes: list[BaseRoute] = [Route(HEALTH, _Health(ledger).answer, methods=["GET"]), *events]
    if desk is not None:
        routes += desk.routes()
    starlette = Starlette(routes=routes, lifespan=lifespan, exception_handlers=_handlers(desk))
    starlette.router.redirect_slashes = False  # it would write the address that was asked for into a response
    addresses = tuple(dict.fromkeys(route.path for route in routes if isinstance(route, Route)))
    proxies = desk.settings.trusted_proxies if desk else ("127.0.0.1", "::1")
    return Site(_layered(starlette, desk, surroundings), addresses, proxies)


def _desk(workspace: Workspace, surroundings: Surroundings, ledger: Callable[[], Ledger]) -> AnswerDesk | None:
    settings = workspace.settings.answers
    if settings is None:
        return None
    links = AnswerLinks(settings.base_url, settings.valid_days, keys_of(workspace, settings, surroundings.environment))
    wait = Buckets(settings.requests_per_minute, surroundings.seconds).wait
    return answer_desk(workspace, settings, links, ledger=ledger, clock=surroundings.clock, wait=wait)


def _layered(app: ASGIApp, desk: AnswerDesk | None, surroundings: Surroundings) -> ASGIApp:
    """The layers, innermost first. Who asks too often is refused before anything is read; every refusal has its headers."""
    known = lanes(requests_per_minute=desk.settings.requests_per_minute if desk else _USUAL_PER_MINUTE)
    app = BodyLimit(app, lanes=known)
    app = RateLimit(app, lanes=known, seconds=surroundings.seconds, busy=desk.busy if desk else _busy)
    if desk is not None:
        app = TrustedHostMiddleware(app, allowed_hosts=[*desk.settings.hosts, *_LOOPBACK], www_redirect=False)
    app = SecurityHeaders(
        app,
        style_hash=desk.pages.style_hash if desk else None,
        is_encrypted=desk.settings.is_encrypted if desk else False,
    )
    return AccessLog(Failures(app), seconds=surroundings.seconds)


def _handlers(desk: AnswerDesk | None) -> dict[int | type[Exception], Callable[[Request, Exception], Response]]:
    if desk is None:
        return {}
    return {
        404: lambda request, _: desk.gone(request),
        HTTPException: _plain,
        Exception: lambda request, _: desk.failed(request),
    }


def _plain(_: Request, error: Exception) -> Response:
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (500, None)
    return PlainTextResponse("", status_code=status, headers=headers)


def _busy(_: Request, seconds: float) -> Response:
    return PlainTextResponse("", status_code=429, headers={"Retry-After": str(max(1, round(seconds + 0.5)))})


@dataclass(frozen=True)
class _Health:
    """Says whether the application can do its work: whether the ledger answers. Nothing else about it."""

    ledger: Callable[[], Ledger]

    async def answer(self, _: Request) -> Response:
        """200 when the ledger answers, else 503."""
        try:
            await run_in_threadpool(lambda: self.ledger().counts(run_id=""))
        except LedgerProblem:
            return JSONResponse({"ok": False}, status_code=503)
        return JSONResponse({"ok": True})
