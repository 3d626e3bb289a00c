"""Whose documents a folder holds: those of other sellers (purchases, sister companies) are nobody's receivables here."""

from __future__ import annotations

from tasks.extract.einvoices.values import plain_id
from tasks.settings.rows import RowTest, SetAside
from tasks.settings.sources import Source
from tasks.settings.workspace import Company

OTHER_SELLER = "of_another_seller"


def own_documents_only(source: Source, company: Company) -> Source:
    """The source, with rows of other sellers than the company set aside; as it is while `company.tax_id` is not known.

    A source that has a rule of its own for `seller_tax_id` keeps it alone.
    """
    has_own_rule = any(test.column == "seller_tax_id" for rule in source.rows.set_aside for test in rule.when)
    if not company.tax_id or has_own_rule:
        return source
    rule = SetAside(
        reason=OTHER_SELLER, when=(RowTest(column="seller_tax_id", not_in=_spellings(company.tax_id, company.country)),)
    )
    rows = source.rows.model_copy(update={"set_aside": (rule, *source.rows.set_aside)})
    return source.model_copy(update={"rows": rows})


def _spellings(tax_id: str, country: str) -> tuple[str, ...]:
    """How standards write one tax id: with or without the country, and with a dash before the check digit (RUT)."""
    compact = plain_id(tax_id)
    bare = compact.removeprefix(country)
    dashed = f"{bare[:-1]}-{bare[-1:]}"
    return tuple(dict.fromkeys((tax_id, compact, bare, country + bare, dashed)))
