"""`puntual init`: makes a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import AsJson, Folder
from flows.cli.output import out, print_json
from tasks.recognise.propose import Proposal, propose
from tasks.recognise.sniff import sniff
from tasks.recognise.write import write_workspace
from tasks.segment.load import ready_strategy

Exports = Annotated[
    list[Path] | None, typer.Option("--from", metavar="FILE", help="An export to recognise; repeat for several.")
]
Ready = Annotated[str, typer.Option("--strategy", help="Ready strategy to start with: gentle, standard or firm.")]


def init(folder: Folder, exports: Exports = None, strategy: Ready = "standard", as_json: AsJson = False) -> None:
    """Make a workspace, and describe the given exports as well as they can be recognised."""
    proposals = [propose(sniff(path)) for path in exports or []]
    settings = write_workspace(folder, proposals, ready_strategy(strategy))
    if as_json:
        print_json({"sources": [_as_json(proposal) for proposal in proposals]})
        return
    for proposal in proposals:
        out.print(
            f"{proposal.sample.path.name}: {proposal.kind} ({proposal.system}, confidence {proposal.confidence:.0%})",
            markup=False,
        )
        for line in (*proposal.evidence, *(f"to confirm: {doubt}" for doubt in proposal.doubts)):
            out.print(f"   {line}", markup=False)
    out.print(
        f"Wrote {settings}. Next: confirm the lines marked CONFIRM, then run: puntual check {folder}", markup=False
    )


def _as_json(proposal: Proposal) -> dict[str, object]:
    return {
        "path": str(proposal.sample.path),
        "system": proposal.system,
        "kind": proposal.kind,
        "evidence": [*proposal.evidence, *(f"to confirm: {doubt}" for doubt in proposal.doubts)],
        "confidence": proposal.confidence,
    }
