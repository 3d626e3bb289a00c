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
