"""What to say on a line, and why: sentences from facts, in the language of whoever reads the list.

Sales people get the question without the score and the claims: they keep a relation, they do not collect.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale

from tasks.ledger.contact_results import ContactResult
from tasks.remind.wording import date_short, locale_of, money
from tasks.score.reasons import reason_text
from tasks.segment.reasons import Language
from tasks.worklist.policy import SOFT_CHANNELS
from tasks.worklist.sheet_lines import History, SheetLine
from tasks.worklist.words import worklist_words

_ASKS_FOR_PAYMENT = frozenset({"due", "overdue", "statement", "promise_reminder", "suspension_deadline", "suspension"})
_LIKELY = 0.5
"""From this likelihood on a line says how likely lateness is; below it the figure would only embarrass."""


@dataclass(frozen=True)
class Brief:
    """The sentences of a line: why it is on the list, how to begin, what the debtor gains, what to ask."""

    why: str
    say: str
    benefits: str
    ask: str


@dataclass(frozen=True, kw_only=True)
class Teller:
    """Makes sentences in one language for one company's people."""

    company: str
    country: str
    language: Language

    def brief(self, line: SheetLine) -> Brief:
        """The sentences of `line`."""
        words = worklist_words()
        opening = words.opening[line.list_channel].text(self.language)
        return Brief(
            why=" ".join(self._why(line)),
            # "Andina, S.L." at the end of a sentence has its full stop.
            say=opening.format(company=self.company, amount=self.money(line.total_amount, line.currency)).replace(
                "..", "."
            ),
            benefits=" ".join(self._benefits(line)),
            ask=" ".join(self._ask(line)),
        )

    def voicemail(self) -> str:
        """All that may be said to a machine: others may hear it, so neither amount nor debt."""
        return worklist_words().voicemail.text(self.language).format(company=self.company).replace("..", ".")

    def meaning(self, result: ContactResult) -> str:
        """What a result of a contact means, and what follows from it."""
        return worklist_words().meanings[result].text(self.language).replace("{voicemail}", self.voicemail())

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount as it is spoken of; with plain blanks, which every spreadsheet shows."""
        return money(amount, currency, self._locale).replace("\u00a0", " ").replace("\u202f", " ")

    def day(self, day: date) -> str:
        """A day as it is spoken of."""
        return date_short(day, self._locale)

    @property
    def _locale(self) -> Locale:
        return locale_of(language=self.language, country=self.country)

    def _why(self, line: SheetLine) -> Iterator[str]:
        history, is_soft = line.history, line.list_channel in SOFT_CHANNELS
        yield from self._paid(history)
        if not is_soft:
            if line.late_probability >= _LIKELY and line.overdue_amount < line.total_amount:
                yield self._fact("likely_late", share=round(100 * line.late_probability))
            if history.risk_grade and history.score_reasons:
                reasons = "; ".join(reason_text(code, self.language) for code in history.score_reasons)
                yield self._fact("score_reasons", grade=history.risk_grade, reasons=reasons)
        yield from self._told(history)
        if line.waits_since is not None:
            yield self._fact("waits", day=self.day(line.waits_since))

    def _paid(self, history: History) -> Iterator[str]:
        if not history.settled_count:
            yield self._fact("no_history")
            return
        yield self._fact(
            "paid_history",
            count=history.settled_count,
            share=round(100 * (history.late_share or 0)),
            days=round(history.median_days_late or 0),
        )
        if history.last_paid_on and history.last_paid_amount and history.last_paid_currency:
            amount = self.money(history.last_paid_amount, history.last_paid_currency)
            yield self._fact("last_payment", amount=amount, day=self.day(history.last_paid_on))

    def _told(self, history: History) -> Iterator[str]:
        if history.promises_kept + history.promises_broken + history.promises_open:
            yield self._fact(
                "promises", kept=history.promises_kept, broken=history.promises_broken, open=history.promises_open
            )
        if history.open_disputes:
            yield self._fact("disputes", count=history.open_disputes)
        if history.last_message_on:
            yield self._fact(
                "last_message",
                step=(history.last_message_step or "").replace("_", " "),
                channel=self._channel(history.last_message_channel or ""),
                day=self.day(history.last_message_on),
            )
        if history.last_result_on and history.last_result:
            result = worklist_words().results[history.last_result].text(self.language)
            yield self._fact("last_result", result=result, day=self.day(history.last_result_on))
        else:
            yield self._fact("never_spoken")

    def _channel(self, name: str) -> str:
        words = worklist_words().channels.get(name)
        return words.text(self.language) if words else name

    def _benefits(self, line: SheetLine) -> Iterator[str]:
        is_soft = line.list_channel in SOFT_CHANNELS
        if line.claimed_amount > 0 and not is_soft:
            yield self._benefit("no_more_interest", amount=self.money(line.claimed_amount, line.currency))
        if line.discount_amount > 0 and line.discount_until is not None:
            amount = self.money(line.discount_amount, line.currency)
            yield self._benefit("discount", amount=amount, day=self.day(line.discount_until))
        if line.is_over_limit:
            yield self._benefit("within_limit")
        yield self._benefit("good_standing")

    def _ask(self, line: SheetLine) -> Iterator[str]:
        questions = worklist_words().questions
        yield questions.get(line.purpose, questions["other"]).text(self.language)
        if line.purpose in _ASKS_FOR_PAYMENT or line.purpose not in questions:
            yield questions["quality"].text(self.language)

    def _fact(self, name: str, **said: object) -> str:
        return worklist_words().facts[name].text(self.language).format(**said)

    def _benefit(self, name: str, **said: object) -> str:
        return worklist_words().benefits[name].text(self.language).format(**said)
