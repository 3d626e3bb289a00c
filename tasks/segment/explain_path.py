"""The rules a receivable went through, in their order: segments and their conditions, reasons, and the steps of the ladder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import cast

from tasks.segment.explain_words import Phrases
from tasks.segment.explanation import RuleTest
from tasks.segment.reasons import load_reasons
from tasks.warehouse.connection import Connection

Row = Mapping[str, object]


def rows_of(connection: Connection, query: str, receivable_id: str) -> list[Row]:
    """The rows of a query about one receivable (`$id`), by column name."""
    cursor = connection.execute(query, {"id": receivable_id})
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def segment_path(connection: Connection, evidence: Row, phrases: Phrases) -> Iterator[RuleTest]:
    """The override in force, or every segment down to the one that took the customer, with each condition and what was found.

    An override that changes the ladder alone leaves the segment to the rules, so that both are told.
    """
    overrides = connection.execute(
        "SELECT override_number, segment, coalesce(segment, ladder) AS treated_as, until_on, reason, author"
        " FROM policy.overrides WHERE override_number = $1",
        [evidence["override_number"]],
    )
    names = [column[0] for column in overrides.description or []]
    for values in overrides.fetchall():
        override: Row = dict(zip(names, values, strict=True))
        treated_as = override["treated_as"] or phrases.say("values.left_in_peace")
        yield RuleTest(
            rule=f"override:{override['override_number']}",
            question=phrases.say("segments.override_question"),
            holds=True,
            detail=phrases.say("segments.override", **{**override, "treated_as": treated_as}),
        )
        if override["segment"] is not None:
            return
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
        asked = cast("list[str]", row["words"])
        kind = "none_of" if row["is_excluded"] else "any_of" if len(asked) > 1 else "only"
        wanted = phrases.say(f"segments.{kind}", words=", ".join(asked))
    else:
        limits = [(name, cast("Decimal", row[name])) for name in ("at_least", "at_most") if row[name] is not None]
        wanted = ", ".join(
            phrases.say(f"segments.{name}", limit=f"{limit.normalize():f}{unit}") for name, limit in limits
        )
    found = phrases.say("segments.unknown") if row["found"] is None else f"{row['found']}{unit}"
    return phrases.say("segments.condition", fact=row["fact"], found=found, wanted=wanted)


def rule_path(connection: Connection, decision: Row, evidence: Row, phrases: Phrases) -> Iterator[RuleTest]:
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


def ladder_lines(connection: Connection, receivable_id: str, phrases: Phrases) -> Iterator[str]:
    """Each step of the ladder and the days on which it can be said."""
    steps = rows_of(
        connection,
        """
        SELECT d.step, d.opens_on, d.closes_on, s.after_step, s.event, s.days,
            s.after_step IS NOT NULL AND d.step_rank > coalesce(d.said_rank, 0) AS follows
        FROM decide.step_dates AS d
        INNER JOIN policy.steps AS s ON d.ladder = s.ladder AND d.step_rank = s.step_rank
        WHERE d.receivable_id = $id
        ORDER BY d.step_rank
        """,
        receivable_id,
    )
    for step in steps:
        never = "happens" if step["event"] is not None else "follows" if step["follows"] else "never"
        opens = "opens" if step["closes_on"] is None else "closes"
        yield phrases.say(f"ladder.{never if step['opens_on'] is None else opens}", **step)
