"""`puntual serve` as a process: it says where it listens, answers, logs no link, and ends when it is told to."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tasks.settings.load import Workspace

SECRET = "a-secret-of-more-than-32-characters"
LONGEST_START_SECONDS = 90


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(make_workspace: Callable[..., Workspace], port: int, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    workspace = make_workspace(requests_per_minute=5)
    command = [sys.executable, "-m", "flows.cli.app", "serve", workspace.paths.root, "--port", str(port), "--json"]
    environment = {**os.environ, "ANSWERS_SECRET": SECRET}
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        yield process
        if process.poll() is None:
            process.kill()
            process.wait(timeout=10)


def wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError("it does not answer")


def test_it_serves_counts_clients_behind_a_proxy_and_stops(
    server: subprocess.Popen[str], port: int, tmp_path: Path
) -> None:
    wait_until_it_answers(port)
    address = f"http://127.0.0.1:{port}/a/{'A' * 48}"
    proxied = {
        client: [httpx.get(address, headers={"x-forwarded-for": client}).status_code for _ in range(6)]
        for client in ("192.0.2.1", "192.0.2.2")
    }
    assert proxied == {client: [404] * 5 + [429] for client in proxied}, "each client of the proxy has his own bound"
    assert "server" not in httpx.get(address).headers
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 70_000)
        answer = b""
        with suppress(ConnectionError):
            answer = connection.recv(1000)
    assert not answer.startswith(b"HTTP/1.1 200"), "a head without end"
    assert httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200
    server.send_signal(signal.SIGTERM)
    stdout, _ = server.communicate(timeout=20)
    said = json.loads(stdout)
    assert said["port"] == port
    assert said["addresses"] == ["/health", "/a/{token}", "/a/{token}/{kind}"]
    log = (tmp_path / "log").read_text()
    assert "GET /a/{token} 404" in log
    assert "AAAA" not in log
    assert "192.0.2." not in log
