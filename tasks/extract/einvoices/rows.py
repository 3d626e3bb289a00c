"""What every e-invoice reader delivers: the same columns for every standard, as text, blank where the XML says nothing.

Dates are yyyy-mm-dd, amounts have a '.' before the decimals, flags are 'true' or blank. A value that is not written as its
standard demands is passed on as it is, so that the row is quarantined with it. The fields are the headers that profiles map.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, kw_only=True)
class DocumentRow:
    """One instalment of one document (a document without instalments is one row).

    `document_id` is unique among the seller's documents as the standard has it, `document_number` what is printed.
    `document_type` is invoice, debit_note, credit_note, or another word for what is no receivable (payment_receipt …).
    `amount` is what is to be paid: negative for credit notes; each reader says which element it is. `document_total` is the
    total with taxes before prepayments and withholding, with the same sign. `replaces` holds the document ids (`values.listed`)
    that this document takes the place of; `is_replaced` is filled by `einvoice_file`. `problem`: why the row cannot
    be used, although each of its values can be read; such rows go to quarantine.
    """

    document_id: str = ""
    document_number: str = ""
    document_type: str = ""
    type_code: str = ""
    status: str = ""
    issued_on: str = ""
    due_on: str = ""
    terms: str = ""
    terms_days: str = ""
    payment_condition: str = ""
    instalment_number: str = ""
    currency: str = ""
    amount: str = ""
    document_total: str = ""
    prepaid_amount: str = ""
    withheld_amount: str = ""
    rounding_amount: str = ""
    payment_method: str = ""
    payment_method_code: str = ""
    payment_reference: str = ""
    seller_tax_id: str = ""
    seller_name: str = ""
    buyer_id: str = ""
    buyer_tax_id: str = ""
    buyer_legal_id: str = ""
    buyer_code: str = ""
    buyer_name: str = ""
    buyer_country: str = ""
    buyer_city: str = ""
    purchase_order: str = ""
    contract_number: str = ""
    delivery_note: str = ""
    project: str = ""
    original_document: str = ""
    delivered_on: str = ""
    is_assigned: str = ""
    payee_name: str = ""
    replaces: str = ""
    is_replaced: str = ""
    file_name: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentRow:
    """One part of one payment that the standard lays on one document, in the document's currency.

    `document_id` is that of `DocumentRow`. `received_amount` in `received_currency` is the whole payment. A row without a
    document is the part that the payment leaves unapplied. `problem` as in `DocumentRow`.
    """

    payment_id: str = ""
    payment_document_id: str = ""
    payment_document_number: str = ""
    payment_number: str = ""
    allocation_number: str = ""
    status: str = ""
    kind: str = ""
    paid_on: str = ""
    currency: str = ""
    amount: str = ""
    received_currency: str = ""
    received_amount: str = ""
    exchange_rate: str = ""
    document_id: str = ""
    document_number: str = ""
    instalment_number: str = ""
    previous_balance: str = ""
    remaining_balance: str = ""
    payment_method: str = ""
    payment_method_code: str = ""
    bank_reference: str = ""
    payer_account: str = ""
    payer_tax_id: str = ""
    seller_tax_id: str = ""
    buyer_id: str = ""
    buyer_tax_id: str = ""
    buyer_name: str = ""
    replaces: str = ""
    is_replaced: str = ""
    file_name: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class PartyRow:
    """A buyer as one document (of `issued_on`) or the master file states it. `party_id` is the `buyer_id` of documents."""

    party_id: str = ""
    tax_id: str = ""
    legal_id: str = ""
    code: str = ""
    name: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""
    zone: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""
    contact_name: str = ""
    iban: str = ""
    terms_days: str = ""
    currency: str = ""
    seller_tax_id: str = ""
    issued_on: str = ""
    file_name: str = ""
    problem: str = ""


Row = DocumentRow | PaymentRow | PartyRow
TABLES: dict[str, type[Row]] = {"documents": DocumentRow, "payments": PaymentRow, "parties": PartyRow}
HEADERS: dict[str, tuple[str, ...]] = {
    table: tuple(field.name for field in fields(row) if field.name != "problem") for table, row in TABLES.items()
}


def buyer_columns(party: PartyRow) -> dict[str, str]:
    """The party as the buyer of a document."""
    return {
        "buyer_id": party.party_id,
        "buyer_tax_id": party.tax_id,
        "buyer_legal_id": party.legal_id,
        "buyer_code": party.code,
        "buyer_name": party.name,
        "buyer_country": party.country,
        "buyer_city": party.city,
    }
