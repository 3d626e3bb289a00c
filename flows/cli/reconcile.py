"""`puntual reconcile`: what became of messages whose outcome is unknown."""

from __future__ import annotations

import os
from typing import Annotated, Literal

import typer

from flows.cli.options import AsJson, Folder
from flows.cli.output import out, print_json, progress_bars
from tasks.settings.load import load_workspace

Message = Annotated[str | None, typer.Option("--message", metavar="REMINDER_ID", help="Settle this one by hand.")]
Outcome = Annotated[
    Literal["accepted", "rejected", "not-sent"] | None,
    typer.Option("--outcome", help="What a person found out about --message."),
]
Evidence = Annotated[
    str | None,
    typer.Option("--evidence", metavar="TEXT", help="How it is known, such as 'customer confirmed on the phone'."),
]


def reconcile(
    folder: Folder, message: Message = None, outcome: Outcome = None, evidence: Evidence = None, as_json: AsJson = False
) -> None:
    """Read bounced mail, and settle messages whose outcome is unknown: by events, a look-up, or what a person says."""
    # Imported here so that --help does not wait for the database libraries.
    from tasks.events.bounces import take_all  # noqa: PLC0415
    from tasks.ledger.holder import LEASE  # noqa: PLC0415
    from tasks.ledger.live import ledger_of, utc_now  # noqa: PLC0415
    from tasks.ledger.settle import Resolved  # noqa: PLC0415
    from tasks.ledger.states import Status  # noqa: PLC0415
    from tasks.remind.channels.open import open_channels  # noqa: PLC0415
    from tasks.remind.reconcile import Witness  # noqa: PLC0415
    from tasks.remind.reconcile import reconcile as look_up  # noqa: PLC0415
    from tasks.segment.ladders import WORK_CHANNELS  # noqa: PLC0415
    from tasks.worklist.handed import HandedOver  # noqa: PLC0415

    workspace = load_workspace(folder)
    if message is not None:
        if outcome is None or not evidence:
            raise typer.BadParameter("--message needs --outcome and --evidence")
        known: dict[str, Resolved] = {
            "accepted": Status.ACCEPTED,
            "rejected": Status.REJECTED,
            "not-sent": Status.PLANNED,
        }
        with ledger_of(folder) as ledger:
            changed = ledger.resolve(message, known[outcome], evidence=evidence)
        if as_json:
            print_json({"reminder_id": message, "outcome": outcome, "changed": changed})
        else:
            out.print(f"{message} is {outcome} now." if changed else f"{message} was known to be {outcome} already.")
        return
    lists = HandedOver(workspace.paths.runs)
    now = utc_now()
    with ledger_of(folder) as ledger, open_channels(workspace, os.environ) as channels, progress_bars(not as_json):
        witnesses: dict[str, Witness] = {**channels, **dict.fromkeys(WORK_CHANNELS, lists)}
        bounces = take_all(workspace, ledger, os.environ, now=now)
        findings = look_up(ledger, witnesses, claimed_before=now - LEASE)
    if as_json:
        print_json(
            {"messages": [vars(finding) for finding in findings], **({"bounces": vars(bounces)} if bounces else {})}
        )
        return
    if bounces is not None:
        out.print(
            f"{bounces.mails} mails read: {bounces.new_events} new events, {bounces.moved} messages moved, {bounces.marked} addresses "
            f"marked; {bounces.others} others, {bounces.unreadable} unreadable.",
            markup=False,
        )
    still_open = [finding for finding in findings if finding.finding == "open"]
    out.print(f"{len(findings)} unknown; {len(findings) - len(still_open)} settled, {len(still_open)} for a person.")
    for finding in still_open:
        out.print(f"  {finding.reminder_id} customer {finding.customer_id}: {finding.why}", markup=False)
    if still_open:
        out.print(
            f"Find out, then: puntual reconcile {folder} --message ID --outcome accepted|not-sent --evidence TEXT",
            markup=False,
        )
