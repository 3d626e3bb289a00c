"""The real e-invoices beside the project land through the shipped profiles; rows and cents tie to counts by plain XPath."""

from __future__ import annotations

import datetime
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from lxml import etree

from tasks.extract import Extraction, extract
from tasks.extract.model import LandedFile
from tasks.settings.load import load_workspace
from tasks.settings.shipped_profiles import load_profile

DATA = Path(__file__).parents[3] / "shared" / "data" / "formats"
COMPANY = {
    "id": "acme",
    "name": "Acme",
    "country": "ES",
    "sender": {"name": "Acme", "email": "ar@example.com"},
    "collector": {"name": "Ana", "email": "ana@example.com"},
}
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real files (../shared/data) are not on this machine")


def extracted(profile: str, folder: str, root: Path) -> Extraction:
    (root / "exports").mkdir()
    for file in sorted((DATA / folder).iterdir()):
        shutil.copy(file, root / "exports")
    sources = [
        {"name": item.name, "profile": profile, "contract": item.contract, "path": "exports/*", "max_reject_share": 1}
        for item in load_profile(profile).sources
    ]
    (root / "puntual.yaml").write_text(yaml.safe_dump({"company": COMPANY, "sources": sources}), encoding="utf-8")
    return extract(load_workspace(root), as_of=datetime.date(2026, 1, 1))


def found(folder: str, path: str) -> list[str]:
    """The texts that an XPath without namespaces finds in all files of the folder."""
    texts: list[str] = []
    for file in sorted((DATA / folder).iterdir()):
        result = etree.parse(file).xpath(path)
        assert isinstance(result, list)
        texts += [str(item).strip() for item in result]
    return texts


def local(*names: str) -> str:
    return "".join(
        f"//*[local-name()='{names[0]}']" if i == 0 else f"/*[local-name()='{n}']" for i, n in enumerate(names)
    )


def counts(file: LandedFile) -> tuple[int, int, int, int]:
    assert file.rows_in == file.landed + file.quarantined + file.duplicates
    assert file.file_rows == file.rows_in + file.rows_set_aside
    for item in file.amounts:
        assert item.amount_in == item.landed + item.quarantined + item.duplicates
    return file.rows_in, file.landed, file.quarantined, file.rows_set_aside


def by_source(extraction: Extraction) -> dict[str, LandedFile]:
    return {file.source: file for file in extraction.files}


def test_peppol_invoice_and_credit_note(tmp_path: Path) -> None:
    files = by_source(extracted("ubl_invoices", "ubl_peppol", tmp_path))
    payable = local("LegalMonetaryTotal", "PayableAmount")
    invoices = found("ubl_peppol", f"/*[local-name()='Invoice']{payable}/text()")
    credits_ = found("ubl_peppol", f"/*[local-name()='CreditNote']{payable}/text()")
    assert counts(files["invoices"]) == (2, 2, 0, 0)
    (amounts,) = files["invoices"].amounts
    assert amounts.landed == sum(map(Decimal, invoices)) - sum(map(Decimal, credits_))
    assert counts(files["customers"]) == (1, 1, 0, 1)


def test_a_signed_facturae(tmp_path: Path) -> None:
    files = by_source(extracted("facturae_invoices", "facturae_es", tmp_path))
    totals = found("facturae_es", local("InvoiceTotals", "TotalExecutableAmount") + "/text()")
    assert counts(files["invoices"]) == (len(totals), 1, 0, 0)
    assert files["invoices"].amounts[0].landed == sum(map(Decimal, totals)) == Decimal("121.00")


def test_a_chilean_invoice_in_latin_1(tmp_path: Path) -> None:
    files = by_source(extracted("dte_chile", "dte_chile", tmp_path))
    totals = found("dte_chile", local("Totales", "MntTotal") + "/text()")
    assert counts(files["invoices"]) == (len(totals), 1, 0, 0)
    (amounts,) = files["invoices"].amounts
    assert (amounts.currency, amounts.landed) == ("CLP", sum(map(Decimal, totals)))


def test_fatturapa_with_and_without_payments(tmp_path: Path) -> None:
    files = by_source(extracted("fatturapa_invoices", "fatturapa_it", tmp_path))
    paid = found("fatturapa_it", local("DettaglioPagamento", "ImportoPagamento") + "/text()")
    without = local("FatturaElettronicaBody") + "[not(*[local-name()='DatiPagamento'])]"
    kind = "[.//*[local-name()='TipoDocumento'][normalize-space()='TD04']]"
    amounts = "//*[local-name()='ImponibileImporto' or local-name()='Imposta']/text()"
    summed = sum(map(Decimal, found("fatturapa_it", without + amounts)))
    credited = sum(map(Decimal, found("fatturapa_it", without + kind + amounts)))
    bodies = found("fatturapa_it", without + "//*[local-name()='Numero']/text()")
    assert counts(files["invoices"]) == (len(paid) + len(bodies), 5, 0, 0)
    assert files["invoices"].amounts[0].landed == sum(map(Decimal, paid)) + summed - 2 * credited


def test_cfdi_without_a_stamp_is_no_receivable_and_its_payments_are_money(tmp_path: Path) -> None:
    files = by_source(extracted("cfdi_mexico", "cfdi_mx", tmp_path))
    kinds = found("cfdi_mx", "/*/@TipoDeComprobante")
    paid = found("cfdi_mx", local("DoctoRelacionado") + "/@ImpPagado")
    assert counts(files["invoices"]) == (kinds.count("I"), 0, 1, kinds.count("P"))
    assert counts(files["payments"]) == (len(paid), 3, 0, 0)
    (amounts,) = files["payments"].amounts
    assert (amounts.currency, amounts.landed) == ("MXN", sum(map(Decimal, paid)))


def test_the_norwegian_example_has_one_customer_and_no_line_of_one(tmp_path: Path) -> None:
    files = by_source(extracted("saft_norway", "saft_no", tmp_path))
    assert not found("saft_no", local("Line", "CustomerID") + "/text()")
    assert counts(files["invoices"]) == counts(files["payments"]) == (0, 0, 0, 0)
    customers = found("saft_no", local("Customers", "Customer", "CustomerID") + "/text()")
    assert counts(files["customers"]) == (len(customers), 1, 0, 0)
