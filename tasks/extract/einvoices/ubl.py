"""UBL 2.1 Invoice and CreditNote, as Peppol BIS Billing 3 and the national profiles of EN 16931 use them.

Amount: LegalMonetaryTotal/PayableAmount (BT-115), which is the total with taxes less PrepaidAmount plus
PayableRoundingAmount; a withholding (WithholdingTaxTotal) is stated beside it and not deducted. One row per PaymentTerms with
an amount and a due date; otherwise one row with DueDate (invoices) or PaymentMeans/PaymentDueDate (credit notes).
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tasks.extract.einvoices.en16931 import CREDIT_TYPES, Claim, one_due_date, payment_method
from tasks.extract.einvoices.instalments import Instalment, per_instalment
from tasks.extract.einvoices.rows import DocumentRow, PartyRow, Row, buyer_columns
from tasks.extract.einvoices.values import Node, date, flag, joined, plain, total

INVOICE = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
CREDIT_NOTE = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"
ROOTS = frozenset({INVOICE, CREDIT_NOTE})
TABLES = frozenset({"documents", "parties"})
PREFIXES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def rows(root: etree._Element, table: str) -> Iterator[Row]:
    """The document's instalments, or its buyer."""
    document = Node(root, PREFIXES)
    seller = _party(document.at("cac:AccountingSupplierParty/cac:Party"))
    buyer = _party(document.at("cac:AccountingCustomerParty/cac:Party"), document, seller)
    return iter((buyer,)) if table == "parties" else _documents(document, seller, buyer)


def _documents(document: Node, seller: PartyRow, buyer: PartyRow) -> Iterator[Row]:
    totals = document.at("cac:LegalMonetaryTotal")
    claim = _claim(document)
    currency, currency_problem = _currency(document)
    parts, due_on, due_problem = _due(document)
    codes = document.texts("cac:PaymentMeans/cbc:PaymentMeansCode")
    originals = document.texts("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID")
    payees = document.texts("cac:PayeeParty/cac:PartyName/cbc:Name")
    payee_ids = document.texts("cac:PayeeParty/cac:PartyLegalEntity/cbc:CompanyID")
    withheld = total(node.text() for node in document.all("cac:WithholdingTaxTotal/cbc:TaxAmount"))
    row = DocumentRow(
        document_id=claim.document_id,
        document_number=claim.number,
        document_type=claim.document_type,
        type_code=claim.type_code,
        issued_on=date(document.text("cbc:IssueDate")),
        due_on=due_on,
        terms=joined(" ", *document.texts("cac:PaymentTerms/cbc:Note")),
        currency=currency,
        amount=claim.amount,
        document_total=claim.signed(totals.text("cbc:TaxInclusiveAmount")),
        prepaid_amount=claim.signed(totals.text("cbc:PrepaidAmount")),
        withheld_amount=plain(withheld) if withheld else "",
        rounding_amount=claim.signed(totals.text("cbc:PayableRoundingAmount")),
        payment_method=payment_method(codes),
        payment_method_code=joined(" ", *codes),
        payment_reference=document.text("cac:PaymentMeans/cbc:PaymentID"),
        seller_tax_id=seller.tax_id or seller.legal_id,
        seller_name=seller.name,
        purchase_order=document.text("cac:OrderReference/cbc:ID"),
        contract_number=document.text("cac:ContractDocumentReference/cbc:ID"),
        delivery_note=document.text("cac:DespatchDocumentReference/cbc:ID"),
        project=document.text("cac:ProjectReference/cbc:ID"),
        original_document=joined(" ", *originals),
        delivered_on=date(document.text("cac:Delivery/cbc:ActualDeliveryDate")),
        is_assigned=flag(is_set=claim.is_assigned([*payees, *payee_ids], [seller.name, *seller_ids(seller)])),
        payee_name=joined(" ", *payees),
        replaces=claim.replaces(originals),
        problem=currency_problem or due_problem,
        **buyer_columns(buyer),
    )
    yield from per_instalment(row, parts, may_sum_to=(claim.payable,), negative=claim.is_credit)


def seller_ids(party: PartyRow) -> list[str]:
    """Every identifier the party is known by."""
    return [item for item in (party.tax_id, party.legal_id, party.code) if item]


def _claim(document: Node) -> Claim:
    is_credit_note = document.element is not None and document.element.tag == CREDIT_NOTE
    type_code = document.first("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode")
    return Claim(
        number=document.text("cbc:ID"),
        type_code=type_code,
        payable=document.text("cac:LegalMonetaryTotal/cbc:PayableAmount"),
        is_credit=is_credit_note or type_code in CREDIT_TYPES,
    )


def _currency(document: Node) -> tuple[str, str]:
    stated = document.text("cbc:DocumentCurrencyCode")
    of_amount = document.at("cac:LegalMonetaryTotal/cbc:PayableAmount").attribute("currencyID")
    differs = stated and of_amount and stated != of_amount
    problem = f"the document is in {stated} and its payable amount in {of_amount}" if differs else ""
    return of_amount or stated, problem


def _due(document: Node) -> tuple[list[Instalment], str, str]:
    """Instalments, or else the one due date, or else why there is none."""
    dated = [
        (date(terms.first("cbc:PaymentDueDate", "cbc:InstallmentDueDate")), terms.text("cbc:Amount"))
        for terms in document.all("cac:PaymentTerms")
    ]
    parts = [Instalment(due_on, part) for due_on, part in dated if due_on and part]
    own = date(document.text("cbc:DueDate"))
    if parts or own:
        return parts, own, ""
    of_means = [date(text) for text in document.texts("cac:PaymentMeans/cbc:PaymentDueDate")]
    due_on, problem = one_due_date(of_means or [due_on for due_on, _ in dated if due_on])
    return [], due_on, problem


def _party(party: Node, document: Node | None = None, seller: PartyRow | None = None) -> PartyRow:
    tax_id = next(
        (
            scheme.text("cbc:CompanyID")
            for scheme in party.all("cac:PartyTaxScheme")
            if scheme.text("cac:TaxScheme/cbc:ID") == "VAT"
        ),
        party.text("cac:PartyTaxScheme/cbc:CompanyID"),
    )
    legal_id = party.text("cac:PartyLegalEntity/cbc:CompanyID")
    code = party.text("cac:PartyIdentification/cbc:ID")
    address = party.at("cac:PostalAddress")
    return PartyRow(
        party_id=tax_id or legal_id or code or party.text("cbc:EndpointID"),
        tax_id=tax_id,
        legal_id=legal_id,
        code=code,
        name=party.first("cac:PartyLegalEntity/cbc:RegistrationName", "cac:PartyName/cbc:Name"),
        address=joined(", ", address.text("cbc:StreetName"), address.text("cbc:AdditionalStreetName")),
        postal_code=address.text("cbc:PostalZone"),
        city=address.text("cbc:CityName"),
        zone=address.text("cbc:CountrySubentity"),
        country=address.text("cac:Country/cbc:IdentificationCode"),
        email=party.text("cac:Contact/cbc:ElectronicMail"),
        phone=party.text("cac:Contact/cbc:Telephone"),
        contact_name=party.text("cac:Contact/cbc:Name"),
        seller_tax_id=(seller.tax_id or seller.legal_id) if seller else "",
        issued_on=date(document.text("cbc:IssueDate")) if document else "",
    )
