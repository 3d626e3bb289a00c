"""Every contract is valid ODCS v3 by `datacontract-cli`, and says of each column and rule what a reader needs.

A test and not a step of `make lint`: one process judges all contracts, and the network can be shut while it does.
"""

from __future__ import annotations

import socket

import pytest
import yaml
from datacontract.data_contract import DataContract
from open_data_contract_standard.model import OpenDataContractStandard

from tasks.contracts.load import parse_contract
from tasks.paths import DATA_CONTRACTS

FILES = sorted(DATA_CONTRACTS.glob("*.odcs.yaml"))
AMOUNT, DAYS = "DECIMAL", ("days_", "_days", "days")


def verdict(content: str) -> list[tuple[str, str, str | None]]:
    """What `datacontract lint --all-errors` finds, with the schemas that come with it."""
    run = DataContract(data_contract_str=content, all_errors=True, inline_references=False).lint()
    return [(str(check.result.value), str(check.name), check.reason) for check in run.checks]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("judging a contract must not reach for the network")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_contract_is_valid_odcs_version_3_by_datacontract_cli(path) -> None:
    found = verdict(path.read_text(encoding="utf-8"))
    assert [(result, name) for result, name, _ in found] == [
        ("passed", "Data contract is valid against ODCS v3.1.0")
    ], found


@pytest.mark.parametrize(
    "change",
    [
        {"status": 7},
        {"columns": []},
        {"schema": [{"name": "x", "properties": [{"name": "a", "logicalType": "text"}]}]},
        {"schema": [{"name": "x", "properties": [{"name": "a", "quality": [{"type": "custom"}]}]}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_not_odcs_is_found(change) -> None:
    content = yaml.safe_load(FILES[0].read_text(encoding="utf-8")) | change
    assert {result for result, _, _ in verdict(yaml.safe_dump(content))} & {"failed", "error"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_column_has_a_meaning_an_example_and_the_unit_of_its_amounts_and_days(path) -> None:
    for column in parse_contract(path).columns:
        assert column.description.endswith("."), column.name
        assert column.examples, column.name
        counts_days = column.type in {"INTEGER", "BIGINT", "DOUBLE"} and any(part in column.name for part in DAYS)
        if column.type.startswith(AMOUNT) or counts_days:
            assert column.unit, f"{column.name} has no unit"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_rule_says_its_severity_its_dimension_and_what_is_wrong(path) -> None:
    schema = (OpenDataContractStandard.from_file(str(path)).schema_ or [])[0]
    for rule in schema.quality or []:
        assert rule.name
        assert rule.severity in {"error", "warning"}, rule.name
        assert rule.dimension, rule.name
        assert (rule.description or "").strip(), rule.name


def test_there_is_a_contract_for_everything_that_comes_in_and_goes_out() -> None:
    names = {path.name.removesuffix(".odcs.yaml") for path in FILES}
    assert {"customers", "contacts", "receivables", "payments"} <= names
    assert {name for name in names if name.startswith("mart_")} == {
        f"mart_{path.stem}" for path in (DATA_CONTRACTS.parent / "sql" / "mart").glob("*.sql")
    }
