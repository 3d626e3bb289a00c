"""What a file is before anything is known of it: its type by its first bytes, its encoding, and its beginning as text."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tasks.extract.signed_message import unsigned
from tasks.extract.xml_members import is_document
from tasks.problems import SourceProblem

FileType = Literal["csv", "fixed_width", "text", "xlsx", "xml", "json", "parquet"]
HEAD_BYTES = 64 << 10
_CHUNK_BYTES = 1 << 20
_MOST_BYTES_DECODED = 512 << 20
_LARGEST_SIGNED = 64 << 20
_LARGEST_JSON = 64 << 20
"""Bytes up to which a document is read whole to know whether it is JSON; of larger ones the first sign has to do."""
_PLAIN_TEXT: frozenset[FileType] = frozenset({"csv", "fixed_width", "text"})
_URL = re.compile(r"^[a-z][a-z0-9+]*:/", re.IGNORECASE)
_DESCRIBE_BY_HAND = "Describe the source by hand: docs/settings.md."
_DATABASE_HELP = (
    "Databases are not recognised: write a source with format: {type: database, url_env: NAME, query: 'SELECT …'} and put the "
    "URL (postgresql://, mysql://, mssql://, oracle://, sqlite:///) into the environment variable NAME; see docs/settings.md."
)
# Letters that texts of these languages have; a wrong encoding shows box-drawing signs and symbols instead.
_USUAL_LETTERS = frozenset("áéíóúüñçãõâêôàèìòùäöåæøßÁÉÍÓÚÜÑÇÃÕÂÊÔÀÈÌÒÙÄÖÅÆØºª€")


@dataclass(frozen=True)
class Content:
    """A file's possible `types`, its `encoding` where it is text, and its first `HEAD_BYTES` as text."""

    path: Path
    types: frozenset[FileType]
    encoding: str
    head: str

    @property
    def is_plain_text(self) -> bool:
        return self.types == _PLAIN_TEXT


def look_at(path: Path) -> Content:
    """Tells what `path` is.

    Raises:
        SourceProblem: it does not exist, is empty, or is a database or of a type that nobody can read.
    """
    if _URL.match(str(path)):
        # Without the URL, which may hold a password.
        raise SourceProblem.at("--from", "is a URL and not a file", _DATABASE_HELP)
    if not path.is_file():
        raise SourceProblem.at(str(path), "there is no such file", "Check the path given with --from.")
    if path.stat().st_size == 0:
        raise SourceProblem.at(str(path), "the file is empty", "Export it again.")
    try:
        start = next(blocks(path), b"")[:HEAD_BYTES]
    except (OSError, EOFError) as error:
        raise SourceProblem.at(str(path), f"cannot be read: {error}", "Transfer or export it again.") from None
    return _of_zip(path) if start.startswith(b"PK\x03\x04") else _of_bytes(path, start)


def blocks(path: Path) -> Iterator[bytes]:
    """The file's bytes, unpacked where it is gzip."""
    with path.open("rb") as raw:
        is_gzip = raw.read(2) == b"\x1f\x8b"
    opener = gzip.open if is_gzip else open
    with opener(path, "rb") as stream:
        while block := stream.read(_CHUNK_BYTES):
            yield bytes(block)


def as_stream(content: Content) -> io.TextIOBase:
    """The whole file as text; what is not in the encoding is replaced, for nothing is landed from here."""
    with content.path.open("rb") as raw:
        is_gzip = raw.read(2) == b"\x1f\x8b"
    encoding = "utf-8-sig" if content.encoding == "utf-8" else content.encoding
    if is_gzip:
        return io.TextIOWrapper(gzip.open(content.path, "rb"), encoding, errors="replace", newline="")
    return content.path.open(encoding=encoding, errors="replace", newline="")


def _of_zip(path: Path) -> Content:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" in names:
                return Content(path, frozenset({"xlsx"}), "", "")
            members = [info for info in archive.infolist() if is_document(info) and _is_xml_name(info.filename)]
            if not members:
                raise SourceProblem.at(str(path), "is a zip without XML files in it", "Unpack it and give its files.")
            head = _head_of_member(archive, members[0])
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        RuntimeError,
        NotImplementedError,
        UnicodeDecodeError,
    ) as error:
        raise SourceProblem.at(str(path), f"cannot be read: {error}", "Transfer or export it again.") from None
    return Content(path, frozenset({"xml"}), "", head.decode("utf-8", errors="replace").lstrip("\ufeff"))


