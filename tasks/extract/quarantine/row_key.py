"""How a refused row is known again in a later delivery: by its contract key, where every part of it could be read."""

from __future__ import annotations

from sqlglot import exp

from tasks.contracts.load import Contract
from tasks.extract.expressions import all_of, cast, labelled, name, not_null, when


def row_key(contract: Contract) -> exp.Expr:
    """The columns of the contract's key as texts, in their order; NULL where one of them is missing."""
    texts = exp.array(*[cast(name(column), "VARCHAR") for column in contract.key])
    is_readable = all_of([not_null(name(column)) for column in contract.key])
    return labelled(when((is_readable, texts), otherwise=cast(exp.null(), "VARCHAR[]")), "row_key")
