"""Files that made the readers fail, found by fuzzing: each is refused or read, and says so in the user's words."""

from __future__ import annotations

import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.problems import SourceProblem
from tests.extract.bench import HEADER, Bench, csv_text, receivables_source

ROW = "C1;F1;01/04/2026;01/05/2026;EUR;1,00"


@pytest.mark.parametrize("header", ["a\0b", "\0", "'\0'"])
def test_a_header_with_a_nul_does_not_end_the_statement(bench: Bench, header: str) -> None:
    bench.write(
        "exports/ledger.csv", csv_text(f"{ROW};x", "C1;F2;no date;01/05/2026;EUR;1,00;y", header=f"{HEADER};{header}")
    )
    extraction = bench.extract(receivables_source(ignore=["*"]))
    (file,) = extraction.files
    assert (file.rows_in, file.landed, file.quarantined) == (2, 1, 1)
    ((raw,),) = bench.query(extraction, "SELECT raw_row FROM landing.quarantine")
    assert str(raw).count('"y"') == 1


def parquet(codec: str) -> bytes:
    columns = HEADER.split(";")
    cells = [["C1"] * 500, [f"F{i}" for i in range(500)], ["01/04/2026"] * 500, ["01/05/2026"] * 500, ["EUR"] * 500]
    table = pa.table({**dict(zip(columns, cells, strict=False)), columns[5]: pa.array([Decimal("1.25")] * 500)})
    packed = io.BytesIO()
    pq.write_table(table, packed, compression=codec)
    return packed.getvalue()


@pytest.mark.parametrize("codec", ["snappy", "zstd", "gzip"])
@pytest.mark.parametrize("place", [40, 200, -400, -9])
def test_a_damaged_parquet_file_is_refused_wherever_the_damage_is(bench: Bench, codec: str, place: int) -> None:
    data = bytearray(parquet(codec))
    for offset in range(8):
        data[place + offset] ^= 0xFF
    bench.write("exports/ledger.parquet", bytes(data))
    source = receivables_source(path="exports/ledger.parquet", format={"type": "parquet"})
    with pytest.raises(SourceProblem, match="is no whole Parquet file"):
        bench.extract(source)


@pytest.mark.parametrize("name", ['5" pipe', '"pipe', 'pipe"', '"pi"pe', '"'])
def test_a_stray_quote_in_the_header_swallows_no_row(bench: Bench, name: str) -> None:
    rows = [f"C1;F{number};01/04/2026;01/05/2026;EUR;1,00;x" for number in range(60)]
    bench.write("exports/ledger.csv", csv_text(*rows, header=f"{HEADER};{name}"))
    (file,) = bench.extract(receivables_source(ignore=["*"])).files
    assert (file.file_rows, file.rows_in, file.landed) == (60, 60, 60)


def test_a_header_on_two_lines_is_still_read(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(f"{ROW};x", "broken", header=f'{HEADER};"two\nlines"'))
    (file,) = bench.extract(receivables_source(ignore=["*"])).files
    assert (file.file_rows, file.landed, file.quarantined) == (2, 1, 1)


def test_a_line_of_blanks_before_the_header_is_not_the_header(bench: Bench) -> None:
    bench.write("exports/ledger.csv", "   \n" + csv_text(ROW))
    (file,) = bench.extract().files
    assert (file.file_rows, file.landed) == (1, 1)


@pytest.mark.parametrize("settings", [{}, {"ragged": True}, {"header_has": ["Cliente", "Factura"]}])
@pytest.mark.parametrize("more", [[], ["broken"]])
def test_cells_of_any_length_are_read(bench: Bench, settings: dict[str, object], more: list[str]) -> None:
    long = '"' + "x;" * 100_000 + '"'
    bench.write("exports/ledger.csv", csv_text(f"{ROW};{long}", *more, header=f"{HEADER};note"))
    source = receivables_source(ignore=["*"], format={"type": "csv", "delimiter": ";", **settings})
    (file,) = bench.extract(source).files
    assert (file.file_rows, file.landed) == (1 + len(more), 1)


@pytest.mark.parametrize("encoding", ["hex", "rot13", "zlib", "base64", "undefined", "a\0b", ""])
def test_an_encoding_that_is_none_of_texts_is_refused(bench: Bench, encoding: str) -> None:
    bench.write("exports/ledger.csv", csv_text(ROW))
    with pytest.raises(SourceProblem, match="is unknown"):
        bench.extract(receivables_source(format={"type": "csv", "delimiter": ";", "encoding": encoding}))
