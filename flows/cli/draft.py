"""`puntual draft`: documents that a person finishes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli.options import AsOf, Folder
from flows.cli.output import err, out
from flows.clock import business_date
from tasks.settings.load import load_workspace

Kind = Annotated[
    Literal["terms", "notice", "demand", "plan"],
    typer.Argument(
        metavar="KIND",
        help="terms, notice (of the terms), demand (formal, before court) or plan (with acknowledgement of debt).",
    ),
]
Customer = Annotated[str | None, typer.Option("--customer", metavar="CODE", help="Of a demand or a plan: who owes.")]
Lang = Annotated[Literal["es", "en", "pt"] | None, typer.Option("--language", help="Default: the company's.")]
Trade = Annotated[Literal["goods", "services", "works"], typer.Option("--trade", help="Of terms: what is sold.")]
Deadline = Annotated[int, typer.Option("--deadline-days", min=1, help="Of a demand: days to pay.")]
Parts = Annotated[int, typer.Option("--parts", min=1, max=60, help="Of a plan: number of instalments.")]
Every = Annotated[int, typer.Option("--every-days", min=1, help="Of a plan: days between instalments.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="The HTML file to write. Default: KIND.html here.")
]


def draft(
    folder: Folder,
    kind: Kind,
    customer: Customer = None,
    language: Lang = None,
    trade: Trade = "goods",
    deadline_days: Deadline = 10,
    parts: Parts = 3,
    every_days: Every = 30,
    out_file: Out = None,
    as_of: AsOf = None,
) -> None:
    """Write a draft that Word opens: payment terms, their notice, a formal demand, or a payment plan. Nothing is sent."""
    from tasks.drafts.write import Wanted  # noqa: PLC0415
    from tasks.drafts.write import draft as written  # noqa: PLC0415
    from tasks.private_files import write_private_bytes  # noqa: PLC0415

    workspace = load_workspace(folder)
    wanted = Wanted(
        kind=kind,
        language=language or workspace.settings.company.language,
        trade=trade,
        customer_id=customer,
        deadline_days=deadline_days,
        parts=parts,
        every_days=every_days,
    )
    content = written(workspace, wanted, on=business_date(workspace, as_of.date() if as_of else None))
    path = out_file or Path(f"{kind}.html")
    if path.exists():
        err.print(f"{path} exists and is replaced.", markup=False)
    write_private_bytes(path, content.encode())
    out.print(f"{path}: a draft. Have your lawyer look at it before anybody signs or receives it.", markup=False)
