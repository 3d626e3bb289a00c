"""`puntual backtest`: how right a score of one's own would have been, out of time and beside rules of thumb."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flows.cli.options import AsJson, AsOf, Folder
from flows.cli.output import err, out, print_json
from flows.clock import business_date
from tasks.settings.load import load_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.report.words import Language, Words
    from tasks.score.evaluation.leaks import Suspicion
    from tasks.score.fitted.backtest import Answer

Cutoff = Annotated[
    datetime | None,
    typer.Option(
        metavar="DATE", formats=["%Y-%m-%d"], help="The model learns what was known before. Default: by share."
    ),
]
TestShare = Annotated[
    float, typer.Option(min=0.05, max=0.95, help="Share of the receivables that the test is made on, the latest.")
]
Horizon = Annotated[int | None, typer.Option(min=1, help="Length of the test in days. Default: all that is known.")]
Folds = Annotated[int, typer.Option(min=1, max=24, help="Fit anew so many times through the test.")]
Tolerance = Annotated[
    int | None,
    typer.Option(
        min=0, max=60, help="Days after the due date that still count as in time. Default: as in puntual.yaml."
    ),
]
WorkingDays = Annotated[
    bool | None,
    typer.Option(
        "--working-days/--no-working-days",
        help="A due date on a weekend or holiday counts as the next working day. Default: as in puntual.yaml.",
    ),
]
Audit = Annotated[
    bool, typer.Option("--audit", help="Compute features again with another future, and show that none of them moves.")
]
ShowLeak = Annotated[
    bool, typer.Option("--show-leak", help="Make a leaky model on purpose, and show how the guards see it.")
]
Cash = Annotated[
    bool,
    typer.Option(
        "--cash",
        help="Judge the cash forecast of twelve past Sundays too: about a minute more for 30,000 receivables. Default: off.",
    ),
]
DocumentType = Annotated[
    Literal["invoice", "debit_note"] | None, typer.Option(help="Test on such documents only. Default: both kinds.")
]


def backtest(
    folder: Folder,
    as_of: AsOf = None,
    cutoff: Cutoff = None,
    test_share: TestShare = 0.3,
    horizon: Horizon = None,
    folds: Folds = 1,
    tolerance: Tolerance = None,
    working_days: WorkingDays = None,
    document_type: DocumentType = None,
    audit: Audit = False,
    show_leak: ShowLeak = False,
    cash: Cash = False,
    as_json: AsJson = False,
) -> None:
    """Fit a model on the earlier part of the history, test it on the later one, and print the figures beside naive ones."""
    # Imported here so that --help does not wait for the libraries.
    from tasks.ledger.live import known_on, learned_by, utc_now  # noqa: PLC0415
    from tasks.score.fitted.answer_json import answer_json  # noqa: PLC0415
    from tasks.score.fitted.backtest import Question  # noqa: PLC0415
    from tasks.score.fitted.backtest import backtest as answer  # noqa: PLC0415

    workspace = load_workspace(folder)
    question = Question(
        as_of=business_date(workspace, as_of.date() if as_of else None),
        known_on=known_on(workspace, utc_now()),
        cutoff=cutoff.date() if cutoff else None,
        train_share=1 - test_share,
        horizon=horizon,
        folds=folds,
        tolerance=tolerance,
        working_days=working_days,
        document_type=document_type,
        is_audited=audit,
        shows_leak=show_leak,
        forecasts_cash=cash,
    )
    found = answer(
        workspace,
        question,
        learned=learned_by,
        progress=lambda what: None if as_json else err.print(f"{what} ...", markup=False),
    )
    if as_json:
        print_json(answer_json(found))
    else:
        _print(found, "es" if workspace.settings.company.language == "es" else "en")


def _print(answer: Answer, language: Language) -> None:
    """The figures of each target, then where the first is better and worse."""
    from flows.cli.figures import cash_tables, figure_table, model_cash_tables, row_table  # noqa: PLC0415
    from tasks.score.card.words import card_words  # noqa: PLC0415

    words = card_words(language)
    for target, result in answer.results.items():
        title = words["target"].format(days=answer.recipe.days_of(target))
        rows = words["data_rows"].format(
            rows=words.number(result.rows_test), share=words.percent(result.models[0].late_share)
        )
        cutoff = f"{words['col_cutoff']}: {words.day(result.cutoff)}"
        out.print(figure_table(result, f"{title} · {cutoff} · {rows}", words))
    if answer.is_thinned:
        out.print(
            words["thinned"].format(points=words.number(answer.points), share=words.percent(answer.judged_share)),
            markup=False,
        )
    first = next(iter(answer.results.values()))
    cover = first.models[0].coverage
    if cover.within.value is not None:
        out.print(
            f"{words['interval_title']} {words['interval_intro'].format(level=words.number(cover.level * 100))} "
            f"{words['interval_within']}: {words.percent(cover.within.value)}.",
            markup=False,
        )
    segments = [
        (words.named("segment", item.kind) + ": " + words.named("label", item.label), item.figures)
        for item in first.segments
    ]
    out.print(row_table(words["segments_title"], segments, words))
    if first.folds:
        out.print(row_table(words["folds_title"], [(words.day(day), item) for day, item in first.folds], words))
    if answer.audit is not None:
        moved = [item.column for item in answer.audit.moved]
        sentence = words["data_future_moved"] if moved else words["data_future_held"]
        told = sentence.format(names=", ".join(moved), features=answer.audit.features, rows=answer.audit.rows)
        out.print(f"{words['data_future']}: {told}.", markup=False)
    if answer.leaky is not None:
        out.print(row_table(words["leak_title"], [(words["model_leaky"], answer.leaky.figures)], words))
        _print_signs(answer.leaky.suspicions, words)
    for result in answer.results.values():
        _print_signs(result.suspicions, words)
    if answer.cash is not None:
        for table in cash_tables(answer.cash, words):
            out.print(table)
        for table in model_cash_tables(answer.cash.by_model, words) if answer.cash.by_model else ():
            out.print(table)
        out.print(words["cash_read" if answer.cash.figures else "cash_none"], markup=False)


def _print_signs(signs: Sequence[Suspicion], words: Words) -> None:
    from tasks.score.card.page import sign_text  # noqa: PLC0415

    for item in signs:
        err.print(f"[red]{item.sign}[/red] ", end="")
        err.print(sign_text(item, words), markup=False)
