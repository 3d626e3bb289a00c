"""From files to the sources they can feed: a shipped profile where one fits, a proposal where none does."""

from __future__ import annotations

from pathlib import Path

from tasks.contracts.load import load_contract
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
    for match in matches:
        also = [other.name for other in matches if other is not match and other.weight == match.weight]
        found = from_profile(content, match, also)
        if not any(_lacks_required(item) for item in found):
            return found
    return propose(sniff_content(content))


def _lacks_required(item: Recognised) -> bool:
    """Whether the file has not what a profile needs, so that its names and contents tell more than the profile."""
    columns = item.entry.get("columns")
    taken_away = {name for name, own in columns.items() if own is None} if isinstance(columns, dict) else set()
    # Without a currency the company's is proposed.
    required = {column.name for column in load_contract(item.contract).columns if column.is_required} - {"currency"}
    return bool(taken_away & required)
