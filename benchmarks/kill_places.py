"""Where `kill_sweep` keeps its ledgers, which can be put back from an old copy, and the provider that it sends to."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal, Protocol

import psycopg
import yaml

from tasks.paths import WorkspacePaths

CHECKOUT = Path(__file__).resolve().parents[1]
FAULTS = {
    "rate_limit": 0.015, "error_before": 0.01, "error_after": 0.01, "unavailable_before": 0.01, "unavailable_after": 0.01,
    "drop_before": 0.01, "drop_after": 0.01, "hang_before": 0.003, "hang_after": 0.003, "html_413": 0.005, "truncated": 0.005,
}  # fmt: skip
"""The shares of requests that fail so; names that nobody knows and servers without TLS are added by the sender's network."""
TIMEOUT_SECONDS = 0.25
HANG_SECONDS = 0.35
LATE_SECONDS = 0.3
_URL_ENV = "PUNTUAL_KILLS_LEDGER_URL"

Lookups = Literal["instant", "late", "absent"]


class LedgerPlace(Protocol):
    """A ledger's database. `url_env`: the environment variable with its URL, None for a file in the workspace."""

    url_env: str | None

    def keep_copy(self) -> None:
        """Keeps a copy of the ledger as it is, while nobody has it open."""
        ...

    def old_copy(self) -> AbstractContextManager[None]:
        """Puts that copy in the ledger's place while the block lasts."""
        ...


class SqlitePlace:
    """The file of the workspace in `folder`."""

    url_env: str | None = None

    def __init__(self, folder: Path) -> None:
        self._file = WorkspacePaths(folder).ledger
        self._copy = folder / "old.sqlite"

    def keep_copy(self) -> None:
        """See `LedgerPlace`."""
        shutil.copy(self._file, self._copy)

    @contextmanager
    def old_copy(self) -> Iterator[None]:
        """See `LedgerPlace`."""
        newest = self._file.with_suffix(".newest")
        self._file.rename(newest)
        shutil.copy(self._copy, self._file)
        try:
            yield
        finally:
            newest.replace(self._file)


class PostgresPlace:
    """A database `name` of its own on the server at `server_url`."""

    url_env: str | None = _URL_ENV

    def __init__(self, server_url: str, name: str) -> None:
        self._server_url = server_url
        self._name = name
        self._on_server(f'CREATE DATABASE "{name}"')
        os.environ[_URL_ENV] = self._url(name)

    def keep_copy(self) -> None:
        """See `LedgerPlace`."""
        self._on_server(f'DROP DATABASE IF EXISTS "{self._name}_old" WITH (FORCE)')
        self._on_server(f'CREATE DATABASE "{self._name}_old" TEMPLATE "{self._name}"')

    @contextmanager
    def old_copy(self) -> Iterator[None]:
        """See `LedgerPlace`."""
        os.environ[_URL_ENV] = self._url(f"{self._name}_old")
        try:
            yield
        finally:
            os.environ[_URL_ENV] = self._url(self._name)

    def _url(self, name: str) -> str:
        return f"{self._server_url.rpartition('/')[0]}/{name}"

    def _on_server(self, statement: str) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(statement.encode())


def accepted_in(file: Path) -> Counter[str]:
    """How often the provider accepted each reminder id, by its fsynced list."""
    if not file.exists():
        return Counter()
    return Counter(json.loads(line)["reminder_id"] for line in file.read_text(encoding="utf-8").splitlines())


@contextmanager
def provider(folder: Path, seed: int, lookup: Lookups) -> Iterator[tuple[str, Path]]:
    """The double in a process of its own: its base URL, and the list of what it accepted."""
    accepted = folder / "accepted.jsonl"
    faults = [argument for name, share in FAULTS.items() for argument in ("--fault", f"{name}={share}")]
    options = {"--seed": seed, "--lookup": lookup, "--late-seconds": LATE_SECONDS, "--hang-seconds": HANG_SECONDS}
    given = [str(part) for option in options.items() for part in option]
    double = subprocess.Popen(
        [sys.executable, "-m", "tests.doubles.sendgrid_double", "--accepted", str(accepted), *given, *faults],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # full of clients that vanished
        text=True,
    )
    try:
        if double.stdout is None:
            raise RuntimeError("the double has no output")
        yield double.stdout.readline().strip(), accepted
    finally:
        double.kill()
        double.wait()


def make_workspace(folder: Path, provider_url: str, ledger_url_env: str | None) -> None:
    """A workspace that sends through the double."""
    person = {"name": "Ana", "email": "ana@acme.example"}
    email = {"type": "sendgrid", "base_url": provider_url, "timeout_seconds": TIMEOUT_SECONDS}
    settings = {
        "company": {"id": "acme", "name": "Acme", "country": "ES", "sender": person, "collector": person},
        "sources": [{"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {}}],
        "sending": {"email": email},
        "ledger": {"url_env": ledger_url_env},
    }
    (folder / "puntual.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
