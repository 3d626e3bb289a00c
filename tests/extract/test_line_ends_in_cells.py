"""Line ends within quoted cells stay as they are, whichever way the file is read."""

from __future__ import annotations

import pytest

from tests.extract.bench import Bench, csv_text, receivables_source


@pytest.mark.parametrize("inside", ["\n", "\r\n", "\r", "\n\n"])
@pytest.mark.parametrize("broken", ["", "broken line\r\n"])
def test_a_line_end_within_quotes_is_not_translated(bench: Bench, inside: str, broken: str) -> None:
    row = f'"C{inside}1";F1;01/04/2026;01/05/2026;EUR;1,00'
    bench.write("exports/ledger.csv", csv_text().replace("\n", "\r\n") + row + "\r\n" + broken)
    rows = bench.query(bench.extract(), "SELECT customer_id FROM landing.receivables")
    assert rows == [(f"C{inside}1",)]


def test_a_ragged_row_of_blanks_on_two_lines_is_one_blank_row(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("C1;F1;01/04/2026;01/05/2026;EUR;1,00", ';;;;;"\n"'))
    source = receivables_source(format={"type": "csv", "delimiter": ";", "ragged": True})
    (file,) = bench.extract(source).files
    assert [(part.reason, part.rows) for part in file.set_aside] == [("blank_row", 1)]
    assert (file.rows_in, file.landed) == (1, 1)
