"""Which step each message is of, what that step adds to it, and in which wording an experiment lets it be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from tasks.warehouse.connection import Connection


@dataclass(frozen=True)
class MessageStep:
    """A message's step by name, the kinds of files it attaches, and who gets the copy in place of the collector.

    `variant`: the wording of the customer's arm in a running experiment; empty: the usual words.
    """

    step: str
    attachments: tuple[str, ...] = ()
    copy_to: str | None = None
    variant: str = ""


_STEPS = """
SELECT m.reminder_key, s.step, w.attachments, w.copy_to, x.wording
FROM decide.messages AS m
INNER JOIN policy.steps AS s ON m.ladder = s.ladder AND m.step_rank = s.step_rank
LEFT JOIN policy.step_messages AS w ON m.ladder = w.ladder AND m.step_rank = w.step_rank
LEFT JOIN experiment.treatments AS x ON m.company_id = x.company_id AND m.customer_id = x.customer_id
WHERE m.reminder_key IN (SELECT unnest($reminder_keys))
"""
_Row = tuple[str, str, list[str] | None, str | None, str | None]


def read_steps(connection: Connection, keys: Sequence[str]) -> dict[str, MessageStep]:
    """The step of each message of `keys`, by its key."""
    rows = cast("list[_Row]", connection.execute(_STEPS, {"reminder_keys": list(keys)}).fetchall())
    return {
        # A step that asks for the next confirmation is decided as one step for each; people know it by the name they gave it.
        key: MessageStep(step.partition(".")[0], tuple(attachments or ()), copy_to, variant or "")
        for key, step, attachments, copy_to, variant in rows
    }
