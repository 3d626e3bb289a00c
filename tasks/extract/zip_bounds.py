"""How far a zip from outside may expand: what its directory says is judged before anything is unpacked.

Whoever unpacks checks the directory's word: Python's zipfile reads no more of a member than the directory says, and its checksum.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ZipBounds:
    """The most members and expanded bytes, and the ratio that counts from `ratio_from` expanded bytes on."""

    members: int
    expanded_bytes: int
    ratio: int
    ratio_from: int = 16 << 20

    def excess(self, packed_bytes: int, members: Sequence[zipfile.ZipInfo]) -> str | None:
        """What is too much about a zip of `packed_bytes`; None where it is within the bounds."""
        expanded = sum(member.file_size for member in members)
        is_bomb = expanded > self.ratio_from and expanded > self.ratio * max(packed_bytes, 1)
        if len(members) <= self.members and expanded <= self.expanded_bytes and not is_bomb:
            return None
        return f"{packed_bytes / 1e6:.1f} MB would expand to {expanded / 1e6:.0f} MB in {len(members)} members"
