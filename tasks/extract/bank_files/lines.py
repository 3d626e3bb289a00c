"""Lines of the text formats, decoded and bounded; characters that no bank writes are refused, not skipped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from tasks.extract.text_file import known_encoding
from tasks.problems import SourceProblem

MAX_LINE_BYTES = 1 << 16
MAX_BYTES = 4 << 30
_FRAMES = (
    "\x01\x02\x03\x1a\ufeff"  # SWIFT block marks, DOS end of file, byte-order mark: around messages, never inside.
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MAGIC = {b"PK\x03\x04": "a zip", b"\x1f\x8b": "a gzip", b"%PDF": "a PDF", b"\xd0\xcf\x11\xe0": "an old Excel or Word"}


class Line(NamedTuple):
    """A line and its number in the file, from 1."""

    number: int
    text: str


def read_lines(path: Path, file: str, encoding: str, *, fallback: str) -> Iterator[Line]:
    """The file's lines, with LF or CRLF, without the line ends.

    Without `encoding` it is UTF-8 if all of it is (no other text passes for it by accident), else `fallback`.

    Raises:
        SourceProblem: not a text, another encoding, control characters inside a line, or lines beyond any statement.
    """
    chosen = known_encoding(file, encoding or _encoding(path, file, fallback))
    with path.open("rb") as stream:
        _refuse_other_files(stream, file)
        for number, raw in enumerate(_raw_lines(stream, file), start=1):
            yield Line(number, _decoded(raw, chosen, file, number))


def _decoded(raw: bytes, encoding: str, file: str, number: int) -> str:
    try:
        text = _unframed(raw.decode(encoding).rstrip("\r\n"), is_first=number == 1, is_last=not raw.endswith(b"\n"))
    except UnicodeDecodeError as error:
        raise SourceProblem.at(
            f"{file}, line {number}",
            f"byte 0x{raw[error.start]:02x} at position {error.start + 1} is not {encoding}",
            "Set the source's format.encoding to what the bank writes, such as latin-1 or cp1252.",
        ) from None
    found = _CONTROL.search(text)
    if found is not None:
        raise SourceProblem.at(
            f"{file}, line {number}",
            f"holds the control character 0x{ord(found.group()):02x} at position {found.start() + 1}",
            "The file was damaged on its way, or is no statement; download it again, without converting it.",
        )
    return text


def _unframed(text: str, *, is_first: bool, is_last: bool) -> str:
    """The line without marks around messages; anywhere else such a character stands for one that was damaged."""
    bare = text.strip(_FRAMES)
    if not bare:
        return bare
    start = text.lstrip(_FRAMES) if is_first or bare.startswith("{") else text
    return start.rstrip(_FRAMES) if is_last or bare == "-" or bare.endswith("}") else start


def _encoding(path: Path, file: str, fallback: str) -> str:
    with path.open("rb") as stream:
        for raw in _raw_lines(stream, file):
            try:
                raw.decode("utf-8")
            except UnicodeDecodeError:
                return fallback
    return "utf-8"


def _raw_lines(stream: BinaryIO, file: str) -> Iterator[bytes]:
    read = 0
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        read += len(raw)
        if len(raw) > MAX_LINE_BYTES or read > MAX_BYTES:
            raise SourceProblem.at(
                file,
                f"has a line of more than {MAX_LINE_BYTES >> 10} KiB, or more than {MAX_BYTES >> 30} GiB in all",
                "Its line ends were lost, or it is no statement; download it again, without converting it.",
            )
        yield raw


def _refuse_other_files(stream: BinaryIO, file: str) -> None:
    start = stream.read(4)
    stream.seek(0)
    for magic, what in _MAGIC.items():
        if start.startswith(magic):
            raise SourceProblem.at(
                file, f"is {what} file, not a statement in text", "Unpack it, or ask the bank for text."
            )
