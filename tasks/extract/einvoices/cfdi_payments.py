"""Complemento de Pago 2.0 and 1.0: one row per DoctoRelacionado, in the currency of the document that it pays.

Amount: ImpPagado in MonedaDR, which is what the document is settled by. Where the payment came in another currency (MonedaP),
EquivalenciaDR (TipoCambioDR in 1.0) says how many units of MonedaDR one unit of MonedaP is; it is needed only to compare the
parts with the payment's Monto, and a payment that lacks it, or whose parts exceed Monto, is refused: nothing is converted.
What Monto leaves over in its own currency becomes a row without a document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from tasks.extract.einvoices.payment_means import SAT
from tasks.extract.einvoices.rows import DocumentRow, PaymentRow
from tasks.extract.einvoices.values import Node, amount, date, joined, number, plain

CENT = Decimal("0.01")


def payments(document: Node, receipt: DocumentRow) -> Iterator[PaymentRow]:
    """The rows of every payment of the receipt (a CFDI of type P), in file order."""
    both = ("cfdi:Complemento/pago20:Pagos/pago20:Pago", "cfdi:Complemento/pago10:Pagos/pago10:Pago")
    found = [payment for path in both for payment in document.all(path)]
    for position, payment in enumerate(found, start=1):
        yield from _rows(payment, position, receipt)


def _rows(payment: Node, position: int, receipt: DocumentRow) -> Iterator[PaymentRow]:
    method = payment.attribute("FormaDePagoP")
    whole = PaymentRow(
        payment_document_id=receipt.document_id,
        payment_document_number=receipt.document_number,
        payment_number=str(position),
        kind="payment",
        paid_on=date(payment.attribute("FechaPago")),
        currency=payment.attribute("MonedaP"),
        amount=amount(payment.attribute("Monto")),
        received_currency=payment.attribute("MonedaP"),
        received_amount=amount(payment.attribute("Monto")),
        payment_method=SAT.get(method, ""),
        payment_method_code=method,
        bank_reference=payment.attribute("NumOperacion"),
        payer_account=payment.attribute("CtaOrdenante"),
        payer_tax_id=payment.attribute("RfcEmisorCtaOrd"),
        seller_tax_id=receipt.seller_tax_id,
        buyer_id=receipt.buyer_id,
        buyer_tax_id=receipt.buyer_tax_id,
        buyer_name=receipt.buyer_name,
        replaces=receipt.replaces,
    )
    related = [*payment.all("pago20:DoctoRelacionado"), *payment.all("pago10:DoctoRelacionado")]
    parts = [_part(part, number_, whole, alone=len(related) == 1) for number_, part in enumerate(related, start=1)]
    problem, left = _balance(parts, whole)
    for row in parts:
        yield _identified(replace(row, problem=problem))
    if left or not parts:
        yield _identified(replace(whole, amount=plain(left) if parts else whole.amount, problem=problem))


def _part(part: Node, position: int, whole: PaymentRow, *, alone: bool) -> PaymentRow:
    """Version 1.0 may leave ImpPagado out where the payment is of one document in its own currency: it is Monto then."""
    paid = part.attribute("ImpPagado")
    currency = part.attribute("MonedaDR")
    if not paid and alone and currency == whole.received_currency:
        paid = whole.received_amount
    return replace(
        whole,
        allocation_number=str(position),
        currency=currency,
        amount=amount(paid),
        exchange_rate=part.attribute("EquivalenciaDR") or part.attribute("TipoCambioDR"),
        document_id=part.attribute("IdDocumento").upper(),
        document_number=joined("-", part.attribute("Serie"), part.attribute("Folio")),
        instalment_number=part.attribute("NumParcialidad"),
        previous_balance=part.attribute("ImpSaldoAnt"),
        remaining_balance=part.attribute("ImpSaldoInsoluto"),
    )


def _balance(parts: list[PaymentRow], whole: PaymentRow) -> tuple[str, Decimal]:
    """What is wrong between the parts and the payment, and what of it is left over (in its currency).

    A part in another currency is known only as precisely as its amount and the equivalence are written: half of the last
    digit of each, as the tax authority's own check allows.
    """
    received = number(whole.received_amount)
    used, tolerance = Decimal(0), Decimal(0)
    for part in parts:
        paid, rate = number(part.amount), number(part.exchange_rate or "1")
        if paid is None or received is None:
            return "", Decimal(0)  # the amount that cannot be read is named when it is typed
        is_same = part.currency == whole.received_currency
        if is_same and rate != 1:
            return f"{part.currency} was paid in {part.currency} at a rate that is not 1", Decimal(0)
        if not is_same and (not part.exchange_rate or rate is None or rate <= 0):
            missing = (
                f"{part.currency} was paid in {whole.received_currency}, and EquivalenciaDR does not say at what rate"
            )
            return missing, Decimal(0)
        used += paid if rate is None else paid / rate
        tolerance += Decimal(0) if is_same or rate is None else _imprecision(paid, rate)
    if received is None:
        return "", Decimal(0)
    left = received - used
    if left < -tolerance:
        return (
            f"the parts of the payment add up to {plain(used.quantize(CENT))}, more than its {plain(received)}",
            Decimal(0),
        )
    return "", left.quantize(CENT) if left > tolerance else Decimal(0)


def _imprecision(paid: Decimal, rate: Decimal) -> Decimal:
    """How much more of the payment `paid` may be, in its currency, given how many digits are written."""
    half_rate = Decimal((0, (5,), _exponent(rate) - 1))
    if half_rate >= rate:
        return paid / rate
    return (paid + CENT / 2) / (rate - half_rate) - paid / rate


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _identified(row: PaymentRow) -> PaymentRow:
    """With the key of the part, if the receipt has a stamp."""
    if not row.payment_document_id:
        return row
    key = joined("-", row.payment_document_id, row.payment_number, row.allocation_number or "rest")
    return replace(row, payment_id=key)
