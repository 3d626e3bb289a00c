"""Brings a delimited text file into the one form DuckDB reads in parallel: plain UTF-8, and counts its rows on the way.

A plain UTF-8 file stays where it is. Any other encoding, and gzip, is rewritten to a scratch file as a stream.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tasks.problems import SourceProblem
from tasks.settings.formats import CsvFormat

CHUNK_BYTES = 1 << 18  # Fits the processor cache: larger blocks are counted more slowly.
MAX_EXPANDED_BYTES = 64 << 30
_BLANK = re.compile(rb"\n\n")  # Found twice as fast as by `in`.
_LINE_END_AGAIN = re.compile(rb"(?<=\n)\n")
# A cell of a text is as long as it is: the module's own bound of 128 KiB would refuse what the quick way reads.
csv.field_size_limit(1 << 30)
SUSPECT_RATIO = 200  # Real exports stay below 100:1.


def content_hash(path: Path) -> str:
    """The SHA-256 of a file, as hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True)
class TextFile:
    """A plain UTF-8 file. `records` counts lines with content outside quotes, header and preamble included.

    `delimiters` counts the delimiters outside quotes: every line has as many fields as the header only if they agree.
    """

    path: Path
    records: int
    delimiters: int


def as_utf8(path: Path, name: str, settings: CsvFormat, scratch: Path) -> TextFile:
    """The file as plain UTF-8, in place where it is that already (then the parser checks the bytes).

    Raises:
        SourceProblem: the bytes are not in `encoding` (with the offset and line), the encoding is unknown, the gzip
            stream is damaged or expands beyond any real export.
    """
    canonical = known_encoding(name, settings.encoding)
    counter = RecordCounter(settings.quote, settings.delimiter)
    if canonical in ("utf-8", "utf-8-sig", "ascii") and not _is_gzip(path):
        with path.open("rb") as stream:
            for block in _chunks(stream):
                counter.add(block)
        return TextFile(path, counter.finish(), counter.delimiters)
    target = scratch / "utf8.csv"
    with path.open("rb") as stream, target.open("wb") as output:
        for block in _decoded(_expanded(stream, path, name), canonical, name):
            counter.add(block)
            output.write(block)
    return TextFile(target, counter.finish(), counter.delimiters)


def check_encoding(path: Path, name: str, encoding: str) -> None:
    """Raises `SourceProblem` with the place of the first byte that is not in `encoding`."""
    with path.open("rb") as stream:
        for _ in _decoded(_expanded(stream, path, name), known_encoding(name, encoding), name):
            pass


def known_encoding(name: str, encoding: str) -> str:
    """Python's name of the encoding; raises `SourceProblem` when there is none."""
    try:
        "".encode(encoding)  # Python's codecs of other kinds (hex, zlib) are none of texts.
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise SourceProblem.at(
            name, f"the encoding '{encoding}' is unknown", "Use utf-8, cp1252, latin-1 or utf-16 in format.encoding."
        ) from None


class RecordCounter:
    """Counts records (lines that are not blank and do not end inside quotes) and delimiters, independently of the parser."""

    def __init__(self, quote: str, delimiter: str) -> None:
        self.delimiters = 0
        self._quote = quote.encode()
        self._delimiter = delimiter.encode()
        self._lines = 0
        self._is_quoted = False
        self._tail = b"\n"

    def add(self, block: bytes) -> None:
        """Counts the line ends of `block` that are outside quotes and end a line with content."""
        outside = block
        if self._quote and (self._is_quoted or self._quote in block):
            pieces = block.split(self._quote)
            was_quoted = self._is_quoted
            self._is_quoted ^= len(pieces) % 2 == 0
            # A quoted piece leaves a mark, so that a line of quoted fields does not look blank.
            outside = b"q" * was_quoted + b"q".join(pieces[was_quoted::2]) + b"q" * self._is_quoted
        if not outside:
            return
        self.delimiters += outside.count(self._delimiter)
        self._lines += outside.count(b"\n") - _blank_lines(outside)
        # The first line of the block is blank when the block before ended its line.
        before = self._tail + outside[:2]
        self._lines -= before.startswith(b"\n\n") or before.startswith(b"\n\r\n")
        after = (self._tail + outside[-2:])[-2:]
        self._tail = after if after == b"\n\r" else after[-1:]

    @property
    def is_quoted(self) -> bool:
        """Whether what was counted so far ends inside quotes."""
        return self._is_quoted

    def finish(self) -> int:
        """The number of records; a last line without line end counts."""
        return self._lines + (self._tail not in (b"\n", b"\n\r"))


def _blank_lines(block: bytes) -> int:
    """Line ends that follow another line end within the block."""
    plain = block.replace(b"\r\n", b"\n") if b"\r" in block else block
    return len(_LINE_END_AGAIN.findall(plain)) if _BLANK.search(plain) else 0


def _decoded(blocks: Iterator[bytes], encoding: str, name: str) -> Iterator[bytes]:
    """The blocks as UTF-8 without byte-order mark."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()
    offset, lines = 0, 1
    try:
        for block in blocks:
            start = offset - len(decoder.getstate()[0])
            encoded = decoder.decode(block).encode()
            yield encoded
            offset += len(block)
            lines += encoded.count(b"\n")
        start = offset - len(decoder.getstate()[0])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        line = lines + error.object[: error.start].count(b"\n")
        raise SourceProblem.at(
            name,
            f"byte {start + error.start} (line {line}) is 0x{error.object[error.start]:02x}, which is not {encoding}",
            "Set the source's format.encoding to what the file is in; exports of Windows programs are often cp1252.",
        ) from None
    except UnicodeError as error:
        raise SourceProblem.at(name, f"is not {encoding}: {error}", "Set the source's format.encoding.") from None


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(CHUNK_BYTES):
        yield block


def _expanded(stream: BinaryIO, path: Path, name: str) -> Iterator[bytes]:
    if not _is_gzip(path):
        yield from _chunks(stream)
        return
    packed, total = path.stat().st_size, 0
    try:
        with gzip.open(stream, "rb") as unpacked:
            while block := unpacked.read(CHUNK_BYTES):
                total += len(block)
                if total > MAX_EXPANDED_BYTES or (total > (1 << 28) and total > SUSPECT_RATIO * packed):
                    raise SourceProblem.at(
                        name,
                        f"{packed} bytes of gzip expand to more than {total >> 20} MiB",
                        "This is not a real export; check where the file comes from.",
                    )
                yield block
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        raise SourceProblem.at(
            name, f"the gzip file is damaged or cut off: {error}", "Transfer the file again."
        ) from None


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"
