"""Our checks as Great Expectations expectations. All of them observe aggregates; none can return a row's value.

Measures are partial metrics, so Great Expectations puts all measures of a relation into one SELECT over one scan.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, cast

from great_expectations.compatibility.sqlalchemy import sqlalchemy as sa
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_partial, metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from tasks.validate.engine import DuckdbExecutionEngine

Arguments = Mapping[str, object]
Result = dict[str, object]


class Measure(TableMetricProvider):  # type: ignore[misc] # Great Expectations publishes no types
    """An SQL aggregate as text: through JSON a number would become a float, and money must stay exact."""

    metric_name = "puntual.measure"
    value_keys = ("aggregate",)

    @metric_partial(  # type: ignore[untyped-decorator] # as above
        engine=DuckdbExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type=MetricDomainTypes.TABLE,
    )
    def _duckdb(
        cls,  # noqa: N805 - Great Expectations calls it as a class method
        execution_engine: DuckdbExecutionEngine,
        metric_domain_kwargs: Arguments,
        metric_value_kwargs: Arguments,
        metrics: Arguments,
        runtime_configuration: Arguments,
    ) -> tuple[object, Arguments, Arguments]:
        return sa.literal_column(f"CAST({metric_value_kwargs['aggregate']} AS VARCHAR)"), metric_domain_kwargs, {}


class DuplicateKeys(TableMetricProvider):  # type: ignore[misc] # as above
    """Rows beyond the first of each key.

    Counting distinct 64-bit hashes takes a third of the memory of counting keys, and as many hashes as rows prove that no
    key repeats. Only when there are fewer are the keys themselves counted, so a hash collision cannot reject a file.
    """

    metric_name = "puntual.duplicate_keys"
    value_keys = ("relation", "key")

    @metric_value(engine=DuckdbExecutionEngine)  # type: ignore[untyped-decorator] # as above
    def _duckdb(
        cls,  # noqa: N805 - as above
        execution_engine: DuckdbExecutionEngine,
        metric_domain_kwargs: Arguments,
        metric_value_kwargs: Arguments,
        metrics: Arguments,
        runtime_configuration: Arguments,
    ) -> int:
        relation, key = metric_value_kwargs["relation"], metric_value_kwargs["key"]
        for distinct in (f"hash({key})", f"({key})"):
            query = sa.text(f"SELECT count(*) - count(DISTINCT {distinct}) FROM {relation}")  # noqa: S608 - names of our contracts
            repeated = int(execution_engine.execute_query(query).scalar_one())
            if repeated == 0:
                break
        return repeated


class ColumnTypes(TableMetricProvider):  # type: ignore[misc] # as above
    """Names and DuckDB types of a relation's columns, in order.

    Takes the place of Great Expectations' own metric, whose reflection knows neither DuckDB's schemas nor its maps; with
    it a contract may use any of their expectations about columns.
    """

    metric_name = "table.column_types"
    value_keys = ("include_nested",)

    @metric_value(engine=DuckdbExecutionEngine)  # type: ignore[untyped-decorator] # as above
    def _duckdb(
        cls,  # noqa: N805 - as above
        execution_engine: DuckdbExecutionEngine,
        metric_domain_kwargs: Arguments,
        metric_value_kwargs: Arguments,
        metrics: Arguments,
        runtime_configuration: Arguments,
    ) -> list[dict[str, str]]:
        batch = execution_engine.batch_manager.active_batch_data
        query = sa.text(f'DESCRIBE "{batch.source_schema_name}"."{batch.source_table_name}"')
        return [{"name": row[0], "type": row[1]} for row in execution_engine.execute_query(query).fetchall()]


class ExpectMeasureToBeBetween(BatchExpectation):  # type: ignore[misc] # as above
    """An SQL aggregate over the batch lies between `minimum` and `maximum` (decimal numbers as text, inclusive)."""

    aggregate: str
    minimum: str | None = None
    maximum: str | None = None
    metric_dependencies = ("puntual.measure",)
    success_keys = ("aggregate", "minimum", "maximum")
    args_keys = ("aggregate", "minimum", "maximum")
    domain_keys: ClassVar[tuple[str, ...]] = ()

    def _validate(
        self, metrics: Arguments, runtime_configuration: object = None, execution_engine: object = None
    ) -> Result:
        text = metrics["puntual.measure"]
        if text is None:
            return {"success": False, "result": {"observed_value": None}}
        observed = Decimal(str(text))
        is_fulfilled = (self.minimum is None or observed >= Decimal(self.minimum)) and (
            self.maximum is None or observed <= Decimal(self.maximum)
        )
        return {"success": is_fulfilled, "result": {"observed_value": str(text)}}


class ExpectKeyToBeUnique(BatchExpectation):  # type: ignore[misc] # as above
    """No two rows of `relation` share the columns `key` (a comma-separated list)."""

    relation: str
    key: str
    metric_dependencies = ("puntual.duplicate_keys",)
    success_keys = ("relation", "key")
    args_keys = ("relation", "key")
    domain_keys: ClassVar[tuple[str, ...]] = ()

    def _validate(
        self, metrics: Arguments, runtime_configuration: object = None, execution_engine: object = None
    ) -> Result:
        repeated = metrics["puntual.duplicate_keys"]
        return {"success": repeated == 0, "result": {"observed_value": repeated}}


class ExpectColumnsToBe(BatchExpectation):  # type: ignore[misc] # as above
    """The columns are exactly `columns` (each `name TYPE`), in order."""

    columns: list[str]
    metric_dependencies = ("table.column_types",)
    success_keys = ("columns",)
    args_keys = ("columns",)
    domain_keys: ClassVar[tuple[str, ...]] = ()

    def _validate(
        self, metrics: Arguments, runtime_configuration: object = None, execution_engine: object = None
    ) -> Result:
        types = cast("list[dict[str, str]]", metrics["table.column_types"])
        found = [f"{column['name']} {column['type']}" for column in types]
        return {"success": found == self.columns, "result": {"observed_value": _differences(self.columns, found)}}


def _differences(expected: list[str], found: list[str]) -> str:
    missing = [f"missing: {column}" for column in expected if column not in found]
    extra = [f"not in the contract: {column}" for column in found if column not in expected]
    return ", ".join(missing + extra) or ("as expected" if found == expected else "in another order")
