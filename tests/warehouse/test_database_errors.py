"""What becomes of a database's error: it names relation and kind, and no value of a row whatever the value looks like."""

from __future__ import annotations

import traceback
from pathlib import Path

import duckdb
import pytest

from tasks.settings.workspace import WarehouseSettings
from tasks.warehouse.connection import open_for_building
from tasks.warehouse.errors import DatabaseFailed, values_withheld
from tasks.warehouse.models import Model, build_model

CELLS = ("Canario Uno SL", "Canario O'Neil SL", 'Canario "el Dos"', "Canario: tres", "Cana\nCanario 4", "'\nCanario")
STATEMENTS = (
    "SELECT CAST(cell AS INTEGER) FROM cells",
    "SELECT CAST(cell AS DATE) FROM cells",
    "SELECT CAST(cell AS INTEGER[]) FROM cells",
    "SELECT strptime(cell, '%d/%m/%Y') FROM cells",
    "SELECT CAST(cell AS JSON) FROM cells",
    "SELECT regexp_matches(cell, '[' || cell) FROM cells",
    "SELECT date_part(cell, DATE '2026-01-01') FROM cells",
)


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("cell", CELLS)
def test_no_value_reaches_the_text_or_the_chain_of_the_error(statement: str, cell: str) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE cells AS SELECT unnest([$1, $1]) AS cell", [cell])
        with pytest.raises(DatabaseFailed) as caught, values_withheld("staging.cells"):
            connection.execute(statement).fetchall()
    printed = "".join(traceback.format_exception(caught.value))
    assert "anario" not in printed
    assert str(caught.value).startswith("staging.cells: ")
    assert " Error: " in str(caught.value)


def test_a_broken_key_is_told_without_the_key() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE cells (cell VARCHAR PRIMARY KEY)")
        with pytest.raises(DatabaseFailed) as caught, values_withheld("cells"):
            connection.execute("INSERT INTO cells VALUES ('Canario'), ('Canario')")
    assert "PRIMARY KEY or UNIQUE constraint violation …" in str(caught.value)


def test_numbers_are_values_and_types_are_not() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE cells AS SELECT '12345x' AS cell, 9223372036854775807 AS amount")
        with pytest.raises(DatabaseFailed, match="Could not convert string … to INT32"), values_withheld("cells"):
            connection.execute("SELECT CAST(cell AS INTEGER) FROM cells").fetchall()
        with pytest.raises(DatabaseFailed) as caught, values_withheld("cells"):
            connection.execute("SELECT amount * 2 FROM cells").fetchall()
    assert "92233" not in str(caught.value)
    assert "Overflow in multiplication of INT64" in str(caught.value)


def test_an_error_in_the_statement_keeps_the_names_in_it() -> None:
    with duckdb.connect() as connection, pytest.raises(DatabaseFailed) as caught, values_withheld("mart.kpis"):
        connection.execute("SELECT * FROM staging.recievables")
    assert str(caught.value).startswith("mart.kpis: CatalogException: Catalog Error: ")
    assert "recievables" in str(caught.value)


def test_a_model_that_fails_names_its_relation_and_the_kind_of_error() -> None:
    broken = Model("staging", "broken", "SELECT CAST(cell AS INTEGER) AS n FROM cells", "table", frozenset())
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE cells AS SELECT 'Canario' AS cell")
        with pytest.raises(DatabaseFailed) as caught:
            build_model(connection, broken)
    assert str(caught.value) == (
        "staging.broken: ConversionException: Conversion Error: "
        "Could not convert string … to INT32 when casting from source column cell"
    )


def test_every_statement_on_a_work_database_is_covered(tmp_path: Path) -> None:
    with (
        pytest.raises(DatabaseFailed, match=r"^work\.duckdb: ConversionException"),
        open_for_building(tmp_path / "work.duckdb", WarehouseSettings()) as connection,
    ):
        connection.execute("SELECT CAST('Canario' || range AS DATE) FROM range(3)").fetchall()
