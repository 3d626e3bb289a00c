"""camt, OFX and orders, alone or in a zip: batches, returns, what is refused."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from tasks.problems import SourceProblem
from tests.extract.bank_texts import Read, amounts, camt, code, detail, entry


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


def test_an_unknown_character_set_of_ofx_is_named(read: Read) -> None:
    content = "OFXHEADER:100\nCHARSET:12521\n<OFX><STMTRS><CURDEF>EUR\n<NAME>Pe\xf1a\n</STMTRS></OFX>"
    with pytest.raises(SourceProblem, match="cp12521"):
        read("ofx", content.encode("cp1252"))


def test_a_tag_with_a_prefix_that_stands_for_nothing_is_refused(read: Read) -> None:
    with pytest.raises(SourceProblem, match="root element"):
        read("camt", camt(entry("250.00")).replace("<Document", "<Doc:ment", 1).replace("</Document", "</Doc:ment", 1))
