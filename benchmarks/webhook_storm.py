"""Events as providers tell them on a bad day: repeated 1 to 46 times, shuffled, late, forged; and whether each message ends where it must.

    python -m benchmarks.webhook_storm --events 100000

Every delivery goes through the real ASGI route and into a real SQLite file (`synchronous=FULL`), signed as SendGrid signs. Where each
message must end is computed beside it by a rule of a few lines that shares no code with the ledger. Exit code 1 when one message
ends elsewhere or one forged delivery is taken. Entry point of the terminal: it may print and read the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.applications import Starlette

from benchmarks.storm_ledger import KEY_VARIABLE, messages_that_left, public_text, signed, storm_workspace
from tasks.events.web import event_routes
from tasks.ledger.ledger import Ledger
from tasks.ledger.opening import open_ledger
from tasks.settings.load import Workspace

NOW = datetime(2026, 6, 2, 8, 0, tzinfo=UTC)
MOST_REPEATS = 46
LARGEST_DELIVERY = 1000
AT_ONCE = 4
FORGED, STALE = 0.1, 0.05

# By SendGrid's name and type of bounce, where an event says that the message is. Beside it, how strong that is.
MEANING = {
    ("processed", ""): "accepted",
    ("deferred", ""): "accepted",
    ("delivered", ""): "delivered",
    ("bounce", "bounce"): "bounced",
    ("bounce", "blocked"): "bounced",
    ("dropped", ""): "dropped",
    ("spamreport", ""): "delivered",
    ("unsubscribe", ""): "delivered",
    ("open", ""): "",
}
STRENGTH = {"": 0, "planned": 0, "claimed": 0, "unknown": 0, "accepted": 1, "dropped": 2, "delivered": 3, "bounced": 4}
Entry = dict[str, str | int]


@dataclass
class Storm:
    """What was done and found. `seconds` of the wall clock, `processor_seconds` of this process: writing the deliveries included."""

    messages: int = 0
    distinct_events: int = 0
    told_events: int = 0
    deliveries: int = 0
    forged: int = 0
    stale: int = 0
    forged_accepted: int = 0
    stale_accepted: int = 0
    genuine_refused: int = 0
    wrong_final_states: int = 0
    events_kept: int = 0
    seconds: float = 0.0
    processor_seconds: float = 0.0
    final: dict[str, int] = field(default_factory=dict)


def main() -> int:
    """Raises the storm and prints what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000, help="Distinct events.")
    parser.add_argument(
        "--repeats",
        choices=["provider", "even"],
        default="provider",
        help="provider: three times on average, at most 46, as was measured; even: 1 to 46 times alike.",
    )
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    logging.getLogger("tasks.events").setLevel(logging.ERROR)  # what is refused is counted here
    storm = raise_storm(events=arguments.events, repeats=arguments.repeats, seed=arguments.seed)
    print(json.dumps({**vars(storm), "events_a_second": round(storm.told_events / storm.seconds)}, indent=2))
    return (
        1 if storm.wrong_final_states or storm.forged_accepted or storm.stale_accepted or storm.genuine_refused else 0
    )


