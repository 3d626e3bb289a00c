"""The card says the same in both languages, needs nothing else, and hides no weakness."""

from __future__ import annotations

import re

import pytest
import yaml
from lxml import etree

from tasks.paths import TEMPLATES
from tasks.score.card.model_card import (
    Standing,
)
from tasks.score.card.page import to_html, to_markdown, write_card
from tasks.score.card.plots import BOTTOM, LEFT, RIGHT, TOP, calibration_plot, gain_plot
from tasks.score.card.words import card_words
from tasks.score.evaluation.calibration import CalibrationBin
from tasks.score.evaluation.figure import Interval, Reason
from tasks.score.evaluation.money import GainCurve
from tests.score.card_sample import LANGUAGES, make_card, parsed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_else_and_runs_nothing(card, language) -> None:
    page = to_html(card, language)
    tree = parsed(page)
    assert not tree.xpath("//script | //link | //img | //iframe | //object | //@onclick | //@src")
    assert "url(" not in page
    assert "http" not in page
    assert tree.get("lang") == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plot_has_a_title_a_description_and_a_table_beside_it(card, language) -> None:
    tree = parsed(to_html(card, language))
    figures = tree.xpath("//figure")
    assert len(figures) == 4
    for figure in figures:
        (plot,) = figure.xpath(".//svg[@role='img']")
        names = plot.get("aria-labelledby").split()
        assert all(tree.get_element_by_id(name).text_content().strip() for name in names)
        assert figure.xpath(".//table//td")
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_plots_are_well_formed_and_stay_inside_their_frame(card, language) -> None:
    for plot in re.findall(r"<svg.*?</svg>", to_html(card, language), flags=re.DOTALL):
        root = etree.fromstring(plot.encode())
        for dot in root.iter("circle"):
            assert LEFT <= float(dot.get("cx")) <= RIGHT
            assert TOP <= float(dot.get("cy")) <= BOTTOM
        for line in root.iter("polyline"):
            points = [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]
            assert all(LEFT <= x <= RIGHT and TOP <= y <= BOTTOM for x, y in points)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_card_is_the_same_page_every_time(card, language) -> None:
    assert to_html(card, language) == to_html(make_card(), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_from_outside_are_shown_and_never_taken_for_markup(card, language) -> None:
    page, text = to_html(card, language), to_markdown(card, language)
    assert "Aceros &lt;del Sur&gt; S.A." in page
    assert "<del" not in page
    assert "<Oriente>" not in page
    assert "Sur & \\<Oriente\\>" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_forms_show_every_forecast_segment_feature_and_who_decides(card, language) -> None:
    words = card_words(language)
    shown = (
        *(words.named("model", item.name) for item in card.targets[0].backtest.models),
        "Norte",
        words["use_not_1"],
    )
    page, text = parsed(to_html(card, language)).text_content(), to_markdown(card, language)
    for item in (*shown, words["label_31-60"], card.model_id, words["label_none"]):
        assert item in page
        assert item in text
    for feature in card.features:
        assert feature.meaning(language) in page
        assert feature.meaning(language) in text
    assert ("RGPD" if language == "es" else "GDPR") in text


def test_numbers_are_written_as_each_language_writes_them(card) -> None:
    assert "7.210" in to_markdown(card, "es")
    assert "7,210" in to_markdown(card, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_tables_have_the_same_number_of_cells_in_every_row(card, language) -> None:
    tables = re.findall(r"(?:^\|.*\n)+", to_markdown(card, language), flags=re.MULTILINE)
    assert len(tables) >= 12
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1
        assert table.splitlines()[1].startswith("|--")


def test_both_languages_have_the_same_words_and_no_empty_one() -> None:
    found = {
        language: yaml.safe_load((TEMPLATES / "score" / f"words.{language}.yaml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }
    assert found["es"].keys() == found["en"].keys()
    assert all(str(text).strip() for texts in found.values() for text in texts.values())
    holes = {
        language: {key: sorted(re.findall(r"{(\w+)}", str(text))) for key, text in texts.items()}
        for language, texts in found.items()
    }
    assert holes["es"] == holes["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_standing_has_words(language) -> None:
    words = card_words(language)
    assert all(words[f"why_{reason}"] for reason in Reason)
    assert all(words[f"standing_{standing}"] for standing in Standing)


def test_writing_gives_the_page_and_its_markdown(card, tmp_path) -> None:
    page = write_card(tmp_path / "run", card, "es")
    assert page.name == "model_card.html"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (tmp_path / "run" / "model_card.md").read_text(encoding="utf-8").startswith("# Ficha del modelo")


@pytest.mark.parametrize(("highest", "marks"), [(0.07, 2), (0.42, 6), (0.55, 4), (0.97, 6)])
def test_the_scale_ends_at_the_next_mark(highest, marks) -> None:
    tenth = CalibrationBin(rows=9, foretold=0.01, observed=0.02, interval=Interval(0.0, highest))
    plot = calibration_plot((tenth,))
    assert len(plot.ticks) == marks
    assert plot.ticks[-1].share == pytest.approx(plot.maximum)
    assert (plot.ticks[-1].x, plot.ticks[-1].y) == (RIGHT, TOP)


def test_a_gain_line_goes_from_corner_to_corner() -> None:
    plot = gain_plot((GainCurve("puntual", "EUR", (0.0, 0.5, 1.0), (0.0, 0.8, 1.0)),))
    assert plot.lines[0].points == "46.0,252.0 197.0,60.0 348.0,12.0"
