"""What recognition hands on: one item per source that a file can feed, with its evidence and what a person has to confirm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tasks.settings.sources import ContractName

Entry = Mapping[str, object]
"""Keys of a source of `puntual.yaml`, without `name`, `contract` and `path`."""


@dataclass(frozen=True)
class Doubt:
    """Something a person has to look at: `key` is its place in the source's entry, such as columns.currency ('' for all of it)."""

    key: str
    why: str

    def __str__(self) -> str:
        return f"{self.key}: {self.why}" if self.key else self.why


@dataclass(frozen=True)
class Recognised:
    """One source that a file can feed. `confidence`: 1 where a shipped profile fits in everything, less for proposals."""

    path: Path
    system: str
    report: str
    contract: ContractName
    name: str
    entry: Entry
    evidence: tuple[str, ...]
    confidence: float
    doubts: tuple[Doubt, ...] = ()
    currencies: tuple[str, ...] = field(default=())
    """Currencies seen in the file, the most frequent first."""
    fallback: Entry | None = None
    """Keys that make a source of a file that does not tie, to be used only with a line to confirm."""
