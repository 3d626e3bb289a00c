"""Reads YAML and tells what is wrong with it: a mistake's place and the next step, and no value that may be secret."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tasks.problems import Problem, SettingsProblem

LONGEST_SHOWN = 60
"""Characters of a wrong value that are repeated."""
_MAY_BE_SECRET = re.compile("password|secret|token|key|url|user|account|query", re.IGNORECASE)
# The value belongs to a key that no model knows, or is what stands in place of a whole group of keys.
_NOT_OF_A_KNOWN_KEY = re.compile(
    "missing|extra_forbidden|invalid_key|model_.*|.*dict.*|mapping_.*|union_tag_.*|tuple_.*|list_.*"
)


def read_yaml(path: Path) -> object:
    """The content of a YAML file, or a `SettingsProblem` that says what to do."""
    try:
        return yaml.safe_load(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise SettingsProblem.at(
            str(path), "the file does not exist", "Run `puntual init DIR` to make a workspace."
        ) from None
    except OSError as error:
        raise SettingsProblem.at(str(path), f"cannot be read: {error.strerror}", "Check its permissions.") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsProblem.at(
            f"{path}, line {line}",
            f"byte 0x{error.object[error.start]:02x} is not UTF-8",
            "Save the file as UTF-8; it was probably saved as Latin-1 or Windows-1252.",
        ) from None
    except yaml.MarkedYAMLError as error:
        # Without YAML's own excerpt of the line, which may hold a password.
        mark = error.problem_mark or error.context_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SettingsProblem.at(
            f"{path}{place}", f"is not valid YAML: {error.problem or error.context}", "Correct that line."
        ) from None
    except yaml.YAMLError as error:
        raise SettingsProblem.at(str(path), f"is not valid YAML: {error}", "Correct the file.") from None
    except ValueError as error:
        # YAML makes dates of what looks like one, and 2026-02-30 does.
        raise SettingsProblem.at(str(path), f"holds a date that does not exist: {error}", "Correct the date.") from None


def model_problems(error: ValidationError, where: str) -> list[Problem]:
    """Pydantic's findings as problems with the dotted place of each; a wrong value is repeated only where it is harmless."""
    return [
        Problem(
            "error",
            f"{where}: {'.'.join(str(part) for part in item['loc']) or 'top level'}",
            "is missing" if item["type"] == "missing" else f"{item['msg']}{_found(item)}",
            "See docs/settings.md for the accepted keys.",
        )
        for item in error.errors()
    ]


def _found(item: ErrorDetails) -> str:
    """The wrong value in brackets, if it is a single value of a key that we know and that holds no secret."""
    value = item["input"]
    is_single = value is None or isinstance(value, (str, int, float, date))
    keys = " ".join(str(part) for part in item["loc"])
    if not is_single or not keys or _NOT_OF_A_KNOWN_KEY.fullmatch(item["type"]) or _MAY_BE_SECRET.search(keys):
        return ""
    shown = repr(value)
    return f" (found {shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 1] + '…'})"
