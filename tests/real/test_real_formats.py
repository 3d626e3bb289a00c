"""Real files in the formats of their systems are recognised, land by their profile alone, and account for every row and cent.

They lie beside the project (`../shared/data/formats`) and nothing of them is copied into it; the XML and bank-text formats have
tests of their own. `as_of` is fixed, and what a person would confirm at `puntual init` is given here (`ANSWERS`).
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from tasks.extract import attach_landing, extract
from tasks.extract.model import LandedFile
from tasks.problems import SourceProblem
from tasks.recognise.model import Recognised
from tasks.recognise.recognise import recognise
from tasks.settings.load import load_workspace
from tasks.validate.validation import validate
from tasks.warehouse.connection import open_for_building
from tasks.warehouse.work import write_parameters

FORMATS = Path(__file__).parents[3] / "shared" / "data" / "formats"
TABULAR = ("adyen_settlement", "bank_sheet_csv", "datev_de", "erp_batch_ledgersmb", "psp_events_json", "rcv_chile_csv",
           "saas_exports", "xero_csv")  # fmt: skip
AS_OF = datetime.date(2026, 6, 30)
PERSON = {"name": "Ana", "email": "ana@example.com"}
COMPANY = {"id": "acme", "name": "Acme", "country": "ES", "sender": PERSON, "collector": PERSON}
STAND_IN: dict[str, object] = {
    "name": "stand_in",
    "contract": "receivables",
    "path": "exports/stand_in.csv",
    "columns": {
        "customer_id": "customer",
        "receivable_id": "number",
        "document_number": "number",
        "document_type": {"value": "invoice"},
        "invoice_date": "date",
        "currency": {"value": "EUR"},
        "amount": "amount",
    },
}
"""Settings need receivables, and some files hold payments only."""
ANSWERS: dict[str, dict[str, object]] = {
    "bank": {"currency": {"value": "USD"}},
    "invoicely": {"currency": {"value": "USD"}},
}
"""By the beginning of a profile's name: the currency that these exports do not state."""

pytestmark = pytest.mark.skipif(
    not FORMATS.is_dir(), reason="the real files (../shared/data/formats) are not on this machine"
)


@dataclass(frozen=True)
class Lands:
    """What one source takes of a file: rows of the contract, their sum per currency, and rows set aside by reason."""

    rows: int = 0
    amounts: dict[str, str] = field(default_factory=dict)
    set_aside: dict[str, int] = field(default_factory=dict)


