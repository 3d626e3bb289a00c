"""Hashes of 32 hex digits as pairs of numbers: 16 bytes a row, sorted in one pass without making a text of any."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tasks.warehouse.connection import Connection

Lanes = NDArray[np.uint64]
"""Rows by two: the first 16 hex digits of a hash as a number, and the last 16."""
_DIGITS = 32
_ROWS_AT_ONCE = 500_000
_NO_DIGIT = 255
_VALUES = np.full(256, _NO_DIGIT, dtype=np.uint8)
_VALUES[np.frombuffer(b"0123456789abcdef", dtype=np.uint8)] = np.arange(16)


def read_lanes(connection: Connection, file: Path, columns: Sequence[str]) -> tuple[Lanes, ...]:
    """The hashes in these columns of a Parquet file, in its order.

    What is no hash, as only somebody else writes it, is replaced by the hash of its text, so that it counts as another row.
    """
    listed = ", ".join(columns)
    reader = connection.execute(f"SELECT {listed} FROM read_parquet($1)", [str(file)]).to_arrow_reader(_ROWS_AT_ONCE)  # noqa: S608 our own names
    read: list[list[Lanes]] = [[] for _ in columns]
    for batch in reader:
        for place in range(len(columns)):
            read[place].append(_lanes(batch.column(place)))
    return tuple(np.concatenate(parts) if parts else np.empty((0, 2), dtype=np.uint64) for parts in read)


def sorted_buckets(hashes: Lanes) -> Iterator[tuple[str, bytes]]:
    """For each pair of first hex digits that occurs, all hashes that begin with it in ascending order, as one text."""
    first = hashes[:, 0]
    order = np.argsort(first)
    leading = first[order]
    if np.any(leading[1:] == leading[:-1]):
        order = np.lexsort((hashes[:, 1], first))
    bounds = np.searchsorted(leading, np.arange(256, dtype=np.uint64) << np.uint64(56))
    ends = np.append(bounds[1:], len(order))
    for number, (start, end) in enumerate(zip(bounds, ends, strict=True)):
        if start < end:
            yield f"{number:02x}", hashes[order[start:end]].astype(">u8").tobytes().hex().encode()


def _lanes(column: pa.Array) -> Lanes:
    digits = _digits(column)
    return np.ascontiguousarray(digits[:, 0::2] << 4 | digits[:, 1::2]).view(">u8").astype(np.uint64)


def _digits(column: pa.Array) -> NDArray[np.uint8]:
    """Rows by 32: the value of each digit."""
    found = _VALUES[_bytes_of(column)]
    if found.size == _DIGITS * len(column) and found.max(initial=0) < _NO_DIGIT:
        return found.reshape(-1, _DIGITS)
    texts = column.to_pylist()
    again = [hashlib.sha256(str(text).encode()).hexdigest()[:_DIGITS] if _is_odd(text) else text for text in texts]
    return _VALUES[np.frombuffer("".join(again).encode(), dtype=np.uint8)].reshape(-1, _DIGITS)


def _bytes_of(column: pa.Array) -> NDArray[np.uint8]:
    """The texts one after another, out of the column's memory without a copy; nothing where one has not the length of a hash."""
    lengths = pc.binary_length(column)
    if not len(column) or column.null_count or pc.min_max(lengths).as_py() != {"min": _DIGITS, "max": _DIGITS}:
        return np.empty(0, dtype=np.uint8)
    _, offsets, data = column.cast(pa.string()).buffers()
    start = int(np.frombuffer(offsets, dtype=np.int32)[column.offset])
    return np.frombuffer(data, dtype=np.uint8)[start : start + _DIGITS * len(column)]


def _is_odd(text: object) -> bool:
    return not isinstance(text, str) or len(text) != _DIGITS or not set(text) <= set("0123456789abcdef")
