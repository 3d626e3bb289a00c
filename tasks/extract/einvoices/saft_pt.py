"""Portuguese SAF-T (PT) 1.03 and 1.04: SalesInvoices and Payments of SourceDocuments (Portaria 302/2016).

Document: DocumentTotals/GrossTotal less WithholdingTax/WithholdingTaxAmount (the buyer keeps it), in euro; a document in
another currency states it as Currency/CurrencyAmount, which is used then. Credit notes (NC) state positive amounts. There is
no due date. Receipt: a row per line, CreditAmount less DebitAmount; lines of receipts with cash VAT are without tax, so that
a receipt whose lines do not add up to its GrossTotal is one row without a document: what was received, not yet laid on anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from tasks.extract.einvoices.instalments import by_sign
from tasks.extract.einvoices.payment_means import SAFT_PT
from tasks.extract.einvoices.rows import DocumentRow, PartyRow, PaymentRow, buyer_columns
from tasks.extract.einvoices.values import Node, amount, date, joined, number, plain, total

CREDIT_NOTE = "NC"
DEBIT_NOTE = "ND"
INVOICE_TYPES = frozenset({"FT", "FS", "FR", "VD", "TV", "TD", "AA", "DA", "RP", "RE", "CS", "LD", "RA"})
"""The other types of InvoiceType; the profile says which of them nobody has to pay."""
STATUSES = frozenset({"N", "S", "A"})
"""Normal, self-billed, cancelled. Of others (summaries of documents made elsewhere …) it is not known whether they are owed."""


def invoice_rows(invoice: Node, customer: PartyRow, seller_tax_id: str, currency: str) -> Iterator[DocumentRow]:
    """The document as one row."""
    type_code = invoice.text("InvoiceType")
    is_credit = type_code == CREDIT_NOTE
    payable, of_currency, problem = _payable(invoice, currency)
    signed = amount(payable, negative=is_credit)
    references = invoice.texts("Line/References/Reference")
    yield DocumentRow(
        document_id=invoice.text("InvoiceNo"),
        document_number=invoice.text("InvoiceNo"),
        document_type=_document_type(type_code, signed),
        type_code=type_code,
        status=invoice.text("DocumentStatus/InvoiceStatus"),
        issued_on=date(invoice.text("InvoiceDate")),
        terms=invoice.text("DocumentTotals/Settlement/PaymentTerms"),
        currency=of_currency,
        amount=signed,
        document_total=amount(invoice.text("DocumentTotals/GrossTotal"), negative=is_credit),
        withheld_amount=_withheld(invoice),
        payment_method=SAFT_PT.get(invoice.text("DocumentTotals/Payment/PaymentMechanism"), ""),
        payment_method_code=invoice.text("DocumentTotals/Payment/PaymentMechanism"),
        seller_tax_id=seller_tax_id,
        purchase_order=joined(" ", *invoice.texts("Line/OrderReferences/OriginatingON")),
        original_document=joined(" ", *references),
        problem=problem or _unknown_status(invoice.text("DocumentStatus/InvoiceStatus")),
        **buyer_columns(customer),
    )


def receipt_rows(receipt: Node, customer: PartyRow, seller_tax_id: str, currency: str) -> Iterator[PaymentRow]:
    """The receipt's lines, or the receipt as a whole."""
    methods, days = receipt.texts("PaymentMethod/PaymentMechanism"), receipt.texts("PaymentMethod/PaymentDate")
    reference = receipt.text("PaymentRefNo")
    whole = PaymentRow(
        payment_id=reference,
        payment_document_id=reference,
        payment_document_number=reference,
        status=receipt.text("DocumentStatus/PaymentStatus"),
        kind="payment",
        paid_on=date(days[0] if len(days) == 1 else receipt.text("TransactionDate")),
        currency=currency,
        amount=amount(receipt.text("DocumentTotals/GrossTotal")),
        received_currency=currency,
        received_amount=amount(receipt.text("DocumentTotals/GrossTotal")),
        payment_method=SAFT_PT.get(methods[0], "") if len(methods) == 1 else "",
        payment_method_code=joined(" ", *methods),
        bank_reference=receipt.text("Description"),
        seller_tax_id=seller_tax_id,
        buyer_id=customer.party_id,
        buyer_tax_id=customer.tax_id,
        buyer_name=customer.name,
        problem=_unknown_status(receipt.text("DocumentStatus/PaymentStatus")),
    )
    lines = [_line(line, whole) for line in receipt.all("Line")]
    known = [line for line in lines if line is not None]
    together = total(line.amount for line in known)
    if len(known) == len(lines) and known and together == number(whole.amount):
        yield from known
    else:
        yield whole


def _line(line: Node, whole: PaymentRow) -> PaymentRow | None:
    """A line that settles one document; None for a line over several, whose amount cannot be divided."""
    documents = line.texts("SourceDocumentID/OriginatingON")
    if len(documents) != 1:
        return None
    debit = line.text("DebitAmount")
    return replace(
        whole,
        payment_id=joined("-", whole.payment_id, line.text("LineNumber")),
        allocation_number=line.text("LineNumber"),
        amount=amount(debit, negative=True) if debit else amount(line.text("CreditAmount")),
        document_id=documents[0],
        document_number=documents[0],
    )


def _document_type(type_code: str, signed: str) -> str:
    if type_code not in INVOICE_TYPES | {CREDIT_NOTE, DEBIT_NOTE}:
        return f"type_{type_code}"
    return by_sign(signed, "invoice" if type_code in INVOICE_TYPES else "debit_note")


def _unknown_status(status: str) -> str:
    return "" if status in STATUSES else f"its status is '{status}', which is none of {', '.join(sorted(STATUSES))}"


def _payable(invoice: Node, currency: str) -> tuple[str, str, str]:
    """Amount (unsigned), its currency, and a problem."""
    totals = invoice.at("DocumentTotals")
    foreign = totals.text("Currency/CurrencyCode")
    withheld = total(node.text() for node in invoice.all("WithholdingTax/WithholdingTaxAmount"))
    if foreign:
        problem = f"tax is withheld in {currency} from a document in {foreign}" if withheld else ""
        return totals.text("Currency/CurrencyAmount"), foreign, problem
    gross = number(totals.text("GrossTotal"))
    if gross is None or withheld is None:
        return totals.text("GrossTotal"), currency, "" if gross is None else "the tax withheld cannot be read"
    return plain(gross - withheld), currency, ""


def _withheld(invoice: Node) -> str:
    value = total(node.text() for node in invoice.all("WithholdingTax/WithholdingTaxAmount")) or Decimal(0)
    return plain(value) if value else ""
