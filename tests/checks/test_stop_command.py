"""`puntual stop`: who stopped what and why, and letting it go on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from flows.cli.app import app
from tasks.problems import UserProblem

PERSON = {"name": "Ana", "email": "ana@acme.example"}
SETTINGS = {
    "company": {"id": "acme", "name": "Acme", "country": "ES", "sender": PERSON, "collector": PERSON},
    "sources": [{"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {}}],
}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "puntual.yaml").write_text(yaml.safe_dump(SETTINGS), encoding="utf-8")
    return tmp_path


def _stop(*arguments: str) -> dict[str, object]:
    result = CliRunner().invoke(app, ["stop", *arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_stop_is_shown_with_who_and_why_until_somebody_releases_it(workspace: Path) -> None:
    _stop(str(workspace), "--channel", "email", "--reason", "wrong bank details", "--author", "ana")
    shown = _stop(str(workspace))
    assert "wrong bank details" in str(shown["stops"])
    assert _stop(str(workspace), "--release", "--author", "eva") == {"released": 1, "stops": []}
    assert "Nothing is stopped" in CliRunner().invoke(app, ["stop", str(workspace)]).output


def test_a_stop_needs_a_reason_and_an_author(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserProblem, match="no reason is given"):
        CliRunner().invoke(app, ["stop", str(workspace), "--channel", "email"], catch_exceptions=False)
    monkeypatch.delenv("USER", raising=False)
    refused = CliRunner().invoke(app, ["stop", str(workspace), "--reason", "no"])
    assert refused.exit_code != 0
    assert _stop(str(workspace))["stops"] == []
