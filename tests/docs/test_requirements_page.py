"""The requirements page misses no id and names only files that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
LAST_OF_SERIES = {"000-": 12, "001-": 20, "002-": 15, "003-": 16, "004-P": 10, "004-C": 15}


def every_id() -> list[str]:
    return [
        f"{series}{number}" if series.startswith("004") else f"{series}{number:02}"
        for series, last in LAST_OF_SERIES.items()
        for number in range(1, last + 1)
    ]


def test_every_requirement_has_exactly_one_row() -> None:
    rows = re.findall(r"^\| (00\d-\w+) \|", PAGE, re.MULTILINE)
    assert sorted(rows) == sorted(every_id())


def test_every_row_says_how_far_it_is() -> None:
    states = re.findall(r"^\| 00\d-\w+ \|.*\| (met|part|next)\b[^|]*\|$", PAGE, re.MULTILINE)
    assert len(states) == len(every_id())


def test_every_file_it_names_exists() -> None:
    named = {name for name in re.findall(r"`([\w./]+)`", PAGE) if "/" in name and not name.startswith("mart.")}
    missing = sorted(name for name in named if not (ROOT / name).exists())
    assert missing == []
