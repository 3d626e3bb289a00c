"""Each threat of docs/security.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FEWEST_THREATS = 25


def _threats() -> list[tuple[str, list[str]]]:
    lines = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
    tables = lines[lines.index("## Who could do what") : lines.index("## The audit trail")]
    rows = [
        line.strip("| ").split(" | ") for line in tables if line.startswith("| ") and not line.startswith("| threat")
    ]
    return [(row[0], re.findall(r"`(tests/[^`]+)`", row[2])) for row in rows]


def test_each_threat_names_tests_that_exist() -> None:
    threats = _threats()
    assert len(threats) >= _FEWEST_THREATS
    missing = []
    for threat, tests in threats:
        assert tests, threat
        for test in tests:
            path, _, name = test.partition("::")
            file = ROOT / path
            if not file.is_file() or (
                name and not re.search(rf"^(async )?def {name}\(", file.read_text(encoding="utf-8"), re.M)
            ):
                missing.append(test)
    assert missing == []
