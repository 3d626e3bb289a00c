"""The folder of a case for lawyers and agencies: what is owed, on what terms, what was said and answered, with proof (002-13, 002-15).

Rows of the chronology are chained: each carries the SHA-256 of itself and of the row before, and the manifest the one of every file, so
that a later change shows. Keys are those of the ledger, under which it holds the same events.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

from tasks.private_files import private_folder, write_private_bytes
from tasks.spreadsheet_text import cell_text, said
from tasks.warehouse.connection import Connection
from tasks.worklist.sheet_lines import SheetLine

_CHRONOLOGY = """
SELECT at_day, kind, key, reference, about, state, detail FROM (
    SELECT m.as_of AS at_day, 'message' AS kind, m.reminder_key AS key, m.reminder_id AS reference,
        m.channel || ' ' || m.step || ' (' || m.purpose || ')' AS about, m.status AS state,
        concat_ws(' ', m.provider, m.provider_message_id, m.settled_at::VARCHAR) AS detail
    FROM ledger.reminders AS m
    WHERE m.customer_id = $1 AND m.currency = $2
        AND m.status IN ('claimed', 'accepted', 'delivered', 'bounced', 'dropped', 'rejected', 'unknown')
    UNION ALL
    SELECT contacted_on, 'contact', result_id, coalesce(reminder_key, ''), channel, result, coalesce(promised_for::VARCHAR, '')
    FROM ledger.contact_results WHERE customer_id = $1
    UNION ALL
    SELECT recorded_on, 'promise', promise_id, coalesce(receivable_id, ''), concat_ws(' ', amount::VARCHAR, currency), 'promised',
        promised_for::VARCHAR
    FROM ledger.promises WHERE customer_id = $1 AND coalesce(currency, $2) = $2
    UNION ALL
    SELECT opened_on, 'dispute', dispute_id, coalesce(receivable_id, ''), reason, if(resolved_on IS NULL, 'open', 'resolved'),
        coalesce(resolved_on::VARCHAR, '')
    FROM ledger.disputes WHERE customer_id = $1
    UNION ALL
    SELECT from_on, 'hold', hold_id, coalesce(receivable_id, ''), reason, 'held', coalesce(until_on::VARCHAR, '')
    FROM ledger.holds WHERE customer_id = $1
    UNION ALL
    SELECT confirmed_on, 'confirmation', '', coalesce(receivable_id, ''), kind, 'confirmed', ''
    FROM ledger.confirmations WHERE customer_id = $1
    UNION ALL
    SELECT paid_on, 'payment', payment_id, coalesce(document_number, receivable_id, ''), concat_ws(' ', amount::VARCHAR, currency),
        'received', ''
    FROM staging.payments WHERE customer_id = $1 AND currency = $2
) ORDER BY at_day, kind, key, reference
"""


@dataclass(frozen=True)
class Event:
    """One row of the chronology; `key` and `reference` are the ledger's."""

    day: date
    kind: str
    key: str
    reference: str
    about: str
    state: str
    detail: str


def read_chronology(connection: Connection, line: SheetLine, *, customer_id: str) -> tuple[Event, ...]:
    """Everything that was said to and heard from a customer in the line's currency, oldest first."""
    rows = connection.execute(_CHRONOLOGY, [customer_id, line.currency]).fetchall()
    return tuple(
        Event(day, kind, key or "", reference or "", said(about), state, said(detail))
        for day, kind, key, reference, about, state, detail in rows
    )


def write_case(
    folder: Path,
    line: SheetLine,
    chronology: Sequence[Event],
    *,
    as_of: date,
    company: Mapping[str, str],
    strategy_version: str,
    outbox: Path,
) -> Path:
    """Writes the folder of one case and returns its manifest, which is written last.

    `company`: the creditor's id, name, tax id and address. Letters, and messages of the `files` channel, lie in `outbox` and are copied as they left.
    """
    private_folder(folder)
    files = {
        "case.json": _json(_case(line, as_of=as_of, company=company, strategy_version=strategy_version)),
        "statement.csv": _table(_STATEMENT, _statement(line)),
        "documents.csv": _table(("receivable", "kind", "value"), _documents(line)),
        "chronology.csv": _table((*(field.name for field in fields(Event)), "sha256"), _chained(chronology)),
    }
    for name, content in files.items():
        write_private_bytes(folder / name, content)
    messages = _copy_messages(folder, chronology, outbox)
    manifest = {
        "case": line.reminder_id,
        "reminder_key": line.reminder_key,
        "as_of": as_of.isoformat(),
        "files": {name: _sha256(folder / name) for name in (*files, *messages)},
    }
    return write_private_bytes(folder / "manifest.json", _json(manifest))


_STATEMENT = (
    "document", "instalment", "issued", "due", "days_overdue", "terms_days", "currency", "amount", "open_amount"
)  # fmt: skip


def _case(line: SheetLine, *, as_of: date, company: Mapping[str, str], strategy_version: str) -> Mapping[str, object]:
    return {
        "creditor": dict(company),
        "debtor": {
            "customer_id": line.customer_id,
            "name": line.customer_name,
            "tax_id": line.customer_tax_id,
            "country": line.customer_country,
            "contact": line.contact_name,
            "phone": line.phone or line.mobile,
            "email": line.email,
            "address": line.address,
        },
        "as_of": as_of.isoformat(),
        "step": line.step,
        "purpose": line.purpose,
        "strategy_version": strategy_version,
        "currency": line.currency,
        "total_amount": str(line.total_amount),
        "overdue_amount": str(line.overdue_amount),
        "claimed_amount": str(line.claimed_amount),
        "terms_days": sorted({item.payment_terms_days for item in line.items if item.payment_terms_days is not None}),
        "receivables": [item.receivable_id for item in line.items],
    }


def _statement(line: SheetLine) -> list[tuple[object, ...]]:
    return [
        (
            item.document_number, item.instalment_number or "", item.invoice_date, item.due_date, item.days_overdue,
            "" if item.payment_terms_days is None else item.payment_terms_days, line.currency, item.amount,
            item.open_amount,
        )
        for item in line.items
    ]  # fmt: skip


def _documents(line: SheetLine) -> list[tuple[object, ...]]:
    return [
        (item.document_number, kind, value)
        for item in line.items
        for kind, value in (("invoice", item.document_number), *item.references)
    ]


def _chained(chronology: Sequence[Event]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    before = ""
    for event in chronology:
        content = json.dumps([before, *(str(value) for value in astuple(event))], ensure_ascii=False)
        before = hashlib.sha256(content.encode()).hexdigest()
        rows.append((*astuple(event), before))
    return rows


def _copy_messages(folder: Path, chronology: Sequence[Event], outbox: Path) -> list[str]:
    copied = []
    for event in chronology:
        for form in ("eml", "pdf"):
            source = outbox / event.day.isoformat() / f"{event.reference}.{form}"
            if event.kind == "message" and event.reference and source.is_file():
                name = f"messages/{event.day.isoformat()}-{source.name}"
                write_private_bytes(folder / name, source.read_bytes())
                copied.append(name)
    return copied


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    # Days and amounts cannot begin a formula: they are ours, and days overdue are whole numbers.
    writer.writerows([[cell_text(value) if isinstance(value, str) else str(value) for value in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _json(content: Mapping[str, object]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
