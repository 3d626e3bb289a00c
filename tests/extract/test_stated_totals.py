"""Totals that a file states of itself are compared with its rows; what does not tie stops the run and says where."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.extract import extract
from tasks.extract.model import Extraction
from tasks.problems import SourceProblem
from tasks.settings.load import load_workspace
from tests.extract.bench import AS_OF, RECEIVABLE_COLUMNS, Bench, csv_text, receivables_source

SUBTOTAL = {"when": [{"column": "Cliente", "is_in": ["Suma"]}], "column": "Importe", "scope": "section"}
TOTAL = {"when": [{"column": "Cliente", "is_in": ["Total"]}], "column": "Importe"}


def item(number: int, amount: str, currency: str = "EUR", customer: str = "C1") -> str:
    return f"{customer};F{number};01/04/2026;01/05/2026;{currency};{amount}"


def suma(amount: str, currency: str = "") -> str:
    return f"Suma;;;;{currency};{amount}"


def total(amount: str, currency: str = "") -> str:
    return f"Total;;;;{currency};{amount}"


def with_totals(*totals: dict[str, object], **rules: object) -> dict[str, object]:
    return receivables_source(rows={"totals": list(totals), **rules})


def problems(bench: Bench, source: dict[str, object], *lines: str) -> list[str]:
    bench.write("exports/ledger.csv", csv_text(*lines))
    try:
        bench.extract(source)
    except SourceProblem as problem:
        return [str(finding) for finding in problem.problems]
    return []


def test_totals_that_tie_are_set_aside_and_the_rest_lands(bench: Bench) -> None:
    lines = (
        item(1, "10,00"),
        suma("10,00"),
        item(2, "2.000,50"),
        item(3, "-1,00"),
        suma("1.999,50"),
        total("2.009,50"),
    )
    assert problems(bench, with_totals(SUBTOTAL, TOTAL), *lines) == []
    (file,) = bench.extract(with_totals(SUBTOTAL, TOTAL)).files
    assert (file.file_rows, file.landed, file.rows_set_aside) == (6, 3, 3)
    assert [(part.reason, part.rows) for part in file.set_aside] == [("stated_total", 3)]


def test_a_difference_says_the_row_what_is_stated_and_what_its_rows_sum_to(bench: Bench) -> None:
    lines = (item(1, "10,00"), suma("10,00"), item(2, "2.000,50"), suma("2.001,00"), total("2.011,00"))
    found = problems(bench, with_totals(SUBTOTAL, TOTAL), *lines)
    assert len(found) == 2
    assert "exports/ledger.csv, row 4: states a total of 2,001.00 in 'Importe'" in found[0]
    assert "the 1 rows of its section sum to 2,000.50, a difference of 0.50" in found[0]
    assert "row 5: states a total of 2,011.00" in found[1]


def test_a_file_that_is_cut_off_does_not_pass(bench: Bench) -> None:
    lines = (item(1, "10,00"), item(2, "5,00"))
    assert problems(bench, with_totals(TOTAL), *lines) == []
    (warning,) = bench.extract(with_totals(TOTAL)).warnings
    assert "2 rows: no row states their total of 'Importe'" in str(warning)
    (cut,) = problems(bench, with_totals(TOTAL), item(2, "5,00"), total("15,00"))
    assert "a difference of 10.00" in cut


def test_rows_after_the_last_section_total_are_told(bench: Bench) -> None:
    assert problems(bench, with_totals(SUBTOTAL), item(1, "1,00"), suma("1,00"), item(2, "2,00")) == []
    (warning,) = bench.extract(with_totals(SUBTOTAL)).warnings
    assert "1 rows: no row states their total" in str(warning)


def test_rows_in_quarantine_count_in_a_total_and_are_named_in_a_difference(bench: Bench) -> None:
    bad = item(2, "5,00").replace("01/05/2026", "31/02/2026")
    assert problems(bench, with_totals(TOTAL), item(1, "10,00"), bad, total("15,00")) == []
    (found,) = problems(bench, with_totals(TOTAL), item(1, "10,00"), bad, total("14,00"))
    assert "1 of them (5.00) are in quarantine" in found


def test_figures_that_cannot_be_read_are_named_in_a_difference(bench: Bench) -> None:
    (found,) = problems(bench, with_totals(TOTAL), item(1, "10,00"), item(2, "5,0,0"), "broken", total("15,00"))
    assert "2 of them have no figure that can be read" in found


def test_a_total_sums_rows_set_aside_unless_it_says_which_not(bench: Bench) -> None:
    aside = [{"reason": "payment", "when": [{"column": "Cliente", "is_in": ["PAY"]}]}]
    lines = (item(1, "10,00"), item(2, "-4,00", customer="PAY"), total("6,00"))
    assert problems(bench, with_totals(TOTAL, set_aside=aside), *lines) == []
    (found,) = problems(bench, with_totals(TOTAL | {"without": ["payment"]}, set_aside=aside), *lines)
    assert "the 1 rows of its file sum to 10.00" in found
    (found,) = problems(bench, with_totals(TOTAL, set_aside=aside), *lines[:2], total("10,00"))
    assert "1 of them (-4.00) are set aside" in found


def test_totals_per_currency_sum_rows_of_their_currency(bench: Bench) -> None:
    first = (item(1, "10,00"), item(2, "500", "CLP"), suma("500", "CLP"), suma("10,00", "EUR"))
    second = (item(3, "7,00"), suma("7,00", "EUR"))
    grand = (total("17,00", "EUR"), total("500", "CLP"))
    source = with_totals(SUBTOTAL, TOTAL)
    assert problems(bench, source, *first, *second, *grand) == []
    found = problems(bench, source, *first, *second, total("16,00", "EUR"), grand[1])
    assert len(found) == 1
    assert "states a total of EUR 16.00" in found[0]


def test_a_currency_that_a_group_row_states_is_that_of_its_totals_too(bench: Bench) -> None:
    carry = [{"name": "money", "column": "Cliente", "when": [{"column": "Cliente", "matches": "^[A-Z]{3}$"}]}]
    aside = [{"reason": "group_row", "when": [{"column": "Cliente", "matches": "^[A-Z]{3}$"}]}]
    source = with_totals(TOTAL, carry=carry, set_aside=aside) | {"columns": RECEIVABLE_COLUMNS | {"currency": "money"}}
    lines = ("EUR;;;;;", item(1, "10,00", ""), total("10,00"), "CLP;;;;;", item(2, "500", ""), total("500"))
    assert problems(bench, source, *lines) == []
    assert len(problems(bench, source, *lines[:-1], total("510"))) == 1


def test_further_lines_of_a_document_count_once_unless_they_are_added(bench: Bench) -> None:
    lines = (item(1, "10,00"), item(1, "10,00"), item(2, "1,00"))
    assert problems(bench, with_totals(TOTAL, one_per=["Factura"]), *lines, total("11,00")) == []
    assert problems(bench, with_totals(TOTAL, one_per=["Factura"], sum=["Importe"]), *lines, total("21,00")) == []
    assert len(problems(bench, with_totals(TOTAL, one_per=["Factura"]), *lines, total("21,00"))) == 1


@pytest.mark.parametrize("figure", ["€ 1.015,00", "1.015,00 €", "+1015", "1015,000"])
def test_totals_may_be_printed_as_totals_are(bench: Bench, figure: str) -> None:
    assert problems(bench, with_totals(TOTAL), item(1, "1.015,00"), total(figure)) == []


@pytest.mark.parametrize("figure", ["(1.015,00)", "1.015,00-", "-1.015,00"])
def test_negative_totals_may_be_printed_as_such(bench: Bench, figure: str) -> None:
    assert problems(bench, with_totals(TOTAL), item(1, "-1.015,00"), total(figure)) == []


@pytest.mark.parametrize("figure", ["", "ten", "1,015.00", "10.15", "1e3"])
def test_a_total_that_cannot_be_read_stops_the_run(bench: Bench, figure: str) -> None:
    (found,) = problems(bench, with_totals(TOTAL), item(1, "10,00"), total(figure))
    assert "row 2: is a total (rows.totals.0) and has no amount in 'Importe' that can be read" in found


def accept(root: Path, tolerance: str) -> Extraction:
    """Extract with the workspace's settings as they are, and this tolerance."""
    content = yaml.safe_load((root / "puntual.yaml").read_text(encoding="utf-8"))
    (root / "puntual.yaml").write_text(yaml.safe_dump(content | {"control_tolerance": tolerance}), encoding="utf-8")
    return extract(load_workspace(root), as_of=AS_OF)