LANDS: dict[str, dict[str, Lands]] = {
    "adyen_settlement/settlement_detail_report_batch_238.csv": {
        "card_payments": Lands(set_aside={"balance_transfer": 2, "fee": 1})
    },
    "adyen_settlement/settlement_detail_report_batch_380.csv": {
        "card_payments": Lands(226, {"USD": "55735.80"}, {"fee": 1, "payout": 1})
    },
    "bank_sheet_csv/balance.csv": {"bank": Lands(1, {"USD": "1533.50"}, {"outgoing": 1})},
    "bank_sheet_csv/debit_credit.csv": {"bank": Lands(1, {"USD": "1533.50"}, {"outgoing": 1})},
    "bank_sheet_csv/sample_statement_en.csv": {"bank": Lands(1, {"USD": "1525.00"}, {"outgoing": 1})},
    "bank_sheet_csv/sample_statement_en.xlsx": {"bank": Lands(1, {"USD": "1525.00"}, {"outgoing": 1})},
    "datev_de/EXTF_Buchungsstapel.csv": {
        "invoices_from_debtor": Lands(1, {"EUR": "5950.00"}, {"other_account": 1}),
        "invoices_from_revenue": Lands(set_aside={"other_account": 2}),
        "payments_from_debtor": Lands(set_aside={"other_account": 1, "document": 1}),
        "payments_from_bank": Lands(set_aside={"other_account": 2}),
    },
    "erp_batch_ledgersmb/example-ar-batch-upload.csv": {"invoices": Lands(2, {"CAD": "15.00", "USD": "10.00"})},
    "psp_events_json/charge_dispute_closed.json": {"card_payments": Lands(set_aside={"dispute_state": 1})},
    "psp_events_json/payment_intent_canceled.json": {"card_payments": Lands(set_aside={"payment_without_success": 1})},
    "psp_events_json/payment_intent_payment_failed.json": {
        "card_payments": Lands(set_aside={"payment_without_success": 1})
    },
    # Of Stripe's test mode: play money settles nothing.
    "psp_events_json/payment_intent_succeeded.json": {"card_payments": Lands(set_aside={"test_mode": 1})},
    "rcv_chile_csv/RCV-venta-rz_leading_trailing_whitespace.csv": {"sales": Lands(2, {"CLP": "4712135.00"})},
    "saas_exports/freshbooks_invoices.csv": {"invoices": Lands(1, {"USD": "7890.00"}, {"further_line": 2})},
    "saas_exports/invoicely_invoices.csv": {"invoices": Lands(1, {"USD": "1020.00"})},
    "saas_exports/zoho_invoices.csv": {"invoices": Lands(set_aside={"draft": 13})},
    "xero_csv/SalesInvoices_export_header_and_2rows.csv": {
        "invoices": Lands(1, {"ZAR": "1580.94"}, {"further_line": 1}),
        "money_on_account": Lands(set_aside={"not_money_on_account": 2}),
        "invoice_contacts": Lands(set_aside={"no_address": 2}),
    },
}
# What GoCardless calls an event has no amount: it can say that a direct debit came to nothing, and these say other things.
LANDS |= {
    f"psp_events_json/{name}.json": {"direct_debit_answers": Lands(set_aside={reason: 1})}
    for name, reason in {
        "events": "not_refused",
        "events_invalid_payable_type": "not_refused",
        "events_payment_request": "not_refused",
        "events_mandate_cancelled": "mandate",
        "events_mandate_cancelled_by_bank": "mandate",
        "events_mandate_created": "mandate",
        "events_refund": "refund",
    }.items()
}
REFUSED = {
    # What an accounting system answered to a billing program.
    "psp_events_json/1b1c24_failure_hash_response.json": "JSON of a kind that no source profile knows",
    "psp_events_json/1b1c24_success_hash_response.json": "JSON of a kind that no source profile knows",
    "psp_events_json/failure_hash_response.json": "JSON of a kind that no source profile knows",
    "psp_events_json/success_hash_response.json": "JSON of a kind that no source profile knows",
    "psp_events_json/1b1c24_success_string_response.json": "no table",
    "psp_events_json/success_string_response.json": "no table",
    "erp_batch_ledgersmb/example-ap-batch-upload.csv": "what the company owes",
    # A template to fill in.
    "xero_csv/SalesInvoiceTemplate_header.csv": "names of columns and no rows",
}
"""Files that say of no receivable and no payment, with words of the reason that is given."""


def test_every_tabular_file_is_either_landed_or_refused() -> None:
    found = {f"{folder}/{path.name}" for folder in TABULAR for path in (FORMATS / folder).iterdir()}
    assert found == {*LANDS, *REFUSED}


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[LandedFile]]:
    """All files of `LANDS` in one workspace, landed once."""
    root = tmp_path_factory.mktemp("formats")
    return root, _landed(root, LANDS)


@pytest.mark.parametrize("name", LANDS)
def test_a_real_file_is_recognised_and_lands_by_its_profile(
    name: str, everything: tuple[Path, list[LandedFile]]
) -> None:
    found = _sources_of(name, everything[1])
    assert set(found) == set(LANDS[name])
    for source, expected in LANDS[name].items():
        file = found[source]
        assert (file.rows_in, file.landed, file.quarantined, file.duplicates) == (expected.rows, expected.rows, 0, 0)
        assert {item.currency: str(item.landed) for item in file.amounts} == expected.amounts
        assert {item.reason: item.rows for item in file.set_aside} == expected.set_aside
        if name.endswith(".csv"):
            assert file.rows_in + sum(item.rows for item in file.set_aside) == _records(FORMATS / name)


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_receivable_and_no_payment_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(SourceProblem, match=REFUSED[name]):
        recognise(FORMATS / name)


