"""Writes `docs/sources.md` from the source profiles: `python -m tasks.settings.profile_reference`.

The page is committed; a test fails when it no longer says what the profiles say.
"""

from __future__ import annotations

from collections.abc import Iterator

from tasks.paths import PROGRAM
from tasks.settings.profiles import Profile, Signature
from tasks.settings.shipped_profiles import load_profile, profile_names

PAGE = PROGRAM / "docs" / "sources.md"
_KNOWN_FROM = {"real_file": "a real file", "published_layout": "the published layout"}
_INTRODUCTION = """\
# Source profiles

Generated from `data_contracts/sources/*.yaml` by `python -m tasks.settings.profile_reference`; edit the profiles, not this page.

A profile says, as data, how what one accounting system exports fulfils our contracts. `puntual init DIR --from FILE` recognises a file of
these systems and writes the entries; by hand an entry names the profile, the contract and where the file lies:

```yaml
sources:
  - {name: open_items, profile: PROFILE, contract: receivables, path: exports/open_items_*.csv}
```

What the entry says itself comes before what the profile says: `columns` and `references` merge column by column (a column without a value takes
the profile's away), `format` merges when it is of the same type, any other key replaces the profile's. A file of any other system gets a
proposal by its column names and contents.

"Known from" says how sure a profile is: a real file of the system, or only its published layout. What is *to confirm* is not in the export.
"""


def reference_page() -> str:
    """The whole page: a table of all profiles, then what each is."""
    profiles = {name: load_profile(name) for name in profile_names()}
    lines = [_INTRODUCTION, "| profile | system | report | gives | known from |", "|---|---|---|---|---|"]
    for name, profile in profiles.items():
        gives = ", ".join(dict.fromkeys(source.contract for source in profile.sources))
        known_from = _KNOWN_FROM[profile.known_from]
        lines.append(f"| [`{name}`](#{name}) | {profile.system} | {profile.report} | {gives} | {known_from} |")
    for name, profile in profiles.items():
        lines += ["", f"## {name}", "", f"{profile.system}: {profile.report}.", "", *_details(profile)]
    return "\n".join(lines).rstrip() + "\n"


def _details(profile: Profile) -> Iterator[str]:
    yield f"* Recognised by {_recognised_by(profile.recognise)}."
    yield f"* Known from {_KNOWN_FROM[profile.known_from]}: {'; '.join(profile.evidence)}."
    for source in profile.sources:
        ending = f", delivered as `{source.delivery}`" if source.delivery != "snapshot" else ""
        columns = ", ".join(f"`{column}`" for column in source.columns)
        references = f"; references {', '.join(f'`{key}`' for key in source.references)}" if source.references else ""
        yield f"* Source `{source.name}` ({source.contract}{ending}): {columns}{references}."
        yield from (f"  * To confirm, `{item.key}`: {item.why}" for item in source.confirm)


def _recognised_by(sign: Signature) -> str:
    parts = []
    if sign.types:
        parts.append(f"the format ({' or '.join(sign.types)})")
    if sign.headers:
        parts.append(f"the columns {', '.join(f'`{header}`' for header in sign.headers)}")
    if sign.starts_with:
        parts.append(f"a beginning that fits `{sign.starts_with}`")
    if sign.contains:
        parts.append(f"contents that fit {', '.join(f'`{pattern}`' for pattern in sign.contains)}")
    return ", ".join(parts)


if __name__ == "__main__":
    PAGE.write_text(reference_page(), encoding="utf-8")
