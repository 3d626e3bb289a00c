"""How a run's failure is told: to our own history of runs, and to the caller after the rest of the day was saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from prefect.client.schemas.objects import State

from tasks.ledger.door import finish_run
from tasks.runs import Run


@contextmanager
def failure_is_recorded(run: Run) -> Iterator[None]:
    """Writes a failure, or an interruption, into our own history of runs before it goes on to Prefect and to the user."""
    try:
        yield
    except BaseException:
        # The first error is what the user has to know; the ledger itself may be what failed. Not as a task: Prefect may be
        # cancelling this very run.
        with suppress(Exception):
            finish_run.fn(run, status="failed", counts={})
        raise


def failure_of(state: State[None]) -> BaseException | None:
    """The error of a sub-flow that was asked for its state, or None when it went well."""
    outcome = state.result(raise_on_failure=False)
    return outcome if isinstance(outcome, BaseException) else None
