"""The claims of `sql/consequences` agree to the cent with `claim()` on random ledgers, whatever the order of their rows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.consequences.claim import Item, claim
from tasks.consequences.policy import Consequences
from tasks.consequences.rates import load_rates
from tasks.consequences.tables import load_consequences
from tasks.segment.load import parse_strategy
from tasks.warehouse.inputs import create_empty
from tasks.warehouse.models import build_model, load_models

AS_OF = date(2026, 8, 20)
RATES = load_rates()
CONSEQUENCES = {
    "since": "2026-01-10",
    "default": {
        "late_interest": {"kind": "statutory", "country": "ES", "minimum": {"EUR": "0.50"}},
        "compensation": {"amount": {"EUR": 40}},
        "fees": {"first": {"EUR": 10, "CLP": 5000}, "second": {"EUR": "12.50"}},
        "treatment": "invoice",
    },
    "segments": {
        "contract": {"late_interest": {"kind": "contractual", "rate": "11.3333"}, "treatment": "carry"},
        "zero": {"late_interest": {"kind": "contractual", "rate": 0}, "compensation": None, "treatment": "waive"},
        "nothing": {"late_interest": {"kind": "none"}, "compensation": None, "fees": {}},
    },
    "waivers": [
        {"customer": "C1", "kind": "fee", "author": "Ana", "reason": "agreed"},
        {"customer": "C2", "until": "2026-06-15", "author": "Ana", "reason": "late delivery"},
        {"customer": "C0", "receivable": "R1", "author": "Ana", "reason": "price"},
    ],
}
SEGMENTS = ("statutory", "contract", "zero", "nothing")
STRATEGY = parse_strategy({
    "consequences": CONSEQUENCES,
    "ladders": {"usual": [{"step": "first", "after_due": 1}, {"step": "second", "after_due": 9}]},
    "segments": [
        *({"name": name, "ladder": "usual", "when": {"sector": name}} for name in SEGMENTS[:-1]),
        {"name": "nothing", "ladder": "usual"},
    ],
})  # fmt: skip
POLICY = STRATEGY.consequences or Consequences.model_validate(CONSEQUENCES)
STAND_INS = {
    "staging.open_items": "company_id customer_id receivable_id document_number invoice_date:DATE due_date:DATE currency"
    " open_amount:DECIMAL(18,2) is_disputed:BOOLEAN is_assigned:BOOLEAN is_price_agreed:BOOLEAN has_open_complaint:BOOLEAN"
    " delivered_on:DATE goods_received_on:DATE document_sent_on:DATE",
    "staging.settlements": "company_id customer_id receivable_id currency invoice_date:DATE due_date:DATE"
    " open_amount:DECIMAL(18,2) settled_on:DATE",
    "staging.receivables": "company_id receivable_id document_number document_type is_assigned:BOOLEAN is_disputed:BOOLEAN"
    " is_price_agreed:BOOLEAN has_open_complaint:BOOLEAN",
    "staging.allocations": "company_id receivable_id currency amount:DECIMAL(18,2) paid_on:DATE",
    "staging.payments": "company_id payment_id customer_id receivable_id document_number paid_on:DATE currency"
    " unapplied_amount:DECIMAL(18,2)",
    "staging.customers": "company_id customer_id country",
    "segment.customers": "company_id customer_id segment",
}
COUNTRIES = {"C0": "ES", "C1": "FR", "C2": "MX", "C3": "ES"}

day = st.integers(-30, 240).map(lambda days: date(2026, 1, 1) + timedelta(days=days))
cents = st.one_of(st.integers(1, 10**7), st.integers(1, 10**15)).map(lambda number: Decimal(number) / 100)
receivables = st.lists(
    st.fixed_dictionaries({
        "customer": st.sampled_from(sorted(COUNTRIES)),
        "due": day,
        "currency": st.sampled_from(["EUR", "EUR", "CLP"]),
        "open": st.one_of(st.just(Decimal(0)), cents),
        "paid": st.lists(st.tuples(day, cents, st.booleans()), max_size=4),
        "said": st.frozensets(st.sampled_from(["first", "second", "announcement"])),
        "excused": st.sampled_from([False, False, False, True]),
        "document": st.integers(0, 3),
    }),
    min_size=1,
    max_size=6,
)  # fmt: skip


@pytest.fixture(scope="module")
def work(make_module_warehouse):
    warehouse = make_module_warehouse()
    for relation, columns in STAND_INS.items():
        typed = {name: kind or "VARCHAR" for name, _, kind in (column.partition(":") for column in columns.split())}
        create_empty(warehouse.connection, relation, typed)
    return warehouse


def items_of(ledger, segments) -> list[Item]:
    items = []
    firsts: dict[tuple[object, ...], tuple[date, str]] = {}
    for number, row in enumerate(ledger):
        payments = tuple((when, -amount if back else amount) for when, amount, back in row["paid"])
        laid = sum((amount for _, amount in payments), Decimal(0))
        is_settled = row["open"] == 0
        item = Item(
            customer_id=row["customer"],
            receivable_id=f"R{number}",
            segment=segments[row["customer"]],
            country=COUNTRIES[row["customer"]],
            currency=row["currency"],
            due_date=row["due"],
            principal=row["open"] + laid,
            settled_on=max((when for when, _ in payments), default=None) if is_settled else None,
            payments=payments,
            said_steps=row["said"],
            is_excused=row["excused"],
        )
        items.append(item)
        document = (item.customer_id, row["document"], item.currency)
        ends_on = min(item.settled_on or AS_OF, AS_OF)
        is_known = item.settled_on is not None or not is_settled
        if is_known and not item.is_excused and ends_on > item.due_date >= POLICY.since:
            firsts[document] = min(firsts.get(document, (date.max, "")), (item.due_date, item.receivable_id))
    named = {(due, receivable) for due, receivable in firsts.values()}
    return [
        Item(**{**vars(item), "is_first_of_document": (item.due_date, item.receivable_id) in named}) for item in items
    ]


def fill(work, ledger, items, segments) -> None:
    rows = [
        {"company_id": "acme", "customer_id": item.customer_id, "receivable_id": item.receivable_id,
         "document_number": f"D{row['document']}", "invoice_date": "2025-12-01", "due_date": item.due_date,
         "currency": item.currency, "open_amount": row["open"], "is_assigned": item.is_excused, "settled_on": item.settled_on,
         "document_type": "invoice"}
        for item, row in zip(items, ledger, strict=True)
    ]  # fmt: skip
    settlements = [row for row in rows if row["settled_on"] is not None or not row["open_amount"]]
    given = {
        "run.parameters": [{"as_of": AS_OF}],
        "staging.open_items": [row for row in rows if row["open_amount"]],
        "staging.settlements": settlements,
        "staging.receivables": rows,
        "staging.allocations": [
            {"company_id": "acme", "receivable_id": item.receivable_id, "currency": item.currency, "amount": amount, "paid_on": when}
            for item in items
            for when, amount in item.payments
        ],
        "staging.payments": [],
        "staging.customers": [{"company_id": "acme", "customer_id": who, "country": where} for who, where in COUNTRIES.items()],
        "segment.customers": [{"company_id": "acme", "customer_id": who, "segment": name} for who, name in segments.items()],
        "ledger.sent_steps": [
            {"customer_id": item.customer_id, "receivable_id": item.receivable_id, "step": step, "channel": channel, "sent_on": "2026-05-01"}
            for item in items
            for step in item.said_steps
            for channel in ("email", "call")
        ],
    }  # fmt: skip
    for relation, found in given.items():
        columns = work.columns(relation)
        work.fill(relation, [{name: value for name, value in row.items() if name in columns} for row in found])


def claims_of(work) -> list[tuple[object, ...]]:
    load_consequences(work.connection, STRATEGY, RATES)
    for model in load_models():
        if model.schema == "consequences":
            build_model(work.connection, model)
    found = work.connection.execute(
        "SELECT receivable_id, kind, basis, currency, amount, status FROM consequences.claims ORDER BY ALL"
    )
    return [tuple(row) for row in found.fetchall()]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ledger=receivables, drawn=st.lists(st.sampled_from(SEGMENTS), min_size=4, max_size=4))
def test_sql_claims_what_python_claims_to_the_cent(work, ledger, drawn) -> None:
    segments = dict(zip(sorted(COUNTRIES), drawn, strict=True))
    items = items_of(ledger, segments)
    fill(work, ledger, items, segments)
    expected = sorted(
        (found.receivable_id, found.kind, found.basis, found.currency, found.amount, found.status)
        for item, row in zip(items, ledger, strict=True)
        if item.settled_on is not None or row["open"]
        for found in claim(item, AS_OF, POLICY, RATES)
    )
    assert sorted(claims_of(work)) == expected


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ledger=receivables, seed=st.randoms(use_true_random=False))
def test_complaint_16_each_receivable_keeps_its_own_claims_in_whatever_order_they_come(work, ledger, seed) -> None:
    segments = dict.fromkeys(COUNTRIES, "contract")
    items = items_of(ledger, segments)
    fill(work, ledger, items, segments)
    straight = claims_of(work)
    shuffled = list(zip(items, ledger, strict=True))
    seed.shuffle(shuffled)
    fill(work, [row for _, row in shuffled], [item for item, _ in shuffled], segments)
    assert claims_of(work) == straight
