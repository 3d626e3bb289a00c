from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from tasks.report.diagnosis import Diagnosis, Finding, read_diagnosis
from tasks.report.diagnosis_page import CHANGES, to_html, write_diagnosis
from tasks.report.diagnosis_words import action, change, group_name, usual_delay
from tasks.report.early_warnings import EarlyWarning, warning_facts
from tasks.report.words import LANGUAGES, load_words
from tasks.score.early_warnings import read_early_warnings
from tasks.score.reasons import load_reasons

EMPTY = dict.fromkeys(Finding.__dataclass_fields__) | {"score_reasons": ()}
GAPS = (
    "no_history", "short_history", "closed_undated", "due_date_derived", "allocation_guessed", "payment_unapplied", "quarantined",
    "not_in_master", "no_terms", "no_sector", "no_zone", "no_credit_limit",
)  # fmt: skip
ACTIONS = ("reminder_today", "reminder_before_due", "call_before_due", "complete_contact", "held_back")


def finding(**values: object) -> Finding:
    return Finding(**{**EMPTY, "kind": "who_changed", "currency": "EUR", "finding": "got_worse", **values})


class WellFormed(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action"}]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"


@pytest.fixture
def diagnosis(work) -> Diagnosis:
    return read_diagnosis(work)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_one_well_formed_document_that_loads_nothing(diagnosis, language) -> None:
    html = to_html(diagnosis, language)
    page = WellFormed(html)
    assert page.open == []
    assert page.loads == ["report.html"], "only the link a person may follow"
    assert "<script" not in html
    assert not re.search(r"@import|url\(", html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_are_text_wherever_they_stand(work, language) -> None:
    hostile = "<script>alert(1)</script>\"'{{ 7 * 7 }}"
    work.execute("UPDATE staging.customers SET name = $1, sector = $1, zone = $1", [hostile])
    work.execute("UPDATE segment.customers SET segment = $1", [hostile])
    found = read_diagnosis(work)
    groups = tuple(
        replace(line, dimension_value=hostile, finding="one_customer", name=hostile)
        for line in found.of("where_risk_sits", "EUR")
    )
    html = to_html(replace(found, company_name=hostile, findings=found.findings + groups), language)
    assert "&lt;script&gt;alert(1)" in html
    assert "<script" not in html
    assert "{{ 7 * 7 }}" in html


def test_the_page_says_what_is_late_what_falls_due_and_who_changed(diagnosis) -> None:
    html = to_html(diagnosis, "es")
    assert "Talleres Ebro, S.L." in html
    assert "tarde el 20\u00a0% de las facturas antes, el 60\u00a0% ahora" in html
    assert "pagaba algo cada 29 días; ahora 137 días sin pagar" in html
    assert "1.562,50\u00a0€" in html, "1.550 overdue and a quarter of the 50 that are not due"
    assert "F5" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_of_the_tables_has_its_words(diagnosis, language) -> None:
    words = load_words(language)
    for gap in GAPS:
        assert words[f"gap_{gap}"]
        assert words[f"gap_effect_{gap}"]
        assert words[f"gap_next_{gap}"]
    for code in CHANGES:
        assert words[f"changed_{code}"]
        assert words[f"changed_{code}_next"]
    for measure in ("late_share", "days_late", "days_overdue", "days_between", "risk_score"):
        assert "7" in change(words, finding(measure=measure, value_before=0.07, value_after=7.0))
    for code in ACTIONS:
        said = action(
            words, finding(finding=code, reason="disputed", next_action_on=date(2026, 6, 8), contact_task="add_phone")
        )
        assert len(said) >= 2
        assert all(sentence.strip() for sentence in said)
    gaps = tuple(
        finding(kind="data_gap", currency="*", finding=gap, counted=1, out_of=2, counted_share=0.5) for gap in GAPS
    )
    html = to_html(replace(diagnosis, findings=diagnosis.findings + gaps), language)
    for gap in GAPS:
        assert gap not in html, "a code is no word"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [kind.warning for kind in read_early_warnings().warnings])
@pytest.mark.parametrize("count", [1, 3])
def test_every_early_warning_says_what_it_rests_on_and_since_when(code, count, language) -> None:
    currency = "EUR" if code in {"buys_more_pays_later", "near_or_above_credit_limit", "pays_in_parts"} else None
    warning = EarlyWarning("C1", code, date(2026, 5, 4), 1500.4, 2500.0, count, currency, has_overdue=False)
    said = warning_facts(load_words(language), warning)
    assert code in load_reasons()
    assert "4 may" in said.lower()
    assert not re.search(r"[{}_]|None", said)
    assert ("EUR" in said) == (currency is not None)


@pytest.mark.parametrize(
    ("days", "said"),
    [(0.2, "on the due date"), (1.0, "the day after the due date"), (-1.0, "the day before the due date"),
     (12.4, "12 days after the due date"), (-9.0, "9 days before the due date")],
)  # fmt: skip
def test_a_usual_day_says_on_which_side_of_the_due_date_it_is(days, said) -> None:
    warning = EarlyWarning("C1", "pays_later", date(2026, 5, 4), days, 30.0, 8, None, has_overdue=False)
    assert (
        warning_facts(load_words("en"), warning)
        == f"median, before: {said}; now: 30 days after the due date; since 4 May"
    )


def test_the_page_shows_all_warnings_of_a_customer_and_how_its_grade_moved(work, diagnosis) -> None:
    html = to_html(diagnosis, "en")
    warned = html.split("Early warnings")[1].split("<h3>")[0]
    assert warned.index("Pays later than before") < warned.index("Was always punctual and begins to be late")
    assert "Talleres Ebro, S.L." in warned
    risen = html.split("Riskier than 90 days ago")[1].split("<h3>")[0]
    assert "risk 150 90 days ago, 800 today" in risen
    assert re.search(r"gA.*→.*gE.*\+650", risen)
    assert "Obras &amp; Cía &lt;Sur&gt;" in risen


def test_a_new_customer_has_a_grade_and_no_change_of_it(diagnosis) -> None:
    new = finding(
        customer_id="C9",
        risk_grade="D",
        open_amount=Decimal(9),
        overdue_amount=Decimal(0),
        measure="late_share",
        value_before=0.1,
        value_after=0.5,
        customers=1,
    )
    kept = tuple(line for line in diagnosis.findings if line.kind in {"total", "concentration"})
    html = to_html(replace(diagnosis, findings=(*kept, new)), "es")
    assert "nuevo</small>" in html


def test_early_warnings_are_counted_also_where_they_are_not_listed(work) -> None:
    found = read_diagnosis(work)
    assert [(count.warning, count.currency, count.customers, count.ahead) for count in found.warning_counts] == [
        ("pays_later", "EUR", 1, 1),
        ("first_late", "EUR", 1, 1),
    ]
    assert [warning.warning for warning in found.warnings_of("C1")] == ["pays_later", "first_late"]
    assert found.warnings_of("C2") == ()


def test_a_score_that_is_a_guess_is_marked_in_the_list_of_the_week(work) -> None:
    work.execute("UPDATE score.receivable_scores SET confidence = 'low' WHERE receivable_id = 'F5'")
    assert to_html(read_diagnosis(work), "en").count("low confidence") == 1
    work.execute("UPDATE score.receivable_scores SET confidence = 'medium'")
    assert "low confidence" not in to_html(read_diagnosis(work), "en")


@pytest.mark.parametrize(
    ("days", "said"),
    [(None, "no history"), (0.0, "on the due date"), (-3.0, "3 days early"), (12.4, "12 days"), (1.2, "1 day")],
)
def test_the_usual_delay_says_on_which_side_of_the_due_date_it_is(days, said) -> None:
    assert usual_delay(load_words("en"), finding(value_before=days)) == said


@pytest.mark.parametrize(
    ("dimension", "value", "said"),
    [
        ("country", "PT", "Portugal"), ("country", "XX", "XX"), ("payment_method", "pagare", "pagaré"), ("terms", "90+", "más de 90 días"),
        ("segment", "gran_deuda", "gran deuda"), ("sector", "unknown", "no se sabe"), ("zone", "(other)", "los demás"),
    ],
)  # fmt: skip
def test_groups_have_the_names_that_people_use(dimension, value, said) -> None:
    assert group_name(load_words("es"), finding(dimension=dimension, dimension_value=value)) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_portfolio_in_which_nothing_is_open_has_a_page_too(diagnosis, language) -> None:
    html = to_html(replace(diagnosis, findings=()), language)
    assert load_words(language)["diagnosis_none"] in html


def test_a_currency_in_which_only_overdue_money_is_open_has_a_page_too(diagnosis) -> None:
    kept = tuple(
        line for line in diagnosis.findings if line.kind in {"total", "concentration"} and line.finding != "due_soon"
    )
    html = to_html(replace(diagnosis, findings=kept), "en")
    assert load_words("en")["week_none"] in html
    assert load_words("en")["changed_none"] in html
    assert WellFormed(html).open == []


def test_the_findings_are_those_of_the_table_in_its_order(work, diagnosis) -> None:
    assert diagnosis.currencies == ("EUR", "CLP")
    assert len(diagnosis.findings) == work.execute("SELECT count(*) FROM mart.diagnosis").fetchone()[0]
    total = diagnosis.one("total", "EUR", "open")
    assert (total.open_amount, total.overdue_amount, total.at_risk_amount) == (
        Decimal(1600),
        Decimal(1550),
        Decimal("12.50"),
    )
    assert total.late_amount == Decimal("1562.50")
    assert [line.receivable_id for line in diagnosis.of("prevent_this_week", "CLP")] == ["F5"]


def test_the_page_is_written_to_the_runs_folder_and_is_the_same_again(work, tmp_path) -> None:
    first = write_diagnosis(work, tmp_path / "runs" / "r", "es").read_bytes()
    assert write_diagnosis(work, tmp_path / "runs" / "r", "es").read_bytes() == first
    assert first.startswith(b"<!doctype html>")
