"""`puntual record` for addresses: lists of those that must not be written to, and one that works again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli.options import AsJson, On
from flows.cli.output import out, print_json
from flows.cli.recording import day_of, folder_of
from tasks.problems import UserProblem

Kind = Annotated[
    Literal["bounced", "complained", "unsubscribed", "suppressed"] | None,
    typer.Option(help="Why they are listed. Default: what the file's name says, as SendGrid names its exports."),
]
_TOLD = 20


def suppressions(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV: SendGrid's export, or a column of addresses.")],
    kind: Kind = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """A list of addresses that must not be written to. The same list twice changes nothing; rows without an address are told."""
    from tasks.events.suppressions import kind_by_name, read_suppressions  # noqa: PLC0415
    from tasks.ledger.contact_marks import MarkKind  # noqa: PLC0415
    from tasks.ledger.live import ledger_of  # noqa: PLC0415

    day = day_of(context, on)
    read = read_suppressions(file, kind=MarkKind(kind) if kind else kind_by_name(file))
    with ledger_of(folder_of(context)) as ledger:
        marked = ledger.suppress(read.listed, source=f"list {file.name}", today=day)
    why = str(read.listed[0].kind)
    if as_json:
        print_json({"addresses": len(read.listed), "kind": why, "marked": marked, "refused": len(read.problems)})
    else:
        out.print(
            f"{len(read.listed)} addresses are {why}; {marked} new marks, {len(read.problems)} rows refused. "
            "The next run obeys them.",
            markup=False,
        )
    if read.problems:
        raise UserProblem(*read.problems[:_TOLD])


def address_works(
    context: typer.Context,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The e-mail address, or the mobile number.")],
    channel: Annotated[Literal["email", "whatsapp"], typer.Option(help="For which channel it works.")] = "email",
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """An address works again, as a person found out. Of one that complained or unsubscribed: its owner asked for messages again."""
    from tasks.ledger.live import ledger_of  # noqa: PLC0415

    day = day_of(context, on)
    with ledger_of(folder_of(context)) as ledger:
        kinds = ledger.clear_marks(channel=channel, address=address, cleared_on=day)
    if not kinds:
        raise UserProblem.at(
            "ADDRESS", f"no mark stands against it for {channel}", "Check it: write it as the export has it."
        )
    if as_json:
        print_json({"ended": [str(kind) for kind in kinds], "from": day.isoformat()})
    else:
        ended = ", ".join(sorted({str(kind) for kind in kinds}))
        out.print(
            f"It is used again from {day} (was {ended}). Take it off the provider's own list, too: else the provider drops it.",
            markup=False,
        )
