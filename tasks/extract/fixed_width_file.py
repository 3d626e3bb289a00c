"""Files of lines without delimiters, whose columns are places in the line.

A line that ends early has blanks where it ends: many systems cut trailing blanks. Lines without any field, and the
end-of-file mark of DOS programs, are set aside and counted. Python cuts the lines: DuckDB would need a column that no
delimiter ever splits, and characters are no bytes in UTF-8.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from tasks.extract.expressions import name, parquet, select
from tasks.extract.layout import BLANK_ROW, passed_over
from tasks.extract.raw import RawTable, all_text, raw_name
from tasks.extract.scratch_rows import ScratchRows, raw_schema
from tasks.extract.text_file import as_utf8, check_encoding
from tasks.settings.formats import CsvFormat, FixedWidthFormat

_END_OF_FILE = "\x1a"


def read_fixed_width(path: Path, file: str, settings: FixedWidthFormat, scratch: Path) -> RawTable:
    """The lines' fields as text columns, in the order of `fields`; gaps between them are not read.

    Raises:
        SourceProblem: wrong encoding or damaged gzip.
    """
    # A text without quotes, as far as reading goes: its lines are counted, its delimiters are of no meaning.
    as_text = as_utf8(path, file, CsvFormat(encoding=settings.encoding, quote=""), scratch)
    if not as_text.path.is_relative_to(scratch):
        check_encoding(as_text.path, file, settings.encoding)
    places = [slice(field.start - 1, field.start - 1 + field.length) for field in settings.fields]
    target = scratch / "lines.parquet"
    skipped = blank = file_row = 0
    with (
        as_text.path.open(encoding="utf-8-sig", newline="\n") as stream,
        ScratchRows(target, raw_schema(len(places), ("file_row", pa.int64()))) as rows,
    ):
        for number, line in enumerate(stream):
            content = line.rstrip("\r\n")
            if not content:
                continue
            if number < settings.skip_rows:
                skipped += 1
                continue
            file_row += 1
            fields = [content[place].replace(_END_OF_FILE, "") for place in places]
            if any(field.strip() for field in fields):
                rows.add([*fields, file_row])
            else:
                blank += 1
    columns = [name(column) for column in (*(raw_name(index) for index in range(len(places))), "file_row")]
    return RawTable(
        tuple(field.name for field in settings.fields),
        select(columns, parquet(target)),
        all_text(len(places)),
        expected_rows=as_text.records - skipped - blank,
        has_file_rows=True,
        set_aside=passed_over(blank, BLANK_ROW),
    )
