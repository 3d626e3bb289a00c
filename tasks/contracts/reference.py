"""Writes `docs/contracts.md` from the contracts: `python -m tasks.contracts.reference`.

The page is committed; a test fails when it no longer says what the contracts say.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tasks.contracts.load import Column, Contract, parse_contract
from tasks.paths import DATA_CONTRACTS, PROGRAM

_PUBLISHED = "mart_"
PAGE = PROGRAM / "docs" / "contracts.md"
_INTRODUCTION = """\
# Data contracts

Generated from `data_contracts/*.odcs.yaml` by `python -m tasks.contracts.reference`; edit the contracts, not this page.

A **row rule** is judged row by row while a file is parsed. A row that breaks one with severity *error* goes to quarantine
with the rule's description and what to do; one that breaks a *warning* lands and is counted. A missing value breaks no
rule, except where the column is required. A **dataset rule** is judged by Great Expectations over all landed rows; a broken one stops
the run before anything is decided. Besides these, every landed dataset is checked for its columns and types, for unique
keys, for required values, and per source for freshness (`fresh_within_days`), share of rejected rows (`max_reject_share`),
rows and amounts conserved, and control totals (`control_totals`). Rows that name an unknown customer are counted as warnings.

The control totals are a CSV with the header `source,currency,rows,amount` and a decimal point: what must have landed per source and
currency, with or without the rows in quarantine. `rows` or `amount` may be empty; a line without a currency counts all rows of the source. A currency that a
source with totals does not list must not land. A difference above `control_tolerance` stops the run.
"""


def reference_page(folder: Path = DATA_CONTRACTS) -> str:
    """The whole page: what we accept first, then what we publish."""
    paths = sorted(folder.glob("*.odcs.yaml"))
    lines = [_INTRODUCTION, "## What we accept", ""]
    for path in paths:
        if not path.name.startswith(_PUBLISHED):
            lines += _section(parse_contract(path), "")
    lines += ["## What we publish", ""]
    for path in paths:
        if path.name.startswith(_PUBLISHED):
            lines += _section(parse_contract(path), "mart.")
    return "\n".join(lines).rstrip() + "\n"


def _section(contract: Contract, schema: str) -> Iterator[str]:
    yield f"### {schema}{contract.name} {contract.version}"
    yield ""
    yield contract.description
    yield f"Key: {', '.join(f'`{part}`' for part in contract.key) or 'none'}."
    if contract.freshness_column:
        yield f"Freshness is judged by `{contract.freshness_column}`."
    yield ""
    yield "| column | type | required | meaning | unit | example |"
    yield "|---|---|---|---|---|---|"
    yield from (_column_line(column) for column in contract.columns)
    yield ""
    if contract.row_rules:
        yield "| row rule | column | severity | broken when | what to do |"
        yield "|---|---|---|---|---|"
        for rule in contract.row_rules:
            yield f"| `{rule.name}` | `{rule.column}` | {rule.severity} | {_cell(rule.description)} | {_cell(rule.fix)} |"
        yield ""
    if contract.dataset_rules:
        yield "| dataset rule | the run stops when |"
        yield "|---|---|"
        yield from (f"| `{rule.name}` | {_cell(rule.description)} |" for rule in contract.dataset_rules)
        yield ""


def _column_line(column: Column) -> str:
    required = "yes" if column.is_required else ""
    example = f"`{column.examples[0]}`" if column.examples else ""
    personal = f" *({column.classification})*" if column.classification else ""
    meaning = _cell(column.description) + personal
    return f"| `{column.name}` | {column.type} | {required} | {meaning} | {column.unit or ''} | {example} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(reference_page(), encoding="utf-8")
