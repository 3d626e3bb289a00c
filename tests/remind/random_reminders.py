"""Made-up messages with hostile texts, and what must hold of each when it is rendered. Every text of a debtor carries his mark.

`python -m tests.remind.random_reminders` renders 10,000 of them, as a soak; the fast tests take fewer.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from random import Random
from typing import cast

from tasks.problems import UserProblem
from tasks.remind.creditor import Creditor
from tasks.remind.fitting import ITEMS_SHOWN
from tasks.remind.outbound import OutboundMessage, clean_line
from tasks.remind.promises import PROMISE_PURPOSES, PromisedPayment
from tasks.remind.reminder import TONES, Reference, Reminder, ReminderItem
from tasks.remind.rendering import Renderer
from tasks.remind.samples import AS_OF, charged, sample_reminder
from tasks.remind.templates import Templates
from tasks.remind.vocabulary import LANGUAGES
from tasks.segment.ladders import PURPOSES, Purpose
from tasks.settings.workspace import BankDetails, Company, Person

COUNTRIES = ("ES", "MX", "CL", "AR", "CO", "PE", "PT", "BR", "GB", "US", "DE", "", "ZZ")
CURRENCIES = ("EUR", "CLP", "MXN", "USD", "GBP", "COP", "BRL")
PIECES = (
    "Talleres Ebro, S.L.", "<b onclick=x>", "</td></table>", "<script>alert(1)</script>", "&amp;", "'\"><img src=x>", "{{ 7*7 }}",
    "{% for x in y %}", "${7*7}", "%s%n", "Ñandú & Çedilha", "株式会社", "مرحبا", "e\u0301", "😀", "{#", "\\x00", "javascript:alert(1)", "<!--", "]]>",
    "O'Brien", "=cmd|' /C calc'!A0", "Bcc: x@y.example", "a" * 60,
)  # fmt: skip
KINDS = ("purchase_order", "service_entry_sheet", "letra", "pagare", "project", "<i>kind</i>", "lote_de_obra")
BYTES_ALLOWED = 100_000
SUBJECT_ALLOWED = 200
_MARK = re.compile(r"Q[0-9a-f]{8}Z")
_LEFTOVERS = re.compile(r"\bNone\b|\bUndefined\b|\bTrue\b|\bFalse\b|<\w+ object|Decimal\(|datetime\.")
_TAGS = frozenset(
    {"html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "thead", "tfoot", "caption", "tr", "th", "td",
     "h1", "h2", "p", "span", "a", "br"}
)  # fmt: skip
_ATTRIBUTES = frozenset(
    {
        "lang",
        "dir",
        "charset",
        "name",
        "content",
        "class",
        "style",
        "role",
        "align",
        "href",
        "scope",
        "colspan",
        "title",
    }
)


def company() -> Company:
    """A creditor with accounts in some of the currencies."""
    return Company(
        id="acme",
        name="Suministros Industriales Ebro, S.A.",
        country="ES",
        tax_id="A50000001",
        address="Calle Mayor 1, 50001 Zaragoza",
        bank_details={
            "EUR": BankDetails(bank="Banco Ejemplo", account="ES79 2100 0813 6101 2345 6789", bic="EJEMESMMXXX"),
            "MXN": BankDetails(bank="Banco de Muestra", account="012 180 00118359719 3"),
        },
        sender=Person(name="Administración", email="cobros@acme.example"),
        collector=Person(name="Lucía Romero", email="lucia@acme.example", phone="+34 976 000 000"),
    )


def mark_of(number: int) -> str:
    """What every text of debtor `number` carries."""
    return f"Q{number:08x}Z"


def random_reminder(random: Random, number: int) -> Reminder:
    """Message number `number`: any purpose, language, country and currency; one to many receivables; texts that try to be code."""
    purpose = cast("Purpose", random.choice(PURPOSES))
    mark = mark_of(number)
    currency = random.choice(CURRENCIES)
    base = sample_reminder(
        purpose=purpose, language=random.choice(LANGUAGES), tone=random.choice(TONES), currency=currency
    )
    count = random.choice((1, 1, 2, 3, 5, 10, ITEMS_SHOWN, ITEMS_SHOWN + random.randrange(200)))
    items = tuple(_item(random, base.items[n % len(base.items)], f"{mark}-{n}") for n in range(count))
    reminder = replace(
        base,
        reminder_key=f"{mark}|{purpose}",
        customer_id=_text(random, mark),
        customer_name=_text(random, mark),
        customer_tax_id=random.choice(("", _text(random, mark))),
        customer_country=random.choice(COUNTRIES),
        recipient_name=random.choice(("", _text(random, mark))),
        recipient_address=f"{mark.lower()}@debtor.example",
        credit_amount=random.choice((Decimal(0), Decimal("0.01"), Decimal("123456.78"))),
        items=items,
        later_purposes=frozenset(random.sample(("suspension", "hand_over"), random.randrange(3))),
        next_days=random.choice((None, 15)) if purpose in ("suspension_deadline", "legal_deadline") else None,
        promised=random.choice((None, PromisedPayment(AS_OF, random.choice((None, Decimal("10.50"))))))
        if purpose in PROMISE_PURPOSES
        else None,
    )
    if random.random() < 0.2:
        reminder = charged(replace(reminder, items=reminder.items[:12]))
    return replace(reminder, total_amount=sum((item.said_amount for item in reminder.items), Decimal(0)))


def faults_of(message: OutboundMessage, reminder: Reminder, mark: str) -> list[str]:
    """What is wrong with `message`, in words; nothing, if all is well."""
    faults = []
    whole = message.subject + message.text + message.html
    if set(_MARK.findall(whole)) - {mark}:
        faults.append("another debtor's data")
    if mark not in message.text or mark not in message.html:
        faults.append("the debtor's own data is missing")
    seen = _Seen()
    seen.feed(message.html)
    if seen.tags - _TAGS or seen.attributes - _ATTRIBUTES or seen.depth or seen.targets - {"mailto:lucia@acme.example"}:
        faults.append("unescaped HTML")
    if _LEFTOVERS.search(message.text) or _LEFTOVERS.search(seen.text):
        faults.append("a missing variable")
    if len(message.html.encode()) >= BYTES_ALLOWED or len(message.text.encode()) >= BYTES_ALLOWED:
        faults.append("too large")
    if not 0 < len(message.subject) <= SUBJECT_ALLOWED or len(message.subject.splitlines()) != 1:
        faults.append("subject")
    if sum((item.said_amount for item in reminder.items), Decimal(0)) != reminder.total_amount:
        faults.append("sum")
    return faults


def render_many(count: int, seed: int) -> Counter[str]:
    """Renders `count` messages, each between those of two other debtors and once more, and counts what is wrong."""
    random = Random(seed)  # noqa: S311 - test data, nothing secret
    renderer = Renderer(Creditor(company(), AS_OF), Templates(), copies_collector=True)
    found: Counter[str] = Counter()
    before: tuple[Reminder, OutboundMessage] | None = None
    for number in range(count):
        reminder = random_reminder(random, number)
        try:
            message = renderer.render(reminder)
        except UserProblem as problem:
            found[f"refused: {problem}"] += 1
            continue
        found.update(faults_of(message, reminder, mark_of(number)))
        found["largest"] = max(found["largest"], len(message.html.encode()))
        if before is not None and renderer.render(before[0]) != before[1]:
            found["the same debtor reads something else the next time"] += 1
        before = reminder, message
    return found


class _Seen(HTMLParser):
    """The tags, attributes and link targets of a page, and its text without the style sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.targets: set[str | None] = set()
        self.depth: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.targets.update(value for name, value in attrs if name == "href")
        if tag not in ("meta", "br"):
            self.depth.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.depth and self.depth[-1] == tag:
            self.depth.pop()

    def handle_comment(self, data: str) -> None:
        self.tags.add("comment")

    def handle_data(self, data: str) -> None:
        self.text += data


