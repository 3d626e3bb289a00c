"""`quiet_hours` of `strategy.yaml`: the hours of the debtor's clock in which nothing is sent (tasks/remind/contact_hours.py)."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from tasks.settings.strict import Strict

Hour = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class QuietHours(Strict):
    """From `from` until `until`, over midnight where that is earlier; besides, the hours of a law."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    begin: Hour | None = Field(None, alias="from", description="First quiet minute of the day by the debtor's clock.")
    until: Hour | None = Field(None, description="First minute in which something may be sent again.")
    profile: Literal["colombia_ley_2300", "none"] | None = Field(
        None,
        description="A country's contact hours for all customers, or none; each country's own where it is not given.",
    )

    @model_validator(mode="after")
    def _both_or_neither(self) -> QuietHours:
        if (self.begin is None) != (self.until is None):
            raise ValueError("give both from and until, or neither")
        if self.begin is not None and self.begin == self.until:
            raise ValueError("from and until are the same, so nothing would ever be sent")
        return self

    def covers(self, at: time) -> bool:
        """Whether nothing may be sent at this time of the debtor's day."""
        if self.begin is None or self.until is None:
            return False
        begin, until = time.fromisoformat(self.begin), time.fromisoformat(self.until)
        return begin <= at < until if begin < until else at >= begin or at < until
