"""Which shipped profile a file is of: everything that the profile's signature says must fit."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tasks.recognise.content import Content
from tasks.recognise.names import plain
from tasks.recognise.sniff import first_lines, sheet_rows
from tasks.settings.profiles import Profile, Signature
from tasks.settings.shipped_profiles import load_profile, profile_names

_DELIMITERS = (",", ";", "\t", "|")
_MOST_LINES_BEFORE_HEADER = 60


@dataclass(frozen=True)
class HeaderLine:
    """Where the columns of a signature stand: `row` counts lines (of a sheet: rows) from 0; `delimiter` is of text files."""

    row: int
    cells: tuple[str, ...]
    delimiter: str = ""


@dataclass(frozen=True)
class Match:
    """A profile that fits. `weight` grows with what its signature asks for, so that the more particular profile wins."""

    name: str
    profile: Profile
    header: HeaderLine | None
    weight: int
    evidence: tuple[str, ...]


def matching_profiles(content: Content) -> list[Match]:
    """The profiles that fit the file, the most particular first."""
    lines = list(_candidate_headers(content))
    found = []
    for name in profile_names():
        match = _match(name, load_profile(name), content, lines)
        if match is not None:
            found.append(match)
    return sorted(found, key=lambda match: (-match.weight, match.name))


def _match(name: str, profile: Profile, content: Content, lines: list[HeaderLine]) -> Match | None:
    sign = profile.recognise
    if sign.types and not (set(sign.types) & content.types):
        return None
    if sign.starts_with and not re.match(sign.starts_with, content.head):
        return None
    text = content.head or "\n".join(",".join(line.cells) for line in lines)
    if not all(re.search(pattern, text) for pattern in sign.contains):
        return None
    header = None
    if sign.headers:
        header = _header_with(sign, lines)
        if header is None:
            return None
    weight = len(sign.headers) + 5 * len(sign.contains) + 5 * bool(sign.starts_with)
    return Match(name, profile, header, weight, tuple(_evidence(sign, header)))


def _header_with(sign: Signature, lines: list[HeaderLine]) -> HeaderLine | None:
    wanted = {plain(header) for header in sign.headers}
    return next((line for line in lines if wanted <= {plain(cell) for cell in line.cells}), None)


def _evidence(sign: Signature, header: HeaderLine | None) -> Iterator[str]:
    if header is not None:
        yield f"has all {len(sign.headers)} columns of its signature: {', '.join(sign.headers)}"
    if sign.starts_with:
        yield "begins as its files do"
    if sign.contains:
        yield "contains what its files contain"
    if not sign.headers and sign.types:
        yield f"is {' or '.join(sign.types).upper()}"


def _candidate_headers(content: Content) -> Iterator[HeaderLine]:
    """Lines that may be the header, split in every way that makes more than one cell; of JSON, the paths of its keys."""
    if "xlsx" in content.types:
        for number, row in enumerate(sheet_rows(content.path, _MOST_LINES_BEFORE_HEADER)[1]):
            yield HeaderLine(number, row)
    elif "json" in content.types:
        yield HeaderLine(0, tuple(sorted(_json_paths(content.head))))
    elif "csv" in content.types:
        for number, line in enumerate(first_lines(content)[:_MOST_LINES_BEFORE_HEADER]):
            for delimiter in _DELIMITERS:
                if delimiter in line:
                    cells = next(csv.reader(io.StringIO(line), delimiter=delimiter), [])
                    yield HeaderLine(number, tuple(cell.strip() for cell in cells), delimiter)


def _json_paths(head: str) -> set[str]:
    """Every key path of the objects in the file's beginning, counted from each list and from the document."""
    found: set[str] = set()
    decoder = json.JSONDecoder()
    try:
        document, _ = decoder.raw_decode(head.lstrip())
    except ValueError:
        return {plain(key) for key in re.findall(r'"([^"]+)"\s*:', head)}
    _collect(document, "", found)
    return found


def _collect(value: object, path: str, found: set[str]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            inner = f"{path}.{key}" if path else str(key)
            found.add(inner)
            _collect(item, inner, found)
    elif isinstance(value, list):
        for item in value[:20]:
            _collect(item, "", found)
