"""What fuzzing found in the readers of bank files and e-invoices: each case was read as something that the file does not say."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from lxml import etree

from tasks.extract.bank_file import STANDARDS
from tasks.extract.einvoices import cfdi
from tasks.problems import SourceProblem
from tasks.settings.formats import BankFileFormat, BankStandard

FIXTURES = Path(__file__).parents[1] / "sources" / "fixtures"
FILES: dict[BankStandard, str] = {
    "camt": "camt_statements/camt053.xml",
    "mt940": "mt940_statements/statement.sta",
    "ofx": "ofx_statements/statement.ofx",
    "pain008": "sepa_pain008/orders.xml",
}


def read_changed(folder: Path, standard: BankStandard, old: str, new: str) -> list[dict[str, str]]:
    """The rows of the standard's fixture with the first `old` in it replaced; statements need not tie."""
    encoding = "cp1252" if standard == "ofx" else "utf-8"
    text = (FIXTURES / FILES[standard]).read_bytes().decode(encoding)
    assert old in text
    path = folder / "changed"
    path.write_bytes(text.replace(old, new, 1).encode("utf-8"))
    settings = BankFileFormat(standard=standard, encoding="utf-8", accept_unbalanced=True)
    return list(STANDARDS[standard].read(path, "changed", settings))


@pytest.mark.parametrize(
    ("standard", "old", "new"),
    [
        ("camt", ">1210.00<", ">١٢١٠.٠٠<"),
        ("camt", ">1210.00<", ">１２１０<"),
        ("mt940", "CR1210,00", "CR１２１０,00"),
        ("ofx", "<TRNAMT>1210.00", "<TRNAMT>١٢١٠"),
        ("pain008", ">1210.00<", ">١٢١٠<"),
    ],
)
def test_digits_of_other_scripts_are_no_amount(tmp_path: Path, standard: BankStandard, old: str, new: str) -> None:
    with pytest.raises(SourceProblem):
        read_changed(tmp_path, standard, old, new)


@pytest.mark.parametrize("wrong", ["2026-05-0412", "2026-05-04x", "2026-05-04T25", "2026-05-0", "20260504"])
def test_a_day_with_something_behind_it_is_passed_on_as_it_is(tmp_path: Path, wrong: str) -> None:
    rows = read_changed(tmp_path, "camt", "<BookgDt><Dt>2026-05-04<", f"<BookgDt><Dt>{wrong}<")
    assert wrong in [row["booked_on"] for row in rows]


@pytest.mark.parametrize("written", ["2026-05-04+02:00", "2026-05-04Z"])
def test_a_day_with_a_zone_is_that_day(tmp_path: Path, written: str) -> None:
    rows = read_changed(tmp_path, "camt", "<BookgDt><Dt>2026-05-04<", f"<BookgDt><Dt>{written}<")
    assert rows[0]["booked_on"] == "2026-05-04"


@pytest.mark.parametrize("wrong", ["202605041", "20260504x", "20260504120000[-5"])
def test_an_ofx_day_with_something_behind_it_is_passed_on_as_it_is(tmp_path: Path, wrong: str) -> None:
    rows = read_changed(tmp_path, "ofx", "<DTPOSTED>20260504120000[-5:EST]", f"<DTPOSTED>{wrong}")
    assert rows[0]["booked_on"] == wrong


def test_an_ofx_transaction_that_begins_within_another_is_refused(tmp_path: Path) -> None:
    text = "</STMTTRN>\r\n" if b"\r\n" in (FIXTURES / FILES["ofx"]).read_bytes() else "</STMTTRN>\n"
    with pytest.raises(SourceProblem, match="is still open where the next one begins"):
        read_changed(tmp_path, "ofx", text, "<MEMO>\n")


def test_an_ofx_transaction_with_a_text_of_its_own_ends_no_other(tmp_path: Path) -> None:
    with pytest.raises(SourceProblem, match="is no transaction"):
        read_changed(tmp_path, "ofx", "<MEMO>INV F26-001", "<STMTTRN>INV F26-001</STMTTRN>")


@pytest.mark.parametrize(("standard", "old", "new"), [
    ("ofx", "<TRNAMT>1210.00", "<TRNAMT>1210.0\x1a"),
    ("ofx", "<TRNAMT>1210.00", "<TRNAMT>12\x1a"),
    ("mt940", ":61:", "\x1a:61:"),
    ("mt940", "NONREF//B0504-1", "NONREF//B0504-\x03"),
])  # fmt: skip
def test_marks_around_messages_are_none_within_them(tmp_path: Path, standard: BankStandard, old: str, new: str) -> None:
    with pytest.raises(SourceProblem, match="control character"):
        read_changed(tmp_path, standard, old, new)


@pytest.mark.parametrize(("standard", "old", "new"), [
    ("mt940", "{1:", "\x01{1:"),
    ("mt940", "\r\n-}", "\r\n-}\x03"),
    ("ofx", "OFXHEADER", "\ufeffOFXHEADER"),
])  # fmt: skip
def test_marks_around_messages_are_left_out(tmp_path: Path, standard: BankStandard, old: str, new: str) -> None:
    assert read_changed(tmp_path, standard, old, new) == read_changed(tmp_path, standard, old, old)


def test_an_ofx_transaction_outside_of_statements_is_refused(tmp_path: Path) -> None:
    outside = "</OFX>\n<STMTTRN>\n<TRNAMT>5.00\n</STMTTRN>\n"
    with pytest.raises(SourceProblem, match="in no statement"):
        read_changed(tmp_path, "ofx", "</OFX>", outside)


@pytest.mark.parametrize("name", ["A&section", "R&D", "B&copy", "x&lt"])
def test_only_entities_that_ofx_names_are_resolved(tmp_path: Path, name: str) -> None:
    assert html.unescape("A&section") != "A&section"
    rows = read_changed(tmp_path, "ofx", "<MEMO>INV F26-001", f"<MEMO>{name} &amp; {name}")
    assert rows[0]["remittance_text"].endswith(f"{name} & {name}")


@pytest.mark.parametrize(("standard", "old", "place"), [
    ("camt", "</Stmt>", "</Stmt><Ntry><Amt Ccy='EUR'>5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>"),
    ("pain008", "</PmtInf>", "</PmtInf><DrctDbtTxInf><InstdAmt Ccy='EUR'>5.00</InstdAmt></DrctDbtTxInf>"),
])  # fmt: skip
def test_entries_and_orders_outside_of_any_statement_are_refused(
    tmp_path: Path, standard: BankStandard, old: str, place: str
) -> None:
    with pytest.raises(SourceProblem, match="is in no"):
        read_changed(tmp_path, standard, old, place)


@pytest.mark.parametrize("written", ["2026-03-10T09:30:0x10", "2026-03-10T", "2026-03-10Tx", "2026-03-10T٠٩:30:00"])
def test_an_invoice_date_with_a_time_that_is_none_is_passed_on_as_it_is(written: str) -> None:
    content = (FIXTURES / "cfdi_mexico/k-unstamped.xml").read_text("utf-8").replace("2026-03-10T09:30:00", written)
    (row,) = cfdi.rows(etree.fromstring(content.encode()), "documents")
    assert vars(row)["issued_on"] == written
