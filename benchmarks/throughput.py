"""Messages a second with durable claims, against a bare loop of the same client without a ledger: `python -m benchmarks.throughput`.

Files, SMTP and SendGrid take turns on loopback: a round of the bare loop, a round through claim, send and settle, and again. The mail
server and SendGrid's double run in processes of their own. Rendering is measured beside them. The ratio is of the best rounds, so that
other work on the machine, which only ever slows down, weighs least. Exit code 1 when a target of docs/design.md is missed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path

import yaml

from benchmarks.kill_lives import Day, utc_now
from tasks.ledger.claim import ClaimContext
from tasks.ledger.ledger import Ledger
from tasks.ledger.opening import open_ledger
from tasks.remind.channels.open import open_channel
from tasks.remind.channels.protocol import Channel
from tasks.remind.claims import LedgerClaims
from tasks.remind.creditor import Creditor
from tasks.remind.delivery.lane import Lane, Time
from tasks.remind.outbound import OutboundMessage
from tasks.remind.reminder import TONES, Reminder
from tasks.remind.rendering import Renderer
from tasks.remind.samples import AS_OF, sample_reminder
from tasks.remind.send import send_messages
from tasks.remind.templates import Templates
from tasks.remind.vocabulary import LANGUAGES
from tasks.segment.ladders import PURPOSES
from tasks.settings.load import load_workspace
from tasks.settings.workspace import BankDetails, Company, Person
from tests.doubles import mail_server, sendgrid_double

FIRST_DAY = date(2026, 6, 1)
ENVIRONMENT = {"SENDGRID_API_KEY": "of-the-double"}
LEAST_SHARE = 0.6
LEAST_RENDERED = 2_000.0
CHANNELS = ("files", "smtp", "sendgrid")


@dataclass
class Rates:
    """Messages a second: the best round of each way, and how many rounds there were."""

    bare: float = 0.0
    with_ledger: float = 0.0
    rounds: int = 0

    @property
    def share(self) -> float:
        """What is left of the bare loop's rate."""
        return self.with_ledger / self.bare


def measure(channel: str, *, messages: int, rounds: int) -> Rates:
    """Turns of the two ways through one channel; every message is sent once only."""
    rates = Rates(rounds=rounds)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="puntual-throughput-")))
        _make_workspace(folder, stack.enter_context(_provider(channel)))
        workspace = load_workspace(folder)
        ledger = stack.enter_context(open_ledger(workspace, clock=utc_now))
        opened = stack.enter_context(open_channel(workspace, ENVIRONMENT))
        look = sample_renderer().render(sample_reminders()[0])
        days = iter(Day(FIRST_DAY + timedelta(days=n), messages) for n in range(2 * rounds))
        for bare_day, claimed_day in zip(days, days, strict=False):
            rates.bare = max(rates.bare, messages / _send_bare(opened, bare_day, look))
            rates.with_ledger = max(rates.with_ledger, messages / _send_claimed(ledger, opened, claimed_day, look))
    return rates


def rendered_per_second(count: int) -> float:
    """Messages rendered a second, of every purpose, language and tone in turn, after one of each."""
    renderer = sample_renderer()
    reminders = sample_reminders()
    for reminder in reminders:
        renderer.render(reminder)
    started = time.perf_counter()
    for reminder in islice(cycle(reminders), count):
        renderer.render(reminder)
    return count / (time.perf_counter() - started)


def _send_bare(channel: Channel, day: Day, look: OutboundMessage) -> float:
    messages = _messages(day, look)
    started = time.perf_counter()
    for message in messages.values():
        channel.send(message)
    return time.perf_counter() - started


