"""Puts what a source profile says under what a source entry of `puntual.yaml` says itself, before the entry is checked.

`columns` and `references` merge key by key, and a key without a value takes the profile's away; `format` merges when it is
of the same type; everything else that the entry says replaces what the profile says.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from tasks.problems import Problem
from tasks.settings.profiles import Profile, ProfileSource
from tasks.settings.shipped_profiles import load_profile, profile_names

_MERGED_BY_KEY = ("columns", "references")
_OF_THE_PROFILE_ONLY = {"confirm"}


def resolve_profiles(content: object, where: str) -> tuple[object, list[Problem]]:
    """`content` (of `puntual.yaml`) with every source complete, and what is wrong with the profiles that it names."""
    if not isinstance(content, dict) or not isinstance(content.get("sources"), list):
        return content, []
    problems: list[Problem] = []
    sources: list[object] = []
    for number, entry in enumerate(content["sources"]):
        if not isinstance(entry, dict) or entry.get("profile") is None:
            sources.append(entry)
            continue
        found = _profile_source(entry, f"{where}: sources.{number}")
        if isinstance(found, Problem):
            problems.append(found)
        else:
            sources.append(merged(found, entry))
    return {**content, "sources": sources}, problems


def merged(base: ProfileSource, entry: Mapping[str, object]) -> dict[str, object]:
    """`entry` on top of `base`, in the shape of a source of `puntual.yaml`."""
    result = base.model_dump(exclude_unset=True, exclude=_OF_THE_PROFILE_ONLY)
    for key, value in entry.items():
        own = result.get(key)
        if key in _MERGED_BY_KEY and isinstance(own, dict) and isinstance(value, dict):
            result[key] = {name: item for name, item in {**own, **value}.items() if item is not None}
        elif key == "format" and isinstance(own, dict) and isinstance(value, dict) and _same_type(own, value):
            result[key] = {**own, **value}
        else:
            result[key] = value
    return result


def choose(profile: Profile, *, contract: object, name: object) -> ProfileSource | None:
    """The source of `profile` that an entry of `contract` called `name` means; None when it cannot be told.

    A profile may give several sources of one contract; then the entry's name begins with the name of the one it means, and
    where that holds of several, it means the one with the longest name.
    """
    fitting = [source for source in profile.sources if contract is None or source.contract == contract]
    if len(fitting) > 1:
        fitting = [source for source in fitting if f"{name}_".startswith(f"{source.name}_")]
        fitting = sorted(fitting, key=lambda source: len(source.name))[-1:]
    return fitting[0] if len(fitting) == 1 else None


def _same_type(own: Mapping[str, object], value: Mapping[str, object]) -> bool:
    return value.get("type", own.get("type")) == own.get("type")


def _profile_source(entry: Mapping[str, object], where: str) -> ProfileSource | Problem:
    name = str(entry["profile"])
    if name not in profile_names():
        close = get_close_matches(name, profile_names(), n=3, cutoff=0.5)
        meant = f"Did you mean {', '.join(close)}? " if close else ""
        return Problem(
            "error",
            f"{where}.profile",
            f"there is no source profile '{name}'",
            f"{meant}docs/sources.md lists them; without `profile` the entry has to say everything itself.",
        )
    profile = load_profile(name)
    chosen = choose(profile, contract=entry.get("contract"), name=entry.get("name"))
    if chosen is not None:
        return chosen
    given = ", ".join(f"{source.contract} (name: {source.name})" for source in profile.sources)
    return Problem(
        "error",
        f"{where}.contract",
        f"does not say which source of the profile '{name}' is meant",
        f"Give contract, and a name that begins with one of these: {given}.",
    )
