"""Source profiles (`data_contracts/sources/*.yaml`): how the exports of one accounting system fulfil the contracts, as data."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tasks.settings.sources import Mapping
from tasks.settings.strict import Strict


class Signature(Strict):
    """How a file of the system is recognised. Everything that is given must fit; names are compared without case, accents and punctuation."""

    types: tuple[str, ...] = Field((), description="Formats it comes in: csv, xlsx, fixed_width, json, xml, text.")
    headers: tuple[str, ...] = Field((), description="Columns that every such export has.")
    starts_with: str = Field("", description="A regular expression for the file's first characters.")
    contains: tuple[str, ...] = Field((), description="Regular expressions found in the first 64 KiB.")


class Confirm(Strict):
    """Something that the export does not say and a person has to."""

    key: str = Field(description="The place in the source entry, such as columns.currency.")
    why: str


class ProfileSource(Mapping):
    """One contract that an export of the system fulfils. `name` is the suggested name of the source."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    confirm: tuple[Confirm, ...] = ()


class Profile(Strict):
    """One accounting system's export: how it is recognised, and the sources it gives."""

    system: str = Field(description="The system's name as users know it.")
    report: str = Field(description="The export or report within the system.")
    evidence: tuple[str, ...] = Field(min_length=1, description="What the layout is known from.")
    known_from: Literal["real_file", "published_layout"]
    recognise: Signature
    sources: tuple[ProfileSource, ...] = Field(min_length=1)
