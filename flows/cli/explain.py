"""`puntual explain`: why a receivable was treated as it was, on any day."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli.options import AsJson, AsOf, Folder
from flows.cli.output import err, out, print_json
from flows.clock import business_date
from tasks.settings.load import load_workspace

Receivable = Annotated[
    str, typer.Argument(metavar="RECEIVABLE", help="The receivable's id (mart.receivables.receivable_id).")
]
Lang = Annotated[
    Literal["es", "en"] | None, typer.Option("--language", help="Language of the answer. Default: the company's.")
]


def explain(
    folder: Folder, receivable: Receivable, as_of: AsOf = None, language: Lang = None, as_json: AsJson = False
) -> None:
    """Show the facts, the rules and the result for one receivable, decided again with what was known on the day."""
    # Imported here so that --help does not wait for the databases.
    from tasks.consequences.explain import claim_facts  # noqa: PLC0415
    from tasks.credit.explain import order_hold_facts  # noqa: PLC0415
    from tasks.decisions.lookup import kept_decision  # noqa: PLC0415
    from tasks.decisions.words import kept_lines  # noqa: PLC0415
    from tasks.ledger.live import known_on, ledger_of, utc_now  # noqa: PLC0415
    from tasks.rebuild import rebuilt  # noqa: PLC0415
    from tasks.segment.explain import explain as explain_receivable  # noqa: PLC0415

    workspace = load_workspace(folder)
    day = business_date(workspace, as_of.date() if as_of else None)
    chosen = language or ("es" if workspace.settings.company.language == "es" else "en")
    if not as_json:
        err.print(f"Deciding {day} again ...")
    with (
        tempfile.TemporaryDirectory(prefix="puntual-explain-") as scratch,
        ledger_of(folder) as ledger,
        rebuilt(workspace, ledger, day, Path(scratch), known_on=known_on(workspace, utc_now())) as connection,
    ):
        answer = explain_receivable(connection, receivable, language=chosen)
        kept = kept_decision(connection, workspace.paths.decisions, ledger, answer.receivable_id, day)
        holds = order_hold_facts(connection, answer.receivable_id, chosen)
        claims = claim_facts(connection, answer.receivable_id, chosen)
    answer = replace(answer, facts=(*answer.facts, *claims, *holds))
    if as_json:
        print_json({**asdict(answer), "kept": None if kept is None else asdict(kept)})
        return
    out.print(f"{answer.receivable_id} · {answer.as_of}: {answer.conclusion}", markup=False)
    for fact in answer.facts:
        out.print(f"  {fact.label}: {fact.value}", markup=False)
    for step in answer.ladder:
        out.print(f"    {step}", markup=False)
    for test in answer.path:
        out.print(f"  {'[x]' if test.holds else '[ ]'} {test.question}  {test.detail}", markup=False)
    for line in kept_lines(kept, as_of=answer.as_of, language=chosen):
        out.print(f"  {line}", markup=False)
