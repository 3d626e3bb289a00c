"""`puntual stop`: nothing more leaves, at once and in running sends too, until it is released."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from flows.cli.options import AsJson, Folder
from flows.cli.output import err, out, print_json
from flows.cli.recording import Author, require_author
from tasks.problems import UserProblem
from tasks.segment.ladders import CHANNELS

StoppedChannel = StrEnum("StoppedChannel", {channel: channel for channel in CHANNELS})  # type: ignore[misc]
Channel = Annotated[StoppedChannel | None, typer.Option("--channel", help="Only this channel. Default: all of them.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; everybody who looks at the run reads it.")]
Release = Annotated[bool, typer.Option("--release", help="Let it go on: the channel's stops, or all of them.")]


def stop(
    folder: Folder,
    channel: Channel = None,
    reason: Reason = "",
    release: Release = False,
    author: Author = "",
    as_json: AsJson = False,
) -> None:
    """Stop sending at once, running sends included; with --release let it go on. Without either, show what is stopped."""
    from tasks.ledger.live import ledger_of  # noqa: PLC0415 --help should not wait for the databases

    wanted = str(channel) if channel else None
    if release and reason:
        raise typer.BadParameter("give --reason to stop, or --release to let go")
    if release or reason:
        require_author(author)
    with ledger_of(folder) as ledger:
        released = ledger.release(channel=wanted, author=author) if release else 0
        if reason.strip():
            ledger.stop(channel=wanted, reason=reason.strip(), author=author)
        elif wanted and not release:
            raise UserProblem.at(
                "puntual stop", "no reason is given", "Say why with --reason: whoever finds it stopped needs to know."
            )
        stops = ledger.stops()
    if as_json:
        print_json({"released": released, "stops": [vars(one) for one in stops]})
        return
    if release:
        out.print(f"released: {released}")
    for one in stops:
        out.print(str(one), markup=False)
    if not stops:
        out.print("Nothing is stopped.")
        if release:
            err.print(f"What waited is still planned. Send it with: puntual send {folder}", markup=False)
