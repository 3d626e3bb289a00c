"""Whose documents a folder holds: those of other sellers (purchases, sister companies) are nobody's receivables here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tasks.extract.einvoices.values import plain_id
from tasks.extract.model import LandedFile
from tasks.problems import Problem
from tasks.settings.rows import RowTest, SetAside
from tasks.settings.sources import Source
from tasks.settings.workspace import Company

OTHER_SELLER = "of_another_seller"
BETWEEN = "[^0-9A-Za-z]*"
PREFIXES = {"GR": "EL|GR"}
"""Before a tax id where it is not the country's own code."""
SUFFIXES = {"NO": "MVA", "CH": "MWST|TVA|IVA", "SE": "01"}
"""After the company's number, where it is written as one for value added tax."""
SHORTEST = 9
"""Characters of these countries' numbers: a Swedish one of ten digits may itself end in 01."""


def own_documents_only(source: Source, company: Company) -> Source:
    """The source, with rows of other sellers than the company set aside; as it is while `company.tax_id` is not known.

    A row that names no seller is not another's. A source that has a rule of its own for `seller_tax_id` keeps it alone.
    """
    has_own_rule = any(test.column == "seller_tax_id" for rule in source.rows.set_aside for test in rule.when)
    if not plain_id(company.tax_id) or has_own_rule:
        return source
    other = RowTest(column="seller_tax_id", is_blank=False, not_matches=_spellings(company.tax_id, company.country))
    rule = SetAside(reason=OTHER_SELLER, when=(other,))
    rows = source.rows.model_copy(update={"set_aside": (rule, *source.rows.set_aside)})
    return source.model_copy(update={"rows": rows})


def other_seller_warnings(files: Iterable[LandedFile]) -> Iterator[Problem]:
    """A warning for each delivery most of whose rows are of other sellers: then it may be the company's id that is wrong."""
    for file in files:
        others = sum(part.rows for part in file.set_aside if part.reason == OTHER_SELLER)
        rows = file.rows_in + sum(part.rows for part in file.set_aside)
        if 2 * others > rows:
            yield Problem(
                "warning",
                f"{file.file} ({file.source})",
                f"{others} of {rows} rows are of another seller than the company and were set aside",
                "Check company.tax_id in puntual.yaml against the seller's id in the documents; if these are purchases, keep them "
                "in another folder.",
            )


def _spellings(tax_id: str, country: str) -> str:
    """A regular expression for the ways in which standards write one tax id.

    With or without the country and what the country puts behind the number, in any case, with any blanks, dots and dashes.
    """
    before, behind = PREFIXES.get(country, country), SUFFIXES.get(country, "")
    bare = re.sub(f"^(?:{before})", "", plain_id(tax_id))
    if behind:
        bare = re.sub(f"(?<=.{{{SHORTEST}}})(?:{behind})$", "", bare)
    number = BETWEEN.join(re.escape(character) for character in bare or plain_id(tax_id))
    return (
        f"(?i)^{BETWEEN}(?:{before})?{BETWEEN}{number}{BETWEEN}" + (f"(?:{behind})?{BETWEEN}" if behind else "") + "$"
    )
