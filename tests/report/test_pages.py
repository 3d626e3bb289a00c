from __future__ import annotations

import re
from dataclasses import fields, replace
from html.parser import HTMLParser

import pytest
import yaml

from tasks.ledger.counts import ReminderCounts
from tasks.paths import TEMPLATES
from tasks.report.artifact import decision_table, reject_table, to_markdown
from tasks.report.next_steps import next_steps
from tasks.report.page import SHOWN_METRICS, read_riskiest, to_html, write_pages
from tasks.report.read import read_summary
from tasks.report.rendering import markdown_text
from tasks.report.summary import RunSummary
from tasks.report.words import LANGUAGES, load_words, report_language

NAMES = ("Talleres Ebro", "Obras", "Andes SpA", "Tesorería", "pagos@example.com", "C1", "C2", "C3", "acme|C1")


class Page(HTMLParser):
    """What a browser would load, and the visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action"}]
        if tag not in {"meta", "br", "link", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_one_well_formed_document_that_loads_nothing(summary, work, language) -> None:
    html = to_html(summary, read_riskiest(work), language)
    page = Page(html)
    links = ["diagnosis.html", "/home/ana/acme/.puntual/data_docs/index.html"]
    assert page.loads == links, "only the links a person may follow"
    assert page.open == []
    assert "<script" not in html
    assert not re.search(r"@import|url\(", html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_the_riskiest_customers_by_name_and_escapes_them(summary, work, language) -> None:
    html = to_html(summary, read_riskiest(work), language)
    assert "Obras &amp; Cía &lt;Sur&gt;" in html
    assert "Talleres Ebro, S.L." in html


@pytest.mark.parametrize(("language", "why"), [("es", "paga a menudo con retraso"), ("en", "often pays late")])
def test_the_page_says_in_words_why_a_customer_is_risky(summary, work, language, why) -> None:
    html = to_html(summary, read_riskiest(work), language)
    assert why in html
    assert "often_late" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_artifact_names_no_customer_no_contact_and_no_reminder(summary, language) -> None:
    everything = (
        to_markdown(summary, language) + repr(decision_table(summary, language)) + repr(reject_table(summary, language))
    )
    for name in NAMES:
        assert not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", everything), name


def test_the_summary_has_no_field_for_a_customer() -> None:
    assert not {field.name for field in fields(RunSummary)} & {"riskiest", "customers", "contacts"}


def test_the_artifact_says_in_spanish_what_is_owed_and_decided(summary) -> None:
    text = to_markdown(summary, "es")
    assert "| EUR | 50,00 | 1.000,00 | 0,00 | 0,00 | 550,00 | **1.600,00** | 3 |" in text
    assert "| silencio | sin contacto utilizable | 1 | 550,00 | – |" in text
    assert "| partidas | EUR | 3.210,50 | 3.000,00 | 110,50 | 100,00 |" in text


def test_the_artifact_says_the_same_in_english(summary) -> None:
    text = to_markdown(summary, "en")
    assert "| EUR | 50.00 | 1,000.00 | 0.00 | 0.00 | 550.00 | **1,600.00** | 3 |" in text
    assert "| silent | no usable contact | 1 | 550.00 | – |" in text


def test_the_tables_say_what_is_decided_first_and_what_helps_last(summary) -> None:
    decisions = [row["Decision"] for row in decision_table(summary, "en")]
    assert decisions == sorted(decisions, key=["remind", "wait", "silent"].index)
    refused = reject_table(summary, "es")
    assert refused
    assert {tuple(row) for row in refused} == {("Contrato", "Filas", "Motivo", "Qué ayuda")}


def test_approvals_and_channels_have_a_column_only_where_they_say_something(summary) -> None:
    calm = tuple(replace(line, needing_approval=0, channel="email") for line in summary.messages)
    mixed = (replace(calm[0], needing_approval=1), replace(calm[0], channel="letter"))
    shown = {messages: to_markdown(replace(summary, messages=messages), "en") for messages in (calm, mixed)}
    assert [(" Channel |" in text, " Need approval |" in text) for text in shown.values()] == [
        (False, False),
        (True, True),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_of_the_artifact_has_as_many_cells_in_each_row_as_in_its_head(summary, language) -> None:
    widths: list[int] = []
    for line in [*to_markdown(summary, language).splitlines(), ""]:
        if line.startswith("|"):
            widths.append(len(re.findall(r"(?<!\\)\|", line)))
        else:
            assert len(set(widths)) <= 1, widths
            widths = []


def test_a_file_name_cannot_add_markup_to_the_artifact(work, news) -> None:
    work.execute("UPDATE landing.files SET file = 'a|b\n# [x](javascript:1)<b>' WHERE source = 'bank'")
    text = to_markdown(read_summary(work, news), "en")
    assert r"a\|b # \[x\](javascript:1)\<b\>" in text


def test_markdown_signs_are_neutralised() -> None:
    assert markdown_text("*a*_b_`c`") == r"\*a\*\_b\_\`c\`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_run_has_a_page_too(work, news, language) -> None:
    for table in (
        "landing.files", "landing.file_amounts", "landing.quarantine", "landing.quarantine_history", "landing.set_aside",
            "decide.decisions", "decide.reminders", "report.monthly",
        "staging.receivables", "staging.settlements", "staging.credits", "parties.tasks", "internal.tasks",
    ):  # fmt: skip
        work.execute(f"DELETE FROM {table}")  # noqa: S608
    summary = read_summary(work, replace(news, reminders=ReminderCounts(), warnings=(), links=(), seconds=()))
    words = load_words(language)
    for text in (to_html(summary, (), language), to_markdown(summary, language)):
        assert words["owed_none"] in text
        assert words["next_none"] in text


def test_both_pages_are_written_to_the_runs_folder(summary, work, tmp_path) -> None:
    page = write_pages(tmp_path / "runs" / "r", summary, read_riskiest(work), "es")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (page.parent / "report.md").read_text(encoding="utf-8") == to_markdown(summary, "es")


def test_the_same_run_gives_the_same_page(summary, work) -> None:
    assert to_html(summary, read_riskiest(work), "es") == to_html(summary, read_riskiest(work), "es")


def test_the_riskiest_are_ranked_per_currency_by_expected_loss(work) -> None:
    assert [(line.currency, line.customer_id) for line in read_riskiest(work)] == [
        ("CLP", "C3"),
        ("EUR", "C2"),
        ("EUR", "C1"),
    ]
    assert [line.customer_id for line in read_riskiest(work, per_currency=1)] == ["C3", "C2"]


def test_every_language_has_the_same_words() -> None:
    keys = [
        set(yaml.safe_load((TEMPLATES / "report" / f"words.{language}.yaml").read_text(encoding="utf-8")))
        for language in LANGUAGES
    ]
    assert all(each == keys[0] for each in keys)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_shown_and_every_next_step_has_its_words(work, news, language) -> None:
    words = load_words(language)
    for metric in SHOWN_METRICS:
        assert words[f"metric_{metric}"]
    for step in next_steps(read_summary(work, replace(news, mode="plan", reminders=ReminderCounts(awaiting=1)))):
        assert words.step(step.name, 1)
        assert "2" in words.step(step.name, 2)


@pytest.mark.parametrize(("company", "report"), [("es", "es"), ("en", "en"), ("pt", "en")])
def test_the_report_is_in_the_companys_language_where_there_is_one(company, report) -> None:
    assert report_language(company) == report
