"""The strategy of a workspace against the one that was let go last: whether it may send, and what changed in it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from tasks.ledger.ledger import Ledger
from tasks.ledger.strategies import Gate, may_send
from tasks.problems import SettingsProblem
from tasks.segment.load import load_strategy
from tasks.settings.load import Workspace

BY_FIRST_SENDING = "first run with --send"
"""Author of the approval that the first sending of a ledger is, where a person need only approve changes."""


@dataclass(frozen=True)
class StrategyLeave:
    """How the strategy stands: its version, whether it may send, and the lines that differ from the one approved last."""

    version: str
    may_send: bool
    approved_version: str | None
    changed_lines: tuple[str, ...]


def strategy_leave(workspace: Workspace, ledger: Ledger) -> StrategyLeave:
    """Compares `strategy.yaml` with the strategies that the ledger holds as approved.

    Raises:
        SettingsProblem: the strategy cannot be used as written.
    """
    version = load_strategy(workspace.paths.strategy).version
    known = ledger.approved_strategies()
    gate: Gate = workspace.settings.sending.strategy_approval
    last = known[-1] if known else None
    changed: tuple[str, ...] = ()
    if last is not None and last.strategy_version != version:
        now = workspace.paths.strategy.read_text(encoding="utf-8")
        changed = tuple(
            difflib.unified_diff(
                last.strategy.splitlines(), now.splitlines(), "approved", "strategy.yaml", lineterm="", n=1
            )
        )
    return StrategyLeave(
        version,
        may_send(frozenset(one.strategy_version for one in known), version, gate),
        last.strategy_version if last else None,
        changed,
    )


def approve_strategy(workspace: Workspace, ledger: Ledger, version: str, *, author: str) -> bool:
    """Lets the workspace's strategy go, if it still is `version`; False when it was approved before.

    Raises:
        SettingsProblem: the strategy cannot be used as written, or is not what the person looked at.
    """
    path = workspace.paths.strategy
    found = load_strategy(path).version
    if found != version:
        raise SettingsProblem.at(
            path.name,
            f"is {found} now, and {version} was to be approved",
            "Look at it again with `puntual approve DIR`, and approve the version it shows.",
        )
    return ledger.approve_strategy(version, strategy=path.read_text(encoding="utf-8"), author=author)


def approve_first_strategy(workspace: Workspace, ledger: Ledger) -> bool:
    """Records the first sending of a ledger as the leave of its strategy; True when this was it."""
    if workspace.settings.sending.strategy_approval != "changed" or ledger.approved_strategies():
        return False
    version = load_strategy(workspace.paths.strategy).version
    return approve_strategy(workspace, ledger, version, author=BY_FIRST_SENDING)
