"""Real bank files beside the project: each lands by its profile alone, with the rows and cents of an independent count, or is refused with the reason.

The independent counts read the files in other ways than the readers do: regular expressions over the bytes, ElementTree, and
the library mt-940. Nothing of the files is copied into the project.
"""

from __future__ import annotations

import datetime
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import mt940
import pytest
import yaml

from tasks.extract import Extraction, attach_landing, extract
from tasks.extract.model import LandedFile
from tasks.problems import SourceProblem
from tasks.settings.load import load_workspace
from tasks.settings.shipped_profiles import load_profile

FORMATS = Path(__file__).parents[3] / "shared" / "data" / "formats"
pytestmark = pytest.mark.skipif(not FORMATS.is_dir(), reason="the real files (../shared/data) are not on this machine")
COMPANY = {
    "id": "acme",
    "name": "Acme, S.A.",
    "country": "ES",
    "sender": {"name": "Acme", "email": "ar@example.com"},
    "collector": {"name": "Ana", "email": "ana@example.com"},
}
# Statements whose own balances or counts do not tie: excerpts and edited copies. By default they stop the source.
UNBALANCED = {
    "camt_iso20022/test-camt053.xml": "by -434.16 EUR",
    "mt940/jejik__abnamro.sta": "by -2038.00 EUR",
    "mt940/jejik__ing.sta": "by 49.06 EUR",
    "mt940/jejik__knab.sta": "by 4500.00 EUR",
    "mt940/jejik__postfinance.sta": "by 0.20 CHF",
    "mt940/jejik__rabobank.sta": "by 1135.93 EUR",
    "mt940/jejik__triodos.sta": "by 111.40 EUR",
    "mt940/mBank__with_newline_in_tnr.sta": "by 770.71 PLN",
    "norma43_es/test.n43": "10 records before it, and 11 were read",
}
# file: rows in, landed, quarantined, set aside
LANDED = {
    "camt_iso20022/test-camt053.xml": (3, 3, 0, {"outgoing": 1}),
    "mt940/citi__mt940.txt": (0, 0, 0, {"outgoing": 3, "no_money": 2}),
    "mt940/jejik__abnamro.sta": (0, 0, 0, {"outgoing": 10}),
    "mt940/jejik__generic.sta": (0, 0, 0, {"outgoing": 2}),
    "mt940/jejik__ing.sta": (2, 2, 0, {"outgoing": 5}),
    "mt940/jejik__knab.sta": (2, 2, 0, {"outgoing": 1}),
    "mt940/jejik__postfinance.sta": (3, 3, 0, {"outgoing": 1}),
    "mt940/jejik__rabobank-iban.sta": (0, 0, 0, {"outgoing": 4}),
    "mt940/jejik__rabobank.sta": (0, 0, 0, {"outgoing": 5}),
    "mt940/jejik__sns.sta": (0, 0, 0, {"outgoing": 2}),
    "mt940/jejik__triodos.sta": (0, 0, 0, {"outgoing": 2}),
    "mt940/mBank__mt940.sta": (3, 3, 0, {}),
    "mt940/mBank__mt942.sta": (3, 3, 0, {}),
    "mt940/mBank__with_newline_in_tnr.sta": (2, 2, 0, {}),
    "norma43_es/test.n43": (1, 1, 0, {"outgoing": 2, "no_money": 1}),
    "norma43_es/testmulti.n43": (2, 2, 0, {"outgoing": 4}),
    "ofx_qif/test_ofx.ofx": (0, 0, 0, {"outgoing": 4}),
    "ofx_qif/test_ofx_iban.ofx": (0, 0, 0, {"outgoing": 4}),
    "sepa_pain008_generated/pain008_b2b_rcur.xml": (3, 3, 0, {}),
    "sepa_pain008_generated/pain008_core_frst.xml": (3, 3, 0, {}),
}
REFUSED = {"ofx_qif/test_ofx_wrong.ofx": "no CURDEF and no ACCTID", "ofx_qif/test_qif.qif": "QIF"}
PROFILES = {
    "camt_iso20022": "camt_statements",
    "mt940": "mt940_statements",
    "norma43_es": "norma43_statements",
    "ofx_qif": "ofx_statements",
    "sepa_pain008_generated": "sepa_pain008",
}


def extracted(file: str, folder: Path, *, accept_unbalanced: bool = False) -> tuple[Extraction, LandedFile]:
    """A workspace with the file linked into it and its shipped profile."""
    path = FORMATS / file
    profile = load_profile(PROFILES[path.parent.name]).sources[0]
    (folder / "exports").mkdir()
    (folder / "exports" / path.name).symlink_to(path)
    (folder / "open.csv").write_text("customer,number,date,amount\nC0,F0,2026-01-01,1.00\n")
    fields = {name: {"column": column} for name, column in (("customer_id", "customer"), ("amount", "amount"))}
    numbers = {name: {"column": "number"} for name in ("receivable_id", "document_number")}
    constants = {
        "document_type": {"value": "invoice"},
        "currency": {"value": "EUR"},
        "invoice_date": {"column": "date"},
    }
    sources = [
        {
            "name": profile.name,
            "profile": PROFILES[path.parent.name],
            "contract": profile.contract,
            "path": f"exports/{path.name}",
            "format": {**profile.format.model_dump(), "accept_unbalanced": accept_unbalanced},
        },
        {
            "name": "open_items",
            "contract": "receivables",
            "path": "open.csv",
            "columns": {**fields, **numbers, **constants},
        },
    ]
    (folder / "puntual.yaml").write_text(yaml.safe_dump({"company": COMPANY, "sources": sources}), encoding="utf-8")
    extraction = extract(load_workspace(folder), as_of=datetime.date(2026, 11, 22))
    return extraction, next(item for item in extraction.files if item.source == profile.name)


