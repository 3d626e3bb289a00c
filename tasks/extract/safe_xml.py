"""XML from outside, opened safely: e-invoices, audit files, bank messages.

No document type declaration (so no entities and nothing fetched), known encodings only, and bounds on size, elements, depth
and text. What breaks one of them is refused by name of file and line; the messages hold no text of the file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator
from io import BytesIO
from typing import BinaryIO

from lxml import etree

from tasks.problems import Problem, SourceProblem

MAX_TREE_BYTES = 128 << 20
"""What is parsed into memory at once. Invoices carry attachments; beyond this they are no invoices."""
MAX_STREAM_BYTES = 8 << 30
MAX_RECORD_BYTES = 64 << 20
"""Of a streamed file, what may lie between two records: up to 2 GB of tree in the worst case, a few MB in real files."""
MAX_TAGS = 5_000_000
"""Opening and closing tags of a file that is parsed at once: about 600 MB of tree."""
PROLOG_BYTES = 64 << 10
CHUNK_BYTES = 1 << 20
ENCODINGS = {"utf-8": "utf-8", "us-ascii": "ascii", "ascii": "ascii", "utf-16": "utf-16", "iso-8859-1": "iso-8859-1",
             "latin-1": "iso-8859-1", "latin1": "iso-8859-1", "iso-8859-15": "iso-8859-15",
             "windows-1252": "windows-1252", "cp1252": "windows-1252"}  # fmt: skip
DECLARED = re.compile(r"""^<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
PROLOG_ITEM = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
SINGLE_BYTE = frozenset({"iso-8859-1", "iso-8859-15", "windows-1252"})
REASONS = {
    etree.ErrorTypes.ERR_INVALID_CHAR: "it has a character that XML does not allow",
    etree.ErrorTypes.ERR_INVALID_ENCODING: "its bytes are not in the encoding that it declares",
    etree.ErrorTypes.ERR_UNKNOWN_ENCODING: "its bytes are not in the encoding that it declares",
    etree.ErrorTypes.ERR_TAG_NAME_MISMATCH: "an element is not closed, or another one is",
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED: "it ends in the middle of an element (cut off?)",
    etree.ErrorTypes.ERR_DOCUMENT_END: "it ends before it should, or goes on after its end",
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY: "it uses an entity, which is not allowed",
    etree.ErrorTypes.ERR_RESOURCE_LIMIT: "a text is longer or elements lie deeper than in any real document",
}


