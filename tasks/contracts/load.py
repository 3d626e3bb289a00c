"""Reads `data_contracts/*.odcs.yaml` into columns, row rules and dataset rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from open_data_contract_standard.model import CustomProperty, DataQuality, OpenDataContractStandard, SchemaProperty

from tasks.paths import DATA_CONTRACTS
from tasks.problems import Severity

ROW_ENGINE = "puntual-row"
EXPECTATION_ENGINE = "greatExpectations"
PhysicalType = Literal["VARCHAR", "DATE", "DECIMAL(18,2)", "INTEGER", "BIGINT", "BOOLEAN", "DOUBLE", "TIMESTAMP"]


@dataclass(frozen=True)
class Column:
    """One column of a contract; `type` is its DuckDB type."""

    name: str
    type: str
    is_required: bool
    description: str
    unit: str | None
    classification: str | None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowRule:
    """A condition in SQL over the contract's columns that each row must fulfil (NULL counts as fulfilled)."""

    name: str
    column: str
    condition: str
    description: str
    fix: str
    severity: Severity


@dataclass(frozen=True)
class DatasetRule:
    """A Great Expectations rule over the whole dataset: the expectation's type and arguments."""

    name: str
    expectation: str
    arguments: dict[str, object]
    description: str


@dataclass(frozen=True)
class Contract:
    """A dataset's contract. `key` is the primary key in order; by `freshness_column` the age of a delivery is judged."""

    name: str
    version: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    row_rules: tuple[RowRule, ...]
    dataset_rules: tuple[DatasetRule, ...]
    freshness_column: str | None = None

    def column(self, name: str) -> Column:
        """The column called `name`; raises `KeyError` when the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@cache
def load_contract(name: str) -> Contract:
    """The contract `data_contracts/<name>.odcs.yaml`."""
    return parse_contract(DATA_CONTRACTS / f"{name}.odcs.yaml")


def parse_contract(path: Path) -> Contract:
    """Reads one contract file; raises `ValueError` when it is not an ODCS contract with exactly one schema."""
    document = OpenDataContractStandard.from_file(str(path))
    if not document.schema_ or len(document.schema_) != 1:
        raise ValueError(f"{path.name}: expected exactly one schema object")
    schema = document.schema_[0]
    properties = schema.properties or []
    rules = schema.quality or []
    keyed = sorted((p for p in properties if p.primaryKey), key=lambda p: p.primaryKeyPosition or 0)
    return Contract(
        name=str(schema.name),
        version=str(document.version),
        description=(schema.description or "").strip(),
        columns=tuple(_column(p) for p in properties),
        key=tuple(str(p.name) for p in keyed),
        row_rules=tuple(_row_rule(rule) for rule in rules if rule.engine == ROW_ENGINE),
        dataset_rules=tuple(_dataset_rule(rule) for rule in rules if rule.engine == EXPECTATION_ENGINE),
        freshness_column=_custom(schema.customProperties, "freshness_column"),
    )


def _column(item: SchemaProperty) -> Column:
    return Column(
        name=str(item.name),
        type=str(item.physicalType),
        is_required=bool(item.required),
        description=(item.description or "").strip(),
        unit=_custom(item.customProperties, "unit"),
        classification=item.classification,
        examples=tuple(str(example) for example in item.examples or ()),
    )


def _row_rule(rule: DataQuality) -> RowRule:
    column = _custom(rule.customProperties, "column")
    fix = _custom(rule.customProperties, "fix")
    if not (rule.name and column and fix and isinstance(rule.implementation, str)):
        raise ValueError(f"row rule {rule.name!r} needs name, column, fix and a condition")
    return RowRule(
        name=rule.name,
        column=column,
        condition=rule.implementation,
        description=(rule.description or "").strip(),
        fix=fix,
        severity="warning" if rule.severity == "warning" else "error",
    )


def _dataset_rule(rule: DataQuality) -> DatasetRule:
    implementation = rule.implementation
    if not (rule.name and isinstance(implementation, dict)):
        raise ValueError(f"dataset rule {rule.name!r} needs a name and an expectation")
    return DatasetRule(
        rule.name, str(implementation["type"]), dict(implementation["kwargs"]), (rule.description or "").strip()
    )


def _custom(properties: list[CustomProperty] | None, name: str) -> str | None:
    for item in properties or []:
        if item.property == name:
            return str(item.value)
    return None
