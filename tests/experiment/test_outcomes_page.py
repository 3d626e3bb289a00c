from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tasks.experiment.outcomes import Arm, Comparison, Observed, Outcomes
from tasks.experiment.page import outcome_words, to_html

USUAL = Arm(
    experiment="spring", segment="(all)", currency="EUR", arm="as_usual", control="hold_out", customers=400, amount=Decimal("900000.00"),
    measured_customers=390, measured_receivables=800, measured_amount=Decimal("800000.00"), paid_30_share=0.8, days_open=11.0,
    days_gained=2.4, days_gained_low=0.9, days_gained_high=3.9, cash_gained=Decimal("21000.00"), cash_gained_low=Decimal("4000.00"),
    cash_gained_high=Decimal("38000.00"), money_days_gained=Decimal("1900000.00"), money_days_gained_low=Decimal("700000.00"),
    money_days_gained_high=Decimal("3100000.00"), contacts=730, contact_cost=Decimal("36.50"), disputes=7, opt_outs=1,
    contacted_customers=380, verdict="earlier",
)  # fmt: skip
NONE = dict.fromkeys(
    ("days_gained", "days_gained_low", "days_gained_high", "cash_gained", "cash_gained_low", "cash_gained_high", "money_days_gained",
     "money_days_gained_low", "money_days_gained_high")
)  # fmt: skip
HELD = replace(USUAL, arm="hold_out", customers=44, measured_customers=44, contacts=3, contacted_customers=2, contact_cost=Decimal("0.15"),
               verdict="control", **NONE)  # fmt: skip
SAID = Observed(
    step="first_reminder", channel="email",
    variant="(usual)", tone="courteous", currency="EUR", contacts=730, customers=512, contact_cost=None,
    followed_receivables=871, paid_7_share=0.35, paid_14_share=0.52,
)  # fmt: skip


def outcomes(*arms: Arm, rate: str | None = "8") -> Outcomes:
    compared = (Comparison(experiment="spring", segment="(all)", currency="EUR", arms=arms),) if arms else ()
    return Outcomes(
        company_name="Acme <S.A.>", run_id="20260601-00000001", as_of=date(2026, 6, 1), comparisons=compared, observed=(SAID,),
        financing_rate=None if rate is None else Decimal(rate),
    )  # fmt: skip


@pytest.fixture(params=["es", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


def test_both_languages_have_the_same_words() -> None:
    assert outcome_words("es").texts.keys() == outcome_words("en").texts.keys()


@pytest.mark.parametrize("verdict", ["earlier", "later", "no_difference"])
def test_the_page_says_what_was_found_in_either_language(language, verdict: str) -> None:
    page = to_html(outcomes(HELD, replace(USUAL, verdict=verdict)), language)
    assert "Acme &lt;S.A.&gt;" in page
    assert "<script" not in page


def test_the_finding_comes_first_with_its_interval_and_what_it_is_worth() -> None:
    page = to_html(outcomes(HELD, USUAL), "en")
    assert "brings money 2.4 days earlier than “Left alone” (95% interval 0.9 to 3.9)" in page
    assert "They earn their cost: at 8.0% a year, money that came earlier saves €416.44 (€153.42 to €679.45)" in page
    assert "2 of 44 customers of the group that was to be left alone were contacted" in page


def test_small_groups_are_not_given_a_figure(language) -> None:
    small = replace(USUAL, verdict="not_enough", **NONE)
    page = to_html(outcomes(HELD, small), language)
    assert outcome_words(language)["not_enough"] in page
    assert "interval earlier" not in page


def test_what_is_observed_is_said_to_be_no_proof(language) -> None:
    page = to_html(outcomes(HELD, USUAL), language)
    assert outcome_words(language)["observed_intro"] in page.replace("&#39;", "'")
    assert "first reminder" in page


def test_a_wording_of_an_experiment_is_named_beside_its_step() -> None:
    told = replace(outcomes(), observed=(SAID, replace(SAID, variant="short_words")))
    page = to_html(told, "en")
    assert page.count("first reminder") == 2
    assert page.count("wording “short words”") == 1


def test_without_an_experiment_the_page_says_how_to_begin_one(language) -> None:
    assert "experiments:" in to_html(outcomes(), language)


@pytest.mark.parametrize(
    ("cost", "rate", "worth"),
    [("36.50", "8", "yes"), ("400.00", "8", "open"), ("900.00", "8", "no"), ("36.50", None, None), (None, "8", None)],
)
def test_contacts_earn_their_cost_only_where_the_whole_interval_says_so(cost, rate, worth) -> None:
    arm = replace(USUAL, contact_cost=None if cost is None else Decimal(cost))
    assert outcomes(HELD, arm, rate=rate).worth(arm, HELD) == worth
