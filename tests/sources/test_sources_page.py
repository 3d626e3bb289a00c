"""The committed page of the source profiles says what the profiles say."""

from __future__ import annotations

from tasks.settings.profile_reference import PAGE, reference_page
from tasks.settings.shipped_profiles import profile_names


def test_the_page_of_the_profiles_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page(), "run: python -m tasks.settings.profile_reference"


def test_the_page_names_every_profile() -> None:
    page = reference_page()
    assert all(f"## {name}\n" in page for name in profile_names())
