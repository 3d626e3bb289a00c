"""Who holds a claim: each sending process keeps a file locked while it lives, so that its death is known and not guessed.

The operating system lets go of the lock when the process ends, however it ends. Processes on other machines are not seen here; for
their claims there is the lease.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

LEASE = timedelta(hours=1)
"""After this long a claim is given up wherever its process runs. A sender begins no message later than 20 minutes after its claim
(`tasks.remind.delivery.group`), and the longest time-out is two; should it be slower still, its answers count also after that."""


@contextmanager
def hold(folder: Path, run_id: str) -> Iterator[str]:
    """A claim token for this process and run, held until the block ends. Its file stays, for `forget` when no claim is left."""
    folder.mkdir(parents=True, exist_ok=True)
    token = f"{run_id}.{secrets.token_hex(8)}"
    unlocked = folder / f".{token}"
    file = os.open(unlocked, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        unlocked.rename(folder / token)  # under its name it is never seen unlocked while the process lives
        yield token
    finally:
        os.close(file)


def dead_tokens(folder: Path) -> frozenset[str]:
    """The tokens that processes of this machine left behind when they died."""
    if not folder.is_dir():
        return frozenset()
    return frozenset(path.name for path in folder.glob("[!.]*") if not _is_held(path))


def journal_of(folder: Path, token: str) -> Path:
    """The file in which the holder of `token` may keep notes (`tasks.ledger.journal`)."""
    return folder / token


def forget(folder: Path, tokens: Iterable[str]) -> None:
    """Removes the files of `tokens`, once no claim of theirs is left."""
    for token in tokens:
        (folder / token).unlink(missing_ok=True)


def _is_held(path: Path) -> bool:
    try:
        file = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return True  # its process has just ended in good order and takes care of its own claims
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(file)
