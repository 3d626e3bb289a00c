"""Answers for receivables without a decision: settled (when, by what), not claimable, not issued yet, rejected, unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tasks.segment.explain_words import Phrases
from tasks.segment.explanation import Explanation, Outcome
from tasks.warehouse.connection import Connection

SIMILAR_ENOUGH = 0.85
"""Jaro-Winkler similarity from which another id is worth proposing: one or two characters of ten differ."""


def explain_closed(connection: Connection, receivable_id: str, phrases: Phrases) -> Explanation:
    """The answer for a receivable that is not among the open ones of the work database."""
    run = connection.execute("SELECT as_of FROM run.parameters").fetchone()
    if run is None:
        raise ValueError("run.parameters has no row")
    outcome, conclusion = _answer(connection, receivable_id, run[0], phrases)
    return Explanation(receivable_id, run[0], outcome, conclusion)


def _answer(connection: Connection, receivable_id: str, as_of: date, phrases: Phrases) -> tuple[Outcome, str]:
    found = connection.execute(
        "SELECT receivable_id, document_type, invoice_date FROM staging.receivables"
        " WHERE receivable_id = $1 OR document_number = $1 ORDER BY receivable_id = $1 DESC, receivable_id",
        [receivable_id],
    ).fetchall()
    if not found:
        return "unknown", _unknown(connection, receivable_id, as_of, phrases)
    if len(found) > 1 and found[0][0] != receivable_id:
        ids = ", ".join(row[0] for row in found)
        return "unknown", phrases.say("conclusion.several", receivable_id=receivable_id, ids=ids)
    key, document_type, invoice_date = found[0]
    if document_type == "credit_note":
        return "not_open", phrases.say("conclusion.credit_note", receivable_id=key)
    if invoice_date > as_of:
        said = phrases.say("conclusion.not_issued", receivable_id=key, invoice_date=invoice_date, as_of=as_of)
        return "not_open", said
    return _settled(connection, key, phrases)


def _settled(connection: Connection, receivable_id: str, phrases: Phrases) -> tuple[Outcome, str]:
    settled = connection.execute(
        "SELECT settled_on FROM staging.settlements WHERE receivable_id = $1", [receivable_id]
    ).fetchone()
    if settled is None or settled[0] is None:
        return "not_open", phrases.say("conclusion.no_longer_open", receivable_id=receivable_id)
    parts = connection.execute(
        "SELECT payment_id, amount, currency, paid_on, rule FROM staging.allocations WHERE receivable_id = $1"
        " ORDER BY paid_on, payment_id",
        [receivable_id],
    ).fetchall()
    listed = [
        phrases.say(
            "conclusion.settled_by",
            amount=amount,
            currency=currency,
            paid_on=paid_on,
            payment=phrases.say(
                "conclusion.cleared" if rule == "cleared" else "conclusion.payment", payment_id=payment
            ),
        )
        for payment, amount, currency, paid_on, rule in parts
    ]
    said = [phrases.say("conclusion.settled", receivable_id=receivable_id, settled_on=settled[0])]
    if listed:
        said.append("; ".join(listed) + ".")
    return "settled", " ".join([*said, *_thanked(connection, receivable_id, phrases)])


def _thanked(connection: Connection, receivable_id: str, phrases: Phrases) -> Iterator[str]:
    if connection.execute("SELECT 1 FROM thanks.items WHERE receivable_id = $1", [receivable_id]).fetchone():
        yield phrases.say("conclusion.thanked_today")
    before = connection.execute(
        "SELECT max(thanked_on) FROM ledger.thanks WHERE receivable_id = $1", [receivable_id]
    ).fetchone()
    if before and before[0] is not None:
        yield phrases.say("conclusion.thanked", thanked_on=before[0])


def _unknown(connection: Connection, receivable_id: str, as_of: date, phrases: Phrases) -> str:
    said = [phrases.say("conclusion.unknown", receivable_id=receivable_id, as_of=as_of)]
    rejected = connection.execute(
        "SELECT file, file_row, array_to_string(reasons, ', ') FROM landing.quarantine"
        " WHERE contract = 'receivables' AND contains(raw_row, $1) ORDER BY file, file_row LIMIT 1",
        [f'"{receivable_id}"'],
    ).fetchone()
    if rejected is not None:
        file, file_row, reasons = rejected
        said.append(phrases.say("conclusion.quarantined", file=file, file_row=file_row, reasons=reasons))
    similar = connection.execute(
        "SELECT receivable_id FROM staging.open_receivables WHERE jaro_winkler_similarity(receivable_id, $1) >= $2"
        " ORDER BY jaro_winkler_similarity(receivable_id, $1) DESC, receivable_id LIMIT 3",
        [receivable_id, SIMILAR_ENOUGH],
    ).fetchall()
    if similar:
        said.append(phrases.say("conclusion.nearest", ids=", ".join(row[0] for row in similar)))
    return " ".join(said)
