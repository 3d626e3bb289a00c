"""How columns of relations are declared that Python writes for SQL, and the types that many of them share."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Columns = Mapping[str, str]
"""Column name to DuckDB type, in order."""

MONEY = "DECIMAL(18,2)"

DEBTOR: Columns = MappingProxyType({"company_id": "VARCHAR", "customer_id": "VARCHAR"})
"""What a row about a customer begins with."""
