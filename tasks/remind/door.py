"""The Prefect tasks of this stage: a batch's coordinates in, counts out. What they do is in `batch`.

Retrying `send_batch` is safe by the ledger alone: what was claimed once is not claimed again.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from prefect import Task, get_run_logger, task
from prefect.client.schemas.objects import State, TaskRun

from tasks.ledger.live import ledger_of, utc_now
from tasks.problems import Problem, UserProblem
from tasks.remind import batch as batches
from tasks.remind import trial
from tasks.remind.delivery.held_back import held_back
from tasks.remind.delivery.lane import Lanes, Time
from tasks.remind.delivery.outcomes import ChannelStopped, SendCounts
from tasks.remind.lint import require_good_templates
from tasks.remind.reminder import Batch
from tasks.remind.whatsapp.check import require_whatsapp
from tasks.runs import Run
from tasks.segment.ladders import MessageChannel
from tasks.segment.load import load_strategy
from tasks.settings.load import load_workspace

RETRIES = 2
RETRY_DELAYS_SECONDS = [10.0, 60.0]
_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Does not run backwards, and where the system has such a clock, it runs while the machine sleeps: a claim grows old meanwhile."""
_LANES = Lanes(Time(lambda: time.clock_gettime(_CLOCK), time.sleep))
"""What the batches of this process share: a provider's pace and its breaker, by run and channel."""


def may_help_to_retry(_task: Task[..., object], _run: TaskRun, state: State[object]) -> bool:
    """False for what a person must put right first: templates, settings, credentials, the ledger."""
    error = state.result(raise_on_failure=False)
    if isinstance(error, ChannelStopped):
        return not error.is_lasting
    return not isinstance(error, UserProblem)


@task(
    name="send-batch",
    task_run_name="send {segment}/{channel}/{batch_number}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_DELAYS_SECONDS,
    retry_condition_fn=may_help_to_retry,
)
def send_batch(
    folder: Path, *, run_id: str, work_database: Path, segment: str, channel: MessageChannel, batch_number: int
) -> SendCounts:
    """Sends what is still planned of one batch of the workspace in `folder`."""
    workspace, batch = load_workspace(folder), Batch(segment, channel, batch_number)
    counts = batches.send_batch(
        workspace,
        run_id=run_id,
        work_database=work_database,
        batch=batch,
        surroundings=batches.Surroundings(clock=utc_now, environment=os.environ, pause=time.sleep, lanes=_LANES),
    )
    lacking = batches.lacking_files(workspace, work_database=work_database, batch=batch)
    get_run_logger().info("batch %s: %s%s", batch, counts, f"; {lacking}" if lacking.documents else "")
    return counts


@task(name="preview-batch", task_run_name="preview {segment}/{channel}/{batch_number}")
def preview_batch(
    folder: Path, *, run_id: str, work_database: Path, segment: str, channel: MessageChannel, batch_number: int
) -> int:
    """Renders one batch into the run's folder and returns the number of messages; nothing is claimed."""
    workspace, batch = load_workspace(folder), Batch(segment, channel, batch_number)
    count = batches.preview_batch(workspace, run_id=run_id, work_database=work_database, batch=batch)
    quiet = batches.quiet_now(workspace, work_database=work_database, batch=batch, now=utc_now())
    lacking = batches.lacking_files(workspace, work_database=work_database, batch=batch)
    get_run_logger().info(
        "batch %s: %d messages to look at%s%s",
        batch,
        count,
        f"; {lacking}" if lacking.documents else "",
        f"; outside the hours of their debtors now: {quiet}" if quiet.quiet else "",
    )
    return count


@task(name="tell-held-back", task_run_name="tell what is held back on {run.as_of}")
def tell_held_back(run: Run) -> tuple[Problem, ...]:
    """What keeps messages of the run's day from leaving: a stop, a list of recipients, the day's limits."""
    workspace = load_workspace(run.folder)
    with ledger_of(run.folder) as ledger:
        problems = tuple(held_back(workspace, ledger, as_of=run.as_of, now=utc_now()))
    for problem in problems:
        get_run_logger().warning("%s", problem)
    return problems


@task(name="check-templates", task_run_name="check templates")
def check_templates(folder: Path) -> None:
    """Raises `SettingsProblem` with every mistake in the templates of the workspace in `folder`, before anything is claimed."""
    workspace = load_workspace(folder)
    require_good_templates(workspace)
    require_whatsapp(workspace, load_strategy(workspace.paths.strategy))


@task(name="try-messages", task_run_name="try messages")
def try_messages(folder: Path, *, work_database: Path) -> None:
    """Raises `SettingsProblem` with every template that the run's own messages show to be wrong, before anything is claimed."""
    tried = trial.try_messages(load_workspace(folder), work_database)
    get_run_logger().info("%d messages tried", tried)
