"""Explains the decision about one receivable from a built work database: facts, the rules in their order, the result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import cast

from tasks.segment.explain_closed import explain_closed
from tasks.segment.explain_words import Phrases
from tasks.segment.explanation import Explanation, Fact, RuleTest
from tasks.segment.reasons import Decision, Language, load_reasons
from tasks.warehouse.connection import Connection

Row = Mapping[str, object]


def explain(connection: Connection, receivable_id: str, *, language: Language = "en") -> Explanation:
    """Says why the receivable was treated as it was, or why there is no decision about it.

    Args:
        connection: the work database of a run, with staging, score, segment and decide built.
        receivable_id: its key; a document number is understood where it names one receivable.
        language: of the explanation.
    """
    phrases = Phrases(language)
    named = _rows(
        connection, "SELECT receivable_id FROM staging.open_receivables WHERE document_number = $id", receivable_id
    )
    decided = _rows(connection, "SELECT * FROM decide.decisions WHERE receivable_id = $id", receivable_id)
    if not decided and len(named) == 1:
        receivable_id = str(named[0]["receivable_id"])
        decided = _rows(connection, "SELECT * FROM decide.decisions WHERE receivable_id = $id", receivable_id)
    if not decided:
        return explain_closed(connection, receivable_id, phrases)
    decision = decided[0]
    evidence = _rows(connection, "SELECT * FROM decide.evidence WHERE receivable_id = $id", receivable_id)[0]
    return Explanation(
        receivable_id=receivable_id,
        as_of=cast("date", evidence["as_of"]),
        outcome="decided",
        conclusion=_conclusion(decision, phrases),
        facts=tuple(_facts(connection, receivable_id, evidence, phrases)),
        path=(*_segment_path(connection, evidence, phrases), *_rule_path(connection, decision, evidence, phrases)),
        ladder=tuple(_ladder(connection, receivable_id, phrases)),
        decision=cast("Decision", decision["decision"]),
        reason=str(decision["reason"]),
        next_action_on=cast("date | None", decision["next_action_on"]),
        reminder_key=cast("str | None", decision["reminder_key"]),
    )


def _rows(connection: Connection, query: str, receivable_id: str) -> list[Row]:
    cursor = connection.execute(query, {"id": receivable_id})
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _conclusion(decision: Row, phrases: Phrases) -> str:
    reason = load_reasons()[str(decision["reason"])]
    kind = str(decision["decision"])
    said = [phrases.say(f"conclusion.{kind}", **{**decision, "reason": reason.label.text(phrases.language)})]
    if kind == "remind" and decision["needs_approval"]:
        said.append(phrases.say("conclusion.approval"))
    elif kind != "remind":
        if decision["next_action_on"] is not None:
            said.append(phrases.say("conclusion.until", **decision))
        said.append(reason.next_step.text(phrases.language))
    return " ".join(said)


def _facts(connection: Connection, receivable_id: str, evidence: Row, phrases: Phrases) -> Iterator[Fact]:
    row = _rows(connection, "SELECT * FROM staging.open_receivables WHERE receivable_id = $id", receivable_id)[0]
    said = [
        phrases.say("values.said", **step)
        for step in _rows(
            connection,
            "SELECT step, last_sent_on, times_sent FROM decide.said WHERE receivable_id = $id ORDER BY step_rank",
            receivable_id,
        )
    ]
    values = {
        "customer": row["customer_id"],
        "document": row["document_number"],
        "open_amount": f"{row['open_amount']} {row['currency']}",
        "invoice_date": row["invoice_date"],
        "due_date": row["due_date"],
        "days_overdue": row["days_overdue"],
        "segment": evidence["segment"],
        "ladder": evidence["ladder"] or phrases.say("values.left_in_peace"),
        "said": "; ".join(said) or phrases.say("values.nothing"),
    }
    for name, value in values.items():
        yield Fact(name, phrases.say(f"facts.{name}"), str(value))


def _segment_path(connection: Connection, evidence: Row, phrases: Phrases) -> Iterator[RuleTest]:
    """Every segment down to the one that took the customer, with each condition and what was found."""
    tests = connection.execute(
        """
        SELECT s.segment, t.condition_number, t.fact, t.currency, t.words, t.is_excluded, t.at_least, t.at_most,
            coalesce(t.found_word, t.found_number::DECIMAL(18, 2)::VARCHAR) AS found, t.passes
        FROM policy.segments AS s
        LEFT JOIN (SELECT * FROM segment.tests WHERE company_id = $company AND customer_id = $customer) AS t
            ON s.segment_rank = t.segment_rank
        WHERE s.segment_rank <= (
            SELECT segment_rank FROM segment.customers WHERE company_id = $company AND customer_id = $customer
        )
        ORDER BY s.segment_rank, t.condition_number, t.currency
        """,
        {"company": evidence["company_id"], "customer": evidence["customer_id"]},
    )
    names = [column[0] for column in tests.description or []]
    rows: list[Row] = [dict(zip(names, row, strict=True)) for row in tests.fetchall()]
    for segment, conditions in groupby(rows, key=lambda row: str(row["segment"])):
        asked = list(conditions)
        everybody = asked[0]["fact"] is None
        detail = "; ".join(_condition(row, phrases) for row in asked)
        yield RuleTest(
            rule=f"segment:{segment}",
            question=phrases.say("segments.question", segment=segment),
            holds=segment == evidence["segment"],
            detail=phrases.say("segments.everybody") if everybody else detail,
        )


def _condition(row: Row, phrases: Phrases) -> str:
    unit = f" {row['currency']}" if row["currency"] else ""
    if row["words"] is not None:
        words = ", ".join(cast("list[str]", row["words"]))
        wanted = phrases.say("segments.none_of" if row["is_excluded"] else "segments.any_of", words=words)
    else:
        limits = [(limit, row[limit]) for limit in ("at_least", "at_most") if row[limit] is not None]
        wanted = ", ".join(phrases.say(f"segments.{name}", limit=f"{limit:f}{unit}") for name, limit in limits)
    found = phrases.say("segments.unknown") if row["found"] is None else f"{row['found']}{unit}"
    return phrases.say("segments.condition", fact=row["fact"], found=found, wanted=wanted)


def _rule_path(connection: Connection, decision: Row, evidence: Row, phrases: Phrases) -> Iterator[RuleTest]:
    """The rules in their order, down to the first that holds."""
    steps = connection.execute(
        "SELECT step_rank, step FROM policy.steps WHERE ladder = $1", [evidence["ladder"]]
    ).fetchall()
    names = dict(steps)
    known = {**evidence, "due_step": names.get(evidence["due_rank"]), "next_step": names.get(evidence["next_rank"])}
    for reason in load_reasons().values():
        holds = bool(evidence[reason.name])
        phrase = f"details.{reason.name}"
        is_told = phrases.knows(phrase) and (holds or reason.decision != "wait")
        told = phrases.say(phrase, **known) if is_told and _has_value(phrase, known, holds=holds) else ""
        yield RuleTest(reason.name, reason.question.text(phrases.language), holds, told)
        if holds:
            if reason.name != decision["reason"]:
                raise ValueError(f"the path ends with {reason.name}, the decision with {decision['reason']}")
            return


SHOWN_WHEN_NOT = {
    "details.payments_not_fresh": "newest_booking_on",
    "details.no_usable_contact": "contact_id",
    "details.covered_by_credit": "claimable_amount",
    "details.below_minimum": "claimable_amount",
}
"""Rules whose figures help also where the answer is no, and the figure that must be known for it."""


def _has_value(phrase: str, known: Row, *, holds: bool) -> bool:
    return holds or (phrase in SHOWN_WHEN_NOT and known[SHOWN_WHEN_NOT[phrase]] is not None)


def _ladder(connection: Connection, receivable_id: str, phrases: Phrases) -> Iterator[str]:
    query = "SELECT step, opens_on, closes_on FROM decide.step_dates WHERE receivable_id = $id ORDER BY step_rank"
    for step in _rows(connection, query, receivable_id):
        phrase = "never" if step["opens_on"] is None else "opens" if step["closes_on"] is None else "closes"
        yield phrases.say(f"ladder.{phrase}", **step)
