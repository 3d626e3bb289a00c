"""The card says the same in both languages, needs nothing else, and hides no weakness."""

from __future__ import annotations

import dataclasses
import re
from datetime import date, timedelta

import numpy as np
import pytest
import yaml
from lxml import etree, html

from tasks.paths import TEMPLATES
from tasks.score.card.limits import limits_of
from tasks.score.card.model_card import (
    Comparison,
    DataGap,
    DataSpan,
    FeatureLine,
    FutureCheck,
    ModelCard,
    Promotion,
    Standing,
    TargetCard,
)
from tasks.score.card.page import to_html, to_markdown, write_card
from tasks.score.card.plots import BOTTOM, LEFT, RIGHT, TOP, calibration_plot, gain_plot
from tasks.score.card.ranking import best_baseline, value_of
from tasks.score.card.words import card_words
from tasks.score.evaluation.backtest import evaluate_all
from tasks.score.evaluation.baselines import ageing, base_rate, customer_mean, customer_share
from tasks.score.evaluation.calibration import CalibrationBin, calibration_bins
from tasks.score.evaluation.drift import feature_drift
from tasks.score.evaluation.figure import Interval, Reason
from tasks.score.evaluation.figures import evaluate
from tasks.score.evaluation.inputs import Forecast, Outcomes
from tasks.score.evaluation.leaks import Sign, Suspicion
from tasks.score.evaluation.money import GainCurve, gain_curve

LANGUAGES = ("es", "en")
ROWS = 3000
CUTOFF = date(2026, 1, 5)


def some_target(tolerance_days: int) -> TargetCard:
    rng = np.random.default_rng(11)
    customer = rng.integers(0, 150, ROWS)
    habit = rng.beta(1.2, 2.2, 150)
    truth = np.clip(habit[customer] * 0.7 + rng.uniform(-0.2, 0.4, ROWS), 0.02, 0.97) * (0.4 if tolerance_days else 1)
    late = rng.uniform(size=ROWS) < truth
    days = np.round(np.where(late, tolerance_days + rng.gamma(1.5, 6, ROWS) + 1, -rng.gamma(1, 3, ROWS)))
    days[rng.uniform(size=ROWS) < 0.02] = np.nan
    bucket = np.where(habit[customer] > 0.5, "31-60", np.where(habit[customer] > 0.3, "1-30", "current"))
    history = rng.uniform(size=ROWS) > 0.07
    outcomes = Outcomes(
        is_late=late,
        days_late=days,
        amount=np.round(rng.lognormal(7, 1.3, ROWS), 2),
        currency=np.where(rng.uniform(size=ROWS) < 0.9, "EUR", "CLP"),
        customer=customer.astype(str),
        scored_on=np.datetime64(CUTOFF) + rng.integers(0, 6, ROWS) * 28,
        has_history=history,
        segments={
            "zone": rng.choice(["Norte", "Sur & <Oriente>", ""], ROWS, p=[0.6, 0.39, 0.01]),
            "aging": bucket,
        },
    )
    p = np.clip(truth + rng.normal(0, 0.05, ROWS), 0.01, 0.99)
    model = Forecast(name="puntual", probability=p, days_late=truth * 8, low=np.full(ROWS, -6.0), high=8 + 12 * truth)
    share = np.where(history, habit[customer], np.nan)
    baselines = [
        customer_share(late_share=share, mean_days_late=share * 8, train_is_late=late),
        ageing(train_bucket=bucket, train_is_late=late, train_days_late=days, bucket=bucket),
        base_rate(train_is_late=late, train_days_late=days, rows=ROWS),
        customer_mean(mean_days_late=share * 8, train_days_late=days),
    ]
    before, now = {f"feature_{n}": rng.normal(size=ROWS) for n in range(14)}, {}
    for n, (name, values) in enumerate(before.items()):
        now[name] = values + (0.9 if n == 2 else 0.45 if n == 5 else 0)
    fold = evaluate(outcomes, model, repetitions=0)
    result = evaluate_all(
        target=f"paid more than {tolerance_days} days late",
        cutoff=CUTOFF,
        rows_train=7210,
        outcomes=outcomes,
        model=model,
        baselines=baselines,
        drift=feature_drift(before=before, now=now),
        folds=((date(2025, 10, 1), fold), (CUTOFF, fold)),
    )
    drawn = [item for item in (model, *baselines) if item.probability is not None]
    best = Forecast(name="best_possible", probability=late.astype(float))
    curves = [gain_curve(outcomes, item.probability, name=item.name, currency="EUR") for item in (*drawn, best)]
    return TargetCard(
        tolerance_days=tolerance_days,
        is_by_working_days=bool(tolerance_days),
        backtest=result,
        calibration=calibration_bins(late, p),
        gains=tuple(curve for curve in curves if curve),
    )


