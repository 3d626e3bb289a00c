"""The golden cases of late interest, and the complaints of other systems' users that claims must not earn."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.consequences.claim import Claim, Item, claim, rounded
from tasks.consequences.policy import Consequences
from tasks.consequences.rate_rows import RateFile
from tasks.consequences.rates import Rates, load_rates
from tasks.problems import SettingsProblem

RATES = load_rates()
STATUTORY = {"kind": "statutory", "country": "ES"}


def policy(**default: object) -> Consequences:
    return Consequences.model_validate({"since": "2000-01-01", "default": default})


def item(due: date, principal: str = "10000", **changes: object) -> Item:
    values: dict[str, object] = {
        "customer_id": "C1",
        "receivable_id": "R1",
        "segment": "all",
        "country": "ES",
        "currency": "EUR",
    }
    return Item(**{**values, "due_date": due, "principal": Decimal(principal), **changes})  # type: ignore[arg-type]


def settled(due: date, *payments: tuple[date, str], principal: str = "10000", **changes: object) -> Item:
    laid = tuple((day, Decimal(amount)) for day, amount in payments)
    return item(due, principal, payments=laid, settled_on=payments[-1][0], **changes)


def amounts(claims: tuple[Claim, ...]) -> dict[str, Decimal]:
    return {found.kind: found.amount for found in claims}


@pytest.mark.parametrize(
    ("due", "expected", "days"),
    [(date(2013, 1, 15), "169.11", [39, 36]), (date(2012, 12, 10), "246.99", [21, 54, 36])],
)
def test_ten_thousand_euros_paid_at_the_end_of_march_2013_bear_the_interest_of_each_rate(due, expected, days) -> None:
    (found,) = claim(
        settled(due, (date(2013, 3, 31), "10000")), date(2014, 1, 1), policy(late_interest=STATUTORY), RATES
    )
    assert found.amount == Decimal(expected)
    assert [period.days for period in found.periods] == days


def test_a_thousand_euros_at_ten_and_a_half_percent_bear_863_cents_in_thirty_days() -> None:
    contractual = policy(late_interest={"kind": "contractual", "rate": "10.5"})
    (found,) = claim(item(date(2026, 1, 1), "1000"), date(2026, 1, 31), contractual, RATES)
    assert found.amount == Decimal("8.63")


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        ("2006-01-01", "9.25"), ("2006-12-31", "9.83"), ("2007-03-01", "10.58"), ("2008-02-01", "11.20"), ("2009-06-30", "9.50"),
        ("2011-07-01", "8.25"), ("2013-02-23", "7.75"), ("2013-02-24", "8.75"), ("2014-12-31", "8.15"), ("2015-06-30", "8.05"),
        ("2021-07-01", "8.00"),
    ],
)  # fmt: skip
def test_spains_rates_are_those_of_the_table(day, percent) -> None:
    on = date.fromisoformat(day)
    (found,) = [period for period in RATES.periods("ES") if period.from_on <= on <= period.to_on]
    assert found.percent == Decimal(percent)
    assert found.source


def test_a_half_year_without_a_rate_is_named_with_what_to_add_and_never_guessed() -> None:
    with pytest.raises(SettingsProblem) as raised:
        claim(item(date(2015, 6, 1)), date(2016, 2, 1), policy(late_interest=STATUTORY), RATES)
    (problem,) = raised.value.problems
    assert "2015 H2 (July to December), 2016 H1" in problem.what
    assert "rates.yaml" in problem.fix
    assert "name: ES, from: 2015-07-01, to: 2015-12-31" in problem.fix


def test_a_workspace_adds_the_missing_half_year_and_overrides_ours() -> None:
    own = RateFile.model_validate({"rates": [
        {"name": "ES", "from": "2015-07-01", "to": "2015-12-31", "percent": 8.05, "source": "BOE", "read_on": "2026-11-22", "certainty": "official"},
        {"name": "ES", "from": "2026-01-01", "to": "2026-03-31", "percent": 10, "source": "BOE", "read_on": "2026-11-22", "certainty": "official"},
    ]})  # fmt: skip
    rates = Rates(RATES.shipped, own)
    assert rates.missing("ES", first=date(2015, 1, 1), last=date(2015, 12, 31)) == ()
    found = [(period.from_on, period.percent) for period in rates.periods("ES") if period.from_on.year == 2026]
    assert found == [(date(2026, 1, 1), 10), (date(2026, 4, 1), Decimal("10.15")), (date(2026, 7, 1), Decimal("10.4"))]


def test_france_is_ten_points_over_the_ecb_only_where_the_ecbs_rate_is_known() -> None:
    assert [(p.from_on, p.percent) for p in RATES.periods("FR")] == [
        (date(2026, 1, 1), Decimal("12.15")),
        (date(2026, 7, 1), Decimal("12.40")),
    ]


def test_complaint_2_a_fee_is_charged_once_per_step_however_often_it_was_said() -> None:
    terms = policy(fees={"first": {"EUR": 10}, "second": {"EUR": 20}})
    late = item(date(2026, 1, 1), said_steps=frozenset({"first", "announcement"}))
    for hours_later in range(3):
        found = claim(late, date(2026, 2, 1) + timedelta(days=hours_later), terms, RATES)
        assert amounts(found) == {"fee": Decimal(10)}


def test_complaint_14_interest_stays_claimable_when_only_the_principal_is_paid() -> None:
    paid = settled(date(2013, 1, 15), (date(2013, 3, 31), "10000"))
    for treatment, status in (("carry", "carried"), ("invoice", "invoiced"), ("waive", "waived")):
        for years in (1, 10):
            (found,) = claim(
                paid, date(2013 + years, 4, 1), policy(late_interest=STATUTORY, treatment=treatment), RATES
            )
            assert (found.amount, found.status) == (Decimal("169.11"), status)


def test_complaint_15_interest_runs_on_what_was_open_between_payments() -> None:
    part = settled(date(2013, 1, 15), (date(2013, 1, 31), "4000"), (date(2013, 3, 31), "6000"))
    (found,) = claim(part, date(2014, 1, 1), policy(late_interest=STATUTORY), RATES)
    assert [(p.balance, p.days, p.percent) for p in found.periods] == [
        (10000, 16, Decimal("7.75")),
        (6000, 23, Decimal("7.75")),
        (6000, 36, Decimal("8.75")),
    ]


def test_complaint_17_a_rate_of_zero_keeps_the_fee_and_the_compensation() -> None:
    terms = policy(
        late_interest={"kind": "contractual", "rate": 0},
        fees={"first": {"EUR": 50}},
        compensation={"amount": {"EUR": 40}},
    )
    found = claim(item(date(2026, 1, 1), said_steps=frozenset({"first"})), date(2026, 2, 1), terms, RATES)
    assert amounts(found) == {"fee": Decimal(50), "compensation": Decimal(40)}


def test_the_compensation_is_forty_euros_for_each_invoice_and_once_for_its_instalments() -> None:
    terms = policy(compensation={"amount": {"EUR": 40}})
    invoices = [item(date(2026, 1, 1), receivable_id=f"R{number}") for number in range(3)]
    assert sum(found.amount for late in invoices for found in claim(late, date(2026, 2, 1), terms, RATES)) == 120
    assert claim(item(date(2026, 1, 1), is_first_of_document=False), date(2026, 2, 1), terms, RATES) == ()
    assert claim(item(date(2026, 1, 1), country="MX"), date(2026, 2, 1), terms, RATES) == ()


@pytest.mark.parametrize(
    "late",
    [
        item(date(2026, 2, 1)),
        settled(date(2026, 1, 15), (date(2026, 1, 15), "10000")),
        item(date(2026, 1, 1), is_excused=True),
        item(date(1999, 1, 1)),
    ],
    ids=["due today", "paid on the due date", "something of ours is missing", "due before the consequences began"],
)
def test_nothing_is_claimed_of_who_is_not_late_or_not_to_blame(late) -> None:
    terms = policy(late_interest={"kind": "contractual", "rate": 10}, compensation={"amount": {"EUR": 40}})
    assert claim(late, date(2026, 2, 1), terms, RATES) == ()


def test_a_waiver_until_a_day_lets_off_who_pays_by_it_and_nobody_else() -> None:
    terms = Consequences.model_validate({
        "since": "2000-01-01",
        "default": {"late_interest": {"kind": "contractual", "rate": 10}},
        "waivers": [{"customer": "C1", "until": "2026-02-10", "author": "Ana", "reason": "our invoice came late"}],
    })  # fmt: skip

    def status(late: Item, day: int) -> str:
        return claim(late, date(2026, 2, day), terms, RATES)[0].status

    assert status(item(date(2026, 1, 1)), 10) == "waived"
    assert status(item(date(2026, 1, 1)), 11) == "claimed"
    assert status(settled(date(2026, 1, 1), (date(2026, 2, 10), "10000")), 28) == "waived"
    assert status(settled(date(2026, 1, 1), (date(2026, 2, 11), "10000")), 28) == "carried"
    assert status(item(date(2026, 1, 1), customer_id="C2"), 10) == "claimed"


def test_a_segment_says_only_what_differs_from_the_default() -> None:
    terms = Consequences.model_validate({
        "since": "2026-01-01",
        "default": {"late_interest": {"kind": "contractual", "rate": 10}, "treatment": "invoice"},
        "segments": {"key_accounts": {"treatment": "waive"}},
    }).terms_of("key_accounts")  # fmt: skip
    assert (terms.treatment, terms.late_interest.rate) == ("waive", 10)


def test_pesos_without_decimals_are_rounded_to_whole_ones() -> None:
    (found,) = claim(
        item(date(2026, 1, 1), "1000000", currency="CLP"),
        date(2026, 1, 31),
        policy(late_interest={"kind": "contractual", "rate": "12"}),
        RATES,
    )
    assert found.amount == Decimal("9863.00")


@given(
    st.lists(st.tuples(st.integers(-20, 200), st.integers(1, 100_000)), max_size=6),
    st.permutations(range(6)),
    st.integers(1, 1000),
    st.integers(0, 2000),
)
def test_the_lines_add_up_to_the_total_in_whatever_order_payments_come(payments, order, days, rate) -> None:
    due = date(2026, 1, 1)
    laid = [(due + timedelta(days=day), Decimal(cents) / 100) for day, cents in payments]
    principal = sum((amount for _, amount in laid), Decimal(1))
    terms = policy(late_interest={"kind": "contractual", "rate": Decimal(rate) / 100})
    shuffled = [laid[place] for place in order if place < len(laid)]
    first, second = (
        claim(item(due, str(principal), payments=tuple(these)), due + timedelta(days=days), terms, RATES)
        for these in (laid, shuffled)
    )
    assert first == second
    for found in first:
        assert rounded(sum(period.exact for period in found.periods), "EUR") == found.amount
        assert sum(period.days for period in found.periods) == days
