"""What a statement of a debtor and ours have in common, and why they differ."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.statements.compare import compare
from tasks.statements.follow import duties_of
from tasks.statements.lines import Comparison, Finding, Item, LineKind, OurDocument, OurPayment, TheirLine
from tasks.statements.match import plain_number

DAY = date(2026, 5, 4)
STATEMENT = date(2026, 6, 15)


def ours(number: str, amount: str, open_amount: str | None = None, **changed: object) -> OurDocument:
    total = Decimal(amount)
    values = {
        "number": number,
        "kind": LineKind.CREDIT_NOTE if total < 0 else LineKind.INVOICE,
        "receivable_ids": (f"{number}-1",),
        "other_numbers": (),
        "issued_on": DAY,
        "currency": "EUR",
        "amount": total,
        "open_amount": Decimal(open_amount if open_amount is not None else amount),
        "settled_on": DAY + timedelta(10) if open_amount == "0.00" else None,
    }
    return OurDocument(**{**values, **changed})  # type: ignore[arg-type]


def theirs(row: int, number: str, amount: str, day: date | None = DAY, kind: LineKind | None = None) -> TheirLine:
    value = Decimal(amount)
    return TheirLine(row, kind or (LineKind.INVOICE if value > 0 else LineKind.PAYMENT), number, day, "EUR", value)


def paid(payment_id: str, amount: str, unapplied: str = "0.00", day: date = DAY, **laid: str) -> OurPayment:
    parts = tuple((number.replace("_", "-"), Decimal(part)) for number, part in laid.items())
    return OurPayment(payment_id, day, "EUR", Decimal(amount), Decimal(unapplied), parts)


def compared(
    lines: list[TheirLine], documents: list[OurDocument], payments: list[OurPayment] | None = None
) -> Comparison:
    return compare("C1", lines, documents, payments or [], statement_date=STATEMENT, payments_until=STATEMENT)


def only(comparison: Comparison) -> Item:
    assert len(comparison.items) == 1, comparison.items
    return comparison.items[0]


def test_the_same_number_written_otherwise_is_the_same_document() -> None:
    assert plain_number("FV26-00123") == plain_number("fv26/123") == plain_number(" FV26 00123 ")
    item = only(compared([theirs(1, "fv26 / 123", "100.00")], [ours("FV26-00123", "100.00")]))
    assert (item.finding, item.matched_by) == (Finding.AGREED, "number")


def test_digits_tell_a_document_only_with_its_amount() -> None:
    assert only(compared([theirs(1, "123456", "100.00")], [ours("FV26-123456", "100.00")])).matched_by == "digits"
    two = compared([theirs(1, "123456", "99.00", day=None)], [ours("FV26-123456", "100.00")])
    assert [item.finding for item in two.items] == [Finding.MISSING_INVOICE, Finding.UNKNOWN_INVOICE]


def test_a_mistyped_number_is_found_by_amount_and_day_where_only_one_fits() -> None:
    assert (
        only(compared([theirs(1, "X-9", "100.00", DAY + timedelta(2))], [ours("A-1", "100.00")])).matched_by
        == "amount_and_day"
    )
    twice = compared([theirs(1, "X-9", "100.00")], [ours("A-1", "100.00"), ours("A-2", "100.00")])
    assert Counter(item.finding for item in twice.items) == {Finding.MISSING_INVOICE: 2, Finding.UNKNOWN_INVOICE: 1}


@pytest.mark.parametrize(
    ("lines", "document", "finding"),
    [
        ([], ours("A-1", "100.00"), Finding.MISSING_INVOICE),
        ([], ours("A-1", "100.00", issued_on=STATEMENT - timedelta(1)), Finding.TIMING),
        ([], ours("A-1", "-30.00"), Finding.CREDIT_NOT_TAKEN),
        ([theirs(1, "A-1", "60.00")], ours("A-1", "100.00"), Finding.SHORT_PAYMENT),
        (
            [theirs(1, "A-1", "100.00"), theirs(2, "A-1", "-100.00")],
            ours("A-1", "100.00"),
            Finding.PAYMENT_NOT_RECEIVED,
        ),
        (
            [theirs(1, "A-1", "100.00"), theirs(2, "A-1", "-10.00", kind=LineKind.CREDIT_NOTE)],
            ours("A-1", "100.00"),
            Finding.CREDIT_NOT_ISSUED,
        ),
        ([theirs(1, "A-1", "120.00")], ours("A-1", "100.00"), Finding.AMOUNT_DIFFERS),
        ([theirs(1, "A-1", "100.00")], ours("A-1", "100.00", "0.00"), Finding.SETTLED_HERE),
        (
            [theirs(1, "A-1", "100.00")],
            ours("A-1", "100.00", "0.00", settled_on=STATEMENT - timedelta(1)),
            Finding.TIMING,
        ),
    ],
)
def test_each_difference_has_its_name(lines: list[TheirLine], document: OurDocument, finding: Finding) -> None:
    assert only(compared(lines, [document])).finding is finding


def test_money_that_we_hold_and_laid_on_nothing_explains_what_they_hold_paid() -> None:
    lines = [theirs(1, "A-1", "100.00"), theirs(2, "A-1", "-100.00")]
    found = compared(lines, [ours("A-1", "100.00")], [paid("P1", "100.00", "100.00")])
    document = next(item for item in found.items if item.receivable_ids)
    assert (document.finding, document.payment_id) == (Finding.UNAPPLIED_PAYMENT, "P1")
    assert found.balances[0].ours == found.balances[0].theirs == 0


def test_a_transfer_that_our_bank_told_in_parts_is_one_payment_of_theirs() -> None:
    lines = [theirs(1, "A-1", "60.00"), theirs(2, "A-2", "40.00"), theirs(3, "TRF", "-100.00", DAY - timedelta(3))]
    documents = [ours("A-1", "60.00", "0.00"), ours("A-2", "40.00", "0.00")]
    found = compared(lines, documents, [paid("P1 + 1", "60.00", A_1="60.00"), paid("P1 + 2", "40.00", A_2="40.00")])
    assert {item.finding for item in found.items} == {Finding.AGREED}


def test_a_payment_of_yesterday_is_under_way_and_an_old_one_is_missing() -> None:
    young = compared([theirs(1, "", "-50.00", STATEMENT)], [])
    old = compared([theirs(1, "", "-50.00", DAY)], [])
    assert (only(young).finding, only(old).finding) == (Finding.TIMING, Finding.PAYMENT_NOT_RECEIVED)


def test_what_is_ours_to_do_becomes_tasks_about_the_receivables() -> None:
    found = compared([theirs(1, "A-2", "60.00")], [ours("A-1", "100.00"), ours("A-2", "100.00")])
    tasks = list(duties_of(found, author="ana", on=STATEMENT))
    assert [(task.duty, task.receivable_id) for task in tasks] == [("document_not_sent", "A-1-1")]


_AMOUNTS = st.integers(-30_000, 30_000).filter(bool).map(lambda cents: f"{Decimal(cents) / 100:.2f}")
_NUMBERS = st.sampled_from(["A-1", "A-01", "A-2", "1234", "B-1234", "C/77", "", "Ñ-9"])
_DAYS = st.integers(0, 45).map(lambda days: DAY + timedelta(days))


@st.composite
def _documents(draw: st.DrawFn) -> list[OurDocument]:
    found = []
    for number in draw(st.lists(st.sampled_from(["A-1", "A-2", "B-1234", "C-77", "D-5", "D-6"]), unique=True)):
        amount = Decimal(draw(_AMOUNTS))
        open_amount = draw(st.sampled_from([amount, Decimal("0.00"), (amount / 2).quantize(Decimal("0.01"))]))
        found.append(ours(number, f"{amount:.2f}", f"{open_amount:.2f}", issued_on=draw(_DAYS)))
    return found


@given(
    lines=st.lists(st.tuples(_NUMBERS, _AMOUNTS, st.none() | _DAYS), max_size=12),
    documents=_documents(),
    payments=st.lists(st.tuples(st.integers(1, 30_000), st.integers(0, 100), _DAYS), max_size=5),
)
@settings(max_examples=300, deadline=None)
def test_every_line_is_in_one_item_and_the_balances_tie(
    lines: list[tuple[str, str, date | None]], documents: list[OurDocument], payments: list[tuple[int, int, date]]
) -> None:
    listed = [theirs(row, number, amount, day) for row, (number, amount, day) in enumerate(lines, start=1)]
    booked = []
    for place, (cents, share, day) in enumerate(payments):
        amount = Decimal(cents) / 100
        unapplied = (amount * share / 100).quantize(Decimal("0.01"))
        laid = ((documents[0].number, amount - unapplied),) if documents and amount > unapplied else ()
        rest = unapplied if laid else amount
        booked.append(OurPayment(f"P{place}", day, "EUR", amount, rest, laid))
    found = compared(listed, documents, booked)  # raises where the balances do not tie
    rows = Counter(row for item in found.items for row in item.rows)
    assert rows == Counter(line.row for line in listed)
    listed_ids = Counter(receivable for item in found.items for receivable in item.receivable_ids)
    assert all(listed_ids[document.receivable_ids[0]] == 1 for document in documents if document.open_amount)
    for balance in found.balances:
        assert balance.ours - balance.theirs == sum(item.difference for item in found.items)
