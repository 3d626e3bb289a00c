"""Runs the SQL cases that are data: `tests/sql/<schema>/<relation>/<case>.yaml` says what is given and what is expected.

    comment: A sentence that names the case.
    given:                     # input relations, or models that the rows shall stand in for
      run.parameters: [{as_of: 2026-06-01}]        # one default row when absent
      landing.receivables:
        - {receivable_id: R1, ...}                 # columns not named come from defaults.yaml, else NULL
    strategy: {...}            # loaded as policy.*, as in strategy.yaml; for segment and decide
    expect:
      rows:                    # in any order; only the columns named in the first row are compared
        - {receivable_id: R1, open_amount: 80.00}

`expect: {columns: [...], rows: []}` states an empty result; `where: metric = 'dso'` under `expect` looks at these rows only. Numbers
are compared to six decimals.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from tasks.segment.load import parse_strategy
from tasks.segment.policy import load_policy
from tasks.warehouse.models import build_model, load_models, upstream_of

CASES = sorted(Path(__file__).parent.glob("*/*/*.yaml"))
STEPS_OF_A_CASE = {"comment", "given", "strategy", "expect"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: "/".join(path.with_suffix("").parts[-3:]))
def test_the_relation_holds_what_the_case_expects(path: Path, warehouse) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert case.keys() <= STEPS_OF_A_CASE, f"unknown keys {case.keys() - STEPS_OF_A_CASE}"
    relation = ".".join(path.parts[-3:-1])
    given = {"run.parameters": [{}], **case["given"]}
    models = upstream_of(relation)
    modelled = {model.relation for model in load_models()}
    unused = (given.keys() & modelled) - {model.relation for model in models}
    assert not unused, f"{relation} does not read {sorted(unused)}"

    for name in given.keys() - modelled:
        warehouse.fill(name, given[name])
    if "strategy" in case:
        strategy = parse_strategy(case["strategy"])
        load_policy(warehouse.connection, strategy, batch_size=2, customer_countries=("ES", "MX"))
    for model in models:
        build_model(warehouse.connection, model)
        if model.relation in given:
            warehouse.fill(model.relation, given[model.relation])

    expected = case["expect"]["rows"]
    columns = case["expect"].get("columns") or list(expected[0])
    assert columns, "an empty result needs expect.columns"
    found = warehouse.rows(relation, columns, case["expect"].get("where", "TRUE"))
    difference = compare(expected, found, columns)
    assert not difference, f"{case['comment']}\n{relation} ({path.name}):\n{difference}"


def compare(
    expected: Sequence[Mapping[str, object]], found: Sequence[Mapping[str, object]], columns: Sequence[str]
) -> str:
    """The difference as lines: `-` expected and missing, `+` found and not expected; empty when both are the same."""
    wanted = Counter(_readable(row, columns) for row in expected)
    got = Counter(_readable(row, columns) for row in found)
    missing = [f"- {line}" for line in sorted((wanted - got).elements())]
    surplus = [f"+ {line}" for line in sorted((got - wanted).elements())]
    return "\n".join(missing + surplus)


def _readable(row: Mapping[str, object], columns: Sequence[str]) -> str:
    unnamed = row.keys() - set(columns)
    assert not unnamed, f"expected rows name different columns: {sorted(unnamed)}"
    return json.dumps({name: _plain(row.get(name)) for name in columns}, ensure_ascii=False, default=str)


def _plain(value: object) -> object:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        rounded = f"{float(value):.6f}".rstrip("0").rstrip(".")
        return "0" if rounded == "-0" else rounded
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)


def test_a_difference_names_the_missing_and_the_surplus_rows() -> None:
    assert compare([{"a": 1}, {"a": 2}], [{"a": Decimal("2.00")}, {"a": 3}], ["a"]) == '- {"a": "1"}\n+ {"a": "3"}'


def test_the_same_row_twice_is_not_the_same_row_once() -> None:
    assert compare([{"a": 1}], [{"a": 1}, {"a": 1}], ["a"]) == '+ {"a": "1"}'
