"""The source profiles that ship with the program: their names and their content."""

from __future__ import annotations

from functools import cache

from pydantic import ValidationError

from tasks.paths import SOURCE_PROFILES
from tasks.problems import SettingsProblem
from tasks.settings.profiles import Profile
from tasks.settings.yaml_file import model_problems, read_yaml


@cache
def profile_names() -> tuple[str, ...]:
    """The names by which `profile:` of a source refers to the shipped profiles, in order."""
    return tuple(sorted(path.stem for path in SOURCE_PROFILES.glob("*.yaml")))


@cache
def load_profile(name: str) -> Profile:
    """The profile called `name`, one of `profile_names()`.

    Raises:
        SettingsProblem: its file does not fit the model; all mistakes are listed.
    """
    path = SOURCE_PROFILES / f"{name}.yaml"
    try:
        return Profile.model_validate(read_yaml(path))
    except ValidationError as error:
        raise SettingsProblem(*model_problems(error, path.name)) from None
