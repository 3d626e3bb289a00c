"""Norwegian SAF-T Financial 1.x: lines of the general ledger that name a customer.

The file has no documents. A debit on a customer's account is a claim (a document row), a credit lowers what the customer owes
(a payment row, whether it was money or a credit note: the file does not say which). Amount: DebitAmount/Amount or
CreditAmount/Amount in the books' currency, or CurrencyAmount in CurrencyCode where the line states them.
"""

from __future__ import annotations

from collections.abc import Iterator

from tasks.extract.einvoices.instalments import by_sign
from tasks.extract.einvoices.rows import DocumentRow, PartyRow, PaymentRow, Row, buyer_columns
from tasks.extract.einvoices.values import Node, amount, date, joined


def ledger_rows(
    transaction: Node,
    line: Node,
    customer: PartyRow,
    table: str,
    *,
    journal: str,
    seller_tax_id: str,
    currency: str,
) -> Iterator[Row]:
    """The line as a document (debit) or a payment (credit)."""
    debit, credit = line.at("DebitAmount"), line.at("CreditAmount")
    key = joined("-", journal, transaction.text("TransactionID"), line.text("RecordID"))
    booked_on = date(transaction.text("TransactionDate"))
    if table == "documents" and debit.is_there:
        value = _value(debit)
        yield DocumentRow(
            document_id=key,
            document_number=line.first("ReferenceNumber", "SourceDocumentID") or key,
            document_type=by_sign(value, "invoice"),
            type_code=transaction.text("TransactionType"),
            issued_on=booked_on,
            due_on=date(line.text("DueDate")),
            terms=line.text("Description"),
            terms_days=customer.terms_days,
            currency=debit.text("CurrencyCode") or currency,
            amount=value,
            document_total=value,
            payment_reference=line.text("CID"),
            seller_tax_id=seller_tax_id,
            original_document=line.text("CrossReference"),
            **buyer_columns(customer),
        )
    if table == "payments" and credit.is_there:
        yield PaymentRow(
            payment_id=key,
            payment_document_id=key,
            kind="payment",
            paid_on=booked_on,
            currency=credit.text("CurrencyCode") or currency,
            amount=_value(credit),
            document_number=line.first("CrossReference", "ReferenceNumber"),
            bank_reference=line.first("CID", "Description"),
            seller_tax_id=seller_tax_id,
            buyer_id=customer.party_id,
            buyer_tax_id=customer.tax_id,
            buyer_name=customer.name,
        )


def _value(side: Node) -> str:
    return amount(side.text("CurrencyAmount") if side.text("CurrencyCode") else side.text("Amount"))
