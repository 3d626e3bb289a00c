"""A generated ledger for the score: customers of different habits, and a work database it can be landed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from tasks.score.build import build_scores
from tasks.score.card.model_card import ModelCard
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty_inputs
from tests.score.card_sample import make_card

AS_OF = date(2026, 6, 1)

# 60 customers whose habit is their number: days late between -5 and 24, the last third getting worse. 40 receivables each,
# some in two parts, some returned the day after, some paid on as_of and after it. Nothing is random.
_ITEMS = """
CREATE TABLE items AS
SELECT
    i, i % 60 AS customer, DATE '2025-01-01' + (i * 13) % 560 AS invoice_date,
    30 * (1 + i % 3) AS terms, 100 + (i * 7919) % 900 AS amount,
    (i % 60) // 2 - 5 + (i * 31) // 60 % 9 - 4 + if(i % 60 >= 40, (i * 13) % 560 // 30, 0) AS days_late
FROM (SELECT number::INTEGER AS i FROM range(2400) AS numbers(number));
CREATE TABLE paid AS SELECT *, greatest(invoice_date, invoice_date + terms + days_late) AS paid_on FROM items;
INSERT INTO landing.receivables BY NAME SELECT
    'acme' AS company_id, 'C' || customer AS customer_id, 'R' || i AS receivable_id, 'D' || i AS document_number,
    'invoice' AS document_type, invoice_date, invoice_date + terms AS due_date, if(i % 5 = 0, 'MXN', 'EUR') AS currency,
    amount, ['ES', 'MX', 'CL'][1 + customer % 3] AS customer_country, MAP {} AS custom_references
FROM paid;
INSERT INTO landing.payments BY NAME SELECT
    'acme' AS company_id, 'P' || i AS payment_id, 'C' || customer AS customer_id,
    if(i % 2 = 0, 'R' || i, NULL) AS receivable_id, 'D' || i AS document_number, paid_on,
    if(i % 5 = 0, 'MXN', 'EUR') AS currency, if(i % 11 = 0, amount / 2, amount) AS amount, MAP {} AS custom_references
FROM paid;
INSERT INTO landing.payments BY NAME SELECT
    'acme' AS company_id, 'Q' || i AS payment_id, 'C' || customer AS customer_id, 'R' || i AS receivable_id,
    'D' || i AS document_number, paid_on + i % 4 AS paid_on, if(i % 5 = 0, 'MXN', 'EUR') AS currency,
    -amount AS amount, MAP {} AS custom_references
FROM paid WHERE i % 23 = 0;
"""


@pytest.fixture
def ledger() -> Iterator[Connection]:
    """A work database with the generated ledger landed and nothing built, for the business date 2026-06-01."""
    connection = duckdb.connect(config={"threads": 1, "autoload_known_extensions": False})
    create_empty_inputs(connection)
    connection.execute(
        "INSERT INTO run.parameters VALUES ('r', $1, $1, 'acme', 'Acme', 'ES', 'es', 'EUR', NULL)", [AS_OF]
    )
    connection.execute(_ITEMS)
    yield connection
    connection.close()


@pytest.fixture
def scored(ledger: Connection) -> Connection:
    """The generated ledger with staging and score built."""
    build_scores(ledger)
    return ledger


@pytest.fixture(scope="module")
def card() -> ModelCard:
    return make_card()
