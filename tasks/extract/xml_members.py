"""The XML documents in a file: the file itself, what a signature wraps, or the members of a zip, each with a name to tell.

Nothing is ever unpacked to disk. A zip is bounded as workbooks are: number of members, expanded size, ratio; its directory's
word is checked by reading. Folders, PDF pictures of the same invoices and what macOS adds are no documents.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from tasks.extract.safe_xml import MAX_TREE_BYTES
from tasks.extract.signed_message import unsigned
from tasks.extract.zip_bounds import ZipBounds
from tasks.problems import Problem, SourceProblem

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
BOUNDS = ZipBounds(members=50_000, expanded_bytes=4 << 30, ratio=100)
"""XML of invoices shrinks 5 to 30 times."""
NO_DOCUMENTS = (".pdf",)
SKIPPED_FOLDERS = ("__MACOSX",)
LONGEST_NAME = 200


@dataclass(frozen=True)
class XmlMember:
    """One XML document; `name` is the file's, or of a zip `file.zip (member 3)`: names of members often hold those of people.

    `within` is the member's own name behind a slash, for the rows of it; '' where the file is the document.
    """

    name: str
    path: Path
    member: zipfile.ZipInfo | None = None

    @property
    def within(self) -> str:
        return "" if self.member is None else f"/{_shown(self.member.filename)}"

    def read(self) -> bytes:
        """The document's bytes, out of its signature if it has one.

        Raises:
            SourceProblem: larger than any invoice, or damaged.
        """
        with self.open() as stream:
            data = stream.read(MAX_TREE_BYTES + 1)
        if len(data) > MAX_TREE_BYTES:
            raise _refused(self.name, f"more than {MAX_TREE_BYTES >> 20} MB of XML, more than any invoice has")
        return unsigned(data, self.name)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The document as a stream, for files of any size.

        Raises:
            SourceProblem: damaged.
        """
        try:
            if self.member is None:
                with self.path.open("rb") as stream:
                    yield stream
            else:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as unpacked:
                    yield _as_binary(unpacked)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError):
            raise _damaged(self.name) from None
        except OSError as error:
            raise _problem(self.name, f"cannot be read: {error.strerror}", "Check its permissions.") from None


def xml_members(path: Path, file: str) -> list[XmlMember]:
    """The documents of a file in the order in which they lie in it; `file` is the name users know.

    Raises:
        SourceProblem: a zip that is damaged, empty, encrypted, larger than allowed, or with names that lead out of it.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        raise _problem(file, f"cannot be read: {error.strerror}", "Check its permissions.") from None
    if head not in (ZIP_MAGIC, EMPTY_ZIP):
        return [XmlMember(file, path)]
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _damaged(file) from None
    _check_directory(path, file, infos)
    members = [XmlMember(name, path, info) for name, info in _named(file, infos) if is_document(info)]
    if not members:
        raise _problem(file, "is a zip without any XML", "Check that the source's path names the right files.")
    return members


def _check_directory(path: Path, file: str, infos: list[zipfile.ZipInfo]) -> None:
    if excess := BOUNDS.excess(path.stat().st_size, infos):
        raise _refused(file, excess)
    for name, info in _named(file, infos):
        parts = PurePosixPath(info.filename.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0:1]:
            raise _refused(name, "the name of this member leads out of the zip")
        if info.flag_bits & 1:
            raise _problem(name, "is encrypted", "Put the zip there without a password.")


def _named(file: str, infos: list[zipfile.ZipInfo]) -> list[tuple[str, zipfile.ZipInfo]]:
    """The members that are no folders, by their number in the zip's directory."""
    files = (info for info in infos if not info.is_dir())
    return [(f"{file} (member {number})", info) for number, info in enumerate(files, start=1)]


def is_document(info: zipfile.ZipInfo) -> bool:
    """Whether a member of a zip is to be read, and not a folder, a picture or what an operating system left there."""
    path = PurePosixPath(info.filename)
    is_skipped = path.name.startswith(".") or path.parts[0] in SKIPPED_FOLDERS
    return not (info.is_dir() or is_skipped or path.suffix.lower() in NO_DOCUMENTS)


def _shown(name: str) -> str:
    """A member's name as it may be shown: one line, not endless."""
    return "".join(character if character.isprintable() else "?" for character in name)[-LONGEST_NAME:]


def _as_binary(stream: object) -> BinaryIO:
    return stream  # type: ignore[return-value]  # zipfile's streams read like any other, their type does not say so


def _refused(file: str, what: str) -> SourceProblem:
    return _problem(file, what, "Do not open it; ask where it comes from.")


def _damaged(file: str) -> SourceProblem:
    return _problem(file, "is a zip that is cut off or damaged", "Transfer or export it again.")


def _problem(where: str, what: str, fix: str) -> SourceProblem:
    return SourceProblem(Problem("error", where, what, fix))
