"""What a model card says, as plain values: no arrays, no connection, no customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tasks.score.evaluation.backtest import Backtest
from tasks.score.evaluation.calibration import CalibrationBin
from tasks.score.evaluation.money import GainCurve


class Standing(StrEnum):
    """How the model came to be used, or why it is not."""

    FIRST = "first"
    BETTER = "better"
    NOT_BETTER = "not_better"
    NOT_COMPARED = "not_compared"
    BY_NAME = "by_name"


@dataclass(frozen=True, kw_only=True)
class DataSpan:
    """What the model was fitted and judged on. Shares are 0 to 1; `without_history` is of the test rows."""

    first_on: date
    last_on: date
    customers: int
    currencies: tuple[str, ...]
    late_share_train: float
    late_share_test: float
    without_history: float


@dataclass(frozen=True, kw_only=True)
class FeatureLine:
    """A feature, its meaning in both languages, and its share (0 to 1) of the importance of all."""

    name: str
    meaning_es: str
    meaning_en: str
    importance: float

    def meaning(self, language: str) -> str:
        """The meaning in `es`, else in English."""
        return self.meaning_es if language == "es" else self.meaning_en


@dataclass(frozen=True, kw_only=True)
class TargetCard:
    """One target: paid more than `tolerance_days` late, its back-test, and the two plots' numbers.

    `is_base_rate`: everything not overdue yet has the base rate, for the model was not better on months it had not seen.
    `is_by_working_days`: a due date on a weekend or holiday counts as the next working day. `calibration` is the model's; of
    `gains` the model's and the baselines' curves per currency, and `best_possible`.
    """

    tolerance_days: int
    is_by_working_days: bool
    backtest: Backtest
    calibration: tuple[CalibrationBin, ...]
    gains: tuple[GainCurve, ...]
    is_base_rate: bool = False

    def gains_in(self, currency: str) -> tuple[GainCurve, ...]:
        """The curves of one currency."""
        return tuple(curve for curve in self.gains if curve.currency == currency)

    @property
    def gain_currencies(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(curve.currency for curve in self.gains))


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A figure (`auc`, `brier`, …) of the model that was in use and of this one, over the same test rows."""

    figure: str
    tolerance_days: int
    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """Whether the model is in use and why, and the model in use before (`replaced`, None for the first)."""

    is_in_use: bool
    standing: Standing
    replaced: str | None = None
    comparisons: tuple[Comparison, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FutureCheck:
    """How the guard against the future went: features of `rows` rows compared after everything later was altered."""

    rows: int
    features: int
    moved: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DataGap:
    """A field of the exports that would sharpen the score and is empty for a share (0 to 1) of the receivables."""

    field: str
    missing_share: float


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """Everything the card shows; `targets` is never empty.

    `kind` is the family of the model (`logistic`, `trees`, …); `companies`: how many it has learnt from.
    """

    model_id: str
    kind: str
    company_name: str
    trained_on: date
    data: DataSpan
    features: tuple[FeatureLine, ...]
    targets: tuple[TargetCard, ...]
    promotion: Promotion
    future_check: FutureCheck | None = None
    gaps: tuple[DataGap, ...] = ()
    companies: int = 1