def test_a_tolerance_accepts_a_difference_without_parsing_the_file_again(bench: Bench) -> None:
    source = with_totals(TOTAL)
    assert len(problems(bench, source, item(1, "10,00"), total("10,05"))) == 1
    (file,) = accept(bench.root, "0.05").files
    assert not file.was_parsed
    with pytest.raises(SourceProblem, match=r"a difference of 0\.05"):
        accept(bench.root, "0.04")


def test_the_largest_differences_are_found_behind_many_that_a_tolerance_accepts(bench: Bench) -> None:
    lines = [line for number in range(60) for line in (item(number, "10,00"), suma("10,01"))]
    lines += [item(60, "10,00"), suma("1.000,00"), item(61, "10,00"), suma("none")]
    assert len(problems(bench, with_totals(SUBTOTAL), *lines)) == 50
    with pytest.raises(SourceProblem) as caught:
        accept(bench.root, "0.05")
    assert [problem.where for problem in caught.value.problems] == [
        "exports/ledger.csv, row 122",
        "exports/ledger.csv, row 124",
    ]


def test_of_a_list_of_open_items_only_the_newest_file_must_tie(bench: Bench) -> None:
    bench.write("exports/ledger_20260501.csv", csv_text(item(1, "10,00"), total("11,00")))
    bench.write("exports/ledger_20260502.csv", csv_text(item(1, "10,00"), total("10,00")))
    day = "_(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    files = {"path": "exports/ledger_*.csv", "delivered_on": day}
    source = with_totals(TOTAL) | files | {"delivery": "open_items"}
    assert bench.extract(source).files
    with pytest.raises(SourceProblem, match="ledger_20260501"):
        bench.extract(source | {"delivery": "increment"})


CENTS = st.lists(st.tuples(st.sampled_from(["EUR", "USD"]), st.integers(-(10**7), 10**7)), min_size=1, max_size=8)


def written(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02}"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sections=st.lists(CENTS, min_size=1, max_size=3), off_by=st.sampled_from([0, 0, 1, -1]))
def test_sections_and_file_tie_to_the_cent_or_stop(
    bench: Bench, sections: list[list[tuple[str, int]]], off_by: int
) -> None:
    lines, number = [], 0
    for section in sections:
        for currency, cents in section:
            number += 1
            lines.append(item(number, written(cents), currency))
        sums = {currency: sum(cents for found, cents in section if found == currency) for currency, _ in section}
        lines += [suma(written(cents), currency) for currency, cents in sums.items()]
    whole = sum(cents for section in sections for _, cents in section)
    lines.append(total(written(whole + off_by)))
    found = problems(bench, with_totals(SUBTOTAL, TOTAL), *lines)
    assert len(found) == (1 if off_by else 0)
