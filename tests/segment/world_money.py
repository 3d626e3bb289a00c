"""Random promises, payment plans, payments and pay runs of a customer in a random world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.segment.worlds import Entry, Paid

CURRENCIES = ("EUR", "EUR", "MXN")


class Money:
    """Draws days and answers around `as_of`, and what was promised and paid by then."""

    def __init__(self, random: Random, as_of: date, step_names: tuple[str, ...]) -> None:
        self.random, self.as_of, self.step_names = random, as_of, step_names

    def day(self, back: int, ahead: int) -> date:
        return self.as_of + timedelta(days=self.random.randint(-back, ahead))

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def often(self, usual: bool, chance: float) -> bool | None:
        """The usual answer or none, and with a chance the other one."""
        return not usual if self.maybe(chance) else self.random.choice((None, usual))

    def promise(self, ids: Sequence[str]) -> Entry:
        made = self.day(30, 0)
        amount = Decimal(self.random.choice((5, 10, 20, 50, 400))) if self.maybe(0.5) else None
        return Entry(
            receivable_id=self.random.choice(ids) if self.maybe(0.5) else None,
            from_on=made,
            until_on=max(made, self.day(8, 5)),
            currency=self.random.choice(("EUR", "MXN")) if amount or self.maybe(0.6) else None,
            amount=amount,
        )

    def paid(self, name: str) -> Paid:
        due = self.day(40, 10)
        return Paid(
            receivable_id=name,
            due_date=due,
            invoice_date=min(due, self.as_of) - timedelta(days=self.random.choice((0, 10, 30))),
            settled_on=self.day(12, 0),
            currency=self.random.choice(CURRENCIES),
            amount=Decimal(self.random.choice((10, 40, 300))),
        )

    def plan(self, ids: Sequence[str], name: str) -> list[Entry]:
        """Instalments of one day, some of which may have fallen due."""
        made, first = self.day(40, 0), self.day(20, 6)
        receivable, currency = (
            (self.random.choice(ids) if self.maybe(0.4) else None),
            self.random.choice(("EUR", "MXN")),
        )
        return [
            Entry(
                receivable_id=receivable,
                from_on=made,
                until_on=max(made, first) + timedelta(days=number * 10),
                currency=currency,
                amount=Decimal(self.random.choice((5, 10, 20, 50))),
                plan=name,
            )
            for number in range(self.random.choice((2, 3)))
        ]

    def runs(self, name: str) -> list[Paid]:
        """Payments on a weekday, or on one or two days of the month, nearly always."""
        numbers, weekday = self.random.sample(range(1, 32), 2), self.random.randrange(5)
        kind = self.random.choice(("weekday", "day", "days"))

        def is_run(day: date) -> bool:
            if kind == "weekday":
                return day.weekday() == weekday
            meant = {day.day} if day.weekday() else {day.day, *((day - timedelta(days=n)).day for n in (1, 2))}
            return bool(meant & set(numbers[: 1 + (kind == "days")]))

        days = [day for ago in range(1, 366) if is_run(day := self.as_of - timedelta(days=ago))]
        chosen = self.random.sample(days, min(len(days), self.random.choice((6, 8, 10))))
        chosen += [self.day(300, -1) for _ in range(self.random.choice((0, 0, 1, 2)))]
        return [
            Paid(
                receivable_id=f"{name}-{number}",
                due_date=day - timedelta(days=3),
                invoice_date=day - timedelta(days=33),
                settled_on=day,
                currency=self.random.choice(CURRENCIES),
                amount=Decimal(10),
            )
            for number, day in enumerate(chosen)
        ]
