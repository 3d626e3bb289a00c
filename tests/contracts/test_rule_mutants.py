"""Each row rule lets the sound row pass and catches a row that breaks it; a rule without such a row fails the tests."""

from __future__ import annotations

import duckdb
import pytest

from tasks.contracts.currencies import DECIMALS
from tasks.contracts.load import load_contract
from tests.contracts.mutants import ALSO_CAUGHT, CREDIT_NOTE, MUTANTS, ONE_OF_THEM, SOUND

RULES = [(name, rule) for name in SOUND for rule in load_contract(name).row_rules]


def holds(contract_name: str, condition: str, row: dict[str, str | None]) -> bool | None:
    """What DuckDB makes of `condition` for one row whose values are given as text."""
    columns = load_contract(contract_name).columns
    values = ", ".join(f'CAST(? AS {column.type}) AS "{column.name}"' for column in columns)
    with duckdb.connect() as connection:
        query = f"SELECT ({condition}) FROM (SELECT {values})"  # noqa: S608 - our contracts' own text
        return connection.execute(query, [row.get(column.name) for column in columns]).fetchone()[0]


@pytest.mark.parametrize(("name", "rule"), RULES, ids=lambda value: getattr(value, "name", value))
def test_each_rule_passes_the_sound_row_and_catches_each_mutant(name, rule):
    assert holds(name, rule.condition, SOUND[name]) is True
    assert (name, rule.name) in MUTANTS, f"add a mutant row that the rule {rule.name} of {name} catches"
    for mutant in (MUTANTS[name, rule.name], *ALSO_CAUGHT.get((name, rule.name), ())):
        assert holds(name, rule.condition, {**SOUND[name], **mutant}) is False, mutant


@pytest.mark.parametrize(("name", "rule"), RULES, ids=lambda value: getattr(value, "name", value))
def test_no_other_rule_catches_the_mutant_of_a_rule(name, rule):
    row = {**SOUND[name], **MUTANTS[name, rule.name]}
    caught = [other.name for other in load_contract(name).row_rules if holds(name, other.condition, row) is False]
    assert caught == [rule.name]


@pytest.mark.parametrize(("name", "rule"), RULES, ids=lambda value: getattr(value, "name", value))
def test_an_optional_value_that_is_missing_breaks_no_rule(name, rule):
    contract = load_contract(name)
    required = {column.name: SOUND[name][column.name] for column in contract.columns if column.is_required}
    required |= ONE_OF_THEM.get(rule.name, {})
    assert holds(name, rule.condition, required) is not False


@pytest.mark.parametrize("rule", load_contract("receivables").row_rules, ids=lambda rule: rule.name)
def test_a_credit_note_with_its_negative_amounts_breaks_no_rule(rule):
    assert holds("receivables", rule.condition, {**SOUND["receivables"], **CREDIT_NOTE}) is True


@pytest.mark.parametrize("name", ["receivables", "payments"])
def test_amounts_of_the_currencys_own_decimals_break_no_rule(name):
    (rule,) = (rule for rule in load_contract(name).row_rules if rule.name == "amount_has_the_currencys_decimals")
    for currency, decimals in DECIMALS.items():
        amount = {"currency": currency, "amount": "1000.00" if decimals == 0 else "1000.01"}
        assert holds(name, rule.condition, {**SOUND[name], **amount}) is True, currency


@pytest.mark.parametrize("rule", load_contract("payments").row_rules, ids=lambda rule: rule.name)
def test_a_returned_direct_debit_breaks_no_rule(rule):
    returned = {**SOUND["payments"], "amount": "-1210.50", "payment_method": "direct_debit"}
    assert holds("payments", rule.condition, returned) is True


def test_every_mutant_belongs_to_a_rule_that_exists():
    assert set(MUTANTS) == {(name, rule.name) for name, rule in RULES}
    assert set(ALSO_CAUGHT) <= set(MUTANTS)
