"""Explains the decision about one receivable from a built work database: facts, the rules in their order, the result."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from tasks.segment.explain_closed import explain_closed
from tasks.segment.explain_path import Row, ladder_lines, rows_of, rule_path, segment_path
from tasks.segment.explain_score import score_facts
from tasks.segment.explain_words import Phrases
from tasks.segment.explanation import Explanation, Fact
from tasks.segment.reasons import Decision, Language, load_reasons
from tasks.warehouse.connection import Connection


def explain(connection: Connection, receivable_id: str, *, language: Language = "en") -> Explanation:
    """Says why the receivable was treated as it was, or why there is no decision about it.

    Args:
        connection: the work database of a run, with staging, score, segment and decide built.
        receivable_id: its key; a document number is understood where it names one receivable.
        language: of the explanation.
    """
    phrases = Phrases(language)
    named = rows_of(
        connection, "SELECT receivable_id FROM staging.open_receivables WHERE document_number = $id", receivable_id
    )
    decided = rows_of(connection, "SELECT * FROM decide.decisions WHERE receivable_id = $id", receivable_id)
    if not decided and len(named) == 1:
        receivable_id = str(named[0]["receivable_id"])
        decided = rows_of(connection, "SELECT * FROM decide.decisions WHERE receivable_id = $id", receivable_id)
    if not decided:
        return explain_closed(connection, receivable_id, phrases)
    decision = decided[0]
    evidence = rows_of(connection, "SELECT * FROM decide.evidence WHERE receivable_id = $id", receivable_id)[0]
    return Explanation(
        receivable_id=receivable_id,
        as_of=cast("date", evidence["as_of"]),
        outcome="decided",
        conclusion=_conclusion(decision, phrases),
        facts=tuple(_facts(connection, receivable_id, evidence, phrases)),
        path=(*segment_path(connection, evidence, phrases), *rule_path(connection, decision, evidence, phrases)),
        ladder=tuple(ladder_lines(connection, receivable_id, phrases)),
        decision=cast("Decision", decision["decision"]),
        reason=str(decision["reason"]),
        next_action_on=cast("date | None", decision["next_action_on"]),
        reminder_key=cast("str | None", decision["reminder_key"]),
    )


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


def _references(references: object, phrases: Phrases) -> str:
    named = cast("dict[str, str]", references)
    names = {kind: f"references.{kind}" for kind in named}
    return "; ".join(
        f"{phrases.say(name) if phrases.knows(name) else kind.replace('_', ' ')} {named[kind]}"
        for kind, name in names.items()
    )


def _promises(connection: Connection, receivable_id: str, phrases: Phrases) -> str:
    """What was promised about the receivable, or about all of its customer in its currency, and how it stands."""
    promises = rows_of(
        connection,
        """
        SELECT p.state, p.promised_for, p.broken_on, p.amount || ' ' || p.currency AS amount
        FROM staging.open_receivables AS r
        INNER JOIN segment.promises AS p ON r.company_id = p.company_id AND r.customer_id = p.customer_id
        WHERE r.receivable_id = $id AND coalesce(p.receivable_id = r.receivable_id, p.currency = r.currency, TRUE)
        ORDER BY p.promised_for, p.promise_id
        """,
        receivable_id,
    )
    return "; ".join(
        phrases.say(f"promises.{row['state']}", **{**row, "what": row["amount"] or phrases.say("promises.everything")})
        for row in promises
    )


def _flags(connection: Connection, receivable_id: str, phrases: Phrases) -> str:
    """What is marked about the customer today, by people or in the customers export, and until when."""
    flags = rows_of(
        connection,
        """
        SELECT f.kind, f.until_on
        FROM staging.open_receivables AS r
        CROSS JOIN run.parameters AS run
        INNER JOIN ledger.customer_flags AS f ON r.company_id = f.company_id AND r.customer_id = f.customer_id
        WHERE r.receivable_id = $id AND f.from_on <= run.as_of AND coalesce(f.until_on >= run.as_of, TRUE)
        UNION ALL
        SELECT c.financial_situation, NULL
        FROM staging.open_receivables AS r
        INNER JOIN staging.customers AS c ON r.company_id = c.company_id AND r.customer_id = c.customer_id
        WHERE r.receivable_id = $id
            AND c.financial_situation IN ('vulnerable', 'represented_by_lawyer', 'insolvent', 'deceased', 'closed')
        ORDER BY ALL
        """,
        receivable_id,
    )
    return "; ".join(
        phrases.say(
            "flags.in_force" if row["until_on"] is None else "flags.until",
            kind=phrases.say(f"flags.{row['kind']}"),
            until_on=row["until_on"],
        )
        for row in flags
    )


def _facts(connection: Connection, receivable_id: str, evidence: Row, phrases: Phrases) -> Iterator[Fact]:
    row = rows_of(connection, "SELECT * FROM staging.open_receivables WHERE receivable_id = $id", receivable_id)[0]
    said = [
        phrases.say("values.said", **step)
        for step in rows_of(
            connection,
            """
            SELECT p.step, s.last_sent_on, s.times_sent
            FROM decide.said AS s
            INNER JOIN decide.progress AS r ON s.schedule_number = r.schedule_number
            INNER JOIN decide.items AS i ON r.item_number = i.rowid
            INNER JOIN policy.steps AS p ON i.ladder = p.ladder AND s.step_rank = p.step_rank
            WHERE i.receivable_id = $id
            ORDER BY s.step_rank
            """,
            receivable_id,
        )
    ]
    values = {
        "customer": row["customer_id"],
        "document": row["document_number"],
        **({"instalment": row["instalment_number"]} if row["instalment_number"] is not None else {}),
        **({"references": _references(references, phrases)} if (references := row["document_references"]) else {}),
        "open_amount": f"{row['open_amount']} {row['currency']}",
        "invoice_date": row["invoice_date"],
        "due_date": row["due_date"],
        "days_overdue": row["days_overdue"],
        **score_facts(connection, receivable_id, phrases),
        "segment": evidence["segment"],
        "ladder": evidence["ladder"] or phrases.say("values.left_in_peace"),
        "said": "; ".join(said) or phrases.say("values.nothing"),
        **({"flags": flags} if (flags := _flags(connection, receivable_id, phrases)) else {}),
        **({"promises": promised} if (promised := _promises(connection, receivable_id, phrases)) else {}),
    }
    for name, value in values.items():
        yield Fact(name, phrases.say(f"facts.{name}"), str(value))
