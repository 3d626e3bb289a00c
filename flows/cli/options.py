"""Arguments that several commands share."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

_DATES = ["%Y-%m-%d"]

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The workspace: the folder with puntual.yaml.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", metavar="DATE", formats=_DATES, help="Business date, yyyy-mm-dd. Default: today at the company."
    ),
]
On = Annotated[
    datetime | None,
    typer.Option(
        "--on", metavar="DATE", formats=_DATES, help="The day it became known. Default: today at the company."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print a machine-readable result on stdout.")]
