"""Approval as Prefect tasks: ids, counts and a table without names go out; ids and a user's short name come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from prefect import get_run_logger, task

from tasks.approval.give import Leave, give_leave
from tasks.approval.new_strategy import approve_first_strategy, strategy_leave
from tasks.approval.pending import pending_of
from tasks.approval.seen import remember
from tasks.approval.words import markdown
from tasks.ledger.approvals import mark_of
from tasks.ledger.live import ledger_of
from tasks.report.words import report_language
from tasks.settings.load import load_workspace


@dataclass(frozen=True)
class Waiting:
    """What waits for leave: as text for the UI, the messages it stands for, and the strategy (None: may send).

    `marks`: by message id what was shown of it, as a hash.
    """

    text: str
    marks: Mapping[str, str]
    strategy_version: str | None

    @property
    def reminder_ids(self) -> tuple[str, ...]:
        """The ids of the messages."""
        return tuple(self.marks)

    @property
    def is_anything(self) -> bool:
        """True when somebody has to be asked."""
        return bool(self.marks) or self.strategy_version is not None


@task(name="what-waits", task_run_name="what waits for approval on {as_of}")
def what_waits(folder: Path, *, as_of: date) -> Waiting:
    """What of the plan of `as_of` waits for a person."""
    workspace = load_workspace(folder)
    with ledger_of(folder) as ledger:
        pending = pending_of(ledger, as_of)
        leave = strategy_leave(workspace, ledger)
    text = markdown(pending, leave, report_language(workspace.settings.company.language))
    marks = {one.reminder.reminder_id: mark_of(one) for one in pending.needing_approval}
    remember(workspace.paths.shown_for_approval, pending)
    return Waiting(text, marks, None if leave.may_send else leave.version)


@task(name="give-leave", task_run_name="record approval of {as_of}")
def give(
    folder: Path,
    *,
    as_of: date,
    seen: Mapping[str, str],
    author: str,
    reminder_ids: Sequence[str],
    strategy_version: str | None,
) -> int:
    """Records the leave and returns how many messages were approved; what was planned, or planned otherwise, since is not among them.

    `seen`: the marks of `what_waits`.

    Raises:
        LedgerProblem: an id is not among the messages that wait as they were seen; nothing was recorded.
        SettingsProblem: the strategy is another one by now.
    """
    workspace = load_workspace(folder)
    # The form's list may carry the marks that the list shows; what counts is what this form showed.
    wanted = {name: seen.get(name, "") for name in (one.partition(":")[0] for one in reminder_ids)}
    with ledger_of(folder) as ledger:
        leave = Leave(messages=wanted, strategy_version=strategy_version, author=author)
        given = give_leave(workspace, ledger, pending_of(ledger, as_of), leave)
    get_run_logger().info("%d messages approved; strategy approved: %s", len(given.reminder_ids), given.strategy)
    return len(given.reminder_ids)


@task(name="admit-strategy", task_run_name="admit strategy")
def admit_strategy(folder: Path) -> bool:
    """Whether the workspace's strategy may send; the first sending of a ledger is its leave, unless the settings ask for more."""
    workspace = load_workspace(folder)
    with ledger_of(folder) as ledger:
        approve_first_strategy(workspace, ledger)
        leave = strategy_leave(workspace, ledger)
    if not leave.may_send:
        get_run_logger().warning(
            "strategy %s was not approved: nothing is sent. Look at the plan, then `puntual approve DIR --strategy`.",
            leave.version,
        )
    return leave.may_send
