"""A short run of every fuzzing target, and proof that the targets see what they look for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.extract.expressions import name
from tasks.extract.values import Typed, amount
from tasks.problems import SourceProblem
from tasks.settings.columns import Decimals
from tasks.settings.formats import CsvFormat
from tests.fuzz import delimited_targets, oracle, table_targets, value_targets, workbook_targets
from tests.fuzz.campaign import Campaign
from tests.fuzz.delimited_targets import Read
from tests.fuzz.delimited_texts import Delimited, whole_file
from tests.fuzz.message_targets import MESSAGES

SEEDS = st.integers(0, 2**32)
# The same inputs every time: new ones are what `make fuzz` is for.
SHORT = settings(
    max_examples=4, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def campaign_of(folder: Path, seed: int, inputs: int) -> Campaign:
    return Campaign("sample", Random(seed), inputs, 60, folder)  # noqa: S311 - repeatable


@pytest.mark.parametrize(
    "target",
    [
        value_targets.amounts,
        value_targets.dates,
        value_targets.whole_numbers,
        value_targets.smallest_units,
        value_targets.debit_and_credit,
        value_targets.years_from_elsewhere,
    ],
)
def test_values_are_read_as_the_oracle_reads_them(
    target: Callable[[Campaign], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(value_targets, "BATCH", 2_000)
    campaign = campaign_of(tmp_path, 1, 8_000)
    target(campaign)
    assert campaign.values > 100
    assert not campaign.findings


@pytest.mark.parametrize(
    "target",
    [
        delimited_targets.whole_files,
        delimited_targets.damaged_files,
        delimited_targets.hostile_headers,
        workbook_targets.workbooks,
        workbook_targets.damaged_workbooks,
        table_targets.json_documents,
        table_targets.fixed_width_lines,
        table_targets.damaged_parquet,
    ],
)
@given(seed=SEEDS)
@SHORT
def test_files_are_refused_or_every_row_and_text_of_them_is_accounted_for(
    target: Callable[[Campaign], None], tmp_path: Path, seed: int
) -> None:
    campaign = campaign_of(tmp_path, seed, 15)
    target(campaign)
    assert not campaign.findings


@pytest.mark.parametrize("standard", sorted(MESSAGES))
@given(seed=SEEDS)
@SHORT
def test_bank_files_and_invoices_are_refused_or_read_as_they_stand(standard: str, tmp_path: Path, seed: int) -> None:
    campaign = campaign_of(tmp_path, seed, 30)
    MESSAGES[standard](campaign)
    assert not campaign.findings


def compared(folder: Path, typed: Typed, *texts: str) -> Campaign:
    campaign = campaign_of(folder, 0, 10)
    rows = [(text,) for text in texts]
    value_targets._compare(campaign, typed, ("x",), rows, lambda row: oracle.money(str(row[0]), ".", ""), "planted")
    return campaign


def test_a_value_that_the_text_does_not_say_is_found(tmp_path: Path) -> None:
    plain = amount("x", name("x"), "DECIMAL(18,2)", Decimals())
    swapped = amount("x", name("x"), "DECIMAL(18,2)", Decimals(decimal=",", thousands="."))
    assert not compared(tmp_path, plain, "1.50", "x", "12").findings
    assert compared(tmp_path, swapped, "1.500").count("coercion") == 1
    assert compared(tmp_path, swapped, "1.50").count("lost") == 1


def test_a_row_that_nobody_counts_is_found(tmp_path: Path) -> None:
    made = next(file for seed in range(99) if len((file := whole_file(Random(seed))).rows) > 2)  # noqa: S311 - repeatable
    lost = campaign_of(tmp_path, 0, 1)
    delimited_targets._same_cells(lost, made, Read([(0, row) for row in made.rows[1:]], [], 0))
    changed = campaign_of(tmp_path, 0, 1)
    rows = [(0, [f"{cell}." for cell in row]) for row in made.rows]
    delimited_targets._same_cells(changed, made, Read(rows, [], 0))
    assert (lost.count("unaccounted"), changed.count("coercion")) == (1, 1)


def test_a_text_in_no_account_is_found(tmp_path: Path) -> None:
    made = Delimited(CsvFormat(delimiter=";"), b"a;b\n1;2\n3\n", ("a", "b"), [])
    for read, found in (
        (Read([(1, ["1", "2"])], [(2, "3")], 0), 0),
        (Read([(1, ["1", "2"])], [], 0), 2),
        (Read([(1, ["1", "2"])], [(2, "3"), (3, "3")], 0), 2),
    ):
        campaign = campaign_of(tmp_path, 0, 1)
        delimited_targets._accounted(campaign, made, read)
        assert campaign.count("unaccounted") == found


def test_an_exception_is_a_crash_and_a_problem_is_a_refusal(tmp_path: Path) -> None:
    campaign = campaign_of(tmp_path, 0, 9)
    with campaign.input(b"x"):
        raise ValueError("a defect")
    with campaign.input(b"y"):
        raise SourceProblem.at("file", "is wrong", "Correct it.")
    with campaign.input(b"z"):
        raise SourceProblem.at("file", "is wrong", "")
    assert (campaign.inputs, campaign.refused, campaign.count("crash")) == (3, 2, 2)
    assert len(list(tmp_path.glob("sample/crash-*.txt"))) == 2
