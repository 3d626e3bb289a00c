"""What Prefect adds to sending a day: `python -m benchmarks.orchestration --messages 100000`.

A made-up day of messages (channel `files`, one receivable each) is sent twice from fresh ledgers: by a flow that submits one `send_batch`
task run a batch, as `flows.remind` does, and by the same number of threads that call the same function directly. The overhead is the share
of the flow's time that the direct run does not need; a flow's start, of which a day has one, is measured on a flow without batches and
told apart. Exit code 1 when the overhead is over the target of docs/design.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import duckdb
import yaml

os.environ.setdefault("PREFECT_HOME", tempfile.mkdtemp(prefix="puntual-prefect-"))
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "ERROR")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")

from prefect import flow
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from tasks.ledger.opening import open_ledger
from tasks.ledger.reminders import items_from_arrow, reminders_from_arrow
from tasks.remind import door
from tasks.remind.batch import Surroundings, send_batch
from tasks.remind.delivery.lane import Lanes, Time
from tasks.remind.reminder import Batch
from tasks.settings.load import load_workspace

AS_OF = date(2026, 6, 15)
RUN = "20260615-00000000"
AT_ONCE = 4
MOST_OVERHEAD = 0.10
_TABLES = Path(__file__).with_name("orchestration_day.sql")
_SETTINGS = {
    "company": {
        "id": "acme",
        "name": "Ebro, S.A.",
        "country": "ES",
        "bank_details": {"EUR": {"bank": "Banco Ejemplo", "account": "ES79"}},
        "sender": {"name": "Cobros", "email": "cobros@acme.example"},
        "collector": {"name": "Lucía Romero", "email": "lucia@acme.example"},
    },
    "sources": [{"name": "items", "contract": "receivables", "path": "x.csv", "columns": {"document_number": "n"}}],
    "sending": {"email": {"type": "files"}},
}
_STRATEGY = {
    "ladders": {"usual": [{"step": "first", "after_due": 5}]},
    "segments": [{"name": "regular", "ladder": "usual"}],
}


@dataclass(frozen=True)
class Seconds:
    """What each way took. `start`: of a flow without batches, with the start of Prefect's server."""

    messages: int
    batches: int
    flow: float
    direct: float
    start: float

    @property
    def overhead(self) -> float:
        """The share of the flow's time that the direct run does not need."""
        return 1 - self.direct / self.flow


def _clock() -> datetime:
    return datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


def _runner() -> TaskRunner[PrefectFuture[object]]:
    # The stubs make the runner generic in a type that only its tasks know.
    return cast("TaskRunner[PrefectFuture[object]]", ThreadPoolTaskRunner(max_workers=AT_ONCE))


@flow(name="send-all", task_runner=_runner(), validate_parameters=False)
def send_all(folder: Path, batches: Sequence[Batch]) -> None:
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


def _send_directly(folder: Path, batches: Sequence[Batch]) -> None:
    surroundings = Surroundings(_clock, os.environ, time.sleep, Lanes(Time(time.monotonic, time.sleep)))

    def send(batch: Batch) -> None:
        work_database = folder / "work.duckdb"
        send_batch(
            load_workspace(folder), run_id=RUN, work_database=work_database, batch=batch, surroundings=surroundings
        )

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(send, batches))


def _seconds(send: Callable[[Path, Sequence[Batch]], None], *, messages: int, batch_size: int) -> float:
    batches = [Batch("regular", "email", number) for number in range(1, (messages - 1) // batch_size + 2)]
    with tempfile.TemporaryDirectory(prefix="puntual-orchestration-") as name:
        folder = Path(name)
        _make_day(folder, messages, batch_size)
        started = time.perf_counter()
        send(folder, batches)
        took = time.perf_counter() - started
        with open_ledger(load_workspace(folder), clock=_clock) as ledger:
            accepted = ledger.counts(as_of=AS_OF).accepted
    if accepted != messages:
        raise RuntimeError(f"{accepted} of {messages} messages were sent")
    return took


def _make_day(folder: Path, messages: int, batch_size: int) -> None:
    (folder / "puntual.yaml").write_text(yaml.safe_dump(_SETTINGS), encoding="utf-8")
    (folder / "strategy.yaml").write_text(yaml.safe_dump(_STRATEGY), encoding="utf-8")
    with duckdb.connect(str(folder / "work.duckdb")) as connection:
        connection.execute(f"CREATE TABLE size AS SELECT {messages} AS messages, {batch_size} AS batch_size")
        connection.execute(_TABLES.read_text(encoding="utf-8"))
        reminders = list(reminders_from_arrow(connection.execute("FROM decide.reminders").to_arrow_table()))
        items = list(items_from_arrow(connection.execute("FROM decide.reminder_items").to_arrow_table()))
    with open_ledger(load_workspace(folder), clock=_clock) as ledger:
        ledger.plan(run_id=RUN, as_of=AS_OF, reminders=reminders, items=items)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--batch-size", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    messages, batch_size = arguments.messages, arguments.batch_size
    started = time.perf_counter()
    send_all(Path(), [])
    start = time.perf_counter() - started
    direct = _seconds(_send_directly, messages=messages, batch_size=batch_size)
    by_flow = _seconds(send_all, messages=messages, batch_size=batch_size)
    found = Seconds(messages, (messages - 1) // batch_size + 1, by_flow, direct, start)
    if arguments.json:
        print(json.dumps({**asdict(found), "overhead": found.overhead}))
    else:
        print(
            f"{found.messages:,} messages in {found.batches} batches: flow {found.flow:.1f} s, directly {found.direct:.1f} s, "
            f"overhead {found.overhead:.1%}; the start of a flow {found.start:.1f} s"
        )
    return int(found.overhead > MOST_OVERHEAD)


if __name__ == "__main__":
    sys.exit(main())