def _text(random: Random, mark: str) -> str:
    pieces = [random.choice(PIECES) for _ in range(random.choice((0, 1, 1, 2, 8)))]
    return clean_line(" ".join([mark, *pieces]))


def _item(random: Random, base: ReminderItem, mark: str) -> ReminderItem:
    amount = Decimal(random.randrange(1, 10**9)) / 100
    references = tuple(
        Reference(clean_line(random.choice(KINDS)), _text(random, mark)) for _ in range(random.choice((0, 1, 2, 12)))
    )
    late = random.choice((base.days_overdue, base.days_overdue, 0, 400))
    return replace(
        base, receivable_id=mark, document_number=_text(random, mark), instalment_number=random.choice((None, 1, 24)),
        payment_terms_days=random.choice((None, 0, 30)), amount=amount, open_amount=amount, references=references,
        days_overdue=late, due_date=AS_OF - timedelta(days=late),
    )  # fmt: skip


def main() -> int:
    """Renders as many messages as asked for; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    started = time.perf_counter()
    found = render_many(asked.count, asked.seed)
    largest = found.pop("largest")
    seconds = time.perf_counter() - started
    sys.stdout.write(
        f"{asked.count} messages in {seconds:.0f} s, largest {largest} bytes, faults: {dict(found) or 'none'}\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
