"""The geometry of the card's plots: figures in, coordinates of an SVG of 360 by 300 units out; templates/score/plots.html.j2 draws."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from tasks.score.evaluation.calibration import CalibrationBin
from tasks.score.evaluation.money import GainCurve

WIDTH, HEIGHT = 360, 300
LEFT, RIGHT, TOP, BOTTOM = 46, 348, 12, 252
_FINE_UP_TO = 0.5  # up to here the scale is marked every tenth, above it every fifth


@dataclass(frozen=True)
class Tick:
    """A labelled place on both axes: its share (0 to 1), and where it is across and down."""

    share: float
    x: float
    y: float


@dataclass(frozen=True)
class Dot:
    """A tenth of the rows: where it is, and the ends of its interval down the page."""

    x: float
    y: float
    low_y: float
    high_y: float


@dataclass(frozen=True)
class CalibrationPlot:
    """Dots on a square scale that ends at `maximum`; on the diagonal, foretold and observed agree."""

    ticks: tuple[Tick, ...]
    dots: tuple[Dot, ...]
    maximum: float


@dataclass(frozen=True)
class Line:
    """A curve of the gain plot as the `points` of a polyline."""

    name: str
    points: str


@dataclass(frozen=True)
class GainPlot:
    """One line per forecast, both scales from 0 to 1."""

    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]


def calibration_plot(bins: tuple[CalibrationBin, ...]) -> CalibrationPlot:
    """The plot of at least one bin; the scale ends at the next mark above everything shown."""
    most = max(max(item.foretold, item.interval.high) for item in bins)
    step = _step(most)
    maximum = round(max(1, ceil(most / step - 1e-9)) * step, 1)
    dots = tuple(
        Dot(
            x=_x(item.foretold / maximum),
            y=_y(item.observed / maximum),
            low_y=_y(item.interval.low / maximum),
            high_y=_y(item.interval.high / maximum),
        )
        for item in bins
    )
    return CalibrationPlot(_ticks(maximum), dots, maximum)


def gain_plot(curves: tuple[GainCurve, ...]) -> GainPlot:
    """The plot of curves of one currency, in their order."""
    lines = tuple(
        Line(
            curve.name,
            " ".join(f"{_x(worked)},{_y(found)}" for worked, found in zip(curve.worked, curve.found, strict=True)),
        )
        for curve in curves
    )
    return GainPlot(_ticks(1.0), lines)


def _ticks(maximum: float) -> tuple[Tick, ...]:
    step = _step(maximum)
    shares = [step * number for number in range(round(maximum / step) + 1)]
    return tuple(Tick(share, _x(share / maximum), _y(share / maximum)) for share in shares)


def _step(maximum: float) -> float:
    return 0.1 if maximum <= _FINE_UP_TO else 0.2


def _x(share: float) -> float:
    return round(LEFT + share * (RIGHT - LEFT), 1)


def _y(share: float) -> float:
    return round(BOTTOM - share * (BOTTOM - TOP), 1)
