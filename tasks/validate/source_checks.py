"""The checks that a source's settings and its counts imply: freshness, share of rejects, nothing lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from tasks.contracts.load import Contract
from tasks.settings.sources import Source
from tasks.validate.checks import MeasureCheck, sql_text
from tasks.validate.landed import UNREADABLE, LandedSource


def freshness_check(source: Source, contract: Contract, landed: LandedSource, as_of: date) -> MeasureCheck | None:
    """The newest row dated on or before `as_of` is at most `fresh_within_days` old; None when the source sets no limit.

    Rows dated later are left out: a single post-dated row would make a stale file look fresh.
    """
    limit, column = source.fresh_within_days, contract.freshness_column
    if limit is None or column is None:
        return None

    def finding(age_days: Decimal | None) -> str:
        if age_days is None:
            return f"no row has {column} on or before {as_of}, so the age cannot be judged (limit {limit} days)"
        newest = as_of - timedelta(days=int(age_days))
        return f"stale: the newest {column} is {newest}, {int(age_days)} days before {as_of} (limit {limit} days)"

    newest = f"max({column}) FILTER (WHERE source = {sql_text(source.name)} AND {column} <= DATE '{as_of}')"
    return MeasureCheck(
        name=f"{source.name}_fresh",
        relation=f"landing.{contract.name}",
        where=landed.where,
        sentence=f"The newest {column} of source {source.name} is at most {limit} days before {as_of}.",
        fix="Deliver the current export, or raise fresh_within_days of the source.",
        aggregate=f"date_diff('day', {newest}, DATE '{as_of}')",
        minimum=Decimal(0),
        maximum=Decimal(limit),
        finding=finding,
    )


def reject_share_check(source: Source, landed: LandedSource) -> MeasureCheck:
    """At most `max_reject_share` of the source's rows are in quarantine."""
    own = f"FILTER (WHERE source = {sql_text(source.name)})"

    def finding(share: Decimal | None) -> str:
        return (
            f"{landed.quarantined:,} of {landed.rows_in:,} rows are in quarantine: {float(share or 0):.1%}, "
            f"and at most {source.max_reject_share:.1%} is accepted"
        )

    return MeasureCheck(
        name=f"{source.name}_rejects",
        relation="landing.files",
        where=landed.where,
        sentence=f"At most {source.max_reject_share:.1%} of the rows of source {source.name} are in quarantine.",
        fix="Read the reasons in landing.quarantine; usually a column mapping, date format or decimal sign is wrong.",
        aggregate=f"coalesce(sum(quarantined) {own} / nullif(sum(rows_in) {own}, 0), 0)",
        maximum=Decimal(str(source.max_reject_share)),
        finding=finding,
    )


def conservation_checks(contract: Contract, landed: LandedSource) -> Iterator[MeasureCheck]:
    """Nothing lost or doubled between the file and the landed rows, in rows and in money (design.md §7, invariant 1)."""
    own = f"source = {sql_text(landed.source)}"
    fix = "Delete .puntual/landing and run again; if it stays, report a defect of Puntual."
    yield MeasureCheck(
        name=f"{landed.source}_rows_conserved",
        relation="landing.files",
        where=landed.where,
        sentence=f"Rows of every file of source {landed.source} = landed + quarantined + duplicates.",
        fix=fix,
        aggregate=f"coalesce(sum(abs(rows_in - landed - quarantined - duplicates)) FILTER (WHERE {own}), 0)",
        maximum=Decimal(0),
        finding=lambda lost: f"{int(lost or 0):,} rows are neither landed nor quarantined nor duplicates",
    )
    yield MeasureCheck(
        name=f"{landed.source}_rows_landed",
        relation=f"landing.{contract.name}",
        where=landed.where,
        sentence=f"Source {landed.source} has the {landed.landed:,} rows that its files landed.",
        fix=fix,
        aggregate=f"count(*) FILTER (WHERE {own})",
        minimum=Decimal(landed.landed),
        maximum=Decimal(landed.landed),
        finding=lambda found: f"{int(found or 0):,} rows are there, {landed.landed:,} were landed",
    )
    if not landed.amounts:
        return
    yield MeasureCheck(
        name=f"{landed.source}_amounts_conserved",
        relation="landing.file_amounts",
        where=landed.where,
        sentence=f"Amounts of every file of source {landed.source} = landed + quarantined + duplicates, per currency.",
        fix=fix,
        aggregate=(
            "coalesce(sum(abs(amount_in - amount_landed - amount_quarantined - amount_duplicates)) "
            f"FILTER (WHERE {own}), 0)"
        ),
        maximum=Decimal(0),
        finding=lambda lost: f"{lost:,} (all currencies) is neither landed nor quarantined nor duplicate",
    )
    for amount in landed.amounts:
        if amount.currency != UNREADABLE:
            yield _amount_landed(contract, landed, currency=amount.currency, expected=amount.landed, fix=fix)


def _amount_landed(
    contract: Contract, landed: LandedSource, *, currency: str, expected: Decimal, fix: str
) -> MeasureCheck:
    return MeasureCheck(
        name=f"{landed.source}_{currency}_landed",
        relation=f"landing.{contract.name}",
        where=landed.where,
        sentence=f"Source {landed.source} holds the {currency} {expected:,} that its files landed.",
        fix=fix,
        aggregate=amount_of(landed.source, currency),
        minimum=expected,
        maximum=expected,
        finding=lambda found: f"{currency} {found:,} is there, {currency} {expected:,} was landed",
    )


def amount_of(source: str, currency: str) -> str:
    """SQL: the sum of the landed amounts of a source in a currency, 0 when it has none."""
    return f"coalesce(sum(amount) FILTER (WHERE source = {sql_text(source)} AND currency = {sql_text(currency)}), 0)"
