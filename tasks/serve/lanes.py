"""How much each part of the application takes: debtors come seldom and send little, providers come often and send much."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lane:
    """Bounds of every address that begins with `prefix`. `per_minute`: requests of one client (None: unbounded).

    `largest_body`: bytes of one request; None: whoever answers there bounds what he reads himself.
    """

    prefix: str
    per_minute: int | None
    largest_body: int | None


HEALTH = "/health"
_LARGEST_FORM = 64 * 1024
_DELIVERIES_PER_MINUTE = 6_000


def lanes(*, requests_per_minute: int) -> tuple[Lane, ...]:
    """The lanes, the first that fits counts."""
    return (
        Lane(HEALTH, None, 0),
        Lane("/events/", _DELIVERIES_PER_MINUTE, None),
        Lane("/", requests_per_minute, _LARGEST_FORM),
    )


def lane_of(path: str, known: tuple[Lane, ...]) -> Lane:
    """The lane of an address."""
    return next((lane for lane in known if path.startswith(lane.prefix)), known[-1])
