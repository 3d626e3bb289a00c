"""The public holidays of a country, by the package `holidays`: which days nobody works, for contact and for payment alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import holidays


def public_holidays(country: str, years: Iterable[int]) -> frozenset[date]:
    """The holidays of the whole country in `years`; none where the package does not know it. Regional ones are not considered."""
    try:
        return frozenset(holidays.country_holidays(country, years=list(years)))
    except NotImplementedError:  # the package's way to say that it does not know the country
        return frozenset()
