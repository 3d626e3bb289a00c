"""Who writes letters into a hand-over folder, in which other machines and workspaces may write, too; and what he handed over.

<outbox>/.letters/sender            a name drawn once: batches that bear it are this outbox's, all others are somebody else's
<outbox>/.letters/<token>.lock      held by the process that is at the batch of this token: here, because shares know no locks
<outbox>/.letters/batches.jsonl     each batch with the ids of its letters; it stays when copies are deleted, and names nobody
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tasks.private_files import private_folder
from tasks.remind.letters.durable import alone_in, append_line, sync_folder, write_beside

_FOLDER, _SENDER, _REGISTER = ".letters", "sender", "batches.jsonl"
_NAME = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True)
class LetterSender:
    """An outbox as others see it: `name` is part of its batches' names; `folder` is its own, closed to others."""

    name: str
    folder: Path

    @classmethod
    def known(cls, outbox: Path) -> LetterSender | None:
        """The sender of `outbox`; None: nobody ever sent a letter from it.

        Raises:
            OSError: its name cannot be read.
        """
        try:
            name = (outbox / _FOLDER / _SENDER).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        if not _NAME.fullmatch(name):
            raise OSError(f"{_FOLDER}/{_SENDER} of the outbox holds no sender's name")
        return cls(name, outbox / _FOLDER)

    @classmethod
    def of(cls, outbox: Path) -> LetterSender:
        """The sender of `outbox`, who gets a name if he has none; of several processes one names him.

        Raises:
            OSError: the outbox cannot be written.
        """
        known = cls.known(outbox)
        if known is not None:
            return known
        outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = private_folder(outbox / _FOLDER)
        with alone_in(folder):
            if cls.known(outbox) is None:
                name = write_beside(folder / _SENDER, secrets.token_hex(4).encode(), is_private=True)
                name.replace(folder / _SENDER)
                sync_folder(folder)
        return cls.of(outbox)

    def lock_of(self, token: str) -> Path:
        """The file that is locked by whoever is at the batch of `token`."""
        return self.folder / f"{token}.lock"

    def register(self, batch: str, letters: Collection[str]) -> None:
        """Notes that `letters` (reminder ids) are handed over in `batch`, `<day>/<name>`; it is on the disk when this returns."""
        with alone_in(self.folder):
            append_line(self.folder / _REGISTER, json.dumps({"batch": batch, "letters": sorted(letters)}).encode())

    def batches_with(self, letters: Collection[str]) -> dict[str, set[str]]:
        """Which of `letters` were handed over in which batch, by `<day>/<name>`."""
        wanted, found = set(letters), dict[str, set[str]]()
        for batch, listed in self._registered():
            if his := wanted.intersection(listed):
                found.setdefault(batch, set()).update(his)
        return found

    def _registered(self) -> Iterator[tuple[str, list[str]]]:
        """The lines of the register; nothing of one that a crash cut off."""
        path = self.folder / _REGISTER
        if not path.exists():
            return
        with path.open("rb") as lines:
            for line in lines:
                with suppress(ValueError, KeyError, TypeError):
                    told = json.loads(line)
                    yield str(told["batch"]), list(told["letters"])
