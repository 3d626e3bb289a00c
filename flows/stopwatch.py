"""How long each stage of a run took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from tasks.report.news import StageSeconds


class Stopwatch:
    """Collects seconds per stage, in the order in which the stages ended."""

    def __init__(self) -> None:
        self._stages: list[StageSeconds] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measures the block."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._stages.append(StageSeconds(name, time.perf_counter() - started))

    @property
    def stages(self) -> tuple[StageSeconds, ...]:
        """What was measured so far."""
        return tuple(self._stages)