def landed_sum(folder: Path, extraction: Extraction, contract: str) -> Decimal:
    with duckdb.connect() as connection:
        attach_landing(connection, load_workspace(folder), extraction.files)
        found = connection.execute(f"SELECT coalesce(sum(amount), 0) FROM landing.{contract}").fetchone()  # noqa: S608
    assert found is not None
    return Decimal(found[0])


@pytest.mark.parametrize("file", LANDED)
def test_every_row_of_a_real_bank_file_is_accounted_for(file: str, tmp_path: Path) -> None:
    _, landed = extracted(file, tmp_path, accept_unbalanced=file in UNBALANCED)
    rows_in, good, quarantined, set_aside = LANDED[file]
    assert (landed.rows_in, landed.landed, landed.quarantined) == (rows_in, good, quarantined)
    assert {item.reason: item.rows for item in landed.set_aside} == set_aside
    entries, _ = counted(FORMATS / file)
    assert landed.rows_in + sum(set_aside.values()) == entries


@pytest.mark.parametrize("file", LANDED)
def test_the_cents_that_land_are_those_of_an_independent_count(file: str, tmp_path: Path) -> None:
    extraction, _ = extracted(file, tmp_path, accept_unbalanced=file in UNBALANCED)
    _, cents = counted(FORMATS / file)
    contract = "direct_debits" if file.startswith("sepa") else "payments"
    assert landed_sum(tmp_path, extraction, contract) == Decimal(cents) / 100


@pytest.mark.parametrize("file", UNBALANCED)
def test_a_real_statement_that_does_not_tie_is_refused_with_what_is_missing(file: str, tmp_path: Path) -> None:
    with pytest.raises(SourceProblem, match=UNBALANCED[file]):
        extracted(file, tmp_path)


@pytest.mark.parametrize("file", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(file: str, tmp_path: Path) -> None:
    with pytest.raises(SourceProblem, match=REFUSED[file]):
        extracted(file, tmp_path, accept_unbalanced=True)


def test_the_list_names_every_file() -> None:
    present = {str(path.relative_to(FORMATS)) for folder in PROFILES for path in (FORMATS / folder).iterdir()}
    assert present == set(LANDED) | set(REFUSED)


def counted(path: Path) -> tuple[int, int]:
    """Entries, and cents of those that are payments, returned direct debits or orders."""
    counts: dict[str, Callable[[Path], tuple[int, int]]] = {
        "camt_iso20022": _camt, "mt940": _mt940, "norma43_es": _norma43, "ofx_qif": _ofx, "sepa_pain008_generated": _orders,
    }  # fmt: skip
    return counts[path.parent.name](path)


def _camt(path: Path) -> tuple[int, int]:
    """All credits, and the debits that reverse direct debits of ours; one entry per transaction detail."""
    entries = ET.parse(path).getroot().findall(".//{*}Ntry")  # noqa: S314 - a known file without a DOCTYPE
    total = 0
    for item in entries:
        is_credit = item.findtext("{*}CdtDbtInd") == "CRDT"
        if is_credit or item.findtext(".//{*}Fmly/{*}Cd") == "IDDT":
            total += _cents(item.findtext("{*}Amt")) * (1 if is_credit else -1)
    return sum(len(item.findall("{*}NtryDtls/{*}TxDtls")) for item in entries), total


def _mt940(path: Path) -> tuple[int, int]:
    """By the library: every transaction; the credits. Text before the first field, which it cannot read, is left out."""
    text = path.read_bytes().decode("utf-8")
    statements = re.split(r"(?m)^(?=:20:)", text)[1:]
    items = [
        item for one in statements for item in mt940.parse(re.split(r"(?m)^-(?:\x03|XXX)?\r?$", one)[0]).transactions
    ]
    signed = [item.data["amount"].amount for item in items]
    return len(items), sum(_cents(str(amount)) for amount in signed if amount > 0)


def _norma43(path: Path) -> tuple[int, int]:
    moves = re.findall(rb"(?m)^22.{25}([12])(\d{14})", path.read_bytes())
    return len(moves), sum(int(amount) for sign, amount in moves if sign == b"2")


def _ofx(path: Path) -> tuple[int, int]:
    found = re.findall(r"<TRNAMT>([^<]+)<", path.read_text())
    return len(found), sum(max(_cents(text), 0) for text in found)


def _orders(path: Path) -> tuple[int, int]:
    found = re.findall(r"<InstdAmt[^>]*>([^<]+)<", path.read_text())
    return len(found), sum(_cents(text) for text in found)


def _cents(text: str | None) -> int:
    return int(Decimal(text or "0") * 100)
