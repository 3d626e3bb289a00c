"""The figures of a back-test as tables for the terminal, in the company's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.table import Table

from tasks.report.words import Words
from tasks.score.card.ranking import best, value_of
from tasks.score.cash.figures import ALL_WEEKS, CashBacktest, CashFigures, ModelCash
from tasks.score.evaluation.backtest import Backtest
from tasks.score.evaluation.figures import Figures

_DAYS = "mae_days"
_SHOWN = ("auc", "average_precision", "brier", "ece", _DAYS)
"""What fits on a terminal; `--json` and the model card have all."""


def figure_table(result: Backtest, title: str, words: Words) -> Table:
    """All forecasts of one target, the best of each figure in bold."""
    table = _table(title, [words["col_forecast"], *(words[f"figure_{name}"] for name in _SHOWN)])
    for item in result.models:
        table.add_row(
            words.named("model", item.name),
            *(_cell(item, name, words, is_best=best(result.models, name) is item) for name in _SHOWN),
        )
    return table


def row_table(title: str, rows: Iterable[tuple[str, Figures]], words: Words) -> Table:
    """One forecast over several sets of rows: segments, folds."""
    figures = [words[f"figure_{name}"] for name in _SHOWN]
    shown = [words["col_segment"], words["col_rows"], words["col_late"], *figures]
    table = _table(title, shown)
    for label, item in rows:
        cells = (_cell(item, name, words, is_best=False) for name in _SHOWN)
        table.add_row(label, words.number(item.rows), words.percent(item.late_share), *cells)
    return table


def model_cash_tables(found: ModelCash, words: Words) -> list[Table]:
    """One table per currency: the forecast by habits beside that with the fitted model's days to payment, on the same days."""
    tables = []
    for currency in dict.fromkeys(item.currency for item in found.fitted.figures):
        table = _table(
            words["cash_model_title"].format(
                currency=currency, days=len(found.fitted.days), day=words.day(found.trained_on)
            ),
            [
                words["cash_weeks"],
                words["cash_by_habits"],
                words["cash_within"],
                words["cash_by_model"],
                words["cash_within"],
            ],
            label_width=10,
        )
        for habits, fitted in zip(found.habits.figures, found.fitted.figures, strict=True):
            if fitted.currency == currency:
                error, other = _text(habits.forecast.absolute, words), _text(fitted.forecast.absolute, words)
                shares = words.percent(habits.coverage), words.percent(fitted.coverage)
                table.add_row(_weeks(fitted, words), error, shares[0], other, shares[1])
        tables.append(table)
    return tables


def cash_tables(backtest: CashBacktest, words: Words) -> list[Table]:
    """One table per currency: how far the cash forecast and the naive plans were off, by weeks ahead; the least in bold."""
    plans = [words[f"cash_{plan}"] for plan in ("forecast", "due", "late_as_usual", "average")]
    tables = []
    for currency in dict.fromkeys(item.currency for item in backtest.figures):
        table = _table(
            words["cash_title"].format(currency=currency, days=len(backtest.days)),
            [words["cash_weeks"], *plans, words["cash_within"]],
            label_width=10,
        )
        for item in backtest.figures:
            if item.currency == currency:
                table.add_row(_weeks(item, words), *_errors(item, words), words.percent(item.coverage))
        tables.append(table)
    return tables


def _weeks(item: CashFigures, words: Words) -> str:
    if (item.first_week, item.last_week) == ALL_WEEKS:
        return words["cash_all"]
    return str(item.first_week) if item.first_week == item.last_week else f"{item.first_week}–{item.last_week}"


def _errors(item: CashFigures, words: Words) -> list[str]:
    errors = [plan.absolute for plan in (item.forecast, item.due, item.late_as_usual, item.average)]
    least = min((error for error in errors if error is not None), default=None)
    texts = [_text(error, words) for error in errors]
    return [
        f"[bold]{text}[/bold]" if error is not None and error == least else text
        for error, text in zip(errors, texts, strict=True)
    ]


def _text(error: float | None, words: Words) -> str:
    return "–" if error is None else words.percent(error)


def _table(title: str, headings: Sequence[str], *, label_width: int = 24) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", min_width=5 if place else label_width)
    return table


def _cell(item: Figures, name: str, words: Words, *, is_best: bool) -> str:
    figure = value_of(item, name)
    if figure.value is None:
        return "–"
    text = words.number(figure.value, 2 if name == _DAYS else 3)
    return f"[bold]{text}[/bold]" if is_best else text
