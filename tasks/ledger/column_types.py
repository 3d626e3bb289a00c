"""Column types that mean the same in SQLite and PostgreSQL: exact money and UTC timestamps."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, DateTime, Dialect, Numeric
from sqlalchemy.types import TypeDecorator, TypeEngine

_CENTS = 2


class Money(TypeDecorator[Decimal]):
    """`Decimal` with at most two decimals: NUMERIC(18,2) on PostgreSQL, whole hundredths on SQLite, which has no decimals."""

    impl = Numeric(18, _CENTS)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Decimal] | TypeEngine[int]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(18, _CENTS))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        if value is None:
            return None
        hundredths = value.scaleb(_CENTS)
        if hundredths != hundredths.to_integral_value():
            raise ValueError(f"the amount {value} has more than two decimals")
        return int(hundredths) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Decimal | int | None, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return Decimal(value).scaleb(-_CENTS) if dialect.name == "sqlite" else Decimal(value)


class UtcTimestamp(TypeDecorator[datetime]):
    """An aware `datetime`, always read back in UTC; a naive one is refused because nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"the timestamp {value} has no time zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
