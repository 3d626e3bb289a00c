"""JSON exports as raw text columns: one document with a list of records, or one document a line.

A document is parsed as a whole, so its size is bounded; one document a line is streamed, read twice: the first time for
the columns, for any record may have keys that none before it had. What is no object, or no text, is a refused row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from tasks.extract.expressions import name, parquet, select
from tasks.extract.json_values import Number, UnusableJson, Value, flat, parse
from tasks.extract.raw import CellKind, RawTable, Refusal, raw_name, unique_headers
from tasks.extract.scratch_rows import REJECTS, ScratchRows, raw_schema
from tasks.problems import SourceProblem
from tasks.settings.columns import Decimals
from tasks.settings.formats import JsonFormat

MOST_DOCUMENT_BYTES = 128 << 20
MOST_LINE_BYTES = 16 << 20
MOST_COLUMNS = 2_000
NOT_AN_OBJECT = Refusal("not_an_object", "(row)", "the record is not an object with keys", "Check format.records.")
NOT_A_TEXT = Refusal(
    "not_a_text", "(row)", "a text of the record holds half a character", "Correct the text in the accounting system."
)


@dataclass(frozen=True)
class _Record:
    """One record: its cells by path, those that were numbers, true or false, and why it cannot be used, if so.

    `text` is set, and nothing else, for a line that could not be parsed.
    """

    line: int
    cells: dict[str, str]
    typed: frozenset[str] = frozenset()
    refusal: str | None = None
    text: str | None = None
    reason: str = ""


def read_json(path: Path, file: str, settings: JsonFormat, decimals: Decimals, scratch: Path) -> RawTable:
    """The records as text, a column for each path that any of them has.

    Raises:
        SourceProblem: not JSON, no list at `records`, larger or deeper than any real export, or a key twice.
    """
    paths: dict[str, None] = {}
    typed: set[str] = set()
    for record in _records(path, file, settings):
        paths.update(dict.fromkeys(record.cells))
        typed |= record.typed
        if len(paths) > MOST_COLUMNS:
            raise SourceProblem.at(
                file, f"its records have more than {MOST_COLUMNS} different keys", "Check format.records."
            )
    if not paths:
        raise SourceProblem.at(file, "has no record with a key", "Check format.records.")
    target, rejects = scratch / "records.parquet", scratch / "rejects.parquet"
    schema = raw_schema(len(paths), ("file_row", pa.int64()), ("refusal", pa.string()))
    with ExitStack() as files:
        good, bad = files.enter_context(ScratchRows(target, schema)), files.enter_context(ScratchRows(rejects, REJECTS))
        for file_row, record in enumerate(_records(path, file, settings), start=1):
            if record.text is not None:
                bad.add([file_row, record.line, record.text, record.reason])
                continue
            cells = [_styled(record, item, decimals) for item in paths]
            good.add([*cells, file_row, record.refusal])
    kinds: tuple[CellKind, ...] = tuple("number" if item in typed else "text" for item in paths)
    columns = [*(raw_name(index) for index in range(len(paths))), "file_row", "refusal"]
    return RawTable(
        unique_headers(list(paths)),
        select([name(column) for column in columns], parquet(target)),
        kinds,
        expected_rows=good.count,
        has_file_rows=True,
        rejects=rejects,
        refusals=(NOT_AN_OBJECT, NOT_A_TEXT),
    )


def _styled(record: _Record, path: str, decimals: Decimals) -> str:
    """The cell as the mapping reads it: numbers with the source's decimal mark, as typed cells of every format."""
    cell = record.cells.get(path, "")
    return cell.replace(".", decimals.decimal) if path in record.typed else cell


def _records(path: Path, file: str, settings: JsonFormat) -> Iterator[_Record]:
    if _is_one_a_line(path, file):
        return _of_lines(path, file, settings)
    return _of_document(path, file, settings)


def _is_one_a_line(path: Path, file: str) -> bool:
    """Whether the first line is a whole object and another line follows it."""
    with path.open("rb") as stream:
        lines = (line for line in iter(lambda: stream.readline(MOST_LINE_BYTES), b"") if line.strip())
        first, second = next(lines, b""), next(lines, b"")
    if not first:
        raise SourceProblem.at(file, "holds nothing but blanks", "Export it again.")
    if not second:
        return False
    try:
        return isinstance(parse(first), dict)
    except UnusableJson:
        return False


def _of_lines(path: Path, file: str, settings: JsonFormat) -> Iterator[_Record]:
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(MOST_LINE_BYTES):
            number += 1
            if len(line) == MOST_LINE_BYTES and not line.endswith(b"\n"):
                raise SourceProblem.at(
                    f"{file}, line {number}", f"is longer than {MOST_LINE_BYTES >> 20} MiB", "Write one record a line."
                )
            if not line.strip():
                continue
            try:
                for value in _listed(parse(line), settings.records):
                    yield _record(value, number)
            except UnusableJson as mistake:
                yield _Record(number, {}, text=line.decode(errors="replace").rstrip("\r\n"), reason=str(mistake))


def _of_document(path: Path, file: str, settings: JsonFormat) -> Iterator[_Record]:
    size = path.stat().st_size
    if size > MOST_DOCUMENT_BYTES:
        raise SourceProblem.at(
            file,
            f"is a document of {size >> 20} MiB; more than {MOST_DOCUMENT_BYTES >> 20} MiB are not read as a whole",
            "Export it with one record a line, or in parts.",
        )
    try:
        for number, value in enumerate(_listed(parse(path.read_bytes()), settings.records), start=1):
            yield _record(value, number)
    except UnusableJson as mistake:
        raise SourceProblem.at(file, str(mistake), "Export it again; check format.records.") from None


def _listed(document: Value, path: str) -> list[Value]:
    """The records at `path` of the document; an object there is one record."""
    value = document
    for key in path.split(".") if path else ():
        if not isinstance(value, dict) or key not in value:
            raise UnusableJson(f"has nothing at '{path}' (format.records)")
        value = value[key]
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [value]
    raise UnusableJson(
        f"has neither a list nor an object at '{path}' (format.records)" if path else "is no list and no object"
    )


def _record(value: Value, line: int) -> _Record:
    if not isinstance(value, dict):
        return _Record(line, {}, refusal=NOT_AN_OBJECT.code)
    cells = flat(value)
    whole = {_whole(key): _whole(cell) for key, cell in cells.items()}
    is_text = whole == cells
    record = _Record(line, whole, _typed(value, ""))
    return record if is_text else replace(record, refusal=NOT_A_TEXT.code)


def _whole(text: str) -> str:
    """The text with halves of characters replaced: JSON can write them, and no text can hold them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _typed(value: Value, path: str) -> frozenset[str]:
    if isinstance(value, dict):
        parts = (_typed(item, f"{path}.{key}" if path else key) for key, item in value.items())
        return frozenset().union(*parts)
    return frozenset({path}) if isinstance(value, Number | bool) else frozenset()
