"""The marker beside the ledger: which ledger this workspace uses and how far it had come when last seen.

A ledger that was lost, swapped or put back from an old copy would say everything again; the marker is how that is noticed. It may lag
behind the ledger, never run ahead of it: it is written after the commit it speaks of.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tasks.problems import LedgerProblem

_DIGITS = 20


@dataclass(frozen=True)
class Marker:
    """What is remembered of a ledger: its id and the number of its last event."""

    ledger_id: str
    last_event: int


def read_marker(path: Path) -> Marker | None:
    """The marker at `path`, or None if this workspace never had a ledger.

    Raises:
        LedgerProblem: the file is not a marker.
    """
    try:
        ledger_id, last_event = path.read_text(encoding="ascii").split()
        return Marker(ledger_id, int(last_event))
    except FileNotFoundError:
        return None
    except ValueError:
        raise LedgerProblem.at(
            str(path),
            "is not readable as the ledger's marker",
            "If the ledger is the newest one there is, delete this file; it is written anew from the ledger.",
        ) from None


def write_marker(path: Path, marker: Marker) -> None:
    """Writes a new marker, durably."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    with temporary.open("w", encoding="ascii") as file:
        file.write(f"{marker.ledger_id}\n{marker.last_event:0{_DIGITS}d}\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def advance_marker(path: Path, marker: Marker) -> None:
    """Overwrites the number in place: one small write after each claim, without waiting for the disk.

    Of two processes the slower one may leave the smaller number; that only makes the marker lag.
    """
    number = f"{marker.last_event:0{_DIGITS}d}".encode("ascii")
    file = os.open(path, os.O_WRONLY)
    try:
        os.pwrite(file, number, len(marker.ledger_id) + 1)
    finally:
        os.close(file)
