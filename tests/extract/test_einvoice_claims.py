"""Which e-invoices are claims of this company: by their seller, and by what replaces them."""

from __future__ import annotations

import re

import pytest

from tasks.extract import Extraction, extract
from tasks.extract.einvoices.own_company import OTHER_SELLER, own_documents_only
from tasks.extract.einvoices.values import listed
from tasks.settings.load import load_workspace
from tasks.settings.sources import Source
from tasks.settings.workspace import Company, Person
from tests.extract.bench import AS_OF, Bench
from tests.extract.test_einvoices import invoice, ubl

PERSON = Person(name="Ana", email="ana@example.com")
REPLACES = "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{}</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>"


def is_ours(country: str, tax_id: str, seller: str) -> bool:
    company = Company(id="acme", name="Acme", country=country, tax_id=tax_id, sender=PERSON, collector=PERSON)
    columns = {"customer_id": "buyer_id"}
    entry = {"name": "invoices", "contract": "receivables", "path": "x", "columns": columns}
    source = Source.model_validate(entry | {"format": {"type": "einvoice", "standard": "ubl", "table": "documents"}})
    ((test,),) = (rule.when for rule in own_documents_only(source, company).rows.set_aside)
    return not seller or re.search(test.not_matches, seller) is not None


@pytest.mark.parametrize(
    ("country", "tax_id", "seller"),
    [
        ("NO", "999888777", "NO999888777MVA"),
        ("NO", "NO 999 888 777 MVA", "999888777"),
        ("DE", "DE123456789", "DE 123 456 789"),
        ("CH", "CHE-123.456.789 MWST", "CHE123456789"),
        ("CH", "CHE-123.456.789", "che-123.456.789 TVA"),
        ("ES", "B-12345674", "ESB12345674"),
        ("CL", "76123456-0", "761234560"),
        ("GR", "123456789", "EL123456789"),
        ("SE", "556677-8801", "SE556677880101"),
        ("SE", "SE556677880101", "5566778801"),
        ("MX", "MXA010101AB1", "MXA010101AB1"),
        ("ES", "B12345674", ""),
    ],
)
def test_one_tax_id_is_known_in_all_its_spellings(country: str, tax_id: str, seller: str) -> None:
    assert is_ours(country, tax_id, seller)


@pytest.mark.parametrize(
    ("country", "tax_id", "seller"),
    [("ES", "B12345674", "ESB12345675"), ("DE", "DE123456789", "AT123456789"), ("NO", "999888777", "1999888777")],
)
def test_another_tax_id_is_another_seller(country: str, tax_id: str, seller: str) -> None:
    assert not is_ours(country, tax_id, seller)


def test_a_folder_of_nearly_only_other_sellers_is_told(bench: Bench) -> None:
    for number in ("F-1", "F-2"):
        bench.write(f"exports/{number}.xml", invoice(number).replace("ESB12345674", "ESG12345678"))
    bench.write("exports/F-3.xml", invoice("F-3"))
    extraction = of_company(bench, "B12345674")
    assert [(part.reason, part.rows) for part in extraction.files[0].set_aside] == [(OTHER_SELLER, 2)]
    assert any("2 of 3 rows are of another seller" in warning.what for warning in extraction.warnings)


def of_company(bench: Bench, tax_id: str) -> Extraction:
    bench.settings(ubl())
    path = bench.root / "puntual.yaml"
    path.write_text(path.read_text().replace("id: acme", f"id: acme\n  tax_id: {tax_id}"))
    return extract(load_workspace(bench.root), as_of=AS_OF)


def test_a_number_with_blanks_is_replaced_as_a_whole(bench: Bench) -> None:
    bench.write("exports/a.xml", invoice("F 26 104"))
    bench.write("exports/b.xml", invoice("26"))
    corrected = invoice("F 26 105").replace(">380<", ">384<")
    party = "  <cac:AccountingSupplierParty>"
    bench.write("exports/c.xml", corrected.replace(party, REPLACES.format("F 26 104") + party))
    extraction = bench.extract(ubl())
    numbers = bench.query(extraction, "SELECT document_number FROM landing.receivables ORDER BY document_number")
    assert numbers == [("26",), ("F 26 105",)]


def test_identifiers_in_a_list_keep_their_blanks() -> None:
    assert listed(["F 1", "", "F 2"]).split("\x1f") == ["F 1", "F 2"]
