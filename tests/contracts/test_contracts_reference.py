"""The committed reference page says what the contracts say."""

from __future__ import annotations

from tasks.contracts.load import load_contract
from tasks.contracts.reference import PAGE, reference_page


def test_the_committed_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == reference_page(), "run: python -m tasks.contracts.reference"


def test_the_page_names_every_column_and_rule_of_the_receivables():
    page, contract = reference_page(), load_contract("receivables")
    for named in (*contract.columns, *contract.row_rules, *contract.dataset_rules):
        assert f"| `{named.name}` |" in page
