"""Sub-flow: send the day's messages, or show them, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from prefect import flow
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from tasks.problems import UserProblem
from tasks.remind.delivery.outcomes import SendCounts
from tasks.remind.door import preview_batch, send_batch, try_messages
from tasks.runs import Run
from tasks.segment.decide import Batch
from tasks.worklist.door import write_worklists
from tasks.worklist.hand_over import WorklistCounts

_BATCHES_AT_ONCE = 4
_Future = PrefectFuture[SendCounts] | PrefectFuture[int] | PrefectFuture[WorklistCounts]


def _runner() -> TaskRunner[PrefectFuture[object]]:
    # The stubs make the runner generic in a type that only its tasks know.
    return cast("TaskRunner[PrefectFuture[object]]", ThreadPoolTaskRunner(max_workers=_BATCHES_AT_ONCE))


@flow(name="remind", flow_run_name="remind for {run.as_of}", task_runner=_runner(), validate_parameters=False)
def remind(run: Run, batches: Sequence[Batch], *, send: bool) -> None:
    """One task run per batch: sends what the ledger lets go when `send`, else renders it to look at. What people do goes on lists.

    All batches are tried before failures are told: one provider's bad minute must not cost the others their day.
    """
    futures: list[_Future] = []
    errors: list[BaseException | None] = []
    # Before the batches: it writes in the work database, which they read side by side.
    errors.append(
        _error_of(write_worklists.submit(run.folder, run_id=run.run_id, work_database=run.work_db, send=send))
    )
    if send and batches:
        try_messages(run.folder, work_database=run.work_db)
    for batch in batches:
        submit = send_batch.submit if send else preview_batch.submit
        futures.append(
            submit(
                run.folder,
                run_id=run.run_id,
                work_database=run.work_db,
                segment=batch.segment,
                channel=batch.channel,
                batch_number=batch.batch_number,
            )
        )
    errors += [_error_of(future) for future in futures]
    if failures := [error for error in errors if error is not None]:
        raise _together(failures)


def _error_of(future: _Future) -> BaseException | None:
    future.wait()
    outcome = future.result(raise_on_failure=False)
    return outcome if isinstance(outcome, BaseException) else None


def _together(errors: list[BaseException]) -> BaseException:
    """What the user can put right, all of it; or else the first defect of ours."""
    theirs = [error for error in errors if isinstance(error, UserProblem)]
    if len(theirs) < len(errors):
        return next(error for error in errors if not isinstance(error, UserProblem))
    problems = dict.fromkeys(problem for error in theirs for problem in error.problems)
    return UserProblem(*problems)
