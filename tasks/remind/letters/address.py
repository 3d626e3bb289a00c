"""Where a letter goes: the lines in its window, and the fax number where a fax service delivers it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from tasks.parties.phones import check_phone
from tasks.remind.outbound import clean_line

MOST_LINES = 8
"""Lines of the window and columns of a manifest; what is beyond shares the last line."""


@dataclass(frozen=True)
class Addressee:
    """The lines of the window, top down, and the country of the address (ISO 3166-1, two letters; empty without an address)."""

    lines: tuple[str, ...]
    country: str

    @property
    def is_usable(self) -> bool:
        """True when there are a name, a street, a town and a country."""
        return bool(self.country) and len(self.lines) >= _LEAST_LINES and all(self.lines)


def addressee_of(
    *, customer_name: str, recipient_name: str, postal_address: str | None, from_country: str, language: str
) -> Addressee:
    """Name of the customer, the person, and `postal_address` as `staging.postal_addresses` writes it.

    The country stands in the window when the letter leaves `from_country`: in capitals and in the sender's `language`, for it is
    the sender's post that reads it (UPU, S42).
    """
    lines = [line for line in map(clean_line, (postal_address or "").split("\n")) if line]
    if lines and lines[-1].startswith(_FAX):
        lines.pop()
    country = lines.pop() if lines and _is_code(lines[-1]) else ""
    names = [clean_line(customer_name)]
    if recipient_name and clean_line(recipient_name).casefold() != names[0].casefold():
        names.append(clean_line(recipient_name))
    if not lines or not country:
        return Addressee(tuple(names), "")
    abroad = [] if country == from_country else [country_name(country, language)]
    shown = [*names, *lines, *abroad]
    kept, beyond = shown[: MOST_LINES - 1], shown[MOST_LINES - 1 :]
    return Addressee((*kept, ", ".join(beyond)) if beyond else tuple(kept), country)


def fax_of(postal_address: str | None, *, country: str) -> str:
    """The fax number below an address as `staging.postal_addresses` writes it, in E.164; as written where it is no such number.

    It is read as dialled in `country` (ISO 3166-1). Empty where there is none.
    """
    last = (postal_address or "").rpartition("\n")[2]
    if not last.startswith(_FAX):
        return ""
    written = clean_line(last.removeprefix(_FAX))
    return check_phone(written, country).e164 or written


@lru_cache(maxsize=512)
def country_name(country: str, language: str) -> str:
    """The country's name in capitals: `FRANCIA`; the code itself where nobody knows a name."""
    try:
        return str(Locale.parse(language).territories.get(country, country)).upper()
    except (UnknownLocaleError, ValueError):
        return country


_LEAST_LINES = 3
_FAX = "fax: "
"""How the line begins that `sql/staging/postal_addresses.sql` puts below the country."""


def _is_code(line: str) -> bool:
    return len(line) == len("ES") and line.isascii() and line.isalpha() and line.isupper()
