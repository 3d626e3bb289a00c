"""The columns of a list, in order: what each is called, how wide it is, and what a line puts in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tasks.segment.reasons import Language
from tasks.worklist.brief import Brief, Teller
from tasks.worklist.policy import SOFT_CHANNELS
from tasks.worklist.sheet_lines import LineItem, SheetLine
from tasks.worklist.words import worklist_words

Kind = Literal["text", "long", "phone", "number", "money", "date", "fill_text", "fill_date", "fill_money"]
Value = str | int | Decimal | date | None


@dataclass(frozen=True)
class Column:
    """A column: its name in `words.yaml`, what it holds, its width in characters, and whether sales people see it."""

    name: str
    kind: Kind
    width: int
    is_for_sales: bool = True
    is_for_visits_only: bool = False

    def heading(self, language: Language) -> str:
        """What stands above it."""
        return worklist_words().columns[self.name].text(language)


LINE_COLUMNS: tuple[Column, ...] = (
    Column("place", "number", 5),
    Column("customer_id", "text", 11),
    Column("customer_name", "text", 24),
    Column("contact_name", "text", 18),
    Column("contact_role", "text", 11),
    Column("phone", "phone", 17),
    Column("mobile", "phone", 17),
    Column("email", "text", 26),
    Column("address", "long", 34, is_for_visits_only=True),
    Column("zone", "text", 11),
    Column("currency", "text", 8),
    Column("total_amount", "money", 13),
    Column("overdue_amount", "money", 13, is_for_sales=False),
    Column("days_overdue", "number", 9, is_for_sales=False),
    Column("receivables", "long", 42),
    Column("why", "long", 46),
    Column("say", "long", 38),
    Column("benefits", "long", 32),
    Column("ask", "long", 40),
    Column("expected_gain", "money", 11, is_for_sales=False),
    Column("result", "fill_text", 22),
    Column("contacted_on", "fill_date", 13),
    Column("promised_for", "fill_date", 13),
    Column("promised_amount", "fill_money", 13),
    Column("note", "fill_text", 34),
    Column("reference", "text", 34),
)
"""A list's columns; those that are filled in come last, before the reference that a filled list is read back by."""

ITEM_COLUMNS: tuple[Column, ...] = (
    Column("place", "number", 5),
    Column("customer_id", "text", 11),
    Column("customer_name", "text", 26),
    Column("document_number", "text", 18),
    Column("instalment_number", "number", 8),
    Column("invoice_date", "date", 12),
    Column("due_date", "date", 12),
    Column("days_overdue", "number", 9),
    Column("currency", "text", 8),
    Column("amount", "money", 13),
    Column("open_amount", "money", 13),
    Column("references", "long", 40),
)
"""The columns of the second sheet: one row per receivable."""

_ITEMS_IN_A_CELL = 8


def columns_of(channel: str) -> tuple[Column, ...]:
    """The columns of a list of `channel`."""
    return tuple(
        column
        for column in LINE_COLUMNS
        if (column.is_for_sales or channel not in SOFT_CHANNELS)
        and (channel == "visit" or not column.is_for_visits_only)
    )


def line_values(line: SheetLine, brief: Brief, *, place: int, teller: Teller) -> Mapping[str, Value]:
    """What a line puts in its columns, by name; what is to be filled in is empty."""
    roles = worklist_words().roles
    return {
        "place": place,
        "customer_id": line.customer_id,
        "customer_name": line.customer_name,
        "contact_name": line.contact_name,
        "contact_role": roles[line.contact_role].text(teller.language),
        "phone": line.phone or ("" if line.mobile else worklist_words().warnings["no_phone"].text(teller.language)),
        "mobile": line.mobile,
        "email": line.email,
        "address": line.address,
        "zone": line.zone,
        "currency": line.currency,
        "total_amount": line.total_amount,
        "overdue_amount": line.overdue_amount,
        "days_overdue": max(line.days_overdue, 0),
        "receivables": _items_text(line, teller),
        "why": brief.why,
        "say": brief.say,
        "benefits": brief.benefits,
        "ask": brief.ask,
        "expected_gain": line.expected_gain,
        "reference": line.reminder_id,
    }


def item_values(line: SheetLine, item: LineItem, *, place: int) -> Mapping[str, Value]:
    """What a receivable puts in its columns, by name."""
    return {
        "place": place,
        "customer_id": line.customer_id,
        "customer_name": line.customer_name,
        "document_number": item.document_number,
        "instalment_number": item.instalment_number,
        "invoice_date": item.invoice_date,
        "due_date": item.due_date,
        "days_overdue": max(item.days_overdue, 0),
        "currency": line.currency,
        "amount": item.amount,
        "open_amount": item.open_amount,
        "references": "; ".join(f"{kind.replace('_', ' ')} {value}" for kind, value in item.references),
    }


def _items_text(line: SheetLine, teller: Teller) -> str:
    """The receivables of a line, one below the other, the oldest first; all of them are on the second sheet."""
    shown = [
        f"{item.document_number} · {teller.day(item.due_date)} · {teller.money(item.open_amount, line.currency)}"
        for item in line.items[:_ITEMS_IN_A_CELL]
    ]
    left = len(line.items) - len(shown)
    return "\n".join([*shown, f"… + {left}"] if left else shown)
