"""What is foretold of defaults before anything is overdue: the base rate, moved only as far as unseen months allow."""

from __future__ import annotations

import numpy as np
import pytest

from tasks.score.fitted.rare import base_calibration, believed_slope

ROWS = 20_000


def drawn(seed: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """True log-odds around a base rate of about 1 %, and what happened."""
    chance = np.random.default_rng(seed)
    truth = -5.0 + spread * chance.normal(size=ROWS)
    return truth, chance.uniform(size=ROWS) < 1 / (1 + np.exp(-truth))


def test_what_ranks_no_better_than_chance_leaves_the_base_rate() -> None:
    truth, happened = drawn(1, 1.0)
    noise = np.random.default_rng(9).normal(size=ROWS)
    assert believed_slope(noise, happened) == 0
    level = base_calibration(noise, slope=0.0, base=0.0123)
    probability = 1 / (1 + np.exp(-level(truth)))
    assert np.ptp(probability) == 0
    assert probability[0] == pytest.approx(0.0123)


def test_what_exaggerates_is_believed_in_part_and_beats_the_base_rate() -> None:
    truth, happened = drawn(2, 1.2)
    foretold = 3 * truth + 7
    slope = believed_slope(foretold, happened)
    assert 0.05 < slope < 0.5
    later, came = drawn(3, 1.2)
    level = base_calibration(foretold, slope=slope, base=float(happened.mean()))
    probability = 1 / (1 + np.exp(-level(3 * later + 7)))
    assert np.mean((probability - came) ** 2) < np.mean((happened.mean() - came) ** 2)
    assert probability.mean() == pytest.approx(happened.mean(), rel=0.1)


def test_few_defaults_are_hardly_believed_and_none_not_at_all() -> None:
    truth, happened = drawn(4, 1.5)
    few = np.arange(ROWS) < ROWS // 10
    assert believed_slope(truth[few], happened[few]) < believed_slope(truth, happened)
    assert believed_slope(truth, np.zeros(ROWS, dtype=bool)) == 0
    assert believed_slope(truth[:0], happened[:0]) == 0


def test_a_population_without_rows_has_the_level_of_all() -> None:
    level = base_calibration(np.zeros(0), slope=0.0, base=0.02)
    assert 1 / (1 + np.exp(-level(np.array([7.0]))))[0] == pytest.approx(0.02)
