"""What one rendering may use up: steps and characters, counted and never timed, so that a slow machine renders the same as a quick one."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sized

from jinja2.exceptions import SecurityError

STEPS_ALLOWED = 5_000
"""Loop rounds, calls, included files, and entries that filters and comparisons look at; the longest of our own messages needs under 1,500."""
CHARACTERS_ALLOWED = 1_000_000
"""Characters written, joined, searched or compared in one rendering, those of intermediate texts included."""
SHORT_TEXT = 50
"""Texts up to this length are bounded by the steps alone; not counting them is quicker."""


class TemplateRunsAway(SecurityError):
    """A template needs more steps or makes a longer text than any message may."""


class Budget(threading.local):
    """What is left for the rendering under way in this thread."""

    steps = STEPS_ALLOWED
    characters = CHARACTERS_ALLOWED

    def renew(self) -> None:
        """Starts a rendering."""
        self.steps, self.characters = STEPS_ALLOWED, CHARACTERS_ALLOWED

    def charge_steps(self, steps: int) -> None:
        """Takes `steps` off; raises `TemplateRunsAway` when there are not so many left."""
        self.steps -= steps
        if self.steps < 0:
            raise TemplateRunsAway(f"it takes more than {STEPS_ALLOWED} loop rounds and calls")

    def charge_characters(self, characters: int) -> None:
        """Takes `characters` off; raises `TemplateRunsAway` when there are not so many left."""
        self.characters -= characters
        if self.characters < 0:
            raise TemplateRunsAway(f"it writes more than {CHARACTERS_ALLOWED} characters")

    def charge(self, value: object) -> None:
        """Takes off what looking at `value` once costs: the characters of a text, the entries of a list with theirs."""
        if isinstance(value, str):
            if len(value) > SHORT_TEXT:
                self.charge_characters(len(value))
        elif isinstance(value, range):
            self.charge_steps(len(value))
        elif isinstance(value, Mapping):
            self.charge_steps(len(value))
            self.charge_characters(sum(len(entry) for entry in value.values() if isinstance(entry, str)))
        elif isinstance(value, Sized) and isinstance(value, Iterable):
            self.charge_steps(len(value))
            for entry in value:
                self._charge_entry(entry)

    def charged(self, values: Iterable[object]) -> Iterator[object]:
        """`values` one after another, each charged as it is taken: what has no length may have no end."""
        for entry in values:
            self.charge_steps(1)
            self._charge_entry(entry)
            yield entry

    def _charge_entry(self, entry: object) -> None:
        if isinstance(entry, str):
            if len(entry) > SHORT_TEXT:
                self.charge_characters(len(entry))
        elif isinstance(entry, Mapping):
            self.charge_characters(sum(len(text) for text in entry.values() if isinstance(text, str)))
