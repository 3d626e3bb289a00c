"""Finds overrides that name what does not exist: in the file without data, and in the data of a run."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.problems import Problem
from tasks.segment.strategy import LEFT_IN_PEACE, Strategy
from tasks.warehouse.connection import Connection

_UNKNOWN = """
SELECT o.override_number, o.customer_id IS NOT NULL, coalesce(o.customer_id, o.receivable_id), o.until_on < run.as_of, o.until_on
FROM policy.overrides AS o
CROSS JOIN run.parameters AS run
WHERE o.until_on < run.as_of
    OR (o.customer_id IS NOT NULL AND o.customer_id NOT IN (SELECT customer_id FROM staging.customers))
    OR (o.receivable_id IS NOT NULL AND o.receivable_id NOT IN (SELECT receivable_id FROM staging.receivables))
ORDER BY o.override_number
"""


def lint_overrides(strategy: Strategy, where: str) -> Iterator[Problem]:
    """Errors that need no data: an unknown segment or ladder, and two overrides of the same customer or receivable."""
    segments = {segment.name for segment in strategy.segments}
    seen: dict[str, int] = {}
    for number, override in enumerate(strategy.overrides):
        place = f"{where}: overrides.{number} ({override.about})"
        if override.segment is not None and override.segment not in segments:
            yield Problem(
                "error",
                place,
                f"the segment '{override.segment}' does not exist",
                f"Use one of: {', '.join(sorted(segments))}.",
            )
        if override.ladder not in (None, LEFT_IN_PEACE, *strategy.ladders):
            known = ", ".join((*strategy.ladders, LEFT_IN_PEACE))
            yield Problem("error", place, f"the ladder '{override.ladder}' does not exist", f"Use one of: {known}.")
        if override.about in seen:
            what = f"overrides.{seen[override.about]} is about the same {override.about.split()[0]}"
            yield Problem("error", place, what, "Keep one of them.")
        seen.setdefault(override.about, number)


def find_idle_overrides(connection: Connection, where: str = "strategy.yaml") -> list[Problem]:
    """Warnings about overrides that do nothing in a run: they have ended, or what they name is in no export.

    Needs `run`, `policy` and `staging`.
    """
    return [
        Problem(
            "warning",
            f"{where}: overrides.{number - 1}",
            *_idle(identity, until, is_customer=is_customer, is_over=is_over),
        )
        for number, is_customer, identity, is_over, until in connection.execute(_UNKNOWN).fetchall()
    ]


def _idle(identity: str, until: object, *, is_customer: bool, is_over: bool) -> tuple[str, str]:
    kind = "customer" if is_customer else "receivable"
    if is_over:
        return f"ended on {until} ({kind} {identity})", "Remove it, or give it a later day."
    return (
        f"no export has the {kind} {identity}",
        "Correct the id; receivables that were paid long ago may be left out.",
    )
