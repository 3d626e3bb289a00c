"""A delivery of another shape than the one before it is reported by name, and one of the same shape is not."""

from __future__ import annotations

import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.extract.drift import drift_warnings
from tasks.extract.manifest import MANIFEST
from tests.extract.bench import HEADER, Bench, csv_text, receivables_source

ROW = "C1;F1;01/04/2026;01/05/2026;EUR;1.210,50"
IGNORING = receivables_source(ignore=["*"])


def deliver(
    bench: Bench, content: str, *, file: str = "exports/ledger.csv", source: dict[str, object] = IGNORING
) -> list[str]:
    """The warnings of a run after a delivery; the landings before it are made older, as a later day would find them."""
    for manifest in bench.root.glob(f".puntual/landing/*/*/*/{MANIFEST}"):
        earlier = manifest.stat().st_mtime_ns - 10**9
        os.utime(manifest, ns=(earlier, earlier))
    bench.write(file, content)
    return [str(warning) for warning in bench.extract(source).warnings]


@pytest.mark.parametrize(
    ("before", "after", "warned"),
    [
        ("Zona;Obra", "Obra", "has lost the column 'Zona', which the delivery before it had."),
        ("Zona", "Zona;Obra", "has the new column 'Obra', which the delivery before it did not have."),
        ("Descripción", "DESCRIPCION", "calls the column 'DESCRIPCION' that was 'Descripción' in the delivery before it."),
        ("Zona;Obra", "Obra;Zona", None),
        ("Zona", "Zona", None),
    ],
)  # fmt: skip
def test_columns_that_came_went_or_were_renamed(bench, before, after, warned) -> None:
    extra = ";x" * (before.count(";") + 1)
    assert deliver(bench, csv_text(ROW + extra, header=f"{HEADER};{before}")) == []
    extra = ";y" * (after.count(";") + 1)
    warnings = deliver(bench, csv_text(ROW + extra, header=f"{HEADER};{after}"))
    assert [item.partition(": ")[2][: len(warned or "")] for item in warnings] == ([warned] if warned else [])


def test_the_previous_file_is_named_and_the_warning_stays_while_the_delivery_is_the_newest(bench) -> None:
    source = receivables_source(path="exports/ledger_*.csv", ignore=["*"])
    deliver(bench, csv_text(ROW + ";x", header=f"{HEADER};Zona"), file="exports/ledger_0401.csv", source=source)
    warned = deliver(bench, csv_text(ROW), file="exports/ledger_0402.csv", source=source)
    assert warned == [
        "the delivery of exports/ledger_0402.csv: has lost the column 'Zona', which exports/ledger_0401.csv had. "
        "Export it as before, unless it was left out on purpose."
    ]
    assert [str(warning) for warning in bench.extract(source).warnings] == warned
    third = csv_text(ROW.replace("F1", "F2"))
    assert deliver(bench, third, file="exports/ledger_0403.csv", source=source) == []


def test_deliveries_of_one_run_are_compared_in_their_order(bench) -> None:
    source = receivables_source(path="exports/ledger_*.csv", delivery="increment", ignore=["*"])
    bench.write("exports/ledger_1.csv", csv_text(ROW + ";x", header=f"{HEADER};Zona"))
    bench.write("exports/ledger_2.csv", csv_text(ROW.replace("F1", "F2") + ";x", header=f"{HEADER};Zona"))
    assert bench.extract(source).warnings == ()
    bench.write("exports/ledger_3.csv", csv_text(ROW.replace("F1", "F3")))
    assert [
        "lost the column 'Zona', which exports/ledger_2.csv" in str(item) for item in bench.extract(source).warnings
    ] == [True]


def test_a_changed_mapping_of_the_same_file_is_no_delivery(bench) -> None:
    deliver(bench, csv_text(ROW + ";x", header=f"{HEADER};Zona"))
    deliver(bench, csv_text(ROW))
    mapped = receivables_source(ignore=["*"], references={"project": "Factura"})
    warned = [str(warning) for warning in bench.extract(mapped).warnings]
    assert ["has lost the column 'Zona'" in item for item in warned] == [True]


def test_dates_in_another_style_show_by_the_rows_that_are_refused_for_them(bench) -> None:
    good = [f"C1;F{number};{number:02}/04/2026;01/05/2026;EUR;1,00" for number in range(1, 21)]
    changed = [row.replace("/04/2026", "/04/26", 1) if number < 3 else row for number, row in enumerate(good)]
    assert deliver(bench, csv_text(*good)) == []
    assert deliver(bench, csv_text(*changed)) == [
        "the delivery of exports/ledger.csv: has 3 of 20 rows refused for invoice_date (ledger); the delivery before it had "
        "0 of 20. Look whether its dates, decimals or words are written in another way, and adapt the source to it."
    ]


def test_a_few_more_refused_rows_are_no_change_of_shape(bench) -> None:
    good = [f"C1;F{number};01/04/2026;01/05/2026;EUR;1,00" for number in range(1, 41)]
    deliver(bench, csv_text(*good))
    assert deliver(bench, csv_text(*good[:-1], good[-1].replace("1,00", "1.0"))) == []


def test_cells_of_another_kind_are_told(bench) -> None:

    source = receivables_source(path="exports/ledger.parquet", format={"type": "parquet"}, ignore=["*"])
    row = dict(zip(HEADER.split(";"), ROW.split(";"), strict=True))
    for note in (pa.array([7]), pa.array(["seven"])):
        for manifest in bench.root.glob(f".puntual/landing/*/*/*/{MANIFEST}"):
            os.utime(manifest, ns=(0, 0))
        columns = {name: pa.array([value]) for name, value in row.items()}
        pq.write_table(pa.table({**columns, "Nota": note}), bench.root / "exports/ledger.parquet")
        warnings = [str(warning) for warning in bench.extract(source).warnings]
    assert warnings == [
        "the delivery of exports/ledger.parquet: holds text cells in the column 'Nota', which held number cells in the delivery "
        "before it. Look at the column's values: they may be read in another way than before."
    ]


def test_a_header_that_may_be_a_value_is_not_quoted(bench) -> None:
    deliver(bench, csv_text(ROW + ";x", header=f"{HEADER};B12345674"))
    assert ["column 7" in warning and "B12345674" not in warning for warning in deliver(bench, csv_text(ROW))] == [True]


def test_landings_of_an_older_form_are_passed_over(bench) -> None:
    deliver(bench, csv_text(ROW + ";x", header=f"{HEADER};Zona"))
    (old,) = bench.root.glob(f".puntual/landing/receivables/ledger/*/{MANIFEST}")
    old.write_text('{"headers": ["a"]}')
    assert deliver(bench, csv_text(ROW)) == []


def test_nothing_landed_is_nothing_to_compare() -> None:
    assert list(drift_warnings([])) == []
