"""The proof of what was handed over: one file a run, written when all its lists are on the disk, and looked up after a crash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tasks.ledger.contact_results import LISTED_BY
from tasks.private_files import write_private_bytes
from tasks.remind.channels.protocol import Found, Lookup, NotFound, Receipt

FOLDER = "worklists"
"""Below the run's folder."""
PROOF = "handed_over.json"


def write_handed_over(folder: Path, lines: Mapping[str, str]) -> Path:
    """Writes who was handed which line: collector by reminder id."""
    return write_private_bytes(folder / PROOF, json.dumps(lines, ensure_ascii=False, sort_keys=True).encode())


class HandedOver:
    """What the lists of all runs say was handed over; asked where a sending process died (`tasks.remind.reconcile`).

    `proves_absence`: a list that was not written whole was handed to nobody, and nothing can turn up later.
    """

    proves_absence = True

    def __init__(self, runs: Path) -> None:
        self._lines: dict[str, str] = {}
        for path in sorted(runs.glob(f"*/{FOLDER}/{PROOF}")):
            self._lines.update(json.loads(path.read_bytes()))

    def lookup(self, reminder_id: str) -> Lookup:
        """Whether the line is on a list."""
        collector = self._lines.get(reminder_id)
        return NotFound() if collector is None else Found(Receipt(LISTED_BY, collector))
