"""The kept decision in words, in the languages of `puntual explain`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from tasks.decisions.lookup import KeptDecision
from tasks.segment.reasons import load_reasons
from tasks.settings.yaml_file import read_yaml

_PAGE = Path(__file__).with_suffix(".yaml")
_TEXTS = TypeAdapter(dict[str, dict[Literal["es", "en"], str]])


@cache
def _texts() -> dict[str, dict[Literal["es", "en"], str]]:
    return _TEXTS.validate_python(read_yaml(_PAGE))


def kept_lines(kept: KeptDecision | None, *, as_of: date, language: Literal["es", "en"]) -> Iterator[str]:
    """What was kept on `as_of`, one fact a line; a single line where nothing was."""

    def say(name: str, **values: object) -> str:
        return _texts()[name][language].format(**values)

    if kept is None:
        yield say("none", as_of=as_of)
        return
    reason = load_reasons()[kept.reason].label.text(language) if kept.reason in load_reasons() else kept.reason
    yield say("kept", **{**asdict(kept), "reason": reason})
    yield say("hashes", **asdict(kept))
    for message in kept.messages:
        yield say("not_sent" if message.content_hash is None else "message", **asdict(message))
