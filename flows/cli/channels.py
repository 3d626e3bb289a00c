"""`puntual channels`: what each channel costs, proves and shows, as this workspace has it."""

from __future__ import annotations

from flows.cli.options import AsJson, Folder
from flows.cli.output import aligned, out, print_json
from tasks.settings.load import load_workspace


def channels(folder: Folder, as_json: AsJson = False) -> None:
    """Show each channel: whether it is set up, its steps, what a contact costs, what it proves, and what others may see of it."""
    # Imported here so that --help does not wait for the libraries of the channels.
    from tasks.remind.channels.table import channel_rows  # noqa: PLC0415
    from tasks.segment.load import load_strategy  # noqa: PLC0415

    workspace = load_workspace(folder)
    rows = channel_rows(workspace, load_strategy(workspace.paths.strategy))
    if as_json:
        print_json({"channels": [{**vars(row), "proof": row.proof.name.lower()} for row in rows]})
        return
    head = ("channel", "set up", "steps", "costs", "proves", "keeps hours", "instead", "others may see")
    cells = [
        (
            row.channel,
            "yes" if row.is_set_up else "no",
            str(row.steps),
            ", ".join(f"{cost} {currency}" for currency, cost in row.costs.items()) or "-",
            row.proof.name.lower(),
            "yes" if row.keeps_hours else "no",
            ", ".join(row.fallbacks) or "-",
            row.shows,
        )
        for row in rows
    ]
    for line in aligned([head, *cells]):
        out.print(line, markup=False)