def parse_xml(data: bytes, file: str) -> etree._Element:
    """The root element of a document that fits in memory; comments and processing instructions are left out.

    Raises:
        SourceProblem: not well-formed, cut off, in another encoding than it says, with a DOCTYPE, or too large.
    """
    if len(data) > MAX_TREE_BYTES:
        raise _too_large(file, f"{len(data) / 1e6:.0f} MB of XML are more than any invoice has")
    encoding = check_prolog(data, file)
    tags = data.count(b"<")
    if tags > MAX_TAGS:
        raise _too_large(file, f"{tags / 1e6:.1f} million tags are more than any file of invoices has")
    parser = etree.XMLParser(
        encoding=_encoding_of(data, encoding, file),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _malformed(file, error) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(file)
    return root


def check_root(tag: str, roots: Collection[str], file: str) -> None:
    """Raises `SourceProblem` unless the root element is one of `roots` ('{namespace}name')."""
    if tag not in roots:
        namespace, _, name = tag.rpartition("}")  # QName refuses what a parser lets pass: a prefix without a namespace.
        raise _problem(
            file,
            f"its root element is {name[:60]} of {namespace[1:121] or 'no namespace'}, which is not of this standard",
            "Check format.standard and format.type of the source, and that its path names the right files.",
        )


def stream_xml(
    stream: BinaryIO, file: str, records: Collection[str], roots: Collection[str]
) -> Iterator[etree._Element]:
    """The elements with one of the tags `records` (outermost ones), in file order, each forgotten after it was yielded.

    For files of any size: what lies before a record is forgotten with it. So `records` has to have all kinds of which a file
    holds many, also those that nobody wants. `roots`: tags that the root element may have.

    Raises:
        SourceProblem: as `parse_xml`, or more than 64 MB without a record; it may come after some elements were yielded.
    """
    head = stream.read(PROLOG_BYTES)
    encoding = _encoding_of(head, check_prolog(head, file), file)
    _check_start(head, encoding, roots, file)
    source = _Bounded(head, stream, file)
    events = etree.iterparse(
        source,
        events=("end",),
        tag=records,
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in events:
            if not any(ancestor.tag in records for ancestor in element.iterancestors()):
                yield element
                _forget(element)
                source.start_again()
    except etree.XMLSyntaxError as error:
        raise _malformed(file, error) from None


def check_prolog(head: bytes, file: str) -> str:
    """The declared encoding; looks at what stands before the root element.

    Raises:
        SourceProblem: a DOCTYPE, an encoding that is not known, or no XML at all.
    """
    start = head[:PROLOG_BYTES]
    is_wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = start.decode("utf-16" if is_wide else "latin-1", errors="replace")
    if start.startswith(codecs.BOM_UTF8):
        text = text[3:]
    declared = DECLARED.match(text)
    name = declared[1].lower() if declared else ("utf-16" if is_wide else "utf-8")
    if name not in ENCODINGS or is_wide != (name == "utf-16"):
        raise SourceProblem.at(
            file,
            "declares an encoding that e-invoices do not use",
            "Save it as UTF-8, with encoding='UTF-8' in its first line.",
        )
    position = 0
    while item := PROLOG_ITEM.match(text, position):
        position = item.end()
    if text[position : position + 9].upper() == "<!DOCTYPE":
        raise _doctype(file)
    if not re.match(r"<[A-Za-z_]", text[position:]):
        raise SourceProblem.at(
            file, "is not XML: no element stands at its start", "Check that the source's path names the right files."
        )
    return ENCODINGS[name]


def _encoding_of(head: bytes, declared: str, file: str) -> str | None:
    """The encoding to read with, where it is not simply the declared one; `head` may end within a character.

    Many systems write windows-1252 and declare ISO-8859-1; the bytes 80-9F, which tell them apart, are control characters
    in the one and quotes or '€' in the other, so both are read as windows-1252 (as the WHATWG's encoding standard does).
    UTF-8 under such a declaration would be misread without any error, so it is refused.
    """
    if declared not in SINGLE_BYTE:
        return None
    if not head.isascii():
        try:
            codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
        except UnicodeDecodeError:
            pass
        else:
            raise SourceProblem.at(
                file,
                f"declares {declared}, but its bytes are UTF-8: its accents would be misread",
                "Export it again, or correct the encoding in its first line to UTF-8.",
            )
    return "windows-1252" if declared == "iso-8859-1" else None


def _check_start(head: bytes, encoding: str | None, roots: Collection[str], file: str) -> None:
    """Raises `SourceProblem` unless the file starts with one of `roots`."""
    parser = etree.XMLPullParser(
        ("start",), encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        parser.feed(head)
        root = next((item for _, item in parser.read_events() if isinstance(item, etree._Element)), None)
    except etree.XMLSyntaxError as error:
        raise _malformed(file, error) from None
    if root is None:
        raise _too_large(file, "its root element has more attributes than any real one")
    check_root(str(root.tag), roots, file)


class _Bounded:
    """A stream that starts with what was read of it already, and refuses to go on for ever or for long without a record."""

    def __init__(self, head: bytes, rest: BinaryIO, file: str) -> None:
        self._parts = (BytesIO(head), rest)
        self._left = MAX_STREAM_BYTES
        self._file = file
        self._since_record = 0

    def read(self, size: int = -1) -> bytes:
        wanted = CHUNK_BYTES if size < 0 else size
        data = self._parts[0].read(wanted) or self._parts[1].read(wanted)
        self._left -= len(data)
        self._since_record += len(data)
        if self._left < 0 or self._since_record > MAX_RECORD_BYTES:
            limit = f"{MAX_STREAM_BYTES >> 30} GiB" if self._left < 0 else f"{MAX_RECORD_BYTES >> 20} MB in one piece"
            raise _too_large(self._file, f"more than {limit} of XML")
        return data

    def start_again(self) -> None:
        """A record is done, and what lies before it forgotten."""
        self._since_record = 0


def _forget(element: etree._Element) -> None:
    """Empties the element and takes all that lies before it out of the tree."""
    element.clear()
    for part in (element, *element.iterancestors()):
        parent = part.getparent()
        while parent is not None and part.getprevious() is not None:
            del parent[0]


def _doctype(file: str) -> SourceProblem:
    return _problem(
        file,
        "has a DOCTYPE, which no e-invoice or bank message has and which can make a reader open other files",
        "Do not open it; ask where it comes from.",
    )


def _too_large(file: str, what: str) -> SourceProblem:
    return _problem(file, what, "Do not open it; ask where it comes from.")


def _malformed(file: str, error: etree.XMLSyntaxError) -> SourceProblem:
    """The parser's own words may quote the file, so that only the kind of error is told."""
    where = f"{file}, line {error.lineno}" if error.lineno else file
    reason = REASONS.get(getattr(error, "code", 0), "its markup is broken")
    return _problem(where, f"is not whole, well-formed XML: {reason}", "Transfer or export it again.")


def _problem(where: str, what: str, fix: str) -> SourceProblem:
    return SourceProblem(Problem("error", where, what, fix))
