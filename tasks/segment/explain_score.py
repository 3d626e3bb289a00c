"""What `puntual explain` says of a receivable's score: how likely late, when its money may come, and what adds up to that."""

from __future__ import annotations

from typing import cast

from tasks.score.reasons import reason_text
from tasks.segment.explain_path import Row, rows_of
from tasks.segment.explain_words import Phrases
from tasks.warehouse.connection import Connection


def score_facts(connection: Connection, receivable_id: str, phrases: Phrases) -> dict[str, str]:
    """Facts by name: `late_probability`, `pay_date`, `score_parts`; the parts sum to the log-odds that end the last one."""
    found = rows_of(connection, "SELECT * FROM score.receivable_scores WHERE receivable_id = $id", receivable_id)
    if not found:
        return {}
    score = found[0]
    return {
        "late_probability": phrases.say(
            "score.late",
            share=f"{100 * cast('float', score['late_probability']):.0f}",
            method=phrases.say(f"score.{score['method']}", model=score["model"]),
            confidence=phrases.say(f"score.{score['confidence']}"),
        ),
        "pay_date": str(score["expected_pay_date"]),
        "score_parts": _parts(score, phrases),
    }


def _parts(score: Row, phrases: Phrases) -> str:
    parts = cast("list[dict[str, object]]", score["parts"])
    told = [
        f"{reason_text(str(part['code']), phrases.language)} {cast('float', part['log_odds']):+.2f}" for part in parts
    ]
    return phrases.say("score.parts", parts="; ".join(told), log_odds=f"{cast('float', score['log_odds']):+.2f}")
