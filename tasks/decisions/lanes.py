"""Hashes of 32 hex digits as pairs of numbers: 16 bytes a row, sorted in one pass without making a text of any."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
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
            read[place].append(_lanes(batch.column(place).to_numpy(zero_copy_only=False)))
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


def _lanes(texts: NDArray[np.object_]) -> Lanes:
    digits = _digits(texts)
    return np.ascontiguousarray(digits[:, 0::2] << 4 | digits[:, 1::2]).view(">u8").astype(np.uint64)


def _digits(texts: NDArray[np.object_]) -> NDArray[np.uint8]:
    """Rows by 32: the value of each digit."""
    try:
        found = _VALUES[np.frombuffer("".join(texts).encode(), dtype=np.uint8)]
        if (
            found.size == _DIGITS * len(texts)
            and found.max(initial=0) < _NO_DIGIT
            and set(map(len, texts)) <= {_DIGITS}
        ):
            return found.reshape(-1, _DIGITS)
    except TypeError:
        pass  # an empty one among them
    again = [hashlib.sha256(str(text).encode()).hexdigest()[:_DIGITS] if _is_odd(text) else text for text in texts]
    return _VALUES[np.frombuffer("".join(again).encode(), dtype=np.uint8)].reshape(-1, _DIGITS)


def _is_odd(text: object) -> bool:
    return not isinstance(text, str) or len(text) != _DIGITS or not set(text) <= set("0123456789abcdef")
