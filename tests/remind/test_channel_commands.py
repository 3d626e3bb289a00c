"""`puntual channels` and `puntual whatsapp-templates`, on the example that comes with the program."""

from __future__ import annotations

import json

import pytest
import yaml
from typer.testing import CliRunner

from flows.cli import app as command_line
from tasks.paths import PROGRAM
from tasks.problems import SettingsProblem
from tasks.settings.whatsapp import WhatsappChannel

EXAMPLE = str(PROGRAM / "examples" / "andina")


def said(*arguments: str) -> str:
    result = CliRunner().invoke(command_line.app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_channels_are_listed_with_what_they_cost_and_prove() -> None:
    rows = {row["channel"]: row for row in json.loads(said("channels", EXAMPLE, "--json"))["channels"]}
    assert rows["email"]["costs"]["EUR"] == "0.05"
    assert rows["email"]["proof"] == "none"  # the example writes files
    assert rows["letter"]["keeps_hours"] is False
    assert not rows["whatsapp"]["is_set_up"]
    assert "voicemail" in said("channels", EXAMPLE)


def test_whatsapp_texts_are_printed_as_people_and_as_meta_read_them() -> None:
    printed = said("whatsapp-templates", EXAMPLE, "--purpose", "overdue")
    assert "puntual_overdue · es · UTILITY" in printed
    assert "responda BAJA" in printed
    settings = yaml.safe_load(printed[printed.index("templates:") :])
    assert WhatsappChannel.model_validate({"phone_number_id": "1", **settings}).templates["overdue"]["pt"]
    templates = json.loads(said("whatsapp-templates", EXAMPLE, "--purpose", "overdue", "--json"))["templates"]
    assert [(one["language"], one["parameter_format"]) for one in templates] == [
        ("es", "NAMED"),
        ("en", "NAMED"),
        ("pt", "NAMED"),
    ]


def test_a_strategy_that_says_nothing_by_whatsapp_needs_no_text() -> None:
    assert "says nothing by WhatsApp" in said("whatsapp-templates", EXAMPLE)


def test_a_purpose_that_is_none_is_told() -> None:
    with pytest.raises(SettingsProblem, match="'overdu' is no purpose"):
        said("whatsapp-templates", EXAMPLE, "--purpose", "overdu")
