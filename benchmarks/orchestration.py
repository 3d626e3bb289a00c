"""What Prefect adds to sending a day: `python -m benchmarks.orchestration --messages 100000`.

A made-up day of messages (channel `files`, one receivable each) is sent twice, from two workspaces that are alike: by a flow that submits
one `send_batch` task run a batch, as `flows.remind` does, and by the same number of threads that call the same function directly. The two
ways take turns within one flow, some batches of the day at a time, each way first in every other round: so the machine's load, and how
full the day already is, weigh on both alike. Between turns there is a rest, in which Prefect's server writes what is left of the last.

The overhead is the share of the flow's time that the direct way does not need, over all rounds. The start, of which a day has one, is told
apart: Prefect's server, the flow, and its first batch with what is read and compiled once. Progress goes to standard error. Exit code 1
when the overhead is over the target of docs/design.md.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import cast

os.environ.setdefault("PREFECT_HOME", tempfile.mkdtemp(prefix="puntual-prefect-"))
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "ERROR")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")

from prefect import flow
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from benchmarks.sending_day import RUN, clock, make_day, require_sent
from tasks.remind import door
from tasks.remind.batch import Surroundings, send_batch
from tasks.remind.delivery.lane import Lanes, Time
from tasks.remind.reminder import Batch
from tasks.settings.load import load_workspace

AT_ONCE = 4
MOST_OVERHEAD = 0.10
MESSAGES_A_ROUND = 10_000
REST_SECONDS = 2.0

Send = Callable[[Sequence[Batch]], None]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Round:
    """What each way took for the same batches, in seconds."""

    flow: float
    direct: float

    @property
    def overhead(self) -> float:
        """The share of the flow's time that the direct way did not need."""
        return 1 - self.direct / self.flow

    def __str__(self) -> str:
        return f"flow {self.flow:.1f} s, directly {self.direct:.1f} s, overhead {self.overhead:.1%}"


@dataclass(frozen=True)
class Measured:
    """All rounds of a day of `messages`. `start`: seconds from the call of the flow to its first batch sent."""

    messages: int
    batches: int
    start: float
    rounds: tuple[Round, ...]

    @property
    def total(self) -> Round:
        """The rounds together."""
        return Round(flow=sum(each.flow for each in self.rounds), direct=sum(each.direct for each in self.rounds))


def _runner() -> TaskRunner[PrefectFuture[object]]:
    # The stubs make the runner generic in a type that only its tasks know.
    return cast("TaskRunner[PrefectFuture[object]]", ThreadPoolTaskRunner(max_workers=AT_ONCE))


def measure(*, messages: int, batch_size: int, say: Say) -> Measured:
    """Sends a day of `messages` both ways, in turns.

    Raises:
        RuntimeError: some of the messages were not sent.
    """
    batches = [Batch("regular", "email", number) for number in range(1, (messages - 1) // batch_size + 2)]
    with tempfile.TemporaryDirectory(prefix="puntual-orchestration-") as name:
        by_flow, direct = Path(name, "by-flow"), Path(name, "direct")
        by_flow.mkdir()
        make_day(by_flow, messages=messages, batch_size=batch_size)
        shutil.copytree(by_flow, direct)
        say(f"{messages:,} messages in {len(batches)} batches are planned")
        start, rounds = _take_turns(by_flow, direct, batches, batch_size=batch_size, say=say)
        for folder in (by_flow, direct):
            require_sent(folder, messages)
    return Measured(messages, len(batches), start, tuple(rounds))


def _take_turns(
    by_flow: Path, direct: Path, batches: Sequence[Batch], *, batch_size: int, say: Say
) -> tuple[float, list[Round]]:
    """The seconds of the start, and the rounds; the first batch is of the start."""
    first, rest = batches[:1], batches[1:]
    at_a_time = max(1, min(MESSAGES_A_ROUND // batch_size, len(rest) // 4))
    parts = [rest[start : start + at_a_time] for start in range(0, len(rest), at_a_time)]
    started: list[float] = []
    rounds: list[Round] = []

    # One flow, as a day has: everything that it needs is around it, because parameters of a flow are stored.
    @flow(name="send-all", task_runner=_runner())
    def send_all() -> None:
        ways: list[tuple[str, Send]] = [("flow", partial(_submit, by_flow)), ("direct", partial(send_directly, direct))]
        for _, send in ways:
            send(first)
            started.append(time.perf_counter())
        for number, part in enumerate(parts, start=1):
            took = {}
            for way, send in ways if number % 2 else reversed(ways):
                took[way] = _seconds(send, part)
                time.sleep(REST_SECONDS)
            rounds.append(Round(**took))
            gone = time.perf_counter() - started[-1]
            left = gone / number * (len(parts) - number)
            say(
                f"round {number} of {len(parts)}: {rounds[-1]}; {gone / 60:.1f} minutes gone, about {left / 60:.1f} to go"
            )

    called = time.perf_counter()
    send_all()
    return started[0] - called, rounds


def _submit(folder: Path, batches: Sequence[Batch]) -> None:
    """One task run per batch, as `flows.remind` does it."""
    futures = [
        door.send_batch.submit(
            folder,
            run_id=RUN,
            work_database=folder / "work.duckdb",
            segment=batch.segment,
            channel=batch.channel,
            batch_number=batch.batch_number,
        )
        for batch in batches
    ]
    for future in futures:
        future.result()


def send_directly(folder: Path, batches: Sequence[Batch]) -> None:
    """As many threads without Prefect, which share a lane as the batches of the flow do."""
    surroundings = Surroundings(clock, os.environ, time.sleep, Lanes(Time(time.monotonic, time.sleep)))

    def send(batch: Batch) -> None:
        work_database = folder / "work.duckdb"
        send_batch(
            load_workspace(folder), run_id=RUN, work_database=work_database, batch=batch, surroundings=surroundings
        )

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(send, batches))


def _seconds(send: Send, batches: Sequence[Batch]) -> float:
    started = time.perf_counter()
    send(batches)
    return time.perf_counter() - started


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000, help="of at least two batches")
    parser.add_argument("--batch-size", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measure(
        messages=arguments.messages,
        batch_size=arguments.batch_size,
        say=lambda line: print(line, file=sys.stderr, flush=True),
    )
    total = found.total
    if arguments.json:
        print(json.dumps({**asdict(found), **asdict(total), "overhead": total.overhead}))
    else:
        print(
            f"{found.messages:,} messages in {found.batches} batches: {total}, by round "
            f"{min(each.overhead for each in found.rounds):.1%} to {max(each.overhead for each in found.rounds):.1%}; "
            f"the start, with its first batch, {found.start:.1f} s"
        )
    return int(total.overhead > MOST_OVERHEAD)


if __name__ == "__main__":
    sys.exit(main())
