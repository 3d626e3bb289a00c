"""What to do about a mistake in a template: suggestions from the vocabulary for a misspelt name."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import get_type_hints

from tasks.remind import consequence_words, vocabulary

_NO_VARIABLE = re.compile(r"'(\w+)' is undefined")
_NO_FIELD = re.compile(r"has no attribute '(\w+)'")
_NO_FILTER = re.compile(r"No filter named '(\w+)'")
_SEE = "docs/messages.md lists the names a template may use."


def how_to_fix(what: str) -> str:
    """The next step for the mistake that Jinja2 describes as `what`."""
    if found := _NO_VARIABLE.search(what):
        return _suggest(found.group(1), sorted(vocabulary.VOCABULARY))
    if found := _NO_FIELD.search(what):
        return _suggest(found.group(1), _field_names())
    if _NO_FILTER.search(what):
        return "Amounts and dates come ready to show; docs/messages.md lists the filters there are."
    return "Correct the template, or delete it to use ours. " + _SEE


def _suggest(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return (f"Did you mean `{near[0]}`? " if near else "") + _SEE


def _field_names() -> list[str]:
    kinds = (
        vocabulary.ReferenceWords, vocabulary.ItemWords, vocabulary.TotalWords, vocabulary.RestWords,
        vocabulary.BankWords, vocabulary.PersonWords, vocabulary.CompanyWords, vocabulary.CustomerWords,
        consequence_words.ClaimWords, consequence_words.ConsequenceWords,
    )  # fmt: skip
    return sorted({name for kind in kinds for name in get_type_hints(kind)})
