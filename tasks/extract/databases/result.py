"""What every database reader hands on, and what may be said about a server that refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tasks.extract.raw import CellKind


@dataclass(frozen=True)
class QueryResult:
    """The rows in `path` (Parquet) and the SHA-256 of their content.

    `stored_as_text` tells of columns that hold exact text what their values were: numbers without bounds, or everything
    of a database whose columns have no fixed type.
    """

    path: Path
    content_hash: str
    rows: int
    stored_as_text: Mapping[str, CellKind] = field(default_factory=dict)


_SAID = re.compile(
    r"Connection refused|timed? ?out|Name or service not known|Temporary failure in name resolution|No route to host|"
    r"Network is unreachable|Connection reset|Access denied|Login failed|password authentication failed|"
    r"no pg_hba\.conf entry|too many connections|too many clients|certificate verify failed|SSL|TLS|Unknown database|"
    r"database does not exist|no such database file|unable to open database file|file is not a database",
    re.IGNORECASE,
)
_PG_DATABASE = re.compile(r'database "[^"]*" does not exist')
_CODE = re.compile(r"\b(?:ORA|DPY)-\d{4,5}\b|Errno -?\d+")
_USER = re.compile(r"""\buser (['"])[^'"]*\1(?:@(['"])[^'"]*\2)?""")


def failed_connection(error: Exception) -> str:
    """Why a server cannot be reached: the error's class, its code, and those of the driver's words that name nobody.

    Drivers tell the user, the host and the database with whatever went wrong, and what they say reaches logs.
    """
    text = _PG_DATABASE.sub("database does not exist", " ".join(str(error).split()))
    first = error.args[0] if error.args else None
    codes = [str(first)] if isinstance(first, int) else []
    codes += [found for found in _CODE.findall(text) if found not in codes]
    said = _SAID.search(text)
    front = " ".join([type(error).__name__, *dict.fromkeys(codes)])
    return f"{front}: {said[0]}" if said else front


def without_secrets(message: str, url: str) -> str:
    """The message on one line without the URL, its password, and whom the server took us for."""
    try:
        password = urlsplit(url).password
    except ValueError:
        return "the URL cannot be read"
    for secret in (url, password, unquote(password or "")):
        if secret:
            message = message.replace(secret, "***")
    return _USER.sub("user ***", " ".join(message.split()))
