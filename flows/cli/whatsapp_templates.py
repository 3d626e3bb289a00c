"""`puntual whatsapp-templates`: the texts to submit to Meta for approval, and what to write into `puntual.yaml` afterwards."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.options import AsJson, Folder
from flows.cli.output import out, print_json
from tasks.settings.load import load_workspace

Purpose = Annotated[
    list[str] | None, typer.Option("--purpose", help="Only these; those of the strategy's WhatsApp steps unless given.")
]


def whatsapp_templates(folder: Folder, purpose: Purpose = None, as_json: AsJson = False) -> None:
    """Print the WhatsApp texts to submit for approval, and the settings that name them; --json as Meta's API takes them."""
    # Imported here so that --help does not wait for the databases.
    from tasks.remind.whatsapp.check import purposes_by_whatsapp  # noqa: PLC0415
    from tasks.remind.whatsapp.submission import settings_of, submissions  # noqa: PLC0415
    from tasks.segment.load import load_strategy  # noqa: PLC0415

    workspace = load_workspace(folder)
    wanted = purpose or purposes_by_whatsapp(load_strategy(workspace.paths.strategy))
    found = submissions(workspace, wanted)
    if as_json:
        print_json({"templates": [one.as_json() for one in found]})
        return
    for one in found:
        out.print(f"{one.name} · {one.text.language} · UTILITY\n{one.text.body}\n{one.text.footer}\n", markup=False)
    if not found:
        out.print("The strategy says nothing by WhatsApp that we have a text for. Name others with --purpose.")
        return
    out.print("When Meta has approved them, in puntual.yaml below sending.whatsapp:\n", markup=False)
    out.print(settings_of(found), markup=False)
