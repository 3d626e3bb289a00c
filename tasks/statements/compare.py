"""Says what each pair means, and that the two balances tie: ours = theirs + the differences, to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from tasks.statements.lines import (
    NOTHING,
    Balance,
    Comparison,
    Finding,
    Item,
    LineKind,
    OurDocument,
    OurPayment,
    TheirLine,
)
from tasks.statements.match import DocumentPair, Pairs, PaymentPair, pair

UNDER_WAY_DAYS = 5
"""Days that an invoice needs to be booked by the debtor, and a payment to be booked by us."""

_PARTS_OF_A_CREDIT = (Finding.CREDIT_NOT_TAKEN, Finding.UNAPPLIED_PAYMENT)


def compare(
    customer_id: str,
    theirs: Sequence[TheirLine],
    documents: Sequence[OurDocument],
    payments: Sequence[OurPayment],
    *,
    statement_date: date,
    payments_until: date,
) -> Comparison:
    """Compares a statement of `statement_date` with what we hold; our payments are known up to `payments_until`.

    Raises:
        ValueError: the balances do not tie: a defect of ours.
    """
    items: list[Item] = []
    balances: list[Balance] = []
    currencies = (
        {line.currency for line in theirs} | {one.currency for one in documents} | {one.currency for one in payments}
    )
    for currency in sorted(currencies):
        lines = [line for line in theirs if line.currency == currency]
        ours = [document for document in documents if document.currency == currency]
        paid = [payment for payment in payments if payment.currency == currency]
        found = list(_items(pair(lines, ours, paid), statement_date=statement_date, payments_until=payments_until))
        found = _explained_by_credits(found)
        balance = Balance(
            currency,
            sum((one.open_amount for one in ours), NOTHING) - sum((one.unapplied_amount for one in paid), NOTHING),
            sum((line.amount for line in lines), NOTHING),
        )
        if not found and not balance.ours and not balance.theirs:
            continue
        _require_tie(balance, found)
        items += found
        balances.append(balance)
    order = {finding: place for place, finding in enumerate(Finding)}
    items.sort(key=lambda item: (item.currency, order[item.finding], item.number, item.rows))
    return Comparison(customer_id, statement_date, tuple(items), tuple(balances))


def _items(pairs: Pairs, *, statement_date: date, payments_until: date) -> Iterator[Item]:
    for one in pairs.documents:
        item = _of_document(one, statement_date)
        if item is not None:
            yield item
    for paid in pairs.payments:
        yield _of_payment(paid, payments_until)
    for line in pairs.alone:
        yield _of_line(line)


def _of_document(one: DocumentPair, statement_date: date) -> Item | None:
    ours, theirs = one.ours.open_amount, one.theirs
    if not one.lines and not one.payments and not ours:
        return None
    return Item(
        finding=_finding_of_document(one, statement_date),
        currency=one.ours.currency,
        number=one.ours.number,
        ours=ours,
        theirs=theirs,
        matched_by=one.matched_by or ("payment" if one.payments else ""),
        day=one.ours.issued_on,
        receivable_ids=one.ours.receivable_ids,
        rows=tuple(line.row for line in one.lines),
    )


def _finding_of_document(one: DocumentPair, statement_date: date) -> Finding:
    ours, theirs = one.ours.open_amount, one.theirs
    if ours == theirs:
        return Finding.AGREED
    if not one.lines:
        return _finding_of_unlisted(one, statement_date)
    if ours == NOTHING:
        return _finding_of_settled(one, statement_date)
    if one.ours.kind is LineKind.CREDIT_NOTE or not NOTHING <= theirs < ours:
        return Finding.AMOUNT_DIFFERS
    kinds = {line.kind for line in one.lines}
    if LineKind.CREDIT_NOTE in kinds:
        return Finding.CREDIT_NOT_ISSUED
    has_paid = LineKind.PAYMENT in kinds or theirs == NOTHING
    return Finding.PAYMENT_NOT_RECEIVED if has_paid else Finding.SHORT_PAYMENT


def _finding_of_settled(one: DocumentPair, statement_date: date) -> Finding:
    """Nothing of it is open with us; just settled, their books may not know yet."""
    settled_on = one.ours.settled_on
    is_young = settled_on is not None and settled_on > statement_date - timedelta(UNDER_WAY_DAYS)
    return Finding.TIMING if is_young else Finding.SETTLED_HERE


def _finding_of_unlisted(one: DocumentPair, statement_date: date) -> Finding:
    """They do not list it, though a payment of theirs may have been laid on it with us."""
    if one.ours.kind is LineKind.CREDIT_NOTE:
        return Finding.CREDIT_NOT_TAKEN
    if one.payments:
        # They list the payment and not what it paid: a list of movements that began later.
        return Finding.DOCUMENT_NOT_LISTED
    if one.ours.issued_on > statement_date - timedelta(UNDER_WAY_DAYS):
        return Finding.TIMING
    return Finding.MISSING_INVOICE


def _of_payment(paid: PaymentPair, payments_until: date) -> Item:
    if paid.ours is None:
        line = paid.line
        if line is None:
            raise ValueError("a pair of payments holds neither")
        is_young = line.day is not None and line.day > payments_until - timedelta(UNDER_WAY_DAYS)
        finding = Finding.TIMING if is_young else Finding.PAYMENT_NOT_RECEIVED
        return Item(finding, line.currency, line.number, NOTHING, line.amount, "", line.day, rows=(line.row,))
    ours = paid.ours
    laid = sum((amount for _, amount in ours.laid_on), NOTHING)
    item = Item(
        finding=Finding.UNAPPLIED_PAYMENT if ours.unapplied_amount > NOTHING else Finding.AGREED,
        currency=ours.currency,
        number=paid.line.number if paid.line else "",
        ours=-ours.unapplied_amount,
        # What we laid on documents is paid there on their side, too: only the rest stands here.
        theirs=paid.line.amount + laid if paid.line else NOTHING,
        matched_by="amount_and_day" if paid.line else "",
        day=ours.paid_on,
        payment_id=ours.payment_id,
        rows=(paid.line.row,) if paid.line else (),
    )
    # Laid on somebody else's documents with us: their statement cannot know.
    is_elsewhere = item.finding is Finding.AGREED and item.difference != NOTHING
    return replace(item, finding=Finding.AMOUNT_DIFFERS) if is_elsewhere else item


def _of_line(line: TheirLine) -> Item:
    finding = Finding.CREDIT_NOT_ISSUED if line.kind is LineKind.CREDIT_NOTE else Finding.UNKNOWN_INVOICE
    return Item(finding, line.currency, line.number, NOTHING, line.amount, "", line.day, rows=(line.row,))


def _explained_by_credits(items: Sequence[Item]) -> list[Item]:
    """A document that they hold paid, or paid in part, by money of theirs that we have and laid on nothing: an unapplied payment."""
    spare = [item for item in items if item.finding in _PARTS_OF_A_CREDIT and item.ours < NOTHING and not item.rows]
    explained = []
    for item in items:
        if item.finding in {Finding.SHORT_PAYMENT, Finding.PAYMENT_NOT_RECEIVED} and item.receivable_ids:
            fitting = [one for one in spare if -one.ours == item.difference]
            if len(fitting) == 1:
                spare.remove(fitting[0])
                explained.append(replace(item, finding=fitting[0].finding, payment_id=fitting[0].payment_id))
                continue
        explained.append(item)
    return explained


def _require_tie(balance: Balance, items: Iterable[Item]) -> None:
    between = sum((item.difference for item in items), NOTHING)
    if balance.ours != balance.theirs + between:
        raise ValueError(f"{balance.currency}: {balance.ours} is not {balance.theirs} + {between}")
