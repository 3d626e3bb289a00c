"""`sending.limits` and `sending.only_to` of `puntual.yaml`: how much may leave, how fast, and to whom outside production."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tasks.settings.strict import Strict

LimitedChannel = Literal["email", "letter", "whatsapp"]
"""The channels of messages, as strategies name them."""
_Count = Annotated[int, Field(ge=0)]
_Rate = Annotated[float, Field(gt=0, le=10_000)]
_PHONE = re.compile(r"\+?[\d\s().*?-]{3,}")
_MAIL = re.compile(r"[^@\s]*@[^@\s]+")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]+")


class Limits(Strict):
    """How much may leave of a company, whatever is planned. What is over a limit stays planned."""

    per_day: _Count | None = Field(
        None, description="Messages that may leave on one day of the company's calendar, over all channels."
    )
    per_channel: dict[LimitedChannel, _Count] = Field(
        default_factory=dict, description="The same by channel, beside per_day."
    )
    per_second: _Rate | None = Field(
        None, description="Messages a second and channel of one run. A provider's own limit (429) is found without it."
    )
    in_flight: int = Field(
        50, ge=1, le=200, description="Messages under claim at a time: the most that a loss of power leaves unknown."
    )


def _addressee(entry: str) -> str:
    """`entry`, if it can be told what it means.

    Raises:
        ValueError: it is no address, domain, number or pattern of one.
    """
    text = entry.strip()
    if any(shape.fullmatch(text) for shape in (_MAIL, _PHONE, _DOMAIN)):
        return text
    raise ValueError(
        f"'{entry}' is no address (ana@acme.example), domain (acme.example), pattern (*@acme.example) or number (+34600111222)"
    )


Addressee = Annotated[str, AfterValidator(_addressee)]
"""An address, a domain, a phone number, or a pattern of one with `*` and `?`."""
