"""What a comparison is written as: the answer to the debtor, and the list for our people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from babel import Locale

from tasks.remind.outbound import clean_line
from tasks.remind.wording import date_long, locale_of, money
from tasks.spreadsheet_text import cell_text
from tasks.statements.lines import Balance, Comparison, Finding, Item
from tasks.statements.words import StatementLanguage, statement_words

_SAID_ANYWAY = frozenset({Finding.UNAPPLIED_PAYMENT})
"""Findings that the debtor is told of even where the two sides agree."""


def reply_text(comparison: Comparison, *, language: StatementLanguage, country: str, signature: str) -> str:
    """The answer to the debtor: both balances, and what lies between them; without what agrees."""
    words = statement_words()
    locale = locale_of(language=language, country=country)
    day = date_long(comparison.statement_date, locale)
    lines = [
        words.reply["greeting"].text(language),
        "",
        words.reply["thanks"].text(language).format(day=day),
    ]
    for balance in comparison.balances:
        told = [item for item in comparison.differences if item.currency == balance.currency and _is_told(item)]
        is_equal = balance.ours == balance.theirs
        sentence = words.reply["agrees" if is_equal else "balance"].text(language)
        lines += ["", sentence.format(**_sums(balance, locale))]
        if told:
            lines += ["", words.reply["findings"].text(language)] if not is_equal else [""]
            lines += [f"- {_sentence(item, language, locale)}" for item in told]
    lines += ["", words.reply["closing"].text(language), signature, ""]
    return "\n".join(lines)


def _is_told(item: Item) -> bool:
    return bool(item.difference) or item.finding in _SAID_ANYWAY


def _sums(balance: Balance, locale: Locale) -> dict[str, str]:
    return {
        "ours": money(balance.ours, balance.currency, locale),
        "theirs": money(balance.theirs, balance.currency, locale),
        "difference": money(balance.ours - balance.theirs, balance.currency, locale),
    }


def _sentence(item: Item, language: StatementLanguage, locale: Locale) -> str:
    sentence = statement_words().findings[item.finding].reply.text(language)
    # What the debtor wrote goes back to him as it is, on one line; braces in it are no places to fill.
    return sentence.format(
        number=clean_line(item.number) or _amount(item, locale),
        day=date_long(item.day, locale) if item.day else "",
        ours=money(item.ours, item.currency, locale),
        theirs=money(item.theirs, item.currency, locale),
        difference=money(abs(item.difference), item.currency, locale),
    )


def _amount(item: Item, locale: Locale) -> str:
    """A payment has no number of ours: it is called by its amount."""
    amount = item.ours if item.ours else item.theirs
    return money(abs(amount), item.currency, locale)


def differences_csv(comparison: Comparison, language: StatementLanguage) -> str:
    """The list for our people, every item of it, what agrees last; no cell can become a formula."""
    words = statement_words()
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([column.text(language) for column in words.columns.values()])
    agreed = [item for item in comparison.items if item.finding is Finding.AGREED]
    for item in (*comparison.differences, *agreed):
        writer.writerow(_cells(item, language))
    return written.getvalue()


def _cells(item: Item, language: StatementLanguage) -> Iterator[str]:
    words = statement_words()
    finding = words.findings[item.finding]
    yield finding.label.text(language)
    yield item.currency
    yield cell_text(clean_line(item.number or item.payment_id or ""))
    yield _iso(item.day)
    yield from (_plain(amount) for amount in (item.ours, item.theirs, item.difference))
    yield words.matched_by[item.matched_by].text(language)
    yield " ".join(str(row) for row in item.rows)
    yield finding.to_do.text(language)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _plain(amount: Decimal) -> str:
    return f"{amount:.2f}"
