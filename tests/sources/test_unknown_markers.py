"""A row whose status, type or side no profile knows is quarantined: it neither lands as a debt nor vanishes among rows set aside.

Each case changes one place of the profile's fixture. Systems without such a marker get a currency that does not exist.
"""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from tasks.extract import extract
from tests.sources.profile_fixtures import expected_of, set_aside_of, workspace_of

AS_OF = datetime.date(2026, 6, 1)


class Case(NamedTuple):
    """In `file`, `known` becomes `unknown` once, which concerns `rows` landed rows of the source."""

    profile: str
    source: str
    file: str
    known: str
    unknown: str
    rows: int = 1


CASES = (
    Case("cfdi_mexico", "invoices", "a-invoice.xml", 'TipoDeComprobante="I"', 'TipoDeComprobante="X"'),
    Case("cii_invoices", "invoices", "a-invoice.xml", "<ram:TypeCode>380<", "<ram:TypeCode>325<"),
    Case("contaplus_xdiario", "invoices", "XDIARIO.csv", "43000345;70500000", "43000345;48500000"),
    Case("contaplus_xdiario", "invoices", "XDIARIO.csv", "43000345;70800000", "43000345;55500000"),
    Case("contaplus_xdiario_txt", "invoices", "XDIARIO.TXT", "43000345    70500000", "43000345    48500000"),
    Case("datev_buchungsstapel", "invoices_from_debtor", "EXTF_Buchungsstapel.csv", '1190,00;"S"', '1190,00;"h"'),
    Case("datev_buchungsstapel", "invoices_from_debtor", "EXTF_Buchungsstapel.csv", "10002;8400", "10002;3400"),
    Case("datev_buchungsstapel", "invoices_from_debtor", "EXTF_Buchungsstapel.csv", "10001;8400", "1000A;8400"),
    Case("datev_buchungsstapel", "invoices_from_revenue", "EXTF_Buchungsstapel.csv", '238,00;"H"', '238,00;"X"'),
    Case("datev_buchungsstapel", "payments_from_debtor", "EXTF_Buchungsstapel.csv", '100,00;"H"', '100,00;""'),
    Case("datev_buchungsstapel", "payments_from_bank", "EXTF_Buchungsstapel.csv", '238,00;"S"', '238,00;"X"'),
    Case("dte_chile", "invoices", "a-single.xml", "<TipoDTE>33<", "<TipoDTE>77<"),
    Case("dynamics365_bc_customer_ledger_entries", "entries", "customer_ledger_entries.xlsx", "<t>Finance Charge Memo<", "<t>Bonus<"),
    Case("dynamics365_bc_customer_ledger_entries", "entries", "customer_ledger_entries.xlsx", "<t>Credit Memo<", "<t>Bonus<"),
    Case("facturae_invoices", "invoices", "a-batch.xsig", "<InvoiceClass>OO<", "<InvoiceClass>ZZ<", 2),
    Case("fatturapa_invoices", "invoices", "b-no-payments.xml", "<TipoDocumento>TD01<", "<TipoDocumento>TD99<"),
    Case("freshbooks_invoices", "invoices", "invoice_details.csv", ",disputed,", ",deleted,"),
    Case("freshbooks_invoices", "invoices", "invoice_details.csv", "0000045,2026-02-13,sent", "0000045,2026-02-13,deleted"),
    Case("freshbooks_invoices", "invoices", "invoice_details.csv", "0000045,2026-02-13,sent", "0000045,2026-02-13,"),
    Case("generic_receivables", "receivables", "receivables.csv", "F26-0002,,", "F26-0002,bonus,"),
    Case("generic_receivables_es", "receivables", "facturas.csv", ";AB;", ";XX;"),
    Case("generic_receivables_pt", "receivables", "faturas.csv", ";NC;", ";XX;"),
    Case("highradius_open_items", "items", "open_items.csv", "NAH4,,1", "NAH4,,maybe"),
    Case("invoicely_invoices", "invoices", "invoices.csv", 'Studio","Due"', 'Studio","Refunded"'),
    Case("ledgersmb_ar_batch", "invoices", "ar-batch.csv", ",cad,", ",zzz,"),
    Case("odoo_account_move", "invoices", "account_move.csv", "EUR,Posted", "EUR,To Check"),
    Case("odoo_account_move", "invoices", "account_move.csv", "-181.50,0.00,Paid,USD,Posted", "-181.50,0.00,Paid,USD,"),
    Case("quickbooks_desktop_iif", "invoices", "transactions.iif", "TRNS\t4\tCREDIT MEMO", "TRNS\t4\tBONUS"),
    Case("quickbooks_desktop_iif", "invoices", "transactions.iif", "TRNS\t4\tCREDIT MEMO", "TRNS\t4\tGENERAL JOURNAL"),
    Case("quickbooks_online_ar_aging_detail", "open_items", "ar_aging_detail.csv", "Invoice,1102", "Barter,1102"),
    Case("quickbooks_online_ar_aging_detail", "open_items", "ar_aging_detail.csv", "Credit Memo,CM-9", "Bonus,CM-9"),
    Case("rcv_chile_ventas", "sales", "RCV_VENTA_202606.csv", "5;33;Del Giro", "5;77;Del Giro"),
    Case("saft_norway", "invoices", "saft-2026.xml", ":CurrencyCode>EUR<", ":CurrencyCode>ZZZ<"),
    Case("saft_portugal", "invoices", "saft-2026-01.xml", "<InvoiceType>FT<", "<InvoiceType>ZZ<"),
    Case("saft_portugal", "invoices", "saft-2026-01.xml", "<InvoiceStatus>N<", "<InvoiceStatus>R<"),
    Case("saft_portugal", "payments", "saft-2026-01.xml", "<PaymentStatus>N<", "<PaymentStatus>X<", 2),
    Case("sap_fbl5n", "items", "fbl5n.xlsx", "<t>USD<", "<t>ZZZ<"),
    Case("sap_fi_line_items", "items", "items.csv", "Payment difference", "Bonus"),
    Case("sap_fi_line_items", "items", "items.csv", "Credit memo", "Credit Memo"),
    Case("ubl_invoices", "invoices", "a-two-instalments.xml", "<cbc:InvoiceTypeCode>380<", "<cbc:InvoiceTypeCode>325<", 2),
    Case("wave_accounting", "invoices", "accounting.csv", "Asset,System Receivable", "Asset,Other Receivable"),
    Case("wave_accounting", "invoices", "accounting.csv", "Asset,System Receivable Invoice", "Asset,"),
    Case("xero_sales_invoices", "invoices", "SalesInvoices.csv", "Sent,Paid", "Sent,Written off"),
    Case("xero_sales_invoices", "invoices", "SalesInvoices.csv", "Sales credit note", "Sales bonus"),
    Case("xero_sales_invoices", "money_on_account", "SalesInvoices.csv", "overpayment,Sent,Awaiting Payment", "overpayment,Sent,Unknown"),
    Case("zoho_books_invoices", "invoices", "Invoice.csv", ",Closed,", ",Written Off,"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.profile}-{case.unknown.strip(',;<>')}")
def test_a_row_with_an_unknown_marker_is_quarantined(case: Case, tmp_path: Path) -> None:
    expected = expected_of(case.profile).sources[case.source]
    workspace = workspace_of(case.profile, case.source, expected, tmp_path)
    change(tmp_path / "exports" / case.file, case.known, case.unknown)
    files = [file for file in extract(workspace, as_of=AS_OF).files if file.source == case.source]
    assert sum(file.quarantined for file in files) == expected.quarantined + case.rows
    assert sum(file.landed for file in files) == len(expected.rows) - case.rows
    assert set_aside_of(files) == expected.set_aside


def change(path: Path, known: str, unknown: str) -> None:
    """Replaces the first `known` in a text, or in the parts of a workbook."""
    if path.suffix != ".xlsx":
        path.write_bytes(_changed(path.read_bytes(), known, unknown))
        return
    with zipfile.ZipFile(path) as book:
        parts = [(part, book.read(part)) for part in book.infolist()]
    assert any(known.encode() in content for _, content in parts)
    with zipfile.ZipFile(path, "w") as book:
        for part, content in parts:
            book.writestr(part, content.replace(known.encode(), unknown.encode(), 1))


def _changed(content: bytes, known: str, unknown: str) -> bytes:
    assert known.encode() in content
    return content.replace(known.encode(), unknown.encode(), 1)
