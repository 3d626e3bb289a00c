"""Gives a person's leave: to messages one by one or all that need it, and to the strategy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.approval.new_strategy import approve_strategy
from tasks.approval.pending import Pending
from tasks.ledger.ledger import Ledger
from tasks.problems import LedgerProblem, Problem
from tasks.settings.load import Workspace


@dataclass(frozen=True, kw_only=True)
class Leave:
    """What a person lets go: messages by their id (`reminder_id`), all that wait, the strategy of the version that was looked at."""

    reminder_ids: Sequence[str] = ()
    everything: bool = False
    strategy_version: str | None = None
    author: str


@dataclass(frozen=True)
class Given:
    """What was recorded: the ids of the approved messages, and whether the strategy is approved now and was not before."""

    reminder_ids: tuple[str, ...]
    strategy: bool


def give_leave(workspace: Workspace, ledger: Ledger, pending: Pending, leave: Leave) -> Given:
    """Records `leave` for what `pending` shows: nothing else is approved, whatever was planned since.

    Raises:
        LedgerProblem: an id is not among the messages that wait; nothing was recorded.
        SettingsProblem: the strategy is another one by now; the messages are approved all the same.
    """
    waiting = {one.reminder_id: one.reminder_key for one in pending.needing_approval}
    wanted = tuple(waiting) if leave.everything else tuple(dict.fromkeys(leave.reminder_ids))
    strange = [one for one in wanted if one not in waiting]
    if strange:
        raise LedgerProblem(
            *(
                Problem(
                    "error",
                    f"message {one}",
                    f"is not among the {len(waiting)} of {pending.as_of} that wait for approval",
                    "Take an id from the list of `puntual approve DIR`.",
                )
                for one in strange
            )
        )
    for one in wanted:
        ledger.approve(waiting[one], author=leave.author)
    version = leave.strategy_version
    return Given(wanted, version is not None and approve_strategy(workspace, ledger, version, author=leave.author))
