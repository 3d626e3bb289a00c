"""Whatever stands in a file, every row and every cent is landed, quarantined or a duplicate; and the views agree."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.extract import RowsLost
from tasks.extract.model import check_conservation
from tests.extract.bench import HEADER, ROWS, Bench, csv_text

good = st.builds(
    "C{};F{};01/04/2026;01/05/2026;{};{},{:02d}".format,
    st.integers(1, 3), st.integers(1, 8), st.sampled_from(["EUR", "MXN"]), st.integers(1, 999), st.integers(0, 99),
)  # fmt: skip
bad = st.sampled_from(
    ["", "x", "C1;F1;31/02/2026;;EUR;1,00", ";;;;;", "C1;F1;01/04/2026;;EUR;1.0,0", '"C1;F5;01/04/2026;;EUR;2,00',
     'C"1;F6;01/04/2026;;EUR;2,00', '"C\n1";F7;01/04/2026;;EUR;2,00', "C1;F1;01/04/2026;;EUR;1,00;", "a;b;c;d;e;f;g", '"a"b;1;2;3;4;5']
)  # fmt: skip


@given(st.lists(st.one_of(good, good, good, bad), max_size=25), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_is_lost_and_the_views_agree_with_the_counts(lines: list[str], line_end: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        bench.write("exports/ledger.csv", line_end.join([HEADER, *lines]) + line_end)
        extraction = bench.extract()
        (file,) = extraction.files
        counted = bench.query(
            extraction,
            "SELECT (SELECT count(*) FROM landing.receivables), kind, count(*) FROM landing.quarantine GROUP BY kind",
        )
        kinds = {row[1]: row[2] for row in counted}
        assert kinds == {
            kind: n for kind, n in (("quarantined", file.quarantined), ("duplicate", file.duplicates)) if n
        }
        rows = bench.query(
            extraction, "SELECT file_row FROM landing.receivables UNION ALL SELECT file_row FROM landing.quarantine"
        )
        assert sorted(row[0] for row in rows) == list(range(1, file.rows_in + 1))  # type: ignore[type-var]
        sums = dict(bench.query(extraction, "SELECT currency, sum(amount) FROM landing.receivables GROUP BY 1"))
        assert sums == {item.currency: item.landed for item in file.amounts if item.landed}


@given(st.lists(good, max_size=25))
@settings(max_examples=10, deadline=None)
def test_duplicates_and_conflicts_are_those_a_plain_count_finds(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        bench.write("exports/ledger.csv", csv_text(*lines))
        (file,) = bench.extract().files
    contents: dict[str, Counter[tuple[str, ...]]] = {}
    for fields in csv.reader(lines, delimiter=";"):
        if Decimal(fields[5].replace(",", ".")) != 0:
            contents.setdefault(fields[1], Counter())[tuple(fields)] += 1
    assert file.quarantined == sum(sum(rows.values()) for rows in contents.values() if len(rows) > 1)
    assert file.duplicates == sum(sum(rows.values()) - 1 for rows in contents.values() if len(rows) == 1)


def test_a_lost_row_or_cent_stops_everything(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    (file,) = bench.extract().files
    check_conservation([file])
    with pytest.raises(RowsLost, match="3 rows in, but 2 landed"):
        check_conservation([replace(file, landed=2)])
    cent = replace(file.amounts[0], landed=file.amounts[0].landed - Decimal("0.01"))
    with pytest.raises(RowsLost, match=r"149999\.99 landed"):
        check_conservation([replace(file, amounts=(cent, *file.amounts[1:]))])