def _is_xml_name(name: str) -> bool:
    return name.lower().endswith((".xml", ".xsig", ".p7m"))


def _head_of_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The beginning of a document in a zip, taken out of its signed container where it is in one."""
    with archive.open(info) as stream:
        head = stream.read(HEAD_BYTES)
        if not _may_be_signed(head) or info.file_size > _LARGEST_SIGNED:
            return head
        return unsigned(head + stream.read(_LARGEST_SIGNED), info.filename)[:HEAD_BYTES]


def _of_bytes(path: Path, start: bytes) -> Content:
    if start.startswith(b"PAR1"):
        return Content(path, frozenset({"parquet"}), "", "")
    if start.startswith(b"SQLite format 3\x00"):
        raise SourceProblem.at(str(path), "is a SQLite database", _DATABASE_HELP)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceProblem.at(str(path), "is an Excel file of the old format", "Save it as .xlsx.")
    if start.startswith(b"%PDF"):
        raise SourceProblem.at(str(path), "is a PDF", "Export the data as CSV or XLSX.")
    if _may_be_signed(start) and path.stat().st_size <= _LARGEST_SIGNED:
        wrapped = unsigned(path.read_bytes(), str(path))
        if wrapped.lstrip().startswith(b"<"):
            return Content(path, frozenset({"xml"}), "", wrapped[:HEAD_BYTES].decode("utf-8", errors="replace"))
    encoding = _encoding(path, start)
    head = start.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    if "\x00" in head[:2000]:
        raise SourceProblem.at(str(path), "is neither text nor a type that is known", _DESCRIBE_BY_HAND)
    begins = head.lstrip()[:200].lower()
    if begins.startswith(("!type:", "!account", "!option:")):
        raise SourceProblem.at(
            str(path),
            "is a QIF file, which says neither its currency nor whether the day or the month comes first",
            "Export the statement as OFX, camt.053, MT940, Norma 43 or CSV.",
        )
    if begins.startswith("<") and not begins.startswith("<ofx>"):
        return Content(path, frozenset({"xml"}), encoding, head)
    if begins[:1] in ("{", "[") and _is_json(path, head):
        return Content(path, frozenset({"json"}), encoding, head)
    return Content(path, _PLAIN_TEXT, encoding, head)


def _may_be_signed(start: bytes) -> bool:
    """DER begins with 0x30 and a length; base64 of it with MI. A text that begins with a 0 has no byte beyond ASCII after it."""
    return (start[:1] == b"\x30" and start[1:2] >= b"\x80") or start.startswith((b"MI", b"-----BEGIN"))


def _is_json(path: Path, head: str) -> bool:
    """Whether the file is a JSON document, or its first line is one (JSON lines)."""
    try:
        json.loads(head.lstrip().splitlines()[0])
    except ValueError:
        try:
            if path.stat().st_size <= _LARGEST_JSON:
                json.loads(path.read_bytes())
        except ValueError:
            return False
    return True


def _encoding(path: Path, start: bytes) -> str:
    """The encoding by byte-order mark, else UTF-8 when the whole file is, else the likelier of Western ones."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    decoder, seen, odd = codecs.getincrementaldecoder("utf-8")(), 0, bytearray()
    is_utf8 = True
    for block in blocks(path):
        if is_utf8:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                is_utf8 = False
        odd += bytes(byte for byte in block if byte >= 0x80)[: _CHUNK_BYTES - len(odd)] if not block.isascii() else b""
        seen += len(block)
        if seen >= _MOST_BYTES_DECODED:
            break
    if is_utf8:
        return "utf-8"
    has_c1_controls = any(0x80 <= byte <= 0x9F for byte in odd)
    candidates = ("cp1252", "cp850") if has_c1_controls else ("latin-1", "cp850")
    return max(candidates, key=lambda name: _usual(bytes(odd), name))


def _usual(odd: bytes, encoding: str) -> int:
    return sum(character in _USUAL_LETTERS for character in odd.decode(encoding, errors="replace"))
