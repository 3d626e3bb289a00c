"""Sub-flows: plan the reminders in the ledger, then send them, or show them, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from prefect import flow
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from tasks.ledger.door import plan_reminders
from tasks.remind.door import check_templates, preview_batch, send_batch
from tasks.remind.send import SendCounts
from tasks.runs import Run
from tasks.segment.decide import Batch

_BATCHES_AT_ONCE = 4


def _runner() -> TaskRunner[PrefectFuture[object]]:
    # The stubs make the runner generic in a type that only its tasks know.
    return cast("TaskRunner[PrefectFuture[object]]", ThreadPoolTaskRunner(max_workers=_BATCHES_AT_ONCE))


@flow(
    name="remind",
    flow_run_name="remind for {run.as_of}",
    task_runner=_runner(),
    validate_parameters=False,
)
def remind(run: Run, batches: Sequence[Batch], *, send: bool) -> None:
    """Plans all messages of the day; sends them when `send`, else renders them to look at."""
    check_templates(run.folder)
    plan_reminders(run)
    _fan_out(run, batches, send=send)


@flow(
    name="send-planned-batches",
    flow_run_name="send what is planned for {run.as_of}",
    task_runner=_runner(),
    validate_parameters=False,
)
def send_planned_batches(run: Run, batches: Sequence[Batch]) -> None:
    """Sends what the ledger held as planned before; what was decided since is planned afterwards, and waits."""
    check_templates(run.folder)
    _fan_out(run, batches, send=True)
    plan_reminders(run)


def _fan_out(run: Run, batches: Sequence[Batch], *, send: bool) -> None:
    """One task run per batch. All are tried before a failed one fails the flow: one provider's bad minute must not cost the rest their day."""
    futures: list[PrefectFuture[SendCounts] | PrefectFuture[int]] = []
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
    for future in futures:
        future.wait()
    for future in futures:
        future.result()
