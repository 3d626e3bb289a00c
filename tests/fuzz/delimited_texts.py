"""Delimited files: whole ones whose cells are known, and damaged ones of which only the bytes are known."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tasks.settings.formats import CsvFormat

NAMES = ("Cliente", "Factura", "Fecha", "Importe", "Nombre, S.A.", "Größe", "a b")
CELLS = (
    "", " ", "1", "12,50", "1.234,50", "2026-01-31", "C1", "00012", "Peña & Söhne", "O'Neill", "a,b", "x;y", 'say "hi"',
    "línea", "€ 5", "-", "=1+1", "NULL", "null", "\\", "a\\", "#", "日本", "😀", "tab\there", " lead", "trail ", "\xa0",
    "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\x1a", "\ufeff", "'", "''",
)  # fmt: skip
QUOTED_ONLY = ("two\nlines", "two\r\nlines", "\n", "\n\n", "a\rb", '"', '""', "a\n\nb")
ENDS = ("\n", "\r\n", "\r")
HOSTILE = (
    b'"', b'""', b'"""', b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b",",
    b";", b"\t", b"|", b'";"', b'","', b'"\n"', b"\\", b'\\"', b"#", b"'", b"\x1a", b" ", b"\xc2\x85", b"\xe2\x80\xa8",
    b"\xff\xfe", b"1", b"a", b";;;;", b'a"b', b'"a"b', b' "a"',
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-32", "cp850", "ascii", "mac_roman")


@dataclass(frozen=True)
class Delimited:
    """A file, its settings, and its header and cells where it is whole."""

    settings: CsvFormat
    data: bytes
    header: tuple[str, ...]
    rows: list[list[str]]


def whole_file(random: Random) -> Delimited:
    """A file as a program writes it: one delimiter, one line end, quotes where they are needed, encodable throughout."""
    delimiter, end = random.choice(",;\t|"), random.choices(ENDS, (5, 5, 1))[0]
    quote = random.choices(('"', "'", ""), (8, 1, 1))[0]
    encoding = random.choices(ENCODINGS, (8, *[1] * (len(ENCODINGS) - 1)))[0]
    width = random.randrange(2, len(NAMES) + 1)
    plain = [
        cell for cell in (*CELLS, *(QUOTED_ONLY if quote and random.random() < 0.3 else ())) if _fits(cell, encoding)
    ]
    if not quote:
        plain = [cell for cell in plain if not set(cell) & {delimiter, "\n", "\r"}]
    header = [f"{name} {index}" for index, name in enumerate(NAMES[:width]) if _fits(name, encoding)]
    header = [*header, *(f"c{index}" for index in range(width - len(header)))]
    header = [name.replace(delimiter, "") for name in header] if not quote else header
    rows = [[random.choice(plain) for _ in range(width)] for _ in range(random.choice((0, 1, 3, 12)))]
    always = bool(quote) and random.random() < 0.3
    lines = [delimiter.join(_written(cell, delimiter, quote, always=always) for cell in row) for row in (header, *rows)]
    text = end.join(lines) + (end if random.random() < 0.7 else "")
    settings = CsvFormat(delimiter=delimiter, quote=quote, encoding=encoding)
    return Delimited(settings, text.encode(encoding), tuple(header), rows)


def damaged_file(random: Random) -> Delimited:
    """A whole UTF-8 file with hostile bytes in its body; its header stays."""
    found = whole_file(random)
    while found.settings.encoding != "utf-8" or not found.rows:
        found = whole_file(random)
    ends = [found.data.find(end.encode()) + len(end) for end in ENDS if end.encode() in found.data]
    start, body = max(ends, default=len(found.data)), b""
    start = _end_of_header(found)
    body = found.data[start:]
    for _ in range(random.randrange(1, 6)):
        place, kind = random.randrange(len(body) + 1), random.randrange(5)
        if kind == 0:
            body = body[:place] + random.choice(HOSTILE) + body[place:]
        elif kind == 1:
            body = body[:place] + body[place + random.randrange(1, 4) :]
        elif kind == 2:
            body = body[:place] + random.choice(HOSTILE) + body[place + 1 :]
        elif kind == 3:
            body = body[:place]
        else:
            piece = body[place : place + random.randrange(1, 40)]
            body = body[:place] + piece * random.randrange(1, 4) + body[place:]
    changes: dict[str, object] = {}
    if random.random() < 0.15:
        changes["ragged"] = True
    settings = found.settings.model_copy(update=changes)
    return Delimited(settings, found.data[:start] + body, found.header, [])


def file_with_hostile_header(random: Random) -> tuple[Delimited, int]:
    """A file whose header has quotes that were never meant, and how many lines without quotes follow it."""
    delimiter, width = random.choice(",;\t|"), random.randrange(1, 5)
    header = [f"Column {index}" for index in range(width)]
    for _ in range(random.randrange(1, 4)):
        place = random.randrange(width)
        at = random.choice((0, len(header[place]), random.randrange(len(header[place]) + 1)))
        header[place] = header[place][:at] + random.choice(('"', '"', '""', ' "')) + header[place][at:]
    lines = [
        delimiter.join(
            random.choice(("a", "12,50", "x y", "1")).replace(delimiter, "")
            for _ in range(random.choice((width, width, 2)))
        )
        for _ in range(random.choice((1, 2, 5, 60)))
    ]
    end = random.choice(("\n", "\r\n"))
    blank = random.choice(("", "", "  " + end, end))
    text = blank + delimiter.join(header) + end + end.join(lines) + end
    settings = CsvFormat(delimiter=delimiter, ragged=random.random() < 0.2)
    return Delimited(settings, text.encode(), tuple(header), []), len(lines)


def _end_of_header(found: Delimited) -> int:
    """Where the first line ends; headers hold no line ends."""
    places = [place for end in (b"\n", b"\r") if (place := found.data.find(end)) >= 0]
    if not places:
        return len(found.data)
    first = min(places)
    return first + (2 if found.data[first : first + 2] == b"\r\n" else 1)


def _fits(cell: str, encoding: str) -> bool:
    try:
        return cell.encode(encoding).decode(encoding) == cell
    except UnicodeError:
        return False


def _written(cell: str, delimiter: str, quote: str, *, always: bool) -> str:
    if quote and (always or set(cell) & {delimiter, quote, "\n", "\r"}):
        return quote + cell.replace(quote, quote * 2) + quote
    return cell
