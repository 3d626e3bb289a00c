"""Each figure is shown with its arithmetic, as its reader writes numbers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tasks.consequences.check import consequence_problems
from tasks.consequences.claim import Claim, InterestPeriod
from tasks.consequences.wording import claim_lines
from tasks.remind.wording import locale_of

FIRST = InterestPeriod(date(2013, 1, 16), date(2013, 2, 23), Decimal("7.75"), Decimal(10000))
SECOND = InterestPeriod(date(2013, 2, 24), date(2013, 3, 31), Decimal("8.75"), Decimal(10000))
STRATEGY = """
ladders: {usual: [{step: first, after_due: 1}]}
segments: [{name: everybody, ladder: usual}]
consequences:
  since: SINCE
  default: {late_interest: {kind: statutory, country: ES}, fees: {STEP: {EUR: 10}}}
"""


def said(language: str, country: str, total: str, *periods: InterestPeriod) -> list[str]:
    claim = Claim("R1", "late_interest", "ES", "EUR", Decimal(total), "claimed", periods=periods)
    lines = claim_lines(claim, document="F-1", locale=locale_of(language=language, country=country))
    return [line.replace("\u00a0", " ") for line in lines]


@pytest.mark.parametrize(
    ("language", "country", "line"),
    [
        ("es", "ES", "10.000,00 € × 7,75 % × 39 / 365 = 82,81 €"),
        ("en", "GB", "€10,000.00 × 7.75% × 39 / 365 = €82.81"),
        ("pt", "PT", "10 000,00 € × 7,75% × 39 / 365 = 82,81 €"),
    ],
)
def test_interest_is_shown_as_its_reader_writes_it(language, country, line) -> None:
    assert said(language, country, "82.81", FIRST)[1] == line


def test_several_stretches_are_rounded_only_in_their_sum() -> None:
    assert said("es", "ES", "169.11", FIRST, SECOND)[1:] == [
        "10.000,00 € × 7,75 % × 39 / 365 = 82,8082",
        "10.000,00 € × 8,75 % × 36 / 365 = 86,3014",
        "82,8082 + 86,3014 = 169,11 €",
    ]


def found(tmp_path, since: date, step: str) -> list[tuple[str, str]]:
    path = tmp_path / "strategy.yaml"
    path.write_text(STRATEGY.replace("SINCE", since.isoformat()).replace("STEP", step), encoding="utf-8")
    return [(problem.severity, problem.what) for problem in consequence_problems(path, date(2026, 11, 22))]


def test_check_names_a_missing_half_year_a_fee_nobody_is_charged_and_rates_to_verify(tmp_path) -> None:
    problems = found(tmp_path, date(2025, 12, 1), "second")
    assert ("error", "no rate is known for 2025 H2 (July to December)") in problems
    assert ("error", "no ladder has a step of this name, so the fee is never charged") in problems
    assert sum(severity == "warning" for severity, _ in problems) == 2


def test_check_finds_no_error_where_every_day_has_its_rate(tmp_path) -> None:
    assert all(severity == "warning" for severity, _ in found(tmp_path, date(2026, 1, 1) - timedelta(days=1), "first"))


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("ES", "Intereses de demora de F-1"),
        ("MX", "Intereses moratorios de F-1"),
        ("CL", "Intereses por mora de F-1"),
        ("AR", "Intereses por mora de F-1"),
        ("CO", "Intereses de mora de F-1"),
        ("PE", "Intereses de demora de F-1"),
    ],
)
def test_a_claim_is_named_as_in_the_messages_of_the_country(country, words) -> None:
    assert said("es", country, "82.81", FIRST)[0].startswith(words)


def test_a_document_named_like_a_phrase_keeps_its_number() -> None:
    claim = Claim("R1", "fee", "contract", "MXN", Decimal(10), "claimed")
    (line,) = claim_lines(claim, document="costes de cobro", locale=locale_of(language="es", country="MX"))
    assert line.startswith("Gastos de cobranza de costes de cobro:")
