"""Which of the forecasts in a table is best by each figure, and why some have none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tasks.score.evaluation.backtest import Backtest
from tasks.score.evaluation.figure import Figure, Reason
from tasks.score.evaluation.figures import Figures

SHOWN = ("auc", "average_precision", "brier", "ece", "precision_at_10pct", "mae_days")
"""The figures of the card's tables, in their order; money follows them."""
_LESS_IS_BETTER = {"brier", "ece", "log_loss", "mae_days"}


def value_of(figures: Figures, name: str) -> Figure:
    """The figure called `name`; `money:EUR` is the late money reached in a currency.

    Raises:
        KeyError: there is no figure of that name.
    """
    kind, _, currency = name.partition(":")
    if kind == "money":
        return figures.late_money_recall[currency]
    found = getattr(figures, name, None)
    if not isinstance(found, Figure):
        raise KeyError(name)
    return found


def columns(backtest: Backtest) -> tuple[str, ...]:
    """The names of all figures shown of a back-test."""
    return (*SHOWN, *(f"money:{currency}" for currency, _ in backtest.best_possible))


def best(models: Sequence[Figures], name: str) -> Figures | None:
    """The forecast with the best figure, the first of equals; None where none has it."""
    found = [(value, item) for item in models if (value := value_of(item, name).value) is not None]
    if not found:
        return None
    sign = 1.0 if name in _LESS_IS_BETTER else -1.0
    return min(found, key=lambda pair: sign * pair[0])[1]


def best_baseline(backtest: Backtest, name: str) -> Figures | None:
    """The best of the rules of thumb, which stand after the model."""
    return best(backtest.models[1:], name)


def is_worse_than_baseline(backtest: Backtest, name: str) -> bool:
    """Whether a rule of thumb has a better figure than the model."""
    winner = best(backtest.models, name)
    return winner is not None and value_of(backtest.models[0], name).value is not None and winner != backtest.models[0]


def reasons_in(models: Iterable[Figures], names: Sequence[str]) -> tuple[Reason, ...]:
    """Why figures are missing in a table of these forecasts and figures, each reason once."""
    seen = (value_of(item, name).reason for item in models for name in names)
    return tuple(dict.fromkeys(reason for reason in seen if reason is not None))
