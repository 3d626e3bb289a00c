"""Approval in the Prefect UI: shows what waits, pauses until a person fills in the form, and records the leave.

Operations start it (or schedule it after the day's run); it sends nothing. Prefect stores the form in clear, so it asks for no more than
message ids, which mean nothing outside the ledger, and who approves: a user's short name.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from prefect import flow, pause_flow_run, tags
from prefect.artifacts import create_markdown_artifact
from prefect.input import RunInput
from pydantic import Field

from flows.clock import business_date
from flows.naming import company_tag, flow_run_name
from tasks.approval.door import give, what_waits
from tasks.settings.load import load_workspace

_LONGEST_WAIT_SECONDS = 24 * 3600


class Approval(RunInput):
    """The form. Nothing is approved that is not asked for here."""

    approved_by: str = Field(min_length=1, max_length=40, description="Your user name.")
    all_messages: bool = Field(False, description="Approve every message that waits.")
    message_ids: list[str] = Field(default_factory=list, description="Or only these, by the ids of the list.")
    strategy: bool = Field(False, description="Let the new strategy send.")


@flow(name="approve", flow_run_name=flow_run_name)
def approve(workspace: Path, as_of: date | None = None, wait_seconds: int = _LONGEST_WAIT_SECONDS) -> int:
    """Asks a person in the UI about what waits on `as_of` (default: today at the company); returns how many messages were approved.

    Nothing waits: it ends at once. Nobody answers within `wait_seconds`: it fails, and nothing is approved.
    """
    home = load_workspace(workspace)
    day = business_date(home, as_of)
    with tags(company_tag(home)):
        waiting = what_waits(workspace, as_of=day)
        create_markdown_artifact(
            waiting.text, key=f"approval-{home.company_id.replace('_', '-')}", description=str(day)
        )
        if not waiting.is_anything:
            return 0
        answer = pause_flow_run(
            wait_for_input=Approval.with_initial_data(description=waiting.text, approved_by="", strategy=False),
            timeout=wait_seconds,
            key=str(day),
        )
        return give(
            workspace,
            as_of=day,
            seen=waiting.marks,
            author=answer.approved_by,
            reminder_ids=waiting.reminder_ids if answer.all_messages else answer.message_ids,
            strategy_version=waiting.strategy_version if answer.strategy else None,
        )
