"""UN/CEFACT Cross Industry Invoice D16B (Factur-X, ZUGFeRD, XRechnung, EN 16931).

Amount: SpecifiedTradeSettlementHeaderMonetarySummation/DuePayableAmount (BT-115), the grand total less TotalPrepaidAmount
plus RoundingAmount. Dates are written yyyymmdd (format 102); other formats are passed on as they are. One row per
SpecifiedTradePaymentTerms with a due date and a PartialPaymentAmount, otherwise one row.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tasks.extract.einvoices.en16931 import CREDIT_TYPES, Claim, one_due_date, payment_method
from tasks.extract.einvoices.instalments import Instalment, per_instalment
from tasks.extract.einvoices.rows import DocumentRow, PartyRow, Row, buyer_columns
from tasks.extract.einvoices.values import Node, compact_date, flag, joined

NAMESPACE = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
ROOTS = frozenset({f"{{{NAMESPACE}}}CrossIndustryInvoice"})
TABLES = frozenset({"documents", "parties"})
PREFIXES = {
    "rsm": NAMESPACE,
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
DAY = "102"


def rows(root: etree._Element, table: str) -> Iterator[Row]:
    """The document's instalments, or its buyer."""
    document = Node(root, PREFIXES)
    agreement = document.at("rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement")
    seller = _party(agreement.at("ram:SellerTradeParty"))
    issued_on = _date(document.at("rsm:ExchangedDocument/ram:IssueDateTime"))
    buyer = _party(agreement.at("ram:BuyerTradeParty"), seller_tax_id=_id_of(seller), issued_on=issued_on)
    return iter((buyer,)) if table == "parties" else _documents(document, agreement, seller, buyer)


def _documents(document: Node, agreement: Node, seller: PartyRow, buyer: PartyRow) -> Iterator[Row]:
    head = document.at("rsm:ExchangedDocument")
    trade = document.at("rsm:SupplyChainTradeTransaction")
    delivery = trade.at("ram:ApplicableHeaderTradeDelivery")
    settlement = trade.at("ram:ApplicableHeaderTradeSettlement")
    totals = settlement.at("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    type_code = head.text("ram:TypeCode")
    claim = Claim(
        number=head.text("ram:ID"),
        type_code=type_code,
        payable=totals.text("ram:DuePayableAmount"),
        is_credit=type_code in CREDIT_TYPES,
    )
    terms = [
        Instalment(_date(node.at("ram:DueDateDateTime")), node.text("ram:PartialPaymentAmount"))
        for node in settlement.all("ram:SpecifiedTradePaymentTerms")
    ]
    parts = [part for part in terms if part.due_on and part.amount]
    due_on, due_problem = ("", "") if parts else one_due_date([part.due_on for part in terms if part.due_on])
    codes = settlement.texts("ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode")
    originals = settlement.texts("ram:InvoiceReferencedDocument/ram:IssuerAssignedID")
    payees = settlement.texts("ram:PayeeTradeParty/ram:Name")
    payee_ids = settlement.texts("ram:PayeeTradeParty/ram:SpecifiedLegalOrganization/ram:ID")
    sellers = [seller.name, seller.tax_id, seller.legal_id, seller.code]
    row = DocumentRow(
        document_id=claim.document_id,
        document_number=claim.number,
        document_type=claim.document_type,
        type_code=type_code,
        issued_on=buyer.issued_on,
        due_on=due_on,
        terms=joined(" ", *settlement.texts("ram:SpecifiedTradePaymentTerms/ram:Description")),
        currency=settlement.text("ram:InvoiceCurrencyCode"),
        amount=claim.amount,
        document_total=claim.signed(totals.text("ram:GrandTotalAmount")),
        prepaid_amount=claim.signed(totals.text("ram:TotalPrepaidAmount")),
        rounding_amount=claim.signed(totals.text("ram:RoundingAmount")),
        payment_method=payment_method(codes),
        payment_method_code=joined(" ", *codes),
        payment_reference=settlement.text("ram:PaymentReference"),
        seller_tax_id=_id_of(seller),
        seller_name=seller.name,
        purchase_order=agreement.text("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
        contract_number=agreement.text("ram:ContractReferencedDocument/ram:IssuerAssignedID"),
        delivery_note=delivery.first(
            "ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID",
            "ram:DeliveryNoteReferencedDocument/ram:IssuerAssignedID",
        ),
        project=agreement.text("ram:SpecifiedProcuringProject/ram:ID"),
        original_document=joined(" ", *originals),
        delivered_on=_date(delivery.at("ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime")),
        is_assigned=flag(is_set=claim.is_assigned([*payees, *payee_ids], [item for item in sellers if item])),
        payee_name=joined(" ", *payees),
        replaces=claim.replaces(originals),
        problem=due_problem,
        **buyer_columns(buyer),
    )
    yield from per_instalment(row, parts, may_sum_to=(claim.payable,), negative=claim.is_credit)


def _date(node: Node) -> str:
    """The day in a date element; only format 102 is yyyymmdd, so that other formats are left to be refused."""
    written = node.at("udt:DateTimeString")
    text = written.text()
    return compact_date(text) if written.attribute("format") in ("", DAY) else text


def _id_of(party: PartyRow) -> str:
    return party.tax_id or party.legal_id


def _party(party: Node, *, seller_tax_id: str = "", issued_on: str = "") -> PartyRow:
    registrations = {
        node.at("ram:ID").attribute("schemeID"): node.text("ram:ID")
        for node in party.all("ram:SpecifiedTaxRegistration")
    }
    tax_id = registrations.get("VA") or registrations.get("FC", "")
    legal_id = party.text("ram:SpecifiedLegalOrganization/ram:ID")
    code = party.first("ram:ID", "ram:GlobalID")
    address = party.at("ram:PostalTradeAddress")
    contact = party.at("ram:DefinedTradeContact")
    return PartyRow(
        party_id=tax_id or legal_id or code or party.text("ram:URIUniversalCommunication/ram:URIID"),
        tax_id=tax_id,
        legal_id=legal_id,
        code=code,
        name=party.text("ram:Name"),
        address=joined(", ", address.text("ram:LineOne"), address.text("ram:LineTwo")),
        postal_code=address.text("ram:PostcodeCode"),
        city=address.text("ram:CityName"),
        zone=address.text("ram:CountrySubDivisionName"),
        country=address.text("ram:CountryID"),
        email=contact.text("ram:EmailURIUniversalCommunication/ram:URIID"),
        phone=contact.text("ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
        contact_name=contact.text("ram:PersonName"),
        seller_tax_id=seller_tax_id,
        issued_on=issued_on,
    )
