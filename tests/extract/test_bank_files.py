"""Bank files: what they say of themselves must tie, what is cut or damaged is refused, and an entry keeps its key."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tasks.extract.bank_file import STANDARDS, read_bank_file
from tasks.problems import SourceProblem
from tasks.settings.formats import BankFileFormat, BankStandard
from tests.extract.bank_texts import IN_250, Read, camt, cuaderno, entry, norma, swift


@pytest.mark.parametrize(
    ("standard", "content", "stated", "computed"),
    [
        ("mt940", swift(IN_250, closing="C260504EUR360,00"), "1 credits and 0 debits", "by 10.00 EUR"),
        ("camt", camt(entry("250.00"), closing="360.00"), "1 credits and 0 debits", "by 10.00 EUR"),
        ("norma43", cuaderno([*norma(("2", 100))[:-1], norma(("2", 200))[-1]]), "2.00", "1.00"),
        ("norma43", cuaderno(norma(("2", 100)), more=3), "6", "3"),
    ],
    ids=["mt940", "camt", "norma43 totals", "norma43 records"],
)
def test_a_total_that_does_not_tie_stops_the_file_and_says_what_is_missing(
    read: Read, standard: BankStandard, content: str, stated: str, computed: str
) -> None:
    with pytest.raises(SourceProblem) as raised:
        read(standard, content)
    assert stated in str(raised.value)
    assert computed in str(raised.value)
    assert len(read(standard, content, accept_unbalanced=True)) == 1


@pytest.mark.parametrize(
    ("standard", "content"),
    [
        ("mt940", swift(IN_250).split(":62F:")[0]),
        ("norma43", "\n".join(norma(("2", 100), ("1", 50))[:-1])),
        ("norma43", "\n".join(norma(("2", 100)))),
        ("camt", camt(entry("250.00"))[:-60]),
        ("ofx", "OFXHEADER:100\n<OFX><STMTRS><CURDEF>EUR<BANKTRANLIST><STMTTRN><TRNAMT>10"),
    ],
    ids=["mt940 without closing balance", "norma43 without 33", "norma43 without 88", "camt", "ofx"],
)
def test_a_file_that_is_cut_off_is_refused_even_as_an_extract(read: Read, standard: BankStandard, content: str) -> None:
    with pytest.raises(SourceProblem):
        read(standard, content, accept_unbalanced=True)


@pytest.mark.parametrize(
    ("mark", "amount", "kind"),
    [
        ("C", "250.00", "payment"),
        ("RD", "250.00", "returned_order"),
        ("D", "-250.00", "outgoing"),
        ("RC", "-250.00", "reversal"),
    ],
)
def test_mt940_marks_say_which_way_the_money_went(read: Read, mark: str, amount: str, kind: str) -> None:
    closing = "C260504EUR350,00" if not amount.startswith("-") else "D260504EUR150,00"
    (row,) = read("mt940", swift(f":61:2605040504{mark}250,00NTRFNONREF", closing=closing))
    assert (row["amount"], row["kind"]) == (amount, kind)


def test_a_day_that_does_not_exist_is_passed_on_as_it_is(read: Read) -> None:
    (row,) = read("mt940", swift(":61:2302300230C250,00NTRFNONREF"))
    assert row["booked_on"] == "2023-02-30"


def test_the_booking_day_takes_the_year_that_is_near_the_value_date(read: Read) -> None:
    rows = read(
        "mt940",
        swift(":61:2512310102C100,00NTRFNONREF", ":61:2601021231C150,00NTRFNONREF"),
    )
    assert [row["booked_on"] for row in rows] == ["2026-01-02", "2025-12-31"]


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ((IN_250 + ":86:TEXT",), "two fields"),
        ((IN_250, ":86:TEXT:61:2605040504C1,00NTRFNONREF"), None),
        ((IN_250, "TEXT:62F:C260504EUR1,00"), "middle of a line"),
        ((":61:2605040504X250,00NTRFNONREF",), "cannot be read"),
        ((":61:2605040504C250.00NTRFNONREF",), "cannot be read"),
        ((IN_250, ":86:A\x07B"), "control character 0x07"),
    ],
    ids=["lost line end", "tag in a text", "tag in a continuation", "mark", "decimal point", "binary"],
)
def test_an_mt940_that_was_damaged_is_refused_with_its_line(
    read: Read, lines: tuple[str, ...], what: str | None
) -> None:
    if what is None:
        assert len(read("mt940", swift(*lines))) == 1
        return
    with pytest.raises(SourceProblem, match=rf"line \d+.*{what}"):
        read("mt940", swift(*lines))


def test_currencies_of_one_statement_must_agree(read: Read) -> None:
    with pytest.raises(SourceProblem, match="opens in EUR and closes in USD"):
        read("mt940", swift(IN_250, closing="C260504USD350,00"))
    with pytest.raises(SourceProblem, match="is in USD, and the account in EUR"):
        read("camt", camt(entry("250.00", currency="USD")))


def test_several_accounts_and_statements_keep_their_own_totals(read: Read) -> None:
    other = norma(("1", 70), account="210004180200099999")
    rows = read("norma43", cuaderno([*norma(("2", 100), ("1", 50)), *other]))
    assert [(row["account"][-5:], row["amount"]) for row in rows] == [
        ("51332", "1"),
        ("51332", "-0.5"),
        ("99999", "-0.7"),
    ]
    both = swift(IN_250) + swift(IN_250).replace(":25:ES91/123", ":25:ES91/456")
    first, second = read("mt940", both)
    assert (first["account"], second["account"]) == ("123", "456")
    assert first["entry_id"] != second["entry_id"]


def test_a_33_record_of_another_account_is_refused(read: Read) -> None:
    lines = norma(("2", 100))
    with pytest.raises(SourceProblem, match="another account"):
        read("norma43", cuaderno([*lines[:-1], lines[-1].replace("51332", "99999", 1)]))


def test_the_88_record_may_count_itself(read: Read) -> None:
    assert len(read("norma43", cuaderno(norma(("2", 100)), more=1))) == 1


@pytest.mark.parametrize(
    "line", ["22    0418260504260504040163" + "0" * 48, "22    041826050426050404016" + "2" + "12,50" + "0" * 9]
)
def test_an_entry_of_norma43_without_a_sign_or_an_amount_is_refused(read: Read, line: str) -> None:
    lines = norma(("2", 100))
    with pytest.raises(SourceProblem, match="line 2"):
        read("norma43", cuaderno([lines[0], line, lines[-1]]))


def test_two_equal_transfers_of_a_day_stay_two_and_an_overlapping_statement_repeats_their_keys(read: Read) -> None:
    twice = swift(*[":61:2605040504C125,00NTRFNONREF", ":86:anticipo"] * 2)
    keys = [row["entry_id"] for row in read("mt940", twice)]
    assert len(set(keys)) == 2
    longer = swift(
        *[":61:2605040504C125,00NTRFNONREF", ":86:anticipo"] * 2,
        ":61:2605050505C1,00NTRFNONREF",
        closing="C260505EUR351,00",
    )
    assert [row["entry_id"] for row in read("mt940", longer)][:2] == keys


@pytest.mark.parametrize("standard", list(STANDARDS))
@pytest.mark.parametrize(
    "content", [b"PK\x03\x04rest", b"%PDF-1.7", b"a;b;c\n1;2;3\n", b"\x00\x01\x02"], ids=["zip", "pdf", "csv", "binary"]
)
def test_another_file_is_refused_by_every_reader(read: Read, standard: BankStandard, content: bytes) -> None:
    with pytest.raises(SourceProblem):
        read(standard, content)


def test_rows_reach_the_raw_table_in_order_and_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "statement.sta"
    path.write_text(swift(*[":61:2605040504C1,00NTRFNONREF"] * 250))
    raw = read_bank_file(path, path.name, BankFileFormat(type="bank_file", standard="mt940"), tmp_path)
    table = pq.read_table(tmp_path / "bank_file.parquet")
    assert raw.expected_rows == table.num_rows == 250
    assert raw.headers[0] == "entry_id"
    assert table.column("r1").to_pylist()[-1] == "line 254"


def test_stated_totals_that_are_no_numbers_do_not_tie(read: Read) -> None:
    summary = "<TxsSummry><TtlNtries><NbOfNtries>1</NbOfNtries><Sum>25O.00</Sum></TtlNtries></TxsSummry>"
    content = camt(entry("250.00")).replace("<Ntry>", f"{summary}<Ntry>", 1)
    with pytest.raises(SourceProblem, match=r"states 1 entries of 25O\.00, and 1 of 250\.00"):
        read("camt", content)
