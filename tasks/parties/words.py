"""The words for contact tasks, their reasons and the signs of duplicates (`words.yaml`), in Spanish and English."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tasks.segment.reasons import Words
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml


class PartyWords(Strict):
    """Words by key: the worklist's columns, tasks, reasons, contacts' roles, and signs that two customers are one."""

    columns: dict[str, Words]
    tasks: dict[str, Words]
    reasons: dict[str, Words]
    roles: dict[str, Words]
    signs: dict[str, Words]


@cache
def party_words() -> PartyWords:
    """The words of `words.yaml`."""
    return PartyWords.model_validate(read_yaml(Path(__file__).with_suffix(".yaml")))
