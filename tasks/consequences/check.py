"""What can be wrong with `consequences:` although each line of it is well formed: names nobody knows, rates nobody stated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from tasks.consequences.policy import Consequences
from tasks.consequences.rates import load_rates, missing_rate
from tasks.problems import Problem, SettingsProblem
from tasks.segment.load import load_strategy
from tasks.segment.strategy import Strategy

RATES_FILE = "rates.yaml"
"""The workspace's own rates, beside its strategy."""


def consequence_problems(strategy_file: Path, as_of: date) -> list[Problem]:
    """Every mistake in the consequences of a strategy, and each rate that is missing until `as_of` or is not sure.

    Raises:
        SettingsProblem: the strategy or `rates.yaml` cannot be read as written.
    """
    strategy = load_strategy(strategy_file)
    policy = strategy.consequences
    if policy is None:
        return []
    return [*_unknown_names(strategy, policy), *_rate_problems(policy, strategy, strategy_file, as_of)]


def require_good_consequences(strategy_file: Path, as_of: date) -> None:
    """Raises one `SettingsProblem` with every error of `consequence_problems`."""
    errors = [problem for problem in consequence_problems(strategy_file, as_of) if problem.severity == "error"]
    if errors:
        raise SettingsProblem(*errors)


def _unknown_names(strategy: Strategy, policy: Consequences) -> Iterator[Problem]:
    segments = {segment.name for segment in strategy.segments}
    steps = {step.step for ladder in strategy.ladders.values() for step in ladder.steps}
    for segment in policy.segments.keys() - segments:
        yield Problem(
            "error",
            f"strategy.yaml: consequences.segments.{segment}",
            "no segment has this name",
            f"Use one of: {', '.join(sorted(segments))}.",
        )
    for place, terms in (("default", policy.default), *((f"segments.{n}", t) for n, t in policy.segments.items())):
        for step in sorted(terms.fees.keys() - steps):
            yield Problem(
                "error",
                f"strategy.yaml: consequences.{place}.fees.{step}",
                "no ladder has a step of this name, so the fee is never charged",
                f"Use one of: {', '.join(sorted(steps))}.",
            )


def _rate_problems(policy: Consequences, strategy: Strategy, strategy_file: Path, as_of: date) -> Iterator[Problem]:
    rates = load_rates(strategy_file.parent / RATES_FILE)
    countries = {policy.terms_of(segment.name).late_interest.country for segment in strategy.segments} - {None}
    first = policy.since + timedelta(days=1)
    for country in sorted(country for country in countries if country is not None):
        if stretches := rates.missing(country, first=first, last=as_of):
            yield missing_rate(country, stretches)
        unsure = [
            period
            for period in rates.periods(country)
            if period.certainty == "unverified" and period.from_on <= as_of and period.to_on >= first
        ]
        for period in unsure:
            yield Problem(
                "warning",
                f"rates of late interest, {country}",
                f"{period.percent} % from {period.from_on} is one third party's figure ({period.source})",
                "Compare it with the official journal and state it in rates.yaml of the workspace with its source.",
            )
