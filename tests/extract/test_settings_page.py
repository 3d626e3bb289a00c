"""docs/settings.md names every key that puntual.yaml accepts, and its example is accepted."""

from __future__ import annotations

import re

import pytest
import yaml
from pydantic import BaseModel

from tasks.contracts.load import load_contract
from tasks.extract.check_mapping import check_settings
from tasks.paths import PROGRAM
from tasks.settings import columns, formats, rows, sources, whatsapp, workspace
from tasks.settings.load import parse_settings

PAGE = (PROGRAM / "docs" / "settings.md").read_text(encoding="utf-8")
MODELS = sorted(
    {
        model
        for module in (columns, formats, rows, sources, whatsapp, workspace)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, BaseModel) and model is not BaseModel
    },
    key=lambda model: model.__name__,
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_is_on_the_page(model: type[BaseModel]) -> None:
    in_code = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`\n]+)`", PAGE))))
    assert set(model.model_fields) - in_code - {"type", "values"} == set()


def test_the_example_is_accepted() -> None:
    example = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)[0]
    settings = parse_settings(yaml.safe_load(example), "docs/settings.md")
    for source in settings.sources:
        check_settings(source, load_contract(source.contract))
