"""Typst as a function: a source and data in, the bytes of a PDF out. No file, system font, package or clock is read."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TypeAlias

import typst

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"


def typeset(source: str, data: Mapping[str, Json], *, as_of: date) -> bytes:
    """The PDF that `source` makes of `data`: the same input gives the same bytes, on every machine.

    The source finds the data by `#let data = json(bytes(sys.inputs.data))`. They are values and never source, so nothing in
    them is markup; control characters and direction overrides become blanks, line feeds stay. `as_of` is the PDF's date of
    creation, and typst's `datetime.today()`. Fonts are those inside typst: Libertinus Serif, New Computer Modern, DejaVu Sans
    Mono. A call takes some milliseconds; each thread has a compiler of its own.

    Raises:
        typst.TypstError: the source cannot be typeset with these data: a defect of ours.
    """
    made = _compiler().compile(
        input=source.encode(),
        format="pdf",
        sys_inputs={"data": json.dumps(_legible(data), ensure_ascii=False)},
        timestamp=datetime.combine(as_of, time(), tzinfo=UTC),
    )
    if not isinstance(made, bytes):
        raise TypeError("typst made no PDF")
    return made


def legible(text: str) -> str:
    """`text` with a blank for every character that a page cannot show or that disguises what it shows; line feeds stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if unicodedata.category(character) in _UNWANTED and character != "\n" else character for character in text
    )


def _legible(value: Json) -> Json:
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, Mapping):
        return {key: _legible(part) for key, part in value.items()}
    if isinstance(value, Sequence):
        return [_legible(part) for part in value]
    return value


def _compiler() -> typst.Compiler:
    compiler: typst.Compiler | None = getattr(_OF_THREAD, "compiler", None)
    if compiler is None:
        compiler = _OF_THREAD.compiler = typst.Compiler(ignore_system_fonts=True)
    return compiler


_OF_THREAD = threading.local()
# Control, format (direction overrides, zero-width), surrogate, private use, line separator, paragraph separator.
_UNWANTED = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