def _send_claimed(ledger: Ledger, channel: Channel, day: Day, look: OutboundMessage) -> float:
    """The same through claim, send and settle; planning is not part of it."""
    run_id = f"{day.as_of:%Y%m%d}-00000001"
    messages = _messages(day, look)
    ledger.plan(run_id=run_id, as_of=day.as_of, reminders=day.reminders(), items=day.items())
    with ledger.sending(run_id) as token, ledger.journal(token) as journal:
        context = ClaimContext(
            as_of=day.as_of,
            today=day.as_of,
            rendered=day.rendered(),
            open_amounts=day.open_amounts,
            claim_token=token,
        )
        lane = Lane(Time(time.monotonic, time.sleep))
        started = time.perf_counter()
        counts = send_messages(messages, book=LedgerClaims(ledger, context, journal), channel=channel, lane=lane)
        took = time.perf_counter() - started
    if counts.accepted != day.size:
        raise RuntimeError(f"{counts} of {day.size}")
    return took


def _messages(day: Day, look: OutboundMessage) -> dict[str, OutboundMessage]:
    """The day's messages with the text of a real one."""
    return {key: replace(day.message(key), subject=look.subject, text=look.text, html=look.html) for key in day.keys}


def sample_reminders() -> list[Reminder]:
    """One of every purpose, language and tone."""
    return [
        sample_reminder(purpose=purpose, language=language, tone=tone)
        for purpose in PURPOSES
        for language in LANGUAGES
        for tone in TONES
    ]


def sample_renderer() -> Renderer:
    """The renderer of a made-up company."""
    person = Person(name="Ana Gil", email="ana@acme.example")
    bank = BankDetails(bank="Banco Ejemplo", account="ES79 2100 0813 6101 2345 6789")
    company = Company(id="acme", name="Acme", country="ES", bank_details={"EUR": bank}, sender=person, collector=person)
    return Renderer(Creditor(company, AS_OF), Templates(), copies_collector=True)


@contextmanager
def _provider(channel: str) -> Iterator[dict[str, object]]:
    """Starts what the channel talks to, in a process of its own; gives the settings of `sending.email`."""
    if channel == "files":
        yield {"type": "files"}
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    serve = _serve_mail if channel == "smtp" else _serve_sendgrid
    server = multiprocessing.get_context("fork").Process(target=serve, args=(port,), daemon=True)
    server.start()
    try:
        _wait_for(port)
        if channel == "smtp":
            yield {"type": "smtp", "host": "127.0.0.1", "port": port, "security": "none"}
        else:
            yield {"type": "sendgrid", "base_url": f"http://127.0.0.1:{port}"}
    finally:
        server.kill()
        server.join()


def _serve_mail(port: int) -> None:
    with mail_server.serving(mail_server.Postbox(), port):
        time.sleep(3600)


def _serve_sendgrid(port: int) -> None:
    sendgrid_double.make_server(sendgrid_double.Provider(), port).serve_forever()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}")


def _make_workspace(folder: Path, email: dict[str, object]) -> None:
    person = {"name": "Ana", "email": "ana@acme.example"}
    settings = {
        "company": {"id": "acme", "name": "Acme", "country": "ES", "sender": person, "collector": person},
        "sources": [{"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {}}],
        "sending": {"email": email},
    }
    (folder / "puntual.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000, help="of each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--channel", choices=CHANNELS, action="append", help="default: all")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rendered = rendered_per_second(5 * arguments.messages)
    found = {
        channel: measure(channel, messages=arguments.messages, rounds=arguments.rounds)
        for channel in arguments.channel or CHANNELS
    }
    if arguments.json:
        rates = {channel: {**asdict(each), "share": each.share} for channel, each in found.items()}
        print(json.dumps({"rendered": rendered, "channels": rates}))
    else:
        print(f"rendered   {rendered:8,.0f} a second")
        for channel, each in found.items():
            print(f"{channel:10} {each.with_ledger:8,.0f} a second, bare {each.bare:8,.0f}, share {each.share:.0%}")
    return int(rendered < LEAST_RENDERED or any(each.share < LEAST_SHARE for each in found.values()))


if __name__ == "__main__":
    sys.exit(main())
