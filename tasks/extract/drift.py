"""What changed in the shape of a source between its newest delivery and the one before, by name.

Columns that came, went or were renamed, cells of another kind, and columns of the contract for which many more rows are
refused than before: so shows a changed style of dates, decimals or words. The order of columns is no change. A column
that the mapping needs and the file lacks is an error long before this.

The delivery before is the one before it in this run or, where the run has one only, the landing of other content that
was written last before it: its manifest keeps what is needed, though the file itself may be gone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

from tasks.extract.headers import shown_header
from tasks.extract.manifest import MANIFEST, Manifest, read_manifest
from tasks.extract.model import LandedFile
from tasks.problems import Problem

RENAMED = 0.7
"""Likeness (difflib's ratio, without accents and case) from which a new column counts as a lost one under another name."""
JUMP = 0.05
"""By how much the share of rows refused for one column must grow to be told; the usual `max_reject_share`."""


def drift_warnings(files: Sequence[LandedFile]) -> Iterator[Problem]:
    """What a run's landed files, each source's in order, say against the delivery before the newest."""
    by_source: dict[str, list[LandedFile]] = {}
    for file in files:
        by_source.setdefault(file.source, []).append(file)
    told: set[tuple[str, str]] = set()
    for deliveries in by_source.values():
        newest = deliveries[-1]
        now, before = read_manifest(newest.folder), _before(deliveries)
        if now is None or before is None:
            continue
        if (now.file, before.file) not in told:
            told.add((now.file, before.file))
            yield from _columns(now, before)
            yield from _kinds(now, before)
        yield from _refusals(now, before, newest.source)


def _before(deliveries: Sequence[LandedFile]) -> Manifest | None:
    newest = deliveries[-1]
    for earlier in reversed(deliveries[:-1]):
        if earlier.content_hash != newest.content_hash:
            return read_manifest(earlier.folder)
    written = _written_at(newest.folder)
    earlier_folders = [
        folder
        for folder in newest.folder.parent.iterdir()
        if folder != newest.folder and (folder / MANIFEST).exists() and _written_at(folder) < written
    ]
    for folder in sorted(earlier_folders, key=_written_at, reverse=True):
        manifest = _readable(folder)
        if manifest is not None and manifest.content_hash != newest.content_hash:
            return manifest
    return None


def _readable(folder: Path) -> Manifest | None:
    """The folder's manifest; None where it is of a set of files, or of an older form."""
    try:
        return read_manifest(folder)
    except ValidationError:
        return None


def _written_at(folder: Path) -> int:
    return (folder / MANIFEST).stat().st_mtime_ns


def _columns(now: Manifest, before: Manifest) -> Iterator[Problem]:
    lost = [header for header in before.headers if header not in now.headers]
    new = [header for header in now.headers if header not in before.headers]
    renamed = _renamed(lost, new)
    for old, header in renamed.items():
        yield _warning(
            now,
            f"calls the column {_shown(header, now)} that was {_shown(old, before)} in {_named(before, now)}",
            "If it is the same, correct its name where puntual.yaml uses it.",
        )
    for header in lost:
        if header not in renamed:
            yield _warning(
                now,
                f"has lost the column {_shown(header, before)}, which {_named(before, now)} had",
                "Export it as before, unless it was left out on purpose.",
            )
    for header in new:
        if header not in renamed.values():
            yield _warning(
                now,
                f"has the new column {_shown(header, now)}, which {_named(before, now)} did not have",
                "Map it, or list it in the source's ignore.",
            )


def _kinds(now: Manifest, before: Manifest) -> Iterator[Problem]:
    earlier = dict(zip(before.headers, before.kinds, strict=True))
    for header, kind in zip(now.headers, now.kinds, strict=True):
        if earlier.get(header, kind) != kind:
            yield _warning(
                now,
                f"holds {kind} cells in the column {_shown(header, now)}, which held {earlier[header]} cells in "
                f"{_named(before, now)}",
                "Look at the column's values: they may be read in another way than before.",
            )


def _refusals(now: Manifest, before: Manifest, source: str) -> Iterator[Problem]:
    earlier = {item.column: item.rows for item in before.refused}
    for item in now.refused:
        rows_before = earlier.get(item.column, 0)
        share, share_before = item.rows / now.rows_in, rows_before / max(before.rows_in, 1)
        if share - share_before >= JUMP:
            yield _warning(
                now,
                f"has {item.rows} of {now.rows_in} rows refused for {item.column} ({source}); "
                f"{_named(before, now)} had {rows_before} of {before.rows_in}",
                "Look whether its dates, decimals or words are written in another way, and adapt the source to it.",
            )


def _renamed(lost: Sequence[str], new: Sequence[str]) -> dict[str, str]:
    """Each lost column's likely new name; no new name is given twice."""
    left = {_plain(header): header for header in new}
    found = {}
    for header in lost:
        close = get_close_matches(_plain(header), left, n=1, cutoff=RENAMED)
        if close:
            found[header] = left.pop(close[0])
    return found


def _plain(header: str) -> str:
    decomposed = unicodedata.normalize("NFKD", header.strip().casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _shown(header: str, manifest: Manifest) -> str:
    return shown_header(header, manifest.headers.index(header) + 1)


def _named(before: Manifest, now: Manifest) -> str:
    return before.file if before.file != now.file else "the delivery before it"


def _warning(now: Manifest, what: str, fix: str) -> Problem:
    return Problem("warning", f"the delivery of {now.file}", what, fix)
