"""Values that are none, or that nobody may guess, cost their row and nothing else; duplicates are counted once."""

from __future__ import annotations

from decimal import Decimal

from tests.extract.bench import ROWS, Bench, csv_text, receivables_source
from tests.extract.refusals import reasons


def test_mixed_decimal_styles_are_quarantined_not_guessed(bench: Bench) -> None:
    bench.write(
        "exports/ledger.csv",
        csv_text(ROWS[0], "C1;F7;01/04/2026;01/05/2026;EUR;1,234.56", "C1;F8;01/04/2026;01/05/2026;EUR;1.234,5,6"),
    )
    extraction = bench.extract()
    found = reasons(bench, extraction)
    assert [row[0] for row in found] == [2, 3]
    assert "amount: '1,234.56' is not an amount written with ',' before the decimals" in str(found[0][1])
    assert extraction.files[0].amounts[0].currency == "?"
    assert extraction.files[0].amounts[1].landed == Decimal("1210.50")


def test_a_third_decimal_is_refused_not_rounded(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("C1;F1;01/04/2026;01/05/2026;EUR;1210,505"))
    ((_, why, _),) = reasons(bench, bench.extract())
    assert why == ["amount: '1210,505' has more than two decimals, and amounts are not rounded"]


def test_an_amount_beyond_sixteen_digits_is_refused(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("C1;F1;01/04/2026;01/05/2026;EUR;12345678901234567,00"))
    ((_, why, _),) = reasons(bench, bench.extract())
    assert "is too large" in str(why)


def test_the_31st_of_february_is_quarantined_with_its_value(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(ROWS[0], "C1;F7;31/02/2026;01/05/2026;EUR;1,00"))
    assert reasons(bench, bench.extract()) == [
        (2, ["invoice_date: '31/02/2026' is not a date written as %d/%m/%Y"], ["invoice_date"])
    ]


def test_a_row_carries_all_its_reasons(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(";F7;31/02/2026;tomorrow;euro;nan"))
    ((_, why, columns),) = reasons(bench, bench.extract())
    assert columns == ["customer_id", "invoice_date", "due_date", "amount", "currency"]
    assert "customer_id is empty (column 'Cliente' of the file)" in str(why)


def test_the_source_row_is_kept_as_it_was(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text('C1;"F ""7""";31/02/2026;01/05/2026;EUR;1,00'))
    rows = bench.query(bench.extract(), "SELECT raw_row->>'Factura', raw_row->>'Fecha' FROM landing.quarantine")
    assert rows == [('F "7"', "31/02/2026")]


def test_a_negative_amount_is_a_credit_note_where_the_mapping_says_so(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("C1;F1;01/04/2026;01/05/2026;EUR;-10,00"))
    assert bench.query(bench.extract(), "SELECT document_type, amount FROM landing.receivables") == [
        ("credit_note", Decimal("-10.00"))
    ]


def test_a_negative_invoice_is_quarantined_where_the_mapping_does_not(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("C1;F1;01/04/2026;01/05/2026;EUR;-10,00"))
    columns = {**receivables_source()["columns"], "document_type": {"value": "invoice"}}  # type: ignore[dict-item]
    extraction = bench.extract(receivables_source(columns=columns))
    assert "the sign of the amount does not fit the document type" in str(reasons(bench, extraction))
    assert extraction.files[0].amounts[0].quarantined == Decimal("-10.00")


def test_a_duplicate_document_is_counted_once_and_reported(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS, ROWS[1], ROWS[1]))
    extraction = bench.extract()
    (file,) = extraction.files
    assert (file.rows_in, file.landed, file.quarantined, file.duplicates) == (5, 3, 0, 2)
    euros = next(item for item in file.amounts if item.currency == "EUR")
    assert euros.duplicates == Decimal("199.80")
    assert bench.query(extraction, "SELECT kind, reasons FROM landing.quarantine ORDER BY file_row") == [
        ("duplicate", ["repeats row 2 of the file"]),
        ("duplicate", ["repeats row 2 of the file"]),
    ]


def test_one_document_number_with_two_contents_is_quarantined_altogether(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS, "C1;F2;02/04/2026;02/05/2026;EUR;99,91", ROWS[1]))
    extraction = bench.extract()
    (file,) = extraction.files
    assert (file.landed, file.quarantined, file.duplicates) == (2, 3, 0)
    rows = bench.query(extraction, "SELECT file_row, raw_row->>'Importe' FROM landing.quarantine ORDER BY 1")
    assert rows == [(2, "99,90"), (4, "99,91"), (5, "99,90")]


def test_an_unknown_currency_is_quarantined(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(ROWS[0], "C1;F7;01/04/2026;01/05/2026;XYZ;5,00"))
    extraction = bench.extract()
    assert "the currency is not a known ISO 4217 code" in str(reasons(bench, extraction))
    assert [(item.currency, item.quarantined) for item in extraction.files[0].amounts] == [("EUR", 0), ("XYZ", 5)]


def test_pesos_with_cents_are_quarantined(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("C1;F7;01/04/2026;01/05/2026;CLP;150,50"))
    assert "the currency has no decimals and the amount does" in str(reasons(bench, bench.extract()))


def test_a_payment_without_document_lands_for_it_may_be_applied_later(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    bench.write("exports/bank.csv", "Ref,Date,Currency,Amount,Doc\nB1,2026-05-03,EUR,100.00,\n")
    payments = {
        "name": "bank", "contract": "payments", "path": "exports/bank.csv",
        "columns": {"payment_id": "Ref", "paid_on": "Date", "currency": "Currency", "amount": "Amount", "document_number": "Doc"},
    }  # fmt: skip
    extraction = bench.extract(receivables_source(), payments)
    assert bench.query(extraction, "SELECT payment_id, document_number FROM landing.payments") == [("B1", None)]
