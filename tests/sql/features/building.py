"""Lands a random ledger in a small warehouse and builds its features, also from altered SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from tasks.score.feature_tables import load_feature_tables
from tasks.settings.score import ScoreSettings
from tasks.warehouse.models import build_model, upstream_of
from tests.sql.conftest import SmallWarehouse
from tests.sql.features.random_ledgers import Ledger

SETTINGS = ScoreSettings(working_days=True, branch="plant", attributes=("channel",))
Features = dict[tuple[str, date], dict[str, object]]
"""By receivable and day of the score: the features by name."""
Alterations = Mapping[str, tuple[str, str]]
"""Relation to a text of its SQL and what to write instead."""


def land(warehouse: SmallWarehouse, ledger: Ledger, *, as_of: date, settings: ScoreSettings = SETTINGS) -> None:
    """Writes the inputs, as a run of `as_of` whose exports describe that day, and builds `staging`."""
    warehouse.fill("run.parameters", [{"as_of": as_of, "known_on": as_of}])
    warehouse.fill("landing.receivables", ledger.receivables)
    warehouse.fill("landing.payments", ledger.payments)
    warehouse.fill("landing.customers", ledger.customers)
    warehouse.fill("ledger.promises", ledger.promises)
    warehouse.fill("ledger.disputes", ledger.disputes)
    days = (date(2024, 12, 1), date(2027, 12, 31))
    load_feature_tables(
        warehouse.connection, settings=settings, country="ES", attributes=settings.attributes or (), days=days
    )
    for model in dict.fromkeys((*upstream_of("features.receivables"), *upstream_of("staging.open_receivables"))):
        if model.schema == "staging":
            build_model(warehouse.connection, model)


def score_all_on(warehouse: SmallWarehouse, days: Iterable[date]) -> None:
    """Makes every receivable of the ledger a point on each of the days; `features.points` keeps those that can be scored."""
    warehouse.connection.execute("DELETE FROM scoring.points")
    warehouse.connection.execute(
        "INSERT INTO scoring.points SELECT company_id, receivable_id, unnest($1::DATE[]) FROM staging.settlements",
        [list(days)],
    )


def score_customers_on(warehouse: SmallWarehouse, days: Iterable[date]) -> None:
    """Scores each customer himself on each of the days, by a usual receivable."""
    warehouse.fill("scoring.customer_days", [{"scored_on": day} for day in days])


def build_features(warehouse: SmallWarehouse, altered: Alterations | None = None) -> None:
    """Builds `features` for the points that are written, with some of the SQL altered."""
    for model in upstream_of("features.receivables"):
        if model.schema != "features":
            continue
        old, new = (altered or {}).get(model.relation, ("SELECT", "SELECT"))
        assert old in model.select, f"{model.relation} holds no {old}"
        build_model(warehouse.connection, replace(model, select=model.select.replace(old, new)))


def features_of(warehouse: SmallWarehouse, where: str = "TRUE") -> Features:
    """`features.receivables` of the points for which `where` holds."""
    names = [
        name
        for name in warehouse.columns("features.receivables")
        if name not in ("company_id", "receivable_id", "scored_on")
    ]
    listed = ", ".join(f'features."{name}"' for name in names)
    found = warehouse.connection.execute(
        f"SELECT receivable_id, scored_on, {listed} FROM features.receivables AS features "  # noqa: S608 names of our own
        f"INNER JOIN features.points AS points USING (company_id, receivable_id, scored_on) WHERE {where}"
    ).fetchall()
    return {(receivable, day): dict(zip(names, values, strict=True)) for receivable, day, *values in found}


def differences(former: Features, present: Features) -> list[str]:
    """The points that only one has, and the features that differ by as much as a bit."""
    lost = [f"{point} in one only" for point in sorted(former.keys() ^ present.keys())]
    changed = [
        f"{point} {name}: {value!r}, now {present[point][name]!r}"
        for point, features in former.items()
        if point in present
        for name, value in features.items()
        if value != present[point][name]
    ]
    return lost + changed
