"""The independent count of records agrees with a plain reading, however the file is cut into blocks."""

from __future__ import annotations

import csv
import io

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.extract.text_file import RecordCounter

fields = st.sampled_from(["a", "", "bc", '"q"', '"x\ny"', '"x\n\ny"', '"say ""hi"""', '""'])
lines = st.lists(fields, min_size=1, max_size=3).map(";".join)


@given(
    st.lists(st.one_of(lines, st.just("")), max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.integers(1, 9),
)
@example(["a", "", "", "b"], "\r\n", True, 1)
@example(['"x\n\ny"', "", '""'], "\n", False, 2)
@settings(max_examples=400, deadline=None)
def test_records_are_counted_whatever_the_blocks(rows: list[str], line_end: str, ends: bool, size: int) -> None:
    content = line_end.join(rows) + (line_end if ends else "")
    counter = RecordCounter('"', ";")
    data = content.encode()
    for start in range(0, len(data), size):
        counter.add(data[start : start + size])
    expected = [row for row in csv.reader(io.StringIO(content, newline=""), delimiter=";") if row]
    assert counter.finish() == len(expected)
    assert counter.delimiters == sum(len(row) - 1 for row in expected)
