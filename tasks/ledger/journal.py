"""What a sender notes beside its lock, message by message: begun, ended so. Read when it died, to know what of its claims had left.

A note is written before the message begins and does not wait for the disk: when a process is killed, what it wrote is kept by the
operating system. When the machine itself went down it may be lost, so notes of an earlier start of the machine prove nothing.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status
from tasks.processes import boot_id

_NOT_BEGUN = "not begun when the sender ended"


class Journal:
    """The notes of one sender, in the file that it keeps locked. Who claims and opens no journal proves nothing by its silence."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND)
        self._note({"boot": boot_id()})

    def begin(self, reminder_key: str) -> None:
        """Notes that the message is about to leave."""
        self._note({"begun": reminder_key})

    def end(self, outcome: Outcome) -> None:
        """Notes what became of it, before the ledger does."""
        self._note({"ended": vars(outcome)})

    def close(self) -> None:
        """Lets go of the file; the notes stay until the claims are settled."""
        os.close(self._file)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _note(self, note: Mapping[str, object]) -> None:
        line = json.dumps(note, ensure_ascii=True).encode() + b"\n"
        if os.write(self._file, line) < len(line):  # a torn line would be read as none
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@dataclass(frozen=True)
class Proof:
    """What the notes of a dead sender say. `begun` of these nobody knows what became; what is in neither was never begun."""

    ended: Mapping[str, Outcome]
    begun: frozenset[str]

    def outcome_of(self, reminder_key: str) -> Outcome | None:
        """What became of a claim of that sender; None: it may have left."""
        if reminder_key in self.begun:
            return None
        not_begun = Outcome(reminder_key=reminder_key, status=Status.PLANNED, detail=_NOT_BEGUN)
        return self.ended.get(reminder_key, not_begun)


def read_journal(path: Path) -> Proof | None:
    """What the notes at `path` prove; None: nothing, because there are none or the machine was started anew since."""
    try:
        # The last line may be torn: its writer died while it wrote, and before what the note announces.
        notes = [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]
    except (OSError, ValueError):
        return None
    boot = boot_id()
    if boot is None or not notes or notes[0].get("boot") != boot:
        return None
    begun: set[str] = set()
    ended: dict[str, Outcome] = {}
    for note in notes[1:]:
        if "begun" in note:
            begun.add(note["begun"])
        elif "ended" in note:
            outcome = Outcome(**{**note["ended"], "status": Status(note["ended"]["status"])})
            ended[outcome.reminder_key] = outcome
            begun.discard(outcome.reminder_key)
    return Proof(ended, frozenset(begun))
