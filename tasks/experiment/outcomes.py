"""What the page of outcomes says, read from the published relations: groups compared by chance, and steps as observed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Literal

from tasks.warehouse.connection import Connection

ALL_SEGMENTS = "(all)"
USUAL_WORDING = "(usual)"
Worth = Literal["yes", "no", "open"]
_DAYS_A_YEAR = 365


@dataclass(frozen=True, kw_only=True)
class Arm:
    """A row of `mart.experiment_outcomes`; the contract says what each column is."""

    experiment: str
    segment: str
    currency: str
    arm: str
    control: str
    customers: int
    amount: Decimal
    measured_customers: int
    measured_receivables: int
    measured_amount: Decimal
    paid_30_share: float | None
    days_open: float | None
    days_gained: float | None
    days_gained_low: float | None
    days_gained_high: float | None
    cash_gained: Decimal | None
    cash_gained_low: Decimal | None
    cash_gained_high: Decimal | None
    money_days_gained: Decimal | None
    money_days_gained_low: Decimal | None
    money_days_gained_high: Decimal | None
    contacts: int
    contact_cost: Decimal | None
    disputes: int
    opt_outs: int
    contacted_customers: int
    verdict: str

    @property
    def is_control(self) -> bool:
        return self.arm == self.control


@dataclass(frozen=True, kw_only=True)
class Observed:
    """A row of `mart.contact_outcomes`."""

    step: str
    channel: str
    variant: str
    tone: str
    currency: str
    contacts: int
    customers: int
    contact_cost: Decimal | None
    followed_receivables: int
    paid_7_share: float | None
    paid_14_share: float | None

    @property
    def wording(self) -> str | None:
        """The wording of an experiment in which it was said; None: the usual words."""
        return None if self.variant == USUAL_WORDING else self.variant


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The arms of one experiment in one segment and currency, the control first."""

    experiment: str
    segment: str
    currency: str
    arms: tuple[Arm, ...]

    @property
    def control(self) -> Arm | None:
        """The arm that the others are compared with; None where nobody of it has a receivable in the currency."""
        return next((arm for arm in self.arms if arm.is_control), None)

    @property
    def others(self) -> tuple[Arm, ...]:
        return tuple(arm for arm in self.arms if not arm.is_control)


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """All that the page says. `financing_rate`: percent a year, None where the strategy states none."""

    company_name: str
    run_id: str
    as_of: date
    comparisons: tuple[Comparison, ...]
    observed: tuple[Observed, ...]
    financing_rate: Decimal | None

    def saved(self, money_days: Decimal) -> Decimal:
        """What it saves that an amount came so many days earlier (their product), by the financing rate."""
        return money_days * (self.financing_rate or Decimal(0)) / 100 / _DAYS_A_YEAR

    def worth(self, arm: Arm, control: Arm | None) -> Worth | None:
        """Whether the arm's contacts beyond the control's earn their cost, by the interval; None where it cannot be asked."""
        if self.financing_rate is None or arm.money_days_gained_low is None or arm.money_days_gained_high is None:
            return None
        if arm.contact_cost is None or control is None or control.contact_cost is None:
            return None
        cost = arm.contact_cost - control.contact_cost * arm.customers / control.customers
        if self.saved(arm.money_days_gained_low) > cost:
            return "yes"
        return "no" if self.saved(arm.money_days_gained_high) < cost else "open"


def read_outcomes(connection: Connection) -> Outcomes:
    """Reads `mart.experiment_outcomes` and `mart.contact_outcomes`; both must be built."""
    run = next(_rows(connection, "SELECT company_name, run_id, as_of FROM run.parameters"))
    rate = connection.execute("SELECT any_value(financing_rate) FROM policy.serving_costs").fetchone()
    arms = [
        Arm(**row)  # type: ignore[arg-type]  # the contract holds the types
        for row in _rows(
            connection,
            f"SELECT {', '.join(Arm.__dataclass_fields__)} FROM mart.experiment_outcomes"  # noqa: S608 our own names
            " ORDER BY experiment, currency, segment <> '(all)', segment, arm <> control, arm",
        )
    ]
    observed = [
        Observed(**row)  # type: ignore[arg-type]  # the contract holds the types
        for row in _rows(
            connection,
            f"SELECT {', '.join(Observed.__dataclass_fields__)} FROM mart.contact_outcomes"  # noqa: S608 our own names
            " ORDER BY currency, contacts DESC, step, channel, variant",
        )
    ]
    return Outcomes(
        company_name=str(run["company_name"]),
        run_id=str(run["run_id"]),
        as_of=run["as_of"],  # type: ignore[arg-type]  # a DATE
        comparisons=tuple(_compared(arms)),
        observed=tuple(observed),
        financing_rate=rate[0] if rate else None,
    )


def _compared(arms: list[Arm]) -> Iterator[Comparison]:
    for (experiment, currency, segment), group in groupby(
        arms, key=lambda arm: (arm.experiment, arm.currency, arm.segment)
    ):
        yield Comparison(experiment=experiment, segment=segment, currency=currency, arms=tuple(group))


def _rows(connection: Connection, query: str) -> Iterator[dict[str, object]]:
    cursor = connection.execute(query)
    names = [str(column[0]) for column in cursor.description or ()]
    return (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
