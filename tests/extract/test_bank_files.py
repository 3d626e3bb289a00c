"""Bank files: what they say of themselves must tie, what is cut or damaged is refused, and an entry keeps its key."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tasks.extract.bank_file import STANDARDS, read_bank_file
from tasks.problems import SourceProblem
from tasks.settings.formats import BankFileFormat, BankStandard
from tests.extract.bank_texts import IN_250, Read, Rows, camt, code, cuaderno, detail, entry, norma, swift


def amounts(rows: Rows) -> list[str]:
    return [row["amount"] for row in rows]


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


@pytest.mark.parametrize("version", ["052.001.04", "053.001.02", "053.001.08", "053.001.12", "054.001.06"])
def test_a_batch_becomes_its_transactions_and_adds_up_to_the_entry(read: Read, version: str) -> None:
    rows = read(
        "camt",
        camt(entry("250.00", detail("100.00", end_to_end="A"), detail("150.00", end_to_end="B")), version=version),
    )
    assert [(row["amount"], row["end_to_end_id"]) for row in rows] == [("100.00", "A"), ("150.00", "B")]
    assert rows[1]["place"] == "statement 1, entry 1, transaction 2"


def test_transactions_that_do_not_add_up_to_the_entry_stop_the_file(read: Read) -> None:
    content = camt(entry("250.00", detail("100.00"), detail("140.00")))
    with pytest.raises(SourceProblem, match=r"states 250\.00, and its 2 transactions add up to 240\.00"):
        read("camt", content)
    assert amounts(read("camt", content, accept_unbalanced=True)) == ["250.00"]


def test_transactions_without_amounts_in_the_accounts_currency_stay_one_entry(read: Read) -> None:
    assert amounts(read("camt", camt(entry("250.00", detail(), detail())))) == ["250.00"]
    assert amounts(read("camt", camt(entry("250.00", detail("100.00", currency="USD"), detail("150.00"))))) == [
        "250.00"
    ]
    assert amounts(read("camt", camt(entry("250.00", detail("999.00", currency="USD"))))) == ["250.00"]


@pytest.mark.parametrize(
    ("mark", "more", "kind"),
    [
        ("CRDT", code("RCDT", "ESCT"), "payment"),
        ("CRDT", code("IDDT", "ESDD"), "payment"),
        ("CRDT", code("ICDT", "RRTN"), "returned_order"),
        ("CRDT", "<RvslInd>true</RvslInd>", "returned_order"),
        ("DBIT", code("IDDT", "UPDD"), "returned_debit"),
        ("DBIT", "<RvslInd>true</RvslInd>" + code("RCDT", "ESCT"), "reversal"),
        ("DBIT", code("ICDT", "ESCT"), "outgoing"),
        ("DBIT", code("MDOP", "CHRG"), "fee"),
    ],
)
def test_camt_codes_and_marks_say_what_an_entry_is(read: Read, mark: str, more: str, kind: str) -> None:
    (row,) = read("camt", camt(entry("250.00", mark=mark, more=more)), accept_unbalanced=True)
    assert row["kind"] == kind
    assert Decimal(row["amount"]) == (250 if mark == "CRDT" else -250)


def test_a_return_reason_makes_money_out_a_returned_debit(read: Read) -> None:
    reason = "<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>"
    (row,) = read(
        "camt", camt(entry("250.00", detail(end_to_end="F1", more=reason), mark="DBIT")), accept_unbalanced=True
    )
    assert (row["kind"], row["return_reason"], row["our_reference"]) == ("returned_debit", "AM04", "F1")


def test_a_doctype_is_refused(read: Read) -> None:
    hostile = camt(entry("250.00")).replace("<Document", '<!DOCTYPE Document [<!ENTITY a "b">]><Document', 1)
    with pytest.raises(SourceProblem, match="DOCTYPE"):
        read("camt", hostile)


def test_another_message_is_refused_by_its_name(read: Read) -> None:
    with pytest.raises(SourceProblem, match=r"is a pain\.001 message, not camt\.052 or camt\.053 or camt\.054"):
        read("camt", '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"/>')
    with pytest.raises(SourceProblem, match="no ISO 20022 message"):
        read("camt", "<html/>")


def test_a_zip_of_statements_is_read_as_one_file(read: Read, tmp_path: Path) -> None:
    packed = tmp_path / "day.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.xml", camt(entry("250.00")))
        archive.writestr("2.xml", camt(entry("100.00"), entry("150.00")))
    assert amounts(read("camt", packed.read_bytes())) == ["250.00", "100.00", "150.00"]
    with pytest.raises(SourceProblem, match="not a whole zip"):
        read("camt", packed.read_bytes()[:200] + packed.read_bytes()[-60:])


def test_a_zip_with_a_password_is_refused_without_the_names_in_it(read: Read) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Ana Garcia.xml", camt(entry("1.00")))
    content = bytearray(packed.getvalue())
    content[6] |= 1  # The flag "encrypted", beside the member and in the directory.
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(SourceProblem, match="encrypted") as caught:
        read("camt", bytes(content))
    assert "Garcia" not in str(caught.value)


def test_a_zip_that_expands_beyond_any_statement_is_refused(read: Read, tmp_path: Path) -> None:
    packed = tmp_path / "bomb.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.xml", b" " * (80 << 20))
    with pytest.raises(SourceProblem, match="would expand to"):
        read("camt", packed.read_bytes())


@pytest.mark.parametrize("cents", ["12.345.00", "1,000.00", "-5.00", ""])
def test_an_amount_that_is_none_is_refused_in_messages(read: Read, cents: str) -> None:
    with pytest.raises(SourceProblem, match="amount"):
        read("camt", camt(entry(cents)))


def test_qif_is_refused_with_what_to_export_instead(read: Read) -> None:
    with pytest.raises(SourceProblem, match=r"QIF.*Export OFX, camt\.053, MT940 or CSV"):
        read("ofx", "!Type:Bank\nD3/4/26\nT-20.00\n^\n")


@pytest.mark.parametrize(
    ("removed", "missing"),
    [
        ("<CURDEF>EUR", "CURDEF"),
        ("<ACCTID>1", "ACCTID"),
        ("<TRNAMT>10.00", "TRNAMT"),
        ("<DTPOSTED>20260504", "DTPOSTED"),
    ],
)
def test_an_ofx_that_does_not_say_what_is_needed_is_refused(read: Read, removed: str, missing: str) -> None:
    whole = (
        "OFXHEADER:100\n<OFX><STMTRS><CURDEF>EUR\n<BANKACCTFROM><ACCTID>1\n</BANKACCTFROM><BANKTRANLIST><STMTTRN>"
        "<DTPOSTED>20260504\n<TRNAMT>10.00\n<FITID>A\n</STMTTRN></BANKTRANLIST></STMTRS></OFX>"
    )
    assert amounts(read("ofx", whole)) == ["10.00"]
    with pytest.raises(SourceProblem, match=missing):
        read("ofx", whole.replace(removed, ""))


def test_a_transaction_that_is_never_closed_is_not_swallowed(read: Read) -> None:
    one = "<STMTTRN><DTPOSTED>20260504\n<TRNAMT>10.00\n"
    account = "<CURDEF>EUR\n<BANKACCTFROM><ACCTID>1\n</BANKACCTFROM>"
    with pytest.raises(SourceProblem, match="still open"):
        read(
            "ofx",
            f"OFXHEADER:100\n<OFX><STMTRS>{account}<BANKTRANLIST>{one}{one}</STMTTRN></BANKTRANLIST></STMTRS></OFX>",
        )


def test_the_control_sum_of_orders_must_tie(read: Read) -> None:
    content = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.02"><CstmrDrctDbtInitn><GrpHdr><MsgId>M</MsgId>'
        "<CreDtTm>2026-05-02T08:00:00</CreDtTm><NbOfTxs>1</NbOfTxs><CtrlSum>11.00</CtrlSum></GrpHdr><PmtInf><PmtInfId>B</PmtInfId>"
        "<ReqdColltnDt>2026-05-05</ReqdColltnDt><DrctDbtTxInf><PmtId><EndToEndId>F1</EndToEndId></PmtId>"
        '<InstdAmt Ccy="EUR">10.00</InstdAmt></DrctDbtTxInf></PmtInf></CstmrDrctDbtInitn></Document>'
    )
    with pytest.raises(SourceProblem, match=r"orders of 11\.00.*adds up to 10\.00"):
        read("pain008", content)
    assert amounts(read("pain008", content.replace("11.00", "10.00"))) == ["10.00"]


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


def test_an_unknown_character_set_of_ofx_is_named(read: Read) -> None:
    content = "OFXHEADER:100\nCHARSET:12521\n<OFX><STMTRS><CURDEF>EUR\n<NAME>Pe\xf1a\n</STMTRS></OFX>"
    with pytest.raises(SourceProblem, match="cp12521"):
        read("ofx", content.encode("cp1252"))


def test_a_tag_with_a_prefix_that_stands_for_nothing_is_refused(read: Read) -> None:
    with pytest.raises(SourceProblem, match="root element"):
        read("camt", camt(entry("250.00")).replace("<Document", "<Doc:ment", 1).replace("</Document", "</Doc:ment", 1))
