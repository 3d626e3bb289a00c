"""What every database reader hands on, and what may be said about a server that refuses."""

from __future__ import annotations

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


def without_secrets(message: str, url: str) -> str:
    """The message on one line without the URL and its password."""
    try:
        password = urlsplit(url).password
    except ValueError:
        return "the URL cannot be read"
    for secret in (url, password, unquote(password or "")):
        if secret:
            message = message.replace(secret, "***")
    return " ".join(message.split())
