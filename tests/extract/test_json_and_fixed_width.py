"""JSON and fixed-width exports: every digit is kept, and what the formats leave open is refused."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.extract import json_file
from tasks.extract.json_values import UnusableJson, flat, parse
from tasks.problems import SettingsProblem, SourceProblem
from tests.extract.bench import Bench, receivables_source

COLUMNS = {
    "customer_id": "customer.id",
    "receivable_id": "id",
    "document_number": "id",
    "document_type": {"value": "invoice", "when_negative": "credit_note"},
    "invoice_date": "date",
    "due_date": "due",
    "currency": "currency",
    "amount": "amount",
}
LANDED = "SELECT receivable_id, customer_id, amount::VARCHAR, file_row FROM landing.receivables ORDER BY file_row"


def record(number: int, amount: str = "10.50", **more: str) -> str:
    """One record as JSON text, so that its digits are what the test says."""
    extra = "".join(f', "{key}": {value}' for key, value in more.items())
    return (
        f'{{"id": "F{number}", "customer": {{"id": "C1"}}, "date": "2026-04-01", "due": "2026-05-01", '
        f'"currency": "EUR", "amount": {amount}{extra}}}'
    )


def json_source(records: str = "", **changes: object) -> dict[str, object]:
    base = receivables_source(path="exports/ledger.json", format={"type": "json", "records": records}, columns=COLUMNS)
    return base | {"dates": "%Y-%m-%d", "decimals": {"decimal": "."}} | changes


def accounts(bench: Bench, source: dict[str, object]) -> tuple[int, int, int, dict[str, int]]:
    (file,) = bench.extract(source).files
    return file.file_rows, file.landed, file.quarantined, {item.reason: item.rows for item in file.set_aside}


@pytest.mark.parametrize(
    ("content", "records"),
    [
        (f"[{record(1)}, {record(2)}]", ""),
        (f'{{"data": {{"items": [\n{record(1)},\n{record(2)}\n]}}}}', "data.items"),
        (f"{record(1)}\n\n{record(2)}\n", ""),
        (f'{{"data": [{record(1)}]}}\n{{"data": {record(2)}}}', "data"),
    ],
    ids=["a list", "a list by its path", "one a line", "a list or an object a line"],
)
def test_records_are_found_where_the_source_says(bench: Bench, content: str, records: str) -> None:
    bench.write("exports/ledger.json", content)
    source = json_source(records)
    assert accounts(bench, source) == (2, 2, 0, {})
    assert bench.query(bench.extract(source), LANDED) == [("F1", "C1", "10.50", 1), ("F2", "C1", "10.50", 2)]


def test_a_document_that_is_one_object_is_one_record(bench: Bench) -> None:
    bench.write("exports/ledger.json", record(1))
    assert accounts(bench, json_source()) == (1, 1, 0, {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_documents_are_read_in_the_encodings_of_json(bench: Bench, encoding: str) -> None:
    bench.write("exports/ledger.json", f"[{record(1, note=chr(34) + 'Ñandú' + chr(34))}]", encoding)
    source = json_source(references={"note": "note"})
    assert bench.query(bench.extract(source), "SELECT custom_references['note'] FROM landing.receivables") == [
        ("Ñandú",)
    ]


@pytest.mark.parametrize(
    ("amount", "landed"),
    [
        ("0.1", "0.10"),
        ("12345678901234.56", "12345678901234.56"),
        ("1e2", "100.00"),
        ("-7", "-7.00"),
        ('"8.20"', "8.20"),
    ],
)
def test_numbers_keep_every_digit(bench: Bench, amount: str, landed: str) -> None:
    bench.write("exports/ledger.json", f"[{record(1, amount)}]")
    assert bench.query(bench.extract(json_source()), LANDED)[0][2] == landed


@pytest.mark.parametrize("amount", ["0.105", "1e400", "1e-400", "true", "null", "[1]", '{"value": 1}', '"1,50"'])
def test_what_is_no_exact_amount_is_quarantined(bench: Bench, amount: str) -> None:
    bench.write("exports/ledger.json", f"[{record(1, amount)}, {record(2)}]")
    assert accounts(bench, json_source()) == (2, 1, 1, {})


def test_numbers_take_the_decimal_mark_of_the_source_and_texts_must_have_it(bench: Bench) -> None:
    bench.write("exports/ledger.json", f"[{record(1, '10.5')}, {record(2, chr(34) + '1.010,50' + chr(34))}]")
    source = json_source(decimals={"decimal": ",", "thousands": "."})
    assert [row[2] for row in bench.query(bench.extract(source), LANDED)] == ["10.50", "1010.50"]


def test_a_key_that_only_a_later_record_has_is_a_column(bench: Bench) -> None:
    lines = [record(1), record(2, tags='["a", 1.10]', deep='{"more": {"po": 7}}'), record(3, tags="[]")]
    bench.write("exports/ledger.json", "\n".join(lines))
    source = json_source(references={"po": "deep.more.po", "tags": "tags"})
    found = bench.query(
        bench.extract(source), "SELECT custom_references::VARCHAR FROM landing.receivables ORDER BY file_row"
    )
    assert found == [("{}",), ("{po=7, tags='[\"a\", 1.10]'}",), ("{}",)]


def test_records_that_are_no_objects_are_quarantined_in_their_place(bench: Bench) -> None:
    bench.write("exports/ledger.json", f"[{record(1)}, 5, null, {record(2)}]")
    assert accounts(bench, json_source()) == (4, 2, 2, {})
    found = bench.query(bench.extract(json_source()), "SELECT file_row, reasons[1] FROM landing.quarantine ORDER BY 1")
    assert found == [(row, "the record is not an object with keys") for row in (2, 3)]


def test_a_line_that_is_no_json_is_quarantined_alone(bench: Bench) -> None:
    bench.write("exports/ledger.json", "\n".join([record(1), record(2)[:-1], '{"id": 1, "id": 2}', record(4)]))
    assert accounts(bench, json_source()) == (4, 2, 2, {})
    found = bench.query(bench.extract(json_source()), "SELECT reasons[1] FROM landing.quarantine ORDER BY file_row")
    assert "line 2: is not JSON" in str(found[0])
    assert "line 3: an object has a key twice" in str(found[1])


def test_half_a_character_is_refused_and_not_replaced_in_silence(bench: Bench) -> None:
    bench.write("exports/ledger.json", f"[{record(1, note=chr(34) + chr(92) + 'ud800' + chr(34))}, {record(2)}]")
    assert accounts(bench, json_source(references={"note": "note"})) == (2, 1, 1, {})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "0 bytes"),
        (" \n ", "nothing but blanks"),
        ("[1, 2", "is not JSON"),
        (f"[{record(1)}", "is not JSON"),
        ('[{"id": 1, "id": 2}]', "an object has a key twice"),
        ('[{"a.b": 1, "a": {"b": 2}}]', "two of its keys make the same path"),
        ('[{"id": NaN}]', "NaN or Infinity"),
        ("[" * 100_000, "nests deeper"),
        ("[" + '{"a":' * 40 + "1" + "}" * 40 + "]", "nests deeper"),
        ('{"other": []}', "has nothing at 'data'"),
        ('{"data": 5}', "neither a list nor an object at 'data'"),
        ('{"data": []}', "no record with a key"),
        (b'[{"id": "\xff"}]', "byte 9 is not utf-8"),
    ],
)
def test_documents_that_cannot_be_used_stop_the_source(bench: Bench, content: str | bytes, said: str) -> None:
    bench.write("exports/ledger.json", content)
    with pytest.raises(SourceProblem, match=said):
        bench.extract(json_source("data" if "data" in str(content) or "other" in str(content) else ""))


def test_a_document_larger_than_its_bound_is_not_parsed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "MOST_DOCUMENT_BYTES", 100)
    bench.write("exports/ledger.json", f"[{record(1)}]")
    with pytest.raises(SourceProblem, match="one record a line"):
        bench.extract(json_source())


def test_a_line_longer_than_its_bound_is_not_parsed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "MOST_LINE_BYTES", 200)
    bench.write("exports/ledger.json", "\n".join([record(1), record(2, note='"' + "x" * 200 + '"')]))
    with pytest.raises(SourceProblem, match="line 2: is longer than"):
        bench.extract(json_source())


def test_records_with_keys_without_end_are_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "MOST_COLUMNS", 7)
    bench.write("exports/ledger.json", "\n".join(record(n, **{f"key{n}": "1"}) for n in range(3)))
    with pytest.raises(SourceProblem, match="more than 7 different keys"):
        bench.extract(json_source())


SCALAR = st.none() | st.booleans() | st.text(max_size=4) | st.decimals(allow_nan=False, allow_infinity=False).map(str)
TREE = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)


@settings(max_examples=200, deadline=None)
@given(tree=st.dictionaries(st.text(max_size=3), TREE, max_size=4))
def test_any_object_becomes_cells_of_text_or_is_refused_by_name(tree: dict[str, object]) -> None:
    try:
        cells = flat(parse(json.dumps(tree)))  # type: ignore[arg-type]
    except UnusableJson as mistake:
        assert "same path" in str(mistake)  # noqa: PT017 - either outcome is right
    else:
        assert all(isinstance(cell, str) for cell in cells.values())


@settings(max_examples=200, deadline=None)
@given(number=st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_a_number_comes_out_as_it_went_in(number: Decimal) -> None:
    document = parse(f'{{"a": {number}}}')
    assert isinstance(document, dict)
    assert Decimal(flat(document)["a"]) == number


FIELDS = [
    {"name": "kunde", "start": 1, "length": 4},
    {"name": "nr", "start": 5, "length": 4},
    {"name": "datum", "start": 9, "length": 8},
    {"name": "betrag", "start": 20, "length": 10},
]


def line(number: int, amount: str = "      1,50", customer: str = "C1  ") -> str:
    return f"{customer}F{number:<3}20260401xxx{amount}"


def fixed_source(**keys: object) -> dict[str, object]:
    columns = {
        "customer_id": "kunde", "receivable_id": "nr", "document_number": "nr", "document_type": {"value": "invoice"},
        "invoice_date": "datum", "due_date": "datum", "currency": {"value": "EUR"}, "amount": "betrag",
    }  # fmt: skip
    settings_ = {"type": "fixed_width", "fields": FIELDS, **keys}
    return receivables_source(path="exports/ledger.txt", format=settings_, columns=columns, dates="%Y%m%d")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_columns_are_places_in_the_line(bench: Bench, line_end: str) -> None:
    lines = ["TITLE", "", line(1), line(2, "-    2,25")[:29], line(3, "3,00"), "", "    ", "\x1a"]
    bench.write("exports/ledger.txt", line_end.join(lines))
    source = fixed_source(skip_rows=1)
    assert accounts(bench, source) == (5, 2, 1, {"blank_row": 2})
    assert bench.query(bench.extract(source), LANDED) == [("F1", "C1", "1.50", 1), ("F3", "C1", "3.00", 3)]


def test_places_are_counted_in_characters_of_any_encoding(bench: Bench) -> None:
    bench.write("exports/ledger.txt", line(1, customer="Ñáé "), "cp1252")
    assert bench.query(bench.extract(fixed_source(encoding="cp1252")), LANDED) == [("F1", "Ñáé", "1.50", 1)]
    with pytest.raises(SourceProblem, match="which is not utf-8"):
        bench.extract(fixed_source())


def test_a_line_that_ends_early_is_blank_from_there_and_refused_if_that_is_required(bench: Bench) -> None:
    bench.write("exports/ledger.txt", "\n".join([line(1), line(2)[:12]]))
    assert accounts(bench, fixed_source()) == (2, 1, 1, {})


def test_a_byte_order_mark_is_no_character(bench: Bench) -> None:
    bench.write("exports/ledger.txt", line(1), "utf-8-sig")
    assert accounts(bench, fixed_source()) == (1, 1, 0, {})


def test_fields_of_one_name_are_refused(bench: Bench) -> None:
    with pytest.raises(SettingsProblem, match="'nr' is there twice"):
        bench.extract(fixed_source(fields=[*FIELDS, {"name": "nr", "start": 1, "length": 1}]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=35), max_size=8))
def test_every_line_of_any_file_is_in_one_account(bench: Bench, lines: list[str]) -> None:
    bench.write("exports/ledger.txt", "\n".join([line(1), *lines]))
    (file,) = bench.extract(fixed_source()).files
    assert file.file_rows == file.landed + file.quarantined + file.duplicates + file.rows_set_aside
