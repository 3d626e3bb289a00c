"""Entries that come again keep their key, and equal entries that are two have two."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tasks.settings.formats import BankStandard
from tests.extract.bank_texts import Read, camt, cuaderno, entry, norma, swift

NO_REFERENCE = (":61:2605040504C125,00NTRFNONREF", ":86:anticipo")


def keys(read: Read, standard: BankStandard, content: str | bytes, **settings: object) -> list[str]:
    return [row["entry_id"] for row in read(standard, content, **settings)]


def statement(*entries: str, opening: str, closing: str, version: str = "053.001.02", name: str = "S1") -> str:
    text = camt(*entries, closing=closing, version=version).replace("100.00", opening, 1)
    return text.replace("<Id>S1</Id>", f"<Id>{name}</Id>")


def zipped(folder: Path, *members: str) -> bytes:
    with zipfile.ZipFile(folder / "days.zip", "w") as archive:
        for number, member in enumerate(members):
            archive.writestr(f"{number}.xml", member)
    return (folder / "days.zip").read_bytes()


def test_a_message_that_lies_twice_in_a_zip_repeats_its_keys(read: Read, tmp_path: Path) -> None:
    once = statement(entry("125.00"), entry("125.00"), opening="100.00", closing="350.00")
    found = keys(read, "camt", zipped(tmp_path, once, once))
    assert found[:2] == found[2:]
    assert len(set(found)) == 2


def test_a_statement_that_stands_twice_in_a_file_repeats_its_keys(read: Read) -> None:
    once = swift(*NO_REFERENCE * 2)
    found = keys(read, "mt940", once + once)
    assert found[:2] == found[2:]
    assert len(set(found)) == 2
    account = norma(("2", 100), ("2", 100))
    found = keys(read, "norma43", cuaderno([*account, *account]))
    assert found[:2] == found[2:]


def test_equal_transfers_of_two_statements_of_one_day_are_two(read: Read) -> None:
    first = statement(entry("125.00"), opening="100.00", closing="225.00", name="A")
    second = statement(entry("125.00"), opening="225.00", closing="350.00", name="B")
    assert keys(read, "camt", first) != keys(read, "camt", second)
    first = swift(*NO_REFERENCE, closing="C260504EUR225,00")
    second = swift(*NO_REFERENCE, opening="C260504EUR225,00")
    assert keys(read, "mt940", first) != keys(read, "mt940", second)


def test_a_longer_download_repeats_the_keys_of_its_days_in_whatever_order(read: Read) -> None:
    def booked(day: str, amount: str) -> str:
        return entry(amount).replace("2026-05-04", day)

    short = statement(booked("2026-05-04", "50.00"), booked("2026-05-04", "7.00"), opening="100.00", closing="157.00")
    longer = statement(
        booked("2026-05-04", "7.00"),
        booked("2026-05-04", "50.00"),
        booked("2026-05-03", "30.00"),
        opening="70.00",
        closing="157.00",
    )
    assert keys(read, "camt", longer)[:2] == keys(read, "camt", short)[::-1]


def test_equal_transfers_on_two_pages_of_a_statement_are_two(read: Read) -> None:
    pages = swift(*NO_REFERENCE, closing="C260504EUR225,00").replace(":62F:", ":62M:")
    pages += swift(*NO_REFERENCE, opening="C260504EUR225,00").replace(":60F:", ":60M:")
    assert len(set(keys(read, "mt940", pages))) == 2
    assert keys(read, "mt940", pages + pages)[2:] == keys(read, "mt940", pages)


def test_pages_without_balances_of_their_own_are_told_apart_by_their_number(read: Read, tmp_path: Path) -> None:
    def page(number: int) -> str:
        text = camt(entry("125.00")).replace("OPBD", "ITBD").replace("CLBD", "ITBD")
        return text.replace("</GrpHdr>", f"<MsgPgntn><PgNb>{number}</PgNb></MsgPgntn></GrpHdr>")

    assert len(set(keys(read, "camt", zipped(tmp_path, page(1), page(2))))) == 2


def test_reports_of_a_day_repeat_their_keys_and_notifications_do_not(read: Read) -> None:
    def sent(version: str, name: str) -> list[str]:
        return keys(read, "camt", statement(entry("125.00"), opening="1", closing="2", version=version, name=name))

    assert sent("052.001.02", "R1") == sent("052.001.02", "R2")
    assert sent("054.001.02", "N1") != sent("054.001.02", "N2")
    assert sent("054.001.02", "N1") == sent("054.001.02", "N1")


def test_the_banks_reference_is_the_key_wherever_the_entry_stands(read: Read) -> None:
    referred = entry("125.00", more="<AcctSvcrRef>B-9</AcctSvcrRef>")
    early = keys(read, "camt", statement(referred, opening="100.00", closing="225.00"))
    late = keys(read, "camt", statement(referred, opening="300.00", closing="425.00"))
    assert early == late


@pytest.mark.parametrize("nothing", ["<NtryRef>1</NtryRef>", "<AcctSvcrRef>0000</AcctSvcrRef>"])
def test_an_entrys_number_and_zeros_are_no_reference_of_the_bank(read: Read, nothing: str) -> None:
    numbered = entry("125.00", more=nothing)
    first = statement(numbered, opening="100.00", closing="225.00")
    second = statement(numbered, opening="225.00", closing="350.00")
    assert keys(read, "camt", first) != keys(read, "camt", second)


def test_an_extract_that_does_not_tie_is_known_by_its_entries_alone(read: Read) -> None:
    first = statement(entry("125.00"), opening="100.00", closing="999.00")
    second = statement(entry("125.00"), opening="700.00", closing="999.00")
    accepted = {"accept_unbalanced": True}
    assert keys(read, "camt", first, **accepted) == keys(read, "camt", second, **accepted)


def test_an_entry_without_a_booking_date_is_of_its_value_date(read: Read) -> None:
    undated = entry("125.00").replace("BookgDt>", "ValDt>")
    assert keys(read, "camt", camt(undated, closing="225.00"))[0].startswith("20260504-")


def test_orders_that_were_sent_twice_repeat_their_keys(read: Read, tmp_path: Path) -> None:
    fixture = Path(__file__).parents[1] / "sources" / "fixtures" / "sepa_pain008" / "orders.xml"
    rows = read("pain008", zipped(tmp_path, *[fixture.read_text(encoding="utf-8")] * 2))
    assert len({row["order_id"] for row in rows}) * 2 == len(rows)
