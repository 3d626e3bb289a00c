"""Gives a person's leave: to messages one by one or all that need it, as they were seen, and to the strategy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tasks.approval.new_strategy import approve_strategy
from tasks.approval.pending import Pending
from tasks.approval.seen import mark_of_all, refuse_changed
from tasks.ledger.approvals import mark_of
from tasks.ledger.ledger import Ledger
from tasks.problems import LedgerProblem, Problem
from tasks.settings.load import Workspace


@dataclass(frozen=True, kw_only=True)
class Leave:
    """What a person lets go: messages by their id (`reminder_id`) with the mark of what was seen of each, all that wait, the strategy.

    `everything`: the mark of the list that was seen (`seen.mark_of_all`). `strategy_version`: the one that was looked at.
    """

    messages: Mapping[str, str] = field(default_factory=dict)
    everything: str | None = None
    strategy_version: str | None = None
    author: str


@dataclass(frozen=True)
class Given:
    """What was recorded: the ids of the approved messages, and whether the strategy is approved now and was not before."""

    reminder_ids: tuple[str, ...]
    strategy: bool


def give_leave(workspace: Workspace, ledger: Ledger, pending: Pending, leave: Leave) -> Given:
    """Records `leave` for what was seen: nothing else is approved, whatever was planned since.

    Raises:
        LedgerProblem: an id is not among the messages that wait, or a message, or the list of all, is not as it was seen; nothing was recorded.
        SettingsProblem: the strategy is another one by now; the messages are approved all the same.
    """
    waiting = {one.reminder.reminder_id: one for one in pending.needing_approval}
    wanted = dict(leave.messages)
    if leave.everything is not None:
        _refuse_other_list(pending, leave.everything)
        wanted = {name: mark_of(one) for name, one in waiting.items()}
    strange = [one for one in wanted if one not in waiting]
    if strange:
        raise LedgerProblem(
            *(
                Problem(
                    "error",
                    f"message {one}",
                    f"is not among the {len(waiting)} of {pending.as_of} that wait for approval",
                    "Take one from the list of `puntual approve DIR`.",
                )
                for one in strange
            )
        )
    refuse_changed(workspace.paths.shown_for_approval, pending, wanted)
    for one, mark in wanted.items():
        ledger.approve(waiting[one].reminder.reminder_key, author=leave.author, mark=mark)
    version = leave.strategy_version
    return Given(
        tuple(wanted), version is not None and approve_strategy(workspace, ledger, version, author=leave.author)
    )


def _refuse_other_list(pending: Pending, mark: str) -> None:
    if mark != mark_of_all(pending):
        raise LedgerProblem.at(
            f"the list {mark}",
            f"is not what waits of {pending.as_of} now: {len(pending.needing_approval)} messages, {mark_of_all(pending)}",
            "Look at the list again with `puntual approve DIR`, and approve the one it shows now.",
        )