def test_the_cents_of_a_settlement_are_those_of_the_file(everything: tuple[Path, list[LandedFile]]) -> None:
    name = "adyen_settlement/settlement_detail_report_batch_380.csv"
    rows = [row for row in _rows(name, delimiter=",") if row["Type"] in ("Settled", "Refunded")]
    expected = sum(_number(row["Gross Credit (GC)"]) - _number(row["Gross Debit (GC)"]) for row in rows)
    assert [item.landed for item in _sources_of(name, everything[1])["card_payments"].amounts] == [expected]


def test_the_pesos_of_a_sales_register_are_those_of_the_file(everything: tuple[Path, list[LandedFile]]) -> None:
    name = "rcv_chile_csv/RCV-venta-rz_leading_trailing_whitespace.csv"
    expected = sum(_number(row["Monto total"]) for row in _rows(name, delimiter=";"))
    assert [item.landed for item in _sources_of(name, everything[1])["sales"].amounts] == [expected]


def test_what_lands_of_all_files_together_is_valid(everything: tuple[Path, list[LandedFile]]) -> None:
    root, files = everything
    workspace = load_workspace(root)
    work_db = root / "work.duckdb"
    with open_for_building(work_db, workspace.settings.warehouse) as connection:
        write_parameters(connection, workspace.settings.company, run_id="20260630-0", as_of=AS_OF, known_on=AS_OF)
        attach_landing(connection, workspace, files)
    validate(workspace, work_db=work_db, as_of=AS_OF)  # raises where a rule is broken


def _sources_of(name: str, files: list[LandedFile]) -> dict[str, LandedFile]:
    """What landed of one file of `LANDS`, by the name of the profile's source."""
    ending = f"_{list(LANDS).index(name)}"
    return {file.source.removesuffix(ending): file for file in files if file.source.endswith(ending)}


def _landed(root: Path, names: Iterable[str]) -> list[LandedFile]:
    """The files' sources as `puntual init` would write them, landed in a workspace in `root`."""
    (root / "exports").mkdir()
    (root / "exports" / "stand_in.csv").write_text("customer,number,date,amount\nC0,F0,2026-01-01,1.00\n")
    sources: list[dict[str, object]] = [STAND_IN]
    for number, name in enumerate(names):
        path = root / "exports" / f"{number}_{Path(name).name}"
        path.symlink_to(FORMATS / name)
        sources += [_source(item, path, number) for item in recognise(path)]
    content = {"company": COMPANY, "sources": sources}
    (root / "puntual.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    files = extract(load_workspace(root), as_of=AS_OF).files
    return [file for file in files if file.source != STAND_IN["name"]]


def _source(item: Recognised, path: Path, number: int) -> dict[str, object]:
    own = item.entry.get("columns")
    answers = next((answer for key, answer in ANSWERS.items() if str(item.entry.get("profile")).startswith(key)), {})
    columns = {**(own if isinstance(own, dict) else {}), **answers}
    return {
        "name": f"{item.name}_{number}",
        "contract": item.contract,
        "path": f"exports/{path.name}",
        **item.entry,
        "columns": columns,
    }


def _records(path: Path) -> int:
    """Rows below the header, counted by Python's own reader; of a DATEV file, below its two header lines."""
    with path.open(encoding="cp1252", newline="") as stream:
        delimiter = ";" if path.read_bytes().count(b";") > path.read_bytes().count(b",") else ","
        rows = [row for row in csv.reader(stream, delimiter=delimiter) if row]
    return len(rows) - (2 if rows[0][0] == "EXTF" else 1)


def _rows(name: str, *, delimiter: str) -> list[dict[str, str]]:
    with (FORMATS / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def _number(text: str) -> Decimal:
    return Decimal(text or 0)
