"""`outcomes.html` of a run: what reminders change, for the company's own people. It has no names of customers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from tasks.experiment.outcomes import Arm, Outcomes, read_outcomes
from tasks.paths import TEMPLATES
from tasks.private_files import write_private_text
from tasks.report.rendering import environment
from tasks.report.words import Language, Words
from tasks.warehouse.connection import Connection

FILE = "outcomes.html"


@cache
def outcome_words(language: Language) -> Words:
    """The words of this page."""
    text = (TEMPLATES / "report" / f"outcomes.{language}.yaml").read_text(encoding="utf-8")
    return Words(language, yaml.safe_load(text))


def to_html(outcomes: Outcomes, language: Language) -> str:
    """The page as one HTML document that needs nothing else: no script, no remote file."""
    return (
        environment()
        .get_template("report/outcomes.html.j2")
        .render(outcomes=outcomes, words=outcome_words(language), reach=reach(outcomes))
    )


def reach(outcomes: Outcomes) -> float:
    """Days from the zero line to the edge of the charts, the same for all so that they can be compared; at least 1."""
    return max([1.0, *(end for comparison in outcomes.comparisons for arm in comparison.arms for end in _ends(arm))])


def _ends(arm: Arm) -> list[float]:
    return [abs(end) for end in (arm.days_gained_low, arm.days_gained_high) if end is not None]


def write_outcomes(connection: Connection, folder: Path, language: Language) -> Path:
    """Writes `outcomes.html` to the run's `folder` and gives its path; `mart` must be built. Safe to repeat."""
    return write_private_text(folder / FILE, to_html(read_outcomes(connection), language))
