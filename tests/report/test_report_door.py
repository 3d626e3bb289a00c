from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tasks.report import door


@pytest.fixture
def shown(monkeypatch) -> dict[str, object]:
    """What would be sent to Prefect, by key."""
    sent: dict[str, object] = {}
    for create in ("create_markdown_artifact", "create_table_artifact"):
        monkeypatch.setattr(
            door, create, lambda content, *, key, description: sent.update({key: (description, content)})
        )
    return sent


def test_the_artifacts_are_a_summary_the_decisions_and_what_was_refused(summary, shown) -> None:
    door.show_in_prefect(summary, "en")
    assert list(shown) == ["run-summary-acme", "decisions-acme", "refused-acme"]
    assert all(description for description, _ in shown.values())


def test_artifact_keys_are_such_as_prefect_accepts_whatever_the_companys_id(summary, shown) -> None:
    door.show_in_prefect(replace(summary, company_id="acme_iberia-2"), "es")
    assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in shown)
