"""The words of the worklists (`words.yaml`), in Spanish and English."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tasks.ledger.contact_results import ContactResult
from tasks.segment.ladders import ContactRole, WorkChannel
from tasks.segment.reasons import Words
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml


class WorklistWords(Strict):
    """Words by key. `opening`, `facts`, `benefits`, `voicemail` and what refers to it have places in braces."""

    columns: dict[str, Words]
    sheets: dict[str, Words]
    titles: dict[WorkChannel, Words]
    channels: dict[str, Words]
    roles: dict[ContactRole, Words]
    results: dict[ContactResult, Words]
    meanings: dict[ContactResult, Words]
    voicemail: Words
    opening: dict[WorkChannel, Words]
    questions: dict[str, Words]
    facts: dict[str, Words]
    benefits: dict[str, Words]
    warnings: dict[str, Words]


@cache
def worklist_words() -> WorklistWords:
    """The words of `words.yaml`."""
    return WorklistWords.model_validate(read_yaml(Path(__file__).with_suffix(".yaml")))
