"""The debtors' pages over HTTP. Looking changes nothing; only a form that we wrote, sent back for the same link, is recorded.

A link that is forged, damaged, expired, or of a message that nobody knows gets one and the same page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tasks.answers.effects import answers_from
from tasks.answers.form_tokens import FormTokens
from tasks.answers.forms import Bounds, Mistake, Sent, judge
from tasks.answers.kinds import AnswerKind
from tasks.answers.links import PATH, AnswerLinks
from tasks.answers.page import Pages, locale_for
from tasks.answers.say import Visit
from tasks.answers.statement import read_statement
from tasks.answers.words import Language, language_accepted
from tasks.ledger.answers import TooManyAnswers
from tasks.ledger.ledger import Ledger
from tasks.ledger.live import known_on
from tasks.ledger.store import Clock
from tasks.settings.answers import Answers
from tasks.settings.load import Workspace

MOST_FIELDS = 400
"""A form has at most as many ticks as a page lists receivables, and some fields."""
_FROM_ELSEWHERE = frozenset({"cross-site", "same-site"})

Wait = Callable[[str], float]
"""Seconds that the user of a link must wait; 0: none."""


@dataclass(frozen=True)
class AnswerDesk:
    """Serves the links of one company. `wait` bounds how often one link is used."""

    workspace: Workspace
    settings: Answers
    links: AnswerLinks
    ledger: Callable[[], Ledger]
    clock: Clock
    pages: Pages
    wait: Wait

    def routes(self) -> list[Route]:
        """The addresses behind links."""
        return [
            Route(f"{PATH}{{token}}", self.show, methods=["GET"]),
            Route(f"{PATH}{{token}}/{{kind}}", self.ask, methods=["GET"]),
            Route(f"{PATH}{{token}}/{{kind}}", self.take, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The statement, with what can be answered."""
        return await run_in_threadpool(self._show, request)

    async def ask(self, request: Request) -> Response:
        """An empty form."""
        return await run_in_threadpool(self._ask, request)

    async def take(self, request: Request) -> Response:
        """A form that was sent."""
        body = await request.body()
        return await run_in_threadpool(self._take, request, body)

    def gone(self, request: Request) -> Response:
        """The page for whatever cannot be found."""
        return HTMLResponse(self.pages.notice("gone", self.language(request)), status_code=404)

    def busy(self, request: Request, seconds: float) -> Response:
        """The page for who must wait."""
        page = self.pages.notice("busy", self.language(request))
        return HTMLResponse(page, status_code=429, headers={"Retry-After": str(max(1, round(seconds + 0.5)))})

    def failed(self, request: Request) -> Response:
        """The page for failures of ours."""
        return HTMLResponse(self.pages.notice("failed", self.language(request)), status_code=500)

    def language(self, request: Request) -> Language:
        """The browser's language, for pages that are about no message."""
        return language_accepted(request.headers.get("accept-language", ""), self.workspace.settings.company.language)

    def _show(self, request: Request) -> Response:
        visit = self._enter(request, self.clock())
        if isinstance(visit, Response):
            return visit
        return HTMLResponse(self.pages.statement(visit, thanks=request.query_params.get("saved", "")))

    def _ask(self, request: Request) -> Response:
        now, kind = self.clock(), _kind(request)
        visit = self._enter(request, now)
        if isinstance(visit, Response):
            return visit
        if kind is None:
            return self.gone(request)
        return HTMLResponse(self._form(visit, kind, now, sent=None))

    def _take(self, request: Request, body: bytes) -> Response:
        now, kind = self.clock(), _kind(request)
        visit = self._enter(request, now)
        if isinstance(visit, Response):
            return visit
        sent = _fields(request, body)
        if kind is None or sent is None:
            return self.gone(request)
        form_token = (sent.get("form") or ("",))[-1]
        is_ours = self._comes_from_here(request)
        if not is_ours or not FormTokens(self.links.keys).is_good(form_token, visit.token, now=now):
            too_old = (Mistake("form", "form_too_old"),)
            page = self._form(visit, kind, now, sent=sent if is_ours else None, mistakes=too_old)
            return HTMLResponse(page, status_code=403)
        wish, mistakes = judge(kind, sent, visit.statement, visit.locale, visit.bounds)
        if mistakes:
            return HTMLResponse(self._form(visit, kind, now, sent=sent, mistakes=mistakes), status_code=422)
        given = answers_from(
            wish, visit.message, today=visit.bounds.today, at_most=self.settings.at_most_per_receivable
        )
        try:
            recorded = self.ledger().record_answers(given, per_link=self.settings.answers_per_link)
        except TooManyAnswers:
            return HTMLResponse(self.pages.notice("full", visit.language), status_code=409)
        saved = "noted" if any(answer.effect_id is None for answer in recorded) else "recorded"
        return RedirectResponse(f"../{visit.token}?saved={saved}", status_code=303)

    def _form(
        self, visit: Visit, kind: AnswerKind, now: datetime, *, sent: Sent | None, mistakes: tuple[Mistake, ...] = ()
    ) -> str:
        form_token = FormTokens(self.links.keys).make(visit.token, now=now)
        return self.pages.form(visit, kind, form_token=form_token, sent=sent, mistakes=mistakes)

    def _enter(self, request: Request, now: datetime) -> Visit | Response:
        """The visit of a good link; else the page that says it cannot be used, or that it is used too often."""
        token: str = request.path_params["token"]
        today: date = known_on(self.workspace, now)
        reminder_id = self.links.reminder_of(token, today=today)
        if reminder_id is None:
            return self.gone(request)
        seconds = self.wait(reminder_id)
        if seconds > 0:
            return self.busy(request, seconds)
        ledger = self.ledger()
        message = ledger.answered_message(reminder_id)
        if message is None:
            return self.gone(request)
        statement = read_statement(
            self.workspace.paths,
            company_id=self.workspace.company_id,
            customer_id=message.customer_id,
            listed=message.receivable_ids,
        )
        language, locale = locale_for(message, statement, self.workspace.settings.company)
        return Visit(
            token=token,
            message=message,
            statement=statement,
            kept=ledger.answers_by_link(reminder_id),
            language=language,
            locale=locale,
            bounds=Bounds(today=today, promise_within_days=self.settings.promise_within_days),
        )

    def _comes_from_here(self, request: Request) -> bool:
        """Whether the browser does not say that the form stood on another site. Without a referrer an origin is `null`."""
        if request.headers.get("sec-fetch-site", "same-origin") in _FROM_ELSEWHERE:
            return False
        origin = request.headers.get("origin", "null")
        own = {urlsplit(self.settings.base_url).netloc, request.headers.get("host", "")}
        return origin == "null" or urlsplit(origin).netloc in own


def answer_desk(
    workspace: Workspace,
    settings: Answers,
    links: AnswerLinks,
    *,
    ledger: Callable[[], Ledger],
    clock: Clock,
    wait: Wait,
) -> AnswerDesk:
    """The desk of a workspace that takes answers."""
    return AnswerDesk(workspace, settings, links, ledger, clock, Pages(workspace.settings.company), wait)


def _kind(request: Request) -> AnswerKind | None:
    try:
        return AnswerKind(request.path_params["kind"])
    except ValueError:
        return None


def _fields(request: Request, body: bytes) -> Sent | None:
    """The fields of a sent form; None for a body that no form of ours sends."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return None
    read = partial(parse_qs, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    try:
        fields = read(body.decode("ascii"))
    except ValueError:
        return None
    return {name: tuple(values) for name, values in fields.items()}
