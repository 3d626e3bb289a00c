"""Finds experiments that are well formed and cannot work with the segments and ladders of the strategy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from tasks.experiment.policy import Experiment
from tasks.problems import Problem


def lint_experiments(
    experiments: Sequence[Experiment],
    *,
    segments: Mapping[str, str | None],
    ladders: Collection[str],
    where: str,
) -> Iterator[Problem]:
    """Segments and ladders that do not exist, names used twice, and experiments in each other's way.

    `segments`: name to ladder (None: left in peace).
    """
    for number, experiment in enumerate(experiments):
        place = f"{where}: experiments.{number} ({experiment.name})"
        for segment in experiment.segments:
            if segment not in segments:
                yield Problem(
                    "error", place, f"the segment '{segment}' does not exist", f"Use one of: {', '.join(segments)}."
                )
            elif segments[segment] is None:
                yield Problem(
                    "error",
                    place,
                    f"the segment '{segment}' is left in peace, so there is nothing to compare",
                    "Take it out of the experiment.",
                )
        for variant in experiment.variants:
            if variant.ladder is not None and variant.ladder not in ladders:
                yield Problem(
                    "error",
                    place,
                    f"the ladder '{variant.ladder}' of the variant '{variant.name}' does not exist",
                    f"Use one of: {', '.join(ladders)}.",
                )
        for other in experiments[:number]:
            if other.name == experiment.name:
                yield Problem(
                    "error", place, "the name is already taken", "Rename one: a name is what customers are drawn by."
                )
            elif other.overlaps(experiment):
                yield Problem(
                    "error",
                    place,
                    f"overlaps with '{other.name}' in segments and days, so that neither could be told from the other",
                    "Run one after the other, or in different segments.",
                )
