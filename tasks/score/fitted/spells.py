"""How past points stood while nobody knew of what came back later: `features.items` has a row for each such time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tasks.warehouse.connection import Connection

Days = npt.NDArray[np.datetime64]
Places = npt.NDArray[np.intp]

# In the order of the points of a history. The last of the times of an item first.
_SPELLS = """
WITH points AS (
    SELECT company_id, receivable_id, row_number() OVER (ORDER BY scored_on, receivable_id) - 1 AS place
    FROM features.points
    WHERE settled_on IS NOT NULL OR is_open
)
SELECT points.place, items.settled_on, items.stands_until
FROM points
INNER JOIN features.items AS items
    ON points.company_id = items.company_id AND points.receivable_id = items.receivable_id
WHERE items.stands_until < DATE 'infinity'
ORDER BY items.stands_until DESC, points.place
"""


def _no_days() -> Days:
    return np.zeros(0, dtype="datetime64[D]")


@dataclass(frozen=True)
class Spells:
    """How points stood that later events tell otherwise, one entry per spell, of each point the last one first.

    `place`: of the point in its history; `settled_on`: NaT while open; `until`: the last morning on which it was so.
    """

    place: Places = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    settled_on: Days = field(default_factory=_no_days)
    until: Days = field(default_factory=_no_days)

    def as_told(self, settled_on: Days, known_on: np.datetime64) -> Days:
        """`settled_on` of all points, which tells the end, as it was told on the morning of `known_on`."""
        told = self.until >= known_on
        if not told.any():
            return settled_on
        found = settled_on.copy()
        # Of several entries of a place the last one counts: the spell that ends first.
        found[self.place[told]] = self.settled_on[told]
        return found


def read_spells(connection: Connection) -> Spells:
    """The spells of the points that `history.read_history` reads, in its order."""
    found = connection.execute(_SPELLS).to_arrow_table()
    settled_on, until = (
        found[name].to_numpy(zero_copy_only=False).astype("datetime64[D]") for name in ("settled_on", "stands_until")
    )
    return Spells(found["place"].to_numpy(zero_copy_only=False).astype(np.intp), settled_on, until)


def pooled_spells(spells: Sequence[Spells], lengths: Sequence[int], order: Places) -> Spells:
    """The spells of histories of these lengths, whose points one after the other were brought into `order`."""
    starts = np.cumsum([0, *lengths[:-1]])
    places = np.concatenate([start + item.place for start, item in zip(starts, spells, strict=True)])
    settled_on, until = (
        np.concatenate([item.settled_on for item in spells]),
        np.concatenate([item.until for item in spells]),
    )
    last_first = np.argsort(-until.astype(np.int64), kind="stable")
    return Spells(np.argsort(order)[places][last_first], settled_on[last_first], until[last_first])