def make_card() -> ModelCard:
    return ModelCard(
        model_id="trees-20260105-3fa2",
        kind="trees",
        company_name="Aceros <del Sur> S.A.",
        trained_on=date(2026, 6, 3),
        data=DataSpan(
            first_on=date(2024, 2, 1),
            last_on=date(2026, 6, 2),
            customers=150,
            currencies=("EUR", "CLP"),
            late_share_train=0.41,
            late_share_test=0.39,
            without_history=0.07,
        ),
        features=tuple(
            FeatureLine(
                name=f"feature_{n}",
                meaning_es=f"Parte de lo saldado tarde en los últimos {n + 1} meses, contraída hacia la de la empresa",
                meaning_en=f"Share settled late in the last {n + 1} months, shrunk towards the company's",
                importance=importance,
            )
            for n, importance in enumerate((0.02, 0.41, 0.22, 0.2, 0.1, 0.05))
        ),
        targets=(some_target(0), some_target(7)),
        promotion=Promotion(
            is_in_use=True,
            standing=Standing.BETTER,
            replaced="trees-20251005-11c0",
            comparisons=(
                Comparison(figure="auc", tolerance_days=0, before=0.812, after=0.831),
                Comparison(figure="brier", tolerance_days=0, before=0.171, after=0.165),
            ),
        ),
        future_check=FutureCheck(rows=3000, features=14),
        gaps=(DataGap(field="sector", missing_share=0.34), DataGap(field="zone", missing_share=0.01)),
    )


@pytest.fixture(scope="module")
def card() -> ModelCard:
    return make_card()


def parsed(page: str):
    return html.document_fromstring(page, parser=html.HTMLParser(recover=False, huge_tree=False))


def changed(card: ModelCard, **of_first_backtest) -> ModelCard:
    """The card whose first target's back-test has other values."""
    first = card.targets[0]
    backtest = dataclasses.replace(first.backtest, **of_first_backtest)
    return dataclasses.replace(card, targets=(dataclasses.replace(first, backtest=backtest), *card.targets[1:]))


def codes(card: ModelCard) -> set[str]:
    return {limit.code for limit in limits_of(card)}


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


def test_weaknesses_are_read_off_the_numbers(card) -> None:
    assert {"gap", "drift", "small_segments", "coverage", "baseline_better"} <= codes(card)
    assert not {"short_history", "few_rows", "few_customers", "without_history", "not_checked", "leak"} & codes(card)
    gaps = [limit.names for limit in limits_of(card) if limit.code == "gap"]
    assert gaps == [("sector",)]


def test_little_or_dirty_history_is_said(card) -> None:
    data = dataclasses.replace(
        card.data, first_on=card.data.last_on - timedelta(days=99), customers=12, without_history=0.4
    )
    poor = changed(dataclasses.replace(card, data=data, future_check=None), rows_train=300)
    assert {"short_history", "few_rows", "few_customers", "without_history", "not_checked"} <= codes(poor)
    assert "100 días" in to_markdown(poor, "es")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_target_that_says_no_more_than_the_base_rate_is_told(card, language) -> None:
    plain = dataclasses.replace(card, targets=(dataclasses.replace(card.targets[0], is_base_rate=True),))
    assert "base_rate" in codes(plain) - codes(card)
    assert {"es": "la tasa base", "en": "the base rate"}[language] in to_markdown(plain, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_leak_is_said_on_the_page(card, language) -> None:
    leaky = changed(card, suspicions=(Suspicion(Sign.TRAINED_ON_LATER_ROWS, "12 of 90 rows", rows=12, all_rows=90),))
    leaky = dataclasses.replace(leaky, future_check=FutureCheck(rows=9, features=3, moved=("late_share",)))
    assert {"leak", "sees_future"} <= codes(leaky)
    said = {"es": "12 de 90 filas de entrenamiento", "en": "12 of 90 training rows"}
    assert said[language] in to_html(leaky, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_company_with_hardly_any_rows_gets_a_card_that_says_so_instead_of_figures(card, language) -> None:
    rows = 20
    outcomes = Outcomes(
        is_late=np.arange(rows) < 3,
        days_late=np.zeros(rows),
        amount=np.ones(rows),
        currency=np.full(rows, "EUR"),
        customer=np.arange(rows).astype(str),
        scored_on=np.full(rows, np.datetime64(CUTOFF)),
        has_history=np.zeros(rows, dtype=bool),
    )
    model = Forecast(name="puntual", probability=np.linspace(0.1, 0.9, rows), days_late=np.zeros(rows))
    result = evaluate_all(target="t", cutoff=CUTOFF, rows_train=30, outcomes=outcomes, model=model, baselines=[])
    target = TargetCard(tolerance_days=0, is_by_working_days=False, backtest=result, calibration=(), gains=())
    promotion = Promotion(is_in_use=False, standing=Standing.NOT_BETTER, replaced="scorecard")
    small = dataclasses.replace(card, targets=(target,), features=(), promotion=promotion)
    words = card_words(language)
    page = parsed(to_html(small, language)).text_content()
    assert words["why_too_few_rows"].format(rows=50) in page
    assert words["not_in_use"] in page
    assert not re.search(r"\bNaN\b|\bNone\b", page + to_markdown(small, language))


def test_the_best_rule_of_thumb_is_the_lowest_error_and_the_highest_ranking(card) -> None:
    result = card.targets[0].backtest
    for name, choose in (("auc", max), ("brier", min), ("mae_days", min), ("money:EUR", max)):
        values = [value_of(item, name).value for item in result.models[1:]]
        assert value_of(best_baseline(result, name), name).value == choose(v for v in values if v is not None)
    with pytest.raises(KeyError):
        value_of(result.models[0], "rows")


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
