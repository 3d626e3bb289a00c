"""How names of columns are compared: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import cache


@cache
def plain(name: str) -> str:
    """The name in small ASCII letters and digits, its words parted by one blank."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", ascii_name.lower()).split())
