"""Whose history of which days is asked for, and the rows of a table that can have part in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Select, Table, or_

from tasks.ledger.column_types import UtcTimestamp
from tasks.ledger.history_entry import HistoryEntry


@dataclass(frozen=True)
class Source:
    """Where entries are read from: the rows of `query` become `entries`.

    `whose`: the table that says company and customer. `happened`: the columns that say on which day an entry of the row lies.
    """

    query: Select[*tuple[object, ...]]
    whose: Table
    happened: tuple[Column[date] | Column[datetime], ...]
    entries: Callable[[RowMapping], Iterator[HistoryEntry]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One customer or all (None), from `first_day` to `last_day`, both included (None: without bound)."""

    company_id: str
    customer_id: str | None = None
    first_day: date | None = None
    last_day: date | None = None

    def rows(self, connection: Connection, source: Source) -> Iterator[RowMapping]:
        """The rows of a source with an entry that may be asked for; `includes` says whether it is."""
        query = source.query.where(source.whose.c.company_id == self.company_id)
        if self.customer_id is not None:
            query = query.where(source.whose.c.customer_id == self.customer_id)
        if self.first_day is not None or self.last_day is not None:
            query = query.where(or_(*[self._may_be_on(column) for column in source.happened]))
        yield from connection.execute(query).mappings()

    def includes(self, day: date) -> bool:
        """Whether a day is between the bounds."""
        return (self.first_day or date.min) <= day <= (self.last_day or date.max)

    def _may_be_on(self, column: Column[date] | Column[datetime]) -> ColumnElement[bool]:
        # A moment is UTC and a day is the creditor's: theirs may be the day before or after.
        is_moment = isinstance(column.type, UtcTimestamp)
        first = _shifted(self.first_day or date.min, -int(is_moment))
        last = _shifted(self.last_day or date.max, int(is_moment))
        if is_moment:
            return column.between(datetime.combine(first, time.min, UTC), datetime.combine(last, time.max, UTC))
        return column.between(first, last)


def _shifted(day: date, days: int) -> date:
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))
