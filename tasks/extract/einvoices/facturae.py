"""Facturae 3.0 to 3.2.2 (Spain), signed (.xsig) or not; a batch holds several invoices of one seller to one buyer.

Amount: InvoiceTotals/TotalExecutableAmount, what the seller may collect now: the invoice's total less payments on account
and subsidies (that much is TotalOutstandingAmount) less amounts withheld as a guarantee, plus financial expenses. Taxes
withheld are deducted in the invoice's total already. One row per Installment; they add up to the executable or the
outstanding amount, or the document is refused. A corrective invoice (class OR) is a credit note when negative; when it states
the corrected invoice as a whole (CorrectionMethod 01) and is positive, it takes the place of the invoice that it names; when
it states a positive difference, it is a debit note. FactoringAssignmentData in the header cedes the whole batch to a factor.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tasks.extract.einvoices.countries import two_letters
from tasks.extract.einvoices.instalments import Instalment, by_sign, is_positive, per_instalment
from tasks.extract.einvoices.payment_means import FACTURAE
from tasks.extract.einvoices.rows import DocumentRow, PartyRow, Row, buyer_columns
from tasks.extract.einvoices.values import Node, amount, date, flag, joined, plain, total

NAMESPACES = (
    "http://www.facturae.es/Facturae/2007/v3.0/Facturae",
    "http://www.facturae.es/Facturae/2007/v3.1/Facturae",
    "http://www.facturae.es/Facturae/2009/v3.2/Facturae",
    "http://www.facturae.es/Facturae/2014/v3.2.1/Facturae",
    "http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_1.xml",
    "http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_2.xml",
)
ROOTS = frozenset(f"{{{namespace}}}Facturae" for namespace in NAMESPACES)
TABLES = frozenset({"documents", "parties"})
CORRECTIVE = frozenset({"OR", "CR"})
CLASSES = frozenset({"OO", "OR", "OC", "CO", "CR", "CC"})
"""Originals and copies of invoices, correctives and summaries (InvoiceClassType)."""
IN_WHOLE = "01"


def rows(root: etree._Element, table: str) -> Iterator[Row]:
    """The instalments of every invoice of the batch, or the buyer."""
    batch = Node(root, {})
    seller = _party(batch.at("Parties/SellerParty"))
    issued_on = date(batch.text("Invoices/Invoice/InvoiceIssueData/IssueDate"))
    buyer = _party(batch.at("Parties/BuyerParty"), seller_tax_id=seller.tax_id, issued_on=issued_on)
    if table == "parties":
        yield buyer
        return
    factoring = batch.at("FileHeader/FactoringAssignmentData")
    for invoice in batch.all("Invoices/Invoice"):
        yield from _documents(invoice, factoring, seller, buyer)


def _documents(invoice: Node, factoring: Node, seller: PartyRow, buyer: PartyRow) -> Iterator[Row]:
    head, data, totals = invoice.at("InvoiceHeader"), invoice.at("InvoiceIssueData"), invoice.at("InvoiceTotals")
    number = _number(head)
    payable = totals.text("TotalExecutableAmount")
    corrective = head.at("Corrective")
    invoice_class = head.text("InvoiceClass")
    is_corrective = invoice_class in CORRECTIVE
    is_whole = is_corrective and corrective.text("CorrectionMethod") == IN_WHOLE and is_positive(payable)
    original = _number(corrective)
    withheld = total(node.text() for node in totals.all("AmountsWithheld/WithholdingAmount"))
    row = DocumentRow(
        document_id=number,
        document_number=number,
        document_type=(
            by_sign(payable, "debit_note" if is_corrective and not is_whole else "invoice")
            if invoice_class in CLASSES
            else f"class_{invoice_class}"
        ),
        type_code=invoice_class,
        issued_on=date(data.text("IssueDate")),
        terms=joined(" ", *invoice.texts("AdditionalData/InvoiceAdditionalInformation")),
        currency=data.text("InvoiceCurrencyCode"),
        amount=amount(payable),
        document_total=amount(totals.text("InvoiceTotal")),
        prepaid_amount=amount(totals.text("TotalPaymentsOnAccount")),
        withheld_amount=plain(withheld) if withheld else "",
        seller_tax_id=seller.tax_id,
        seller_name=seller.name,
        purchase_order=invoice.text("Items/InvoiceLine/ReceiverTransactionReference"),
        contract_number=invoice.first(
            "InvoiceIssueData/ReceiverContractReference", "Items/InvoiceLine/ReceiverContractReference"
        ),
        delivery_note=invoice.text("Items/InvoiceLine/DeliveryNotesReferences/DeliveryNote/DeliveryNoteNumber"),
        project=invoice.first("InvoiceIssueData/FileReference", "Items/InvoiceLine/FileReference"),
        original_document=original,
        delivered_on=date(data.text("OperationDate")),
        is_assigned=flag(is_set=factoring.is_there),
        payee_name=_name(factoring.at("Assignee")),
        replaces=original if is_whole else "",
        **buyer_columns(buyer),
    )
    parts = [
        Instalment(
            date(part.text("InstallmentDueDate")),
            part.text("InstallmentAmount"),
            FACTURAE.get(part.text("PaymentMeans"), ""),
            part.text("PaymentMeans"),
        )
        for part in invoice.all("PaymentDetails/Installment")
    ]
    may_sum_to = (payable, totals.text("TotalOutstandingAmount"))
    yield from per_instalment(row, parts, may_sum_to=may_sum_to, negative=False)


def _number(node: Node) -> str:
    """Series and number, which together are unique for a seller."""
    return joined("/", node.text("InvoiceSeriesCode"), node.text("InvoiceNumber"))


def _name(party: Node) -> str:
    person = party.at("Individual")
    full = joined(" ", person.text("Name"), person.text("FirstSurname"), person.text("SecondSurname"))
    return party.text("LegalEntity/CorporateName") or full


def _party(party: Node, *, seller_tax_id: str = "", issued_on: str = "") -> PartyRow:
    who = party.at("LegalEntity") if party.at("LegalEntity").is_there else party.at("Individual")
    at_home = who.at("AddressInSpain")
    address = at_home if at_home.is_there else who.at("OverseasAddress")
    tax_id = party.text("TaxIdentification/TaxIdentificationNumber")
    return PartyRow(
        party_id=tax_id or party.text("PartyIdentification"),
        tax_id=tax_id,
        code=party.text("PartyIdentification"),
        name=_name(party),
        address=address.text("Address"),
        postal_code=address.first("PostCode", "PostCodeAndTown"),
        city=address.text("Town"),
        zone=address.text("Province"),
        country=two_letters(address.text("CountryCode")),
        email=who.text("ContactDetails/ElectronicMail"),
        phone=who.text("ContactDetails/Telephone"),
        contact_name=who.text("ContactDetails/ContactPersons"),
        seller_tax_id=seller_tax_id,
        issued_on=issued_on,
    )
