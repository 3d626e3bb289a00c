"""The hidden field of a form: says that we wrote this form, for this link, not long ago. Without it nothing is recorded.

A link alone must change nothing (mail scanners follow links), and a page of somebody else must not send a form in a debtor's name.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.answers.keys import Keys

LIFE = timedelta(hours=12)
"""How long a form may stay open before it is sent."""
_PURPOSE = "answer form"
_MAC_CHARACTERS = 32
_CLOCK_SKEW_SECONDS = 60  # two servers behind one address


@dataclass(frozen=True)
class FormTokens:
    """Makes and checks the hidden field of one company's forms."""

    keys: Keys

    def make(self, link_token: str, *, now: datetime) -> str:
        """The field's value for a form behind `link_token`, written at `now`."""
        stamp = f"{int(now.timestamp()):x}"
        return f"{stamp}.{self._mac(link_token, stamp)}"

    def is_good(self, value: str, link_token: str, *, now: datetime) -> bool:
        """Whether we wrote `value` for this link within `LIFE` before `now`."""
        stamp, _, mac = value.partition(".")
        if not hmac.compare_digest(mac.encode(errors="replace"), self._mac(link_token, stamp).encode()):
            return False
        age = int(now.timestamp()) - int(stamp, 16)
        return -_CLOCK_SKEW_SECONDS <= age <= LIFE.total_seconds()

    def _mac(self, link_token: str, stamp: str) -> str:
        content = f"{link_token}\0{stamp}".encode(errors="replace")
        return self.keys.mac(_PURPOSE, content).hex()[:_MAC_CHARACTERS]