def raise_storm(*, events: int, repeats: str, seed: int) -> Storm:
    """A storm of `events` distinct events about a quarter as many messages."""
    chance = random.Random(seed)  # noqa: S311 chance that can be repeated, no secret
    with tempfile.TemporaryDirectory() as folder:
        workspace = storm_workspace(Path(folder))
        with open_ledger(workspace, clock=lambda: NOW) as ledger:
            starts = messages_that_left(ledger, workspace.paths.ledger, max(events // 4, 1), chance)
            told = list(_events(list(starts), events, chance))
            storm = Storm(messages=len(starts), distinct_events=len(told))
            deliveries = list(_deliveries(told, repeats, chance))
            asyncio.run(_post(workspace, ledger, deliveries, storm, chance))
        _judge(workspace.paths.ledger, starts, told, storm)
    return storm


def _events(messages: Sequence[str], count: int, chance: random.Random) -> Iterator[Entry]:
    kinds = list(MEANING)
    for number in range(count):
        event, kind = chance.choices(kinds, weights=[4, 1, 8, 1, 1, 1, 0.2, 0.2, 1])[0]
        message = chance.choice(messages)
        entry: Entry = {
            "event": event,
            "sg_event_id": f"e{number:08d}",
            "sg_message_id": f"{message[:12]}.recvd",
            "reminder_id": message,
            "email": f"{message[:8]}@debtor.example",
            "timestamp": int(NOW.timestamp()) - chance.randrange(86_400),
        }
        yield {**entry, "type": kind} if kind else entry


def _deliveries(told: Sequence[Entry], repeats: str, chance: random.Random) -> Iterator[list[Entry]]:
    """Every event as often as it is told, shuffled over everything, in deliveries of 1 to 1,000."""
    copies = [entry for entry in told for _ in range(_times(repeats, chance))]
    chance.shuffle(copies)
    while copies:
        size = chance.choice([1, 20, 300, LARGEST_DELIVERY, LARGEST_DELIVERY])
        yield copies[-size:]
        del copies[-size:]


def _times(repeats: str, chance: random.Random) -> int:
    if repeats == "even":
        return chance.randint(1, MOST_REPEATS)
    return min(1 + int(chance.expovariate(0.4)), MOST_REPEATS)


async def _post(
    workspace: Workspace, ledger: Ledger, deliveries: Sequence[list[Entry]], storm: Storm, chance: random.Random
) -> None:
    """Posts them, a few at once, and counts what was answered to what."""
    key = ec.generate_private_key(ec.SECP256R1())
    routes = event_routes(workspace, lambda: ledger, {KEY_VARIABLE: public_text(key)}, lambda: NOW)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)), base_url="http://storm.example")
    answers: list[tuple[str, int]] = []
    waiting = _requests(deliveries, key, chance)

    async def post() -> None:
        for kind, body, headers in waiting:
            answer = await client.post("/events/sendgrid", content=body, headers=headers)
            answers.append((kind, answer.status_code))

    began, worked = time.perf_counter(), time.process_time()
    await asyncio.gather(*(post() for _ in range(AT_ONCE)))
    storm.seconds = round(time.perf_counter() - began, 1)
    storm.processor_seconds = round(time.process_time() - worked, 1)
    await client.aclose()
    taken = Counter((kind, httpx.codes.is_success(status)) for kind, status in answers)
    storm.told_events = sum(map(len, deliveries))
    storm.deliveries = len(answers)
    storm.forged, storm.forged_accepted = taken["forged", True] + taken["forged", False], taken["forged", True]
    storm.stale, storm.stale_accepted = taken["stale", True] + taken["stale", False], taken["stale", True]
    storm.genuine_refused = taken["genuine", False]


def _requests(
    deliveries: Sequence[list[Entry]], key: ec.EllipticCurvePrivateKey, chance: random.Random
) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Kind, body and headers of each request: beside one delivery in ten a forged one, and one in twenty first when it is too late."""
    stranger = ec.generate_private_key(ec.SECP256R1())
    for delivery in deliveries:
        body = json.dumps(delivery).encode()
        if chance.random() < FORGED:
            lies = json.dumps(_lies(delivery)).encode()
            yield "forged", lies, chance.choice([signed(stranger, lies, NOW), signed(key, body, NOW)])
        if chance.random() < STALE:
            yield "stale", body, signed(key, body, NOW - timedelta(hours=chance.choice([26, 900])))
        yield "genuine", body, signed(key, body, NOW - timedelta(seconds=chance.randrange(80_000)))


def _lies(delivery: Sequence[Entry]) -> list[Entry]:
    return [
        {**entry, "event": "bounce", "type": "bounce", "sg_event_id": f"lie-{entry['sg_event_id']}"}
        for entry in delivery
    ]


def _judge(file: Path, starts: dict[str, str], told: Sequence[Entry], storm: Storm) -> None:
    expected = dict(starts)
    for entry in told:
        says, message = MEANING[str(entry["event"]), str(entry.get("type", ""))], str(entry["reminder_id"])
        if STRENGTH[says] > STRENGTH[expected[message]]:
            expected[message] = says
    with sqlite3.connect(file) as connection:
        found = dict(connection.execute("SELECT reminder_id, status FROM reminders"))
        storm.events_kept = connection.execute("SELECT count(*) FROM provider_events").fetchone()[0]
        lies = connection.execute("SELECT count(*) FROM provider_events WHERE event_id LIKE '%lie-%'").fetchone()[0]
    storm.forged_accepted += lies
    storm.wrong_final_states = sum(found.get(message) != status for message, status in expected.items())
    storm.wrong_final_states += abs(storm.events_kept - sum(entry["event"] != "open" for entry in told))
    storm.final = dict(sorted(Counter(found.values()).items()))


if __name__ == "__main__":
    sys.exit(main())
