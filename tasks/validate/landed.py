"""What extract says it landed per source: counts and sums, read from `landing.files` and `landing.file_amounts`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tasks.warehouse.connection import Connection

UNREADABLE = "?"
"""The currency under which `landing.file_amounts` counts rows whose amount cannot be read.

What is not three capital letters counts here too: rejected rows may hold anything where the currency should be, even a name.
"""


@dataclass(frozen=True)
class LandedAmount:
    """Sums of one source in one currency, in units of that currency; credit notes are negative."""

    currency: str
    landed: Decimal
    quarantined: Decimal
    duplicates: Decimal


@dataclass(frozen=True)
class LandedSource:
    """One source of one contract: its files and how many of their rows went where."""

    source: str
    contract: str
    files: tuple[str, ...]
    rows_in: int
    landed: int
    quarantined: int
    duplicates: int
    amounts: tuple[LandedAmount, ...]

    @property
    def where(self) -> str:
        """Names the source and its files, for messages."""
        shown = ", ".join(self.files[:3]) + (f" and {len(self.files) - 3} more" if len(self.files) > 3 else "")
        return f"source {self.source} ({shown})"


def read_landed(connection: Connection) -> tuple[LandedSource, ...]:
    """Every source that landed, in order of name."""
    amounts: dict[str, list[LandedAmount]] = {}
    for source, currency, landed, quarantined, duplicates in connection.execute(
        """
        SELECT
            source,
            CASE WHEN regexp_full_match(currency, '[A-Z]{3}') THEN currency ELSE $unreadable END AS known,
            sum(amount_landed),
            sum(amount_quarantined),
            sum(amount_duplicates)
        FROM landing.file_amounts GROUP BY source, known ORDER BY source, known
        """,
        {"unreadable": UNREADABLE},
    ).fetchall():
        amounts.setdefault(source, []).append(LandedAmount(currency, landed, quarantined, duplicates))
    rows = connection.execute(
        """
        SELECT source, contract, list(file ORDER BY file), sum(rows_in), sum(landed), sum(quarantined), sum(duplicates)
        FROM landing.files GROUP BY source, contract ORDER BY source
        """
    ).fetchall()
    return tuple(
        LandedSource(
            source=source,
            contract=contract,
            files=tuple(files),
            rows_in=int(rows_in),
            landed=int(landed),
            quarantined=int(quarantined),
            duplicates=int(duplicates),
            amounts=tuple(amounts.get(source, ())),
        )
        for source, contract, files, rows_in, landed, quarantined, duplicates in rows
    )
