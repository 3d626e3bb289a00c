"""From files to the sources they can feed: a shipped profile where one fits, a proposal where none does."""

from __future__ import annotations

from pathlib import Path

from tasks.recognise.content import look_at
from tasks.recognise.from_profile import from_profile
from tasks.recognise.model import Recognised
from tasks.recognise.propose import propose
from tasks.recognise.signatures import matching_profiles
from tasks.recognise.sniff import sniff_content


def recognise(path: Path) -> list[Recognised]:
    """The sources that the file at `path` can feed, the most telling first.

    Raises:
        SourceProblem: there is no such file, it is empty or damaged, or no table can be found in it.
    """
    content = look_at(path)
    matches = matching_profiles(content)
    if not matches:
        return propose(sniff_content(content))
    best = matches[0]
    also = [match.name for match in matches[1:] if match.weight == best.weight]
    return from_profile(content, best, also)
