"""The contract files themselves: valid ODCS, fully described, and every rule an SQL condition that catches something."""

from __future__ import annotations

import json
from importlib.resources import files

import duckdb
import jsonschema
import pytest
import sqlglot
import yaml
from open_data_contract_standard.model import OpenDataContractStandard
from sqlglot import exp

from tasks.contracts.load import load_contract, parse_contract
from tasks.paths import DATA_CONTRACTS

INPUTS = ("contacts", "customers", "direct_debits", "orders", "payments", "receivables")
FILES = sorted(DATA_CONTRACTS.glob("*.odcs.yaml"))
ODCS_SCHEMA = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8"))
RULES = [(name, rule) for name in INPUTS for rule in load_contract(name).row_rules]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_contract_is_odcs_version_3_by_the_standards_own_schema(path):
    assert OpenDataContractStandard.from_file(str(path)).apiVersion.startswith("v3.")
    validator = jsonschema.validators.validator_for(ODCS_SCHEMA)(ODCS_SCHEMA)
    findings = [
        f"{list(error.absolute_path)}: {error.message}"
        for error in validator.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))
    ]
    assert findings == []


@pytest.mark.parametrize("name", INPUTS)
def test_every_column_says_what_it_is_with_an_example_and_a_unit_where_it_has_one(name):
    contract = load_contract(name)
    for column in contract.columns:
        assert column.description.endswith("."), column.name
        assert column.examples, column.name
        if column.type.startswith("DECIMAL") or column.name.endswith("_days"):
            assert column.unit, f"{column.name} has no unit"


@pytest.mark.parametrize("name", INPUTS)
def test_every_contract_has_a_key_of_required_columns(name):
    contract = load_contract(name)
    assert contract.key
    assert all(contract.column(part).is_required for part in contract.key)


@pytest.mark.parametrize("name", INPUTS)
def test_examples_can_be_read_as_their_columns_type(name):
    with duckdb.connect() as connection:
        for column in load_contract(name).columns:
            for example in column.examples:
                connection.execute(f"SELECT CAST(? AS {column.type})", [example])


@pytest.mark.parametrize(("name", "rule"), RULES, ids=lambda value: getattr(value, "name", value))
def test_every_rule_is_one_boolean_condition_over_the_contracts_columns(name, rule):
    condition = sqlglot.parse_one(rule.condition, dialect="duckdb")
    assert isinstance(condition, exp.Predicate | exp.Connector | exp.Not | exp.Paren | exp.Func), type(condition)
    read = {column.name for column in condition.find_all(exp.Column)}
    assert read <= {column.name for column in load_contract(name).columns}
    assert rule.column in read
    assert rule.description
    assert rule.fix.endswith(".")


@pytest.mark.parametrize("name", INPUTS)
def test_rule_names_are_unique_within_a_contract(name):
    contract = load_contract(name)
    names = [rule.name for rule in (*contract.row_rules, *contract.dataset_rules)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["direct_debits", "orders", "receivables", "payments"])
def test_the_freshness_column_is_a_required_date(name):
    contract = load_contract(name)
    column = contract.column(contract.freshness_column)
    assert (column.type, column.is_required) == ("DATE", True)


def test_a_file_with_two_schemas_is_refused(tmp_path):
    content = yaml.safe_load((DATA_CONTRACTS / "payments.odcs.yaml").read_text(encoding="utf-8"))
    content["schema"] *= 2
    path = tmp_path / "two.odcs.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ValueError, match="exactly one schema"):
        parse_contract(path)


def test_a_row_rule_without_a_fix_is_refused(tmp_path):
    content = yaml.safe_load((DATA_CONTRACTS / "payments.odcs.yaml").read_text(encoding="utf-8"))
    content["schema"][0]["quality"][0]["customProperties"] = []
    path = tmp_path / "nofix.odcs.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ValueError, match="amount_not_zero"):
        parse_contract(path)
