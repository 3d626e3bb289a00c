"""What was answered by a link before, as its page tells it back: by kind, day and what it says, never the words that were typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tasks.answers.kinds import AnswerKind
from tasks.ledger.answer_lists import AnswerKept

LINES_SHOWN = 20


@dataclass(frozen=True)
class GivenBefore:
    """Answers of one kind that were sent together; `day`: the promised one, or that of the payment."""

    kind: AnswerKind
    day: date | None
    recorded_on: date
    receivable_ids: frozenset[str]


def given_before(kept: Sequence[AnswerKept]) -> list[GivenBefore]:
    """The newest answers, those of one sending as one."""
    groups: dict[tuple[str, str, str], list[AnswerKept]] = {}
    for answer in kept:
        sending = (answer.kind, answer.answered_at.isoformat(), answer.content.get("day", ""))
        groups.setdefault(sending, []).append(answer)
    return [
        GivenBefore(
            kind=AnswerKind(kind),
            day=date.fromisoformat(day) if day else None,
            recorded_on=together[0].recorded_on,
            receivable_ids=frozenset(one.receivable_id for one in together if one.receivable_id),
        )
        for (kind, _, day), together in list(groups.items())[:LINES_SHOWN]
    ]
