"""The words of the customer log (`words.yaml`), in Spanish and English."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tasks.ledger.history_entry import EntryKind, HistoryEntry
from tasks.segment.ladders import Purpose
from tasks.segment.reasons import Language, Words
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml


class HistoryWords(Strict):
    """All of `words.yaml`."""

    entries: dict[str, Words]
    purposes: dict[Purpose, Words]
    columns: dict[str, Words]
    calls: dict[str, Words]

    def title(self, entry: HistoryEntry, language: Language) -> str:
        """What people call the entry: of a message what it was about and what became of it (`Reclamo por falta de pago: Enviado`)."""
        if entry.kind is not EntryKind.MESSAGE:
            return self.entries[str(entry.kind)].text(language)
        about = next(
            (words.text(language) for name, words in self.purposes.items() if name == entry.about), entry.about
        )
        return f"{about}: {self.entries[f'message.{entry.state}'].text(language)}"


@cache
def history_words() -> HistoryWords:
    """The words of `words.yaml`."""
    return HistoryWords.model_validate(read_yaml(Path(__file__).with_suffix(".yaml")))
