"""Every check that a contract implies has one file that it refuses, and refuses alone.

Row rules, required columns, types and the key are judged while the file lands, the dataset rules by Great Expectations
over what landed. All mutant files of a contract land in one run, each as a source of its own.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import yaml

from tasks.contracts.load import Contract, load_contract
from tasks.extract import attach_landing, extract
from tasks.problems import DatasetRejected
from tasks.settings.load import load_workspace
from tasks.validate.validation import validate
from tests.contracts.mutants import BESIDE_UNREADABLE, FREE_TEXT, MUTANTS, SOUND, Row
from tests.extract.bench import AS_OF, COMPANY

UNREADABLE = "x"
CONTRACTS = [load_contract(name) for name in SOUND]
ROW_RULES = [(contract.name, rule) for contract in CONTRACTS for rule in contract.row_rules]
DATASET_RULES = [(contract.name, rule) for contract in CONTRACTS for rule in contract.dataset_rules]
COLUMNS = [(contract.name, column) for contract in CONTRACTS for column in contract.columns]
REQUIRED = [(name, column.name) for name, column in COLUMNS if column.is_required]
TYPED = [(name, column.name) for name, column in COLUMNS if column.type != "VARCHAR"]


def named(value: object) -> object:
    """How a rule or contract is called in a test's name."""
    return getattr(value, "name", value)


@dataclass(frozen=True)
class Found:
    """What a run says of one file: the reasons of each refused row, and the rules of which it counts broken rows."""

    landed: int
    refused: list[list[str]]
    warned: list[str]


def mutant_files(contract: Contract) -> dict[str, list[Row]]:
    """The rows of each mutant file by its check; `sound` has nothing to refuse."""
    sound = SOUND[contract.name]
    files: dict[str, list[Row]] = {"sound": [sound]}
    for rule in contract.row_rules:
        files[f"rule_{rule.name}"] = [{**sound, **MUTANTS[contract.name, rule.name]}]
    for column in contract.columns:
        if column.is_required:
            files[f"required_{column.name}"] = [{**sound, column.name: None}]
        if column.type != "VARCHAR":
            beside = BESIDE_UNREADABLE.get((contract.name, column.name), {})
            files[f"type_{column.name}"] = [{**sound, **beside, column.name: UNREADABLE}]
    free = FREE_TEXT[contract.name]
    files["key"] = [{**sound, free: "one"}, {**sound, free: "two"}]
    return files


@pytest.fixture(scope="module")
def found_in(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Found]]:
    """What one run says of all mutant files of a contract."""
    known: dict[str, dict[str, Found]] = {}

    def find(name: str) -> dict[str, Found]:
        if name not in known:
            known[name] = findings(name, tmp_path_factory.mktemp(name))
        return known[name]

    return find


def findings(name: str, root: Path) -> dict[str, Found]:
    contract = load_contract(name)
    files = mutant_files(contract)
    write_workspace(root, {(name, file): rows for file, rows in files.items()})
    workspace = load_workspace(root)
    extraction = extract(workspace, as_of=AS_OF)
    with duckdb.connect() as connection:
        attach_landing(connection, workspace, extraction.files)
        refused = connection.execute(
            "SELECT source, reasons FROM landing.quarantine ORDER BY source, file_row"
        ).fetchall()
    landed = {file.source: file.landed for file in extraction.files}
    warned = {source: [str(item) for item in extraction.warnings if f"({source})" in item.where] for source in landed}
    by_text = {rule.description: rule.name for rule in contract.row_rules}
    return {
        file: Found(
            landed[file],
            [reasons for source, reasons in refused if source == file],
            [by_text[text.split(" rows: ", 1)[1].split(". ", 1)[0]] for text in warned[file]],
        )
        for file in files
    }


def write_workspace(root: Path, files: dict[tuple[str, str], list[Row]]) -> None:
    """A workspace with a source per file, its columns named as the contract's, and the receivables that every one needs."""
    every = {**files, ("receivables", "needed"): [SOUND["receivables"]]}
    sources = []
    (root / "exports").mkdir()
    for (name, file), rows in every.items():
        columns = [column.name for column in load_contract(name).columns]
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        (root / f"exports/{file}.csv").write_text(text.getvalue(), encoding="utf-8")
        mapping = dict(zip(columns, columns, strict=True))
        sources.append({"name": file, "contract": name, "path": f"exports/{file}.csv", "columns": mapping})
    settings = {"company": COMPANY, "sources": sources}
    (root / "puntual.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")


@pytest.mark.parametrize("name", SOUND)
def test_the_sound_file_lands_without_a_word(found_in, name) -> None:
    assert found_in(name)["sound"] == Found(1, [], [])


@pytest.mark.parametrize(("name", "rule"), ROW_RULES, ids=named)
def test_a_row_rule_refuses_its_file_or_counts_it_and_no_other_check_does(found_in, name, rule) -> None:
    expected = Found(0, [[rule.description]], []) if rule.severity == "error" else Found(1, [], [rule.name])
    assert found_in(name)[f"rule_{rule.name}"] == expected


@pytest.mark.parametrize(("name", "column"), REQUIRED)
def test_a_required_value_that_is_missing_is_the_only_reason(found_in, name, column) -> None:
    reason = f"{column} is empty (column '{column}' of the file)"
    assert found_in(name)[f"required_{column}"] == Found(0, [[reason]], [])


@pytest.mark.parametrize(("name", "column"), TYPED)
def test_a_value_of_another_type_is_the_only_reason(found_in, name, column) -> None:
    found = found_in(name)[f"type_{column}"]
    assert (found.landed, found.warned) == (0, [])
    assert [[reason.split(" is ")[0] for reason in reasons] for reasons in found.refused] == [
        [f"{column}: '{UNREADABLE}'"]
    ]


@pytest.mark.parametrize("name", SOUND)
def test_two_different_rows_of_one_key_are_refused_for_that_only(found_in, name) -> None:
    found, key = found_in(name)["key"], ", ".join(load_contract(name).key)
    reason = f"2 rows have this key ({key}) and different content; the first is row 1 of the file"
    assert found == Found(0, [[reason], [reason]], [])


@pytest.mark.parametrize(("name", "rule"), DATASET_RULES, ids=named)
def test_a_dataset_rule_stops_the_run_for_its_file_and_nothing_else_does(tmp_path, name, rule) -> None:
    assert rule.expectation == "expect_table_row_count_to_be_between", "give the rule a file of its own"
    write_workspace(tmp_path, {(name, "needed" if name == "receivables" else "mutant"): []})
    if name == "receivables":
        (tmp_path / "exports/needed.csv").write_text(
            ",".join(column.name for column in load_contract(name).columns) + "\n"
        )
    workspace = load_workspace(tmp_path)
    extraction = extract(workspace, as_of=AS_OF)
    work_db = tmp_path / "work.duckdb"
    with duckdb.connect(str(work_db)) as connection:
        attach_landing(connection, workspace, extraction.files)
    with pytest.raises(DatasetRejected) as caught:
        validate(workspace, work_db=work_db, as_of=datetime.date(2026, 5, 4))
    assert [(problem.where, rule.description in problem.what) for problem in caught.value.problems] == [(name, True)]
