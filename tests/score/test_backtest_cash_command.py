"""`puntual backtest --cash` shows the cash forecast of past days beside naive plans, in the company's language and as JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from flows.cli import app as command_line
from flows.cli.figures import cash_tables, model_cash_tables
from tasks.report.words import Language
from tasks.score.card.words import card_words
from tasks.score.cash import of_exports
from tasks.score.cash.figures import CashBacktest, ModelCash
from tasks.score.fitted import trees
from tasks.settings.load import load_workspace
from tests.score.small_company import LAST, write_company


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_company(tmp_path_factory.mktemp("cash") / "acme", receivables=700)


@pytest.fixture(scope="module")
def found(company: Path) -> CashBacktest:
    return of_exports.backtest_exports(load_workspace(company), LAST, known_on=LAST, count=2)


def test_each_currency_has_its_errors_and_its_share_within_the_interval(found: CashBacktest) -> None:
    assert found.days == (date(2026, 4, 26), date(2026, 5, 24))
    assert {item.currency for item in found.figures} == {"EUR", "MXN"}
    for item in found.figures:
        assert 0 <= item.coverage <= 1
        if (item.first_week, item.last_week) == (1, 13):
            assert item.actual_amount > 0
            assert item.weeks == 6  # five whole weeks after the first Sunday, one after the second
            assert None not in {item.forecast.absolute, item.due.absolute, item.average.absolute}


def test_an_earlier_day_is_judged_by_what_was_paid_before_it(company: Path) -> None:
    earlier = of_exports.backtest_exports(
        load_workspace(company), date(2025, 12, 1), known_on=date(2026, 11, 1), count=1
    )
    assert earlier.days == (date(2025, 11, 23),)
    assert {outcome.week_number for outcome in earlier.outcomes} == {1}
    assert all(outcome.actual > 0 for outcome in earlier.outcomes)


def test_days_before_the_first_receivable_are_left_out(company: Path) -> None:
    nothing = of_exports.backtest_exports(load_workspace(company), date(2024, 12, 1), known_on=LAST, count=1)
    assert nothing == CashBacktest((), (), ())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ("Previsión de cobros en EUR", "Semanas de ", "2–4", "Las 13", "intervalo")),
        ("en", ("Cash forecast in EUR", "Weeks ahead", "2–4", "All 13", "interval")),
    ],
)
def test_the_tables_fit_a_terminal_and_speak_the_companys_language(
    found: CashBacktest, language: Language, words: tuple[str, ...]
) -> None:
    tables = cash_tables(found, card_words(language))
    assert len(tables) == 2
    console = Console(width=80)
    with console.capture() as captured:
        console.print(tables[0])
    shown = captured.get()
    for word in words:
        assert word in shown
    assert shown.rstrip().endswith("%"), "the last column is the share within the interval"


def test_habits_and_the_model_stand_side_by_side(found: CashBacktest) -> None:
    tables = model_cash_tables(ModelCash(date(2026, 4, 1), found, found), card_words("es"))
    console = Console(width=80)
    with console.capture() as captured:
        console.print(tables[0])
    for word in ("según hábitos", "modelo", "2–4", "Las 13"):
        assert word in captured.get()


def test_the_command_judges_cash_when_asked(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_exports, "DAYS", 1)
    monkeypatch.setattr(trees, "QUANTILE_ROUNDS", 4)
    shapes = {name: ({**shape, "max_leaves": 6, "eta": 0.12}, 20) for name, (shape, _) in trees.SHAPES.items()}
    monkeypatch.setattr(trees, "SHAPES", shapes)
    result = CliRunner().invoke(
        command_line.app, ["backtest", str(company), "--cash", "--json"], catch_exceptions=False
    )
    asked = json.loads(result.stdout)
    assert asked["cash"]["days"] == ["2026-05-24"]
    assert {item["currency"] for item in asked["cash"]["figures"]} == {"EUR", "MXN"}
    assert asked["seconds"]["cash"] > 0
    by_model = asked["cash"]["by_model"]
    assert by_model["trained_on"] <= "2026-05-24"
    assert by_model["fitted"]["days"] == by_model["habits"]["days"] == ["2026-05-24"]
    assert by_model["habits"]["figures"] == asked["cash"]["figures"]
    assert by_model["fitted"]["figures"] != asked["cash"]["figures"]
    assert {item["currency"] for item in by_model["fitted"]["figures"]} == {"EUR", "MXN"}
