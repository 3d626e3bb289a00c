"""Loads `duties:` of a strategy into small tables `policy.duty_…`, where the SQL reads them.

* `duty_kinds`: `duty, position INTEGER (order of telling), owner (NULL: nobody is named), within_days INTEGER, holds_back BOOLEAN,
  confirmed_by (kind of confirmation; NULL: none), escalate_to`.
* `duty_links`: `segment, link`: which confirmations customers of a segment are asked for.
* `duty_purchase_orders`: `segment` whose customers refuse an invoice without their purchase order.
* `duty_return_codes`: `reason_code` of a returned direct debit for which we are at fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tasks.duties.kinds import load_kinds
from tasks.duties.policy import Duties
from tasks.warehouse.column_types import Columns

Row = tuple[str | int | bool | None, ...]

TABLES: Mapping[str, Columns] = {
    "policy.duty_kinds": {
        "duty": "VARCHAR",
        "position": "INTEGER",
        "owner": "VARCHAR",
        "within_days": "INTEGER",
        "holds_back": "BOOLEAN",
        "confirmed_by": "VARCHAR",
        "escalate_to": "VARCHAR",
    },
    "policy.duty_links": {"segment": "VARCHAR", "link": "VARCHAR"},
    "policy.duty_purchase_orders": {"segment": "VARCHAR"},
    "policy.duty_return_codes": {"reason_code": "VARCHAR"},
}
"""The tables this module gives rows for: name to columns."""


def rows_of(duties: Duties, segments: Iterable[str]) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each table; `segments` are the names of all segments of the strategy."""
    kinds = load_kinds()
    yield (
        "policy.duty_kinds",
        [
            (
                kind.name,
                position,
                duties.owner_of(kind.name),
                duties.days_for(kind.name),
                kind.holds_back,
                kind.confirmed_by,
                duties.escalate_to,
            )
            for position, kind in enumerate(kinds.duties, start=1)
        ],
    )
    yield "policy.duty_links", [(segment, link) for segment in segments for link in duties.links_of(segment)]
    yield "policy.duty_purchase_orders", [(segment,) for segment in duties.needs_purchase_order]
    yield "policy.duty_return_codes", [(code,) for code in kinds.returned_by_our_fault]
