"""The cash expected, and what the scores stand on, as the run's pages show them."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from tasks.report.artifact import CASH_WEEKS, to_markdown
from tasks.report.cash import CashLine, forecast_of
from tasks.report.lines import ScoreLine
from tasks.report.page import read_riskiest, to_html
from tasks.report.read import read_summary
from tasks.report.words import LANGUAGES, load_words

AS_OF = date(2026, 5, 6)
METHODS = ("fitted", "fitted_newcomer", "scorecard", "scorecard_peers")


def line(**values: object) -> CashLine:
    week = {
        "currency": "EUR", "period": "week", "week_starts_on": date(2026, 5, 4), "expected_amount": Decimal(0), "low_amount": Decimal(0),
        "high_amount": Decimal(0), "overdue_amount": Decimal(0), "due_amount": Decimal(0), "cumulative_amount": Decimal(0),
        "method": "history",
    }  # fmt: skip
    return CashLine(**{**week, **values})


def test_the_forecast_of_a_currency_is_all_that_is_open_in_it_to_the_cent(summary) -> None:
    for currency in summary.currencies:
        forecast = summary.forecast(currency)
        assert forecast.expected_amount + forecast.later + forecast.lost == summary.open_amount(currency)
        assert forecast.open_amount == summary.open_amount(currency)
        assert sum(week.line.due_amount for week in forecast.weeks) + forecast.due_later == forecast.open_amount
        assert forecast.overdue_amount == summary.overdue_amount(currency)
        assert len(forecast.weeks) == 14


def test_what_is_overdue_is_left_out_of_the_first_bar_and_stays_in_the_table(summary, work) -> None:
    first = summary.forecast("EUR").weeks[0]
    assert (first.line.due_amount, first.due_height) == (Decimal(1550), 0)
    html = to_html(summary, read_riskiest(work), "en")
    assert "1,550 overdue already" in html


def test_bars_are_parts_of_a_round_amount_that_none_exceeds() -> None:
    weeks = (
        line(expected_amount=Decimal(100), low_amount=Decimal(40), high_amount=Decimal(230), due_amount=Decimal(150), overdue_amount=Decimal(30)),
        line(week_starts_on=date(2026, 5, 11), expected_amount=Decimal(60), high_amount=Decimal(90)),
        line(period="loss", week_starts_on=None, expected_amount=Decimal(20), overdue_amount=Decimal(20), low_amount=None, high_amount=None),
    )  # fmt: skip
    forecast = forecast_of(weeks, currency="EUR", as_of=AS_OF)
    assert forecast.top == Decimal(240)
    first, second = forecast.weeks
    assert (first.starts_on, first.ends_on) == (AS_OF, date(2026, 5, 10)), "the days that are left of the week"
    assert (second.starts_on, second.ends_on) == (date(2026, 5, 11), date(2026, 5, 17))
    heights = (first.due_height, first.low_height, first.expected_height, first.high_height)
    assert heights == (41.7, 16.7, 41.7, 95.8)


@pytest.mark.parametrize(
    ("amount", "top"), [("0", "1"), ("1", "1"), ("9.99", "10"), ("1000.01", "1200"), ("0.07", "0.08")]
)
def test_the_upper_edge_of_the_chart_reads_well(amount, top) -> None:
    forecast = forecast_of((line(high_amount=Decimal(amount)),), currency="EUR", as_of=AS_OF)
    assert forecast.top == Decimal(top)


def test_a_currency_without_anything_open_has_no_forecast(summary) -> None:
    assert summary.forecast("USD") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_that_new_business_is_not_in_it_and_what_comes_later_and_is_lost(summary, work, language) -> None:
    words = load_words(language)
    html = to_html(summary, read_riskiest(work), language)
    assert words["cash_intro"] in html
    assert html.count('class="weeks"') == 2, "one chart per currency"
    assert html.count('class="week"') == 2 * 14
    for name in ("cash_later", "cash_lost", "cash_all"):
        assert html.count(f"<td>{words[name]}</td>") == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_interval_that_rests_on_a_formula_is_called_less_certain(summary, language) -> None:
    told = load_words(language)["cash_formula"]
    measured = replace(summary, cash=tuple(replace(row, method=row.method and "history") for row in summary.cash))
    formula = replace(summary, cash=tuple(replace(row, method=row.method and "formula") for row in summary.cash))
    assert told in to_html(formula, (), language)
    assert told not in to_html(measured, (), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_forecast_and_scores_the_page_says_so(summary, language) -> None:
    words = load_words(language)
    empty = replace(summary, cash=(), scores=(), aging=())
    html = to_html(empty, (), language)
    assert words["cash_none"] in html
    assert words["basis_title"] not in html
    assert words["cash_title"] not in to_markdown(empty, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_artifact_has_the_first_weeks_of_each_currency(summary, language) -> None:
    words = load_words(language)
    part = to_markdown(summary, language).split(f"## {words['cash_title']}")[1].split("\n## ")[0]
    for currency in summary.currencies:
        rows = part.split(f"| {currency} |")[1].split("\n\n")[0].splitlines()[2:]
        assert len(rows) == CASH_WEEKS
    assert not {field.name for field in fields(CashLine)} & {"customer_id", "name"}


def test_weeks_are_named_as_people_say_them() -> None:
    assert load_words("es").days(date(2026, 6, 22), date(2026, 6, 28)) == "22–28 jun"
    assert load_words("en").days(date(2026, 6, 28), date(2026, 6, 28)) == "28 Jun"


def test_scores_are_counted_by_what_they_stand_on(work, news) -> None:
    work.execute(
        "UPDATE score.receivable_scores SET model = '20260501-aa', method = 'fitted', confidence = 'high' WHERE receivable_id = 'F2'"
    )
    work.execute(
        "UPDATE score.receivable_scores SET method = 'scorecard_peers', confidence = 'low' WHERE receivable_id = 'F5'"
    )
    assert read_summary(work, news).scores == (
        ScoreLine(method="fitted", model="20260501-aa", receivables=1, high=1, medium=0, low=0),
        ScoreLine(method="scorecard", model="", receivables=2, high=0, medium=2, low=0),
        ScoreLine(method="scorecard_peers", model="", receivables=1, high=0, medium=0, low=1),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_basis_has_its_words_and_a_harsh_step_its_person(summary, language) -> None:
    words = load_words(language)
    lines = tuple(
        ScoreLine(method=method, model="20260501-aa", receivables=4, high=1, medium=1, low=2) for method in METHODS
    )
    html = unescape(to_html(replace(summary, scores=lines), (), language))
    for method in METHODS:
        assert words[f"basis_{method}"].format(model="20260501-aa") in html
    assert words["basis_low"].format(low=8, total=16, share=words.percent(0.5)) in html
    assert words["basis_person"] in html
    assert "puntual train" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_models_name_cannot_add_markup(summary, language) -> None:
    hostile = ScoreLine(method="fitted", model="<script>x</script>", receivables=1, high=1, medium=0, low=0)
    assert "<script" not in to_html(replace(summary, scores=(hostile,)), (), language)


def test_a_customer_whose_score_is_a_guess_is_marked_where_it_is_named(work, summary) -> None:
    work.execute("UPDATE score.receivable_scores SET confidence = 'low' WHERE receivable_id = 'F5'")
    html = to_html(summary, read_riskiest(work), "en")
    marked = re.findall(r"<tr><td><strong>([^<]*)</strong>.*low confidence", html)
    assert marked == ["Andes SpA"]
