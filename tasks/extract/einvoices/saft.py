"""SAF-T audit files, streamed: customers, sales documents and receipts of Portugal (1.03, 1.04) and Norway (Financial 1.x).

Portugal states documents (`saft_pt`), Norway ledger lines (`saft_no`). Both name their customers in MasterFiles, which come
before the rest of the file and are kept while it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from lxml import etree

from tasks.extract.einvoices.rows import PartyRow, Row
from tasks.extract.einvoices.saft_no import ledger_rows
from tasks.extract.einvoices.saft_pt import invoice_rows, receipt_rows
from tasks.extract.einvoices.values import Node, joined
from tasks.extract.safe_xml import stream_xml

PORTUGAL = ("urn:OECD:StandardAuditFile-Tax:PT_1.03_01", "urn:OECD:StandardAuditFile-Tax:PT_1.04_01")
NORWAY = ("urn:StandardAuditFile-Taxation-Financial:NO",)
ROOTS = frozenset(f"{{{namespace}}}AuditFile" for namespace in (*PORTUGAL, *NORWAY))
TABLES = frozenset({"documents", "payments", "parties"})
RECORDS = (
    "Header", "Customer", "JournalID", "Transaction", "Invoice", "Payment", "Account", "Supplier", "Product",
    "TaxTableEntry", "AnalysisTypeTableEntry", "Owner", "StockMovement", "WorkDocument",
)  # fmt: skip
"""All that files hold many of; only the first six are read."""


@dataclass
class Books:
    """What of the file's head its documents need."""

    seller_tax_id: str = ""
    currency: str = ""
    journal: str = ""
    customers: dict[str, PartyRow] = field(default_factory=dict)

    def customer(self, code: str) -> PartyRow:
        """The customer by code; one that the master files do not have is known by the code alone."""
        return self.customers.get(code, PartyRow(party_id=code, code=code))


def stream(source: BinaryIO, file: str, table: str) -> Iterator[Row]:
    """The rows of one table in file order.

    Raises:
        SourceProblem: as `stream_xml`.
    """
    records = frozenset(f"{{{space}}}{tag}" for space in (*PORTUGAL, *NORWAY) for tag in RECORDS)
    books = Books()
    for element in stream_xml(source, file, records, ROOTS):
        parent = element.getparent()
        # By text: a prefix that stands for nothing makes a name that QName does not take.
        within = "" if parent is None else str(parent.tag).rpartition("}")[2]
        name = etree.QName(element)
        yield from _rows(Node(element, {"": name.namespace or ""}), name.localname, within, table, books)


def _rows(node: Node, tag: str, within: str, table: str, books: Books) -> Iterator[Row]:
    if tag == "Header":
        company = node.at("Company") if node.at("Company").is_there else node
        registration = company.first("TaxRegistration/TaxRegistrationNumber", "TaxRegistrationNumber")
        books.seller_tax_id = registration or company.text("RegistrationNumber")
        books.currency = node.first("CurrencyCode", "DefaultCurrencyCode")
    elif tag == "Customer":
        party = replace(_customer(node), seller_tax_id=books.seller_tax_id)
        if table == "parties":
            yield party
        else:
            books.customers[party.party_id] = party
    elif tag == "JournalID":
        books.journal = node.text()
    elif table == "parties":
        return
    elif tag == "Transaction":
        yield from _ledger(node, table, books)
    elif tag == "Invoice" and within == "SalesInvoices" and table == "documents":
        code = node.text("CustomerID")
        yield from invoice_rows(node, books.customer(code), books.seller_tax_id, books.currency)
    elif tag == "Payment" and within == "Payments" and table == "payments":
        yield from receipt_rows(node, books.customer(node.text("CustomerID")), books.seller_tax_id, books.currency)


def _ledger(node: Node, table: str, books: Books) -> Iterator[Row]:
    """Lines of the general ledger; those of Portugal repeat what its documents say and name no customer."""
    for line in node.all("Line"):
        code = line.text("CustomerID")
        if code:
            yield from ledger_rows(
                node, line, books.customer(code), table, journal=books.journal, seller_tax_id=books.seller_tax_id,
                currency=books.currency,
            )  # fmt: skip


def _customer(node: Node) -> PartyRow:
    """A customer of either country."""
    address = next((found for path in ("BillingAddress", "Address") if (found := node.at(path)).is_there), node.at("?"))
    person = node.at("Contact/ContactPerson")
    code = node.text("CustomerID")
    return PartyRow(
        party_id=code,
        code=code,
        tax_id=node.first("CustomerTaxID", "TaxRegistration/TaxRegistrationNumber"),
        legal_id=node.text("RegistrationNumber"),
        name=node.first("CompanyName", "Name"),
        address=address.text("AddressDetail") or joined(" ", address.text("StreetName"), address.text("Number")),
        postal_code=address.text("PostalCode"),
        city=address.text("City"),
        zone=address.text("Region"),
        country=address.text("Country"),
        email=node.first("Email", "Contact/Email"),
        phone=node.first("Telephone", "Contact/Telephone"),
        contact_name=node.text("Contact") or joined(" ", person.text("FirstName"), person.text("LastName")),
        iban=node.text("BankAccount/IBANNumber"),
        terms_days=node.text("PartyInfo/PaymentTerms/Days"),
        currency=node.text("PartyInfo/CurrencyCode"),
    )
