"""A source entry in the making: what is mapped so far, what was seen, and what a person has to confirm."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.contracts.load import load_contract
from tasks.recognise.columns import Reading
from tasks.recognise.model import Doubt
from tasks.recognise.sniff import Sample
from tasks.settings.columns import Decimals


@dataclass
class Draft:
    """What the steps of a proposal fill, one after the other."""

    sample: Sample
    reading: Reading
    decimals: Decimals
    columns: dict[str, dict[str, object]] = field(default_factory=dict)
    evidence: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    currencies: list[str] = field(default_factory=list)

    def type_of(self, column: str) -> str:
        """The contract's type of the column."""
        return load_contract(self.reading.contract).column(column).type

    def doubt(self, key: str, why: str) -> None:
        """Marks something to be confirmed."""
        self.doubts.append(Doubt(key, why))
