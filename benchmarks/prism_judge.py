"""Sends every kind of message to SendGrid's double through Prism, an independent judge of requests: `python -m benchmarks.prism_judge`.

Prism (npm: `@stoplight/prism-cli`; needs node and, the first time, npm's registry) stands as a proxy on loopback between the channel and the
double and answers 422 itself where a request violates the provider's published description. A request that is wrong on purpose shows
that it does. Exit code 1 when one of ours does not pass.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from benchmarks.throughput import sample_reminders, sample_renderer
from tasks.remind.channels.protocol import ChannelError
from tasks.remind.channels.sendgrid import SendgridChannel
from tasks.remind.outbound import Attachment
from tasks.settings.sending import SendgridChannel as SendgridSettings
from tests.doubles.sendgrid_double import Provider, serving
from tests.doubles.sendgrid_request import DESCRIPTION, violations_of

PACKAGE = "@stoplight/prism-cli@5"
STARTS_WITHIN_SECONDS = 120.0
ATTACHED = (
    Attachment(name="Extracto.pdf", content_type="application/pdf", content=b"%PDF-1.7 statement"),
    Attachment(name="F26-001234.pdf", content_type="application/pdf", content=b"%PDF-1.7 invoice"),
)


@contextmanager
def proxy(upstream: str, command: list[str]) -> Iterator[str]:
    """Prism between us and `upstream`: its base URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    arguments = ["proxy", str(DESCRIPTION), upstream, "--errors", "--host", "127.0.0.1", "--port", str(port)]
    prism = subprocess.Popen([*command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, prism)
        yield f"http://127.0.0.1:{port}"
    finally:
        prism.terminate()
        prism.wait()


def _wait_for(port: int, prism: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until and prism.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("Prism did not start; see that node and npm are installed and the package can be fetched")


def judge(url: str) -> Counter[str]:
    """What became of every purpose, language and tone, with and without attachments: `passed`, or what the channel was told."""
    told: Counter[str] = Counter()
    settings = SendgridSettings(base_url=url, timeout_seconds=30)
    renderer = sample_renderer()
    with closing(SendgridChannel(settings, {"SENDGRID_API_KEY": "of-the-double"})) as channel:
        for reminder in sample_reminders():
            message = renderer.render(reminder)
            for attachments in ((), ATTACHED):
                try:
                    channel.send(replace(message, attachments=attachments, reminder_id=f"{told.total():032x}"))
                except ChannelError as error:
                    told[str(error)] += 1
                else:
                    told["passed"] += 1
    return told


def finds_what_is_wrong(url: str) -> bool:
    """Whether the judge refuses a request without recipient and subject."""
    answer = httpx.post(
        f"{url}/v3/mail/send",
        json={"from": {"email": "x@acme.example"}},
        headers={"Authorization": "Bearer of-the-double"},
        timeout=30,
        trust_env=False,
    )
    return answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prism", type=Path, help="the program `prism`; default: fetched by npx")
    arguments = parser.parse_args()
    npx = shutil.which("npx")
    if arguments.prism is None and npx is None:
        print("There is no npx: install node, or name the program with --prism.", file=sys.stderr)
        return 2
    command = [str(arguments.prism)] if arguments.prism else [str(npx), "--yes", PACKAGE]
    provider = Provider(judge=violations_of)
    with serving(provider) as upstream, proxy(upstream, command) as url:
        is_awake = finds_what_is_wrong(url)
        told = judge(url)
    print(f"judge refuses what is wrong: {'yes' if is_awake else 'no'}")
    print(
        f"requests {told.total()}, passed by Prism {told['passed']}, violations by jsonschema {len(provider.violations)}"
    )
    for what, count in told.items():
        if what != "passed":
            print(f"{count} x {what}")
    return int(not is_awake or told["passed"] != told.total() or bool(provider.violations))


if __name__ == "__main__":
    sys.exit(main())
