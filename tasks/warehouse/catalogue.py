"""Which tables are published: one contract `data_contracts/mart_<table>.odcs.yaml`, one table `mart.<table>`."""

from __future__ import annotations

from tasks.contracts.load import Contract, load_contract
from tasks.paths import DATA_CONTRACTS

SCHEMA = "mart"


def published_tables() -> tuple[Contract, ...]:
    """The contracts of all published tables, by name."""
    names = sorted(path.name.removesuffix(".odcs.yaml") for path in DATA_CONTRACTS.glob(f"{SCHEMA}_*.odcs.yaml"))
    return tuple(load_contract(name) for name in names)


def column_comment(contract: Contract, name: str) -> str:
    """The comment of a column in the published file: its description, then its unit."""
    column = contract.column(name)
    return f"{column.description} Unit: {column.unit}." if column.unit else column.description
