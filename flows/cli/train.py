"""`puntual train`: a score model of one's own, used only if it is better; and the way back by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import AsJson, AsOf, Folder
from flows.cli.output import err, out, print_json, progress_bars
from flows.clock import business_date
from tasks.score.fitted.permission import require_permission
from tasks.settings.load import load_workspace

if TYPE_CHECKING:
    from tasks.report.words import Language
    from tasks.score.fitted.keep import Trained

Use = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Train nothing: let the model NAME, or `scorecard`, score from the date on."),
]
With = Annotated[
    list[Path] | None,
    typer.Option(
        "--with",
        metavar="DIR",
        help="Learn from the history of this workspace too (repeatable); each company must set score.may_be_shared.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Fit and judge, and keep nothing.")]


def train(
    folder: Folder,
    as_of: AsOf = None,
    use: Use = None,
    shared_with: With = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Fit a score model to the company's own history, judge it, and use it if it is better than what scores now."""
    day = as_of.date() if as_of else None
    if use is not None:
        _use(folder, use, business_date(load_workspace(folder), day), as_json=as_json)
        return
    trained = _trained(folder, day, tuple(shared_with or ()), dry_run=dry_run, is_quiet=as_json)
    if as_json:
        print_json(trained.as_json())
    else:
        language: Language = "es" if load_workspace(folder).settings.company.language == "es" else "en"
        for line in _lines(trained, language):
            out.print(line, markup=False)


def _use(folder: Path, name: str, day: date, *, as_json: bool) -> None:
    from tasks.score.fitted.keep import use_model  # noqa: PLC0415 XGBoost takes a second to import

    promotion = use_model(load_workspace(folder), name, on=day)
    if as_json:
        print_json(promotion.model_dump(mode="json"))
    else:
        out.print(f"{promotion.replaced} → {promotion.name} ({promotion.on})", markup=False)


def _trained(
    folder: Path, day: date | None, shared_with: tuple[Path, ...], *, dry_run: bool, is_quiet: bool
) -> Trained:
    workspace = load_workspace(folder)  # before Prefect starts, so that a mistake is told at once
    require_permission(workspace, [load_workspace(other) for other in shared_with])
    if not is_quiet:
        err.print("Starting Prefect (about ten seconds when no server runs); training takes minutes ...")
    from prefect import tags  # noqa: PLC0415 Prefect takes seconds to import, which --help should not

    from flows.naming import company_tag  # noqa: PLC0415
    from flows.train import train as train_flow  # noqa: PLC0415

    with progress_bars(not is_quiet), tags(company_tag(workspace)):
        return train_flow(workspace.paths.root, as_of=day, dry_run=dry_run, shared_with=shared_with)


def _lines(trained: Trained, language: Language) -> list[str]:
    """What was found and why, what scores now, and where the card is."""
    from tasks.score.card.words import card_words  # noqa: PLC0415

    words = card_words(language)
    lines = [words[f"trained_{trained.finding}"].format(replaced=words.named("model", trained.replaced))]
    for item in trained.comparisons:
        told = words["trained_comparison"].format(
            name=words.named("model", str(item["against"])),
            rows=words.number(_number(item["rows"])),
            mine=words.number(_number(item["log_loss"]), 4),
            theirs=words.number(_number(item["other_log_loss"]), 4),
            low=words.number(_number(item["low"]), 4),
            high=words.number(_number(item["high"]), 4),
            error=words.number(_number(item["ece"]), 3),
        )
        lines.append(f"  {told}")
    if trained.companies > 1:
        lines.append(f"  {words['shared_by'].format(companies=words.number(trained.companies))}")
    if trained.finding in {"too_short", "too_soon"}:
        lines.append(f"  {trained.why}")
    if trained.model is not None:
        kept = "trained_dry_run" if trained.is_dry_run else "trained_kept"
        lines.append(words[kept].format(name=trained.model, card=trained.card or ""))
    lines.append(words["trained_in_use"].format(name=words.named("model", trained.in_use)))
    return lines


def _number(value: object) -> float:
    if not isinstance(value, (int, float)):
        raise TypeError(f"{value!r} is no number")
    return value
