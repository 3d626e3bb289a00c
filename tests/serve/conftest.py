"""A workspace that takes answers and SendGrid's events, and its application."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tasks.serve.app import Surroundings, make_site
from tasks.settings.load import Workspace, load_workspace

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have another HTTP client than the one that the project locks
    from starlette.testclient import TestClient

SECRET = "a-secret-of-more-than-32-characters"
NOW = datetime(2026, 6, 16, 10, 0, tzinfo=UTC)


@pytest.fixture
def make_workspace(tmp_path: Path) -> Callable[..., Workspace]:
    """Keyword arguments are its `answers`; `answers=None`: it takes none."""

    def make(**answers: object) -> Workspace:
        person = {"name": "Ana", "email": "ana@acme.example"}
        takes = {"base_url": "https://answers.acme.example", "secret_env": "ANSWERS_SECRET", **answers}
        settings = {
            "company": {"id": "acme", "name": "Acme", "country": "ES", "sender": person, "collector": person},
            "sources": [{"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {}}],
            **({} if "answers" in answers else {"answers": takes}),
        }
        (tmp_path / "puntual.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        return load_workspace(tmp_path)

    return make


@pytest.fixture
def seconds() -> list[float]:
    return [0.0]


@pytest.fixture
def surroundings(seconds: list[float]) -> Surroundings:
    return Surroundings(clock=lambda: NOW, seconds=lambda: seconds[0], environment={"ANSWERS_SECRET": SECRET})


@pytest.fixture
def make_client(
    make_workspace: Callable[..., Workspace], surroundings: Surroundings
) -> Iterator[Callable[..., TestClient]]:
    with ExitStack() as stack:

        def make(*, base_url: str = "https://answers.acme.example", **answers: object) -> TestClient:
            site = make_site(make_workspace(**answers), surroundings)
            client = TestClient(site.app, base_url=base_url, follow_redirects=False, client=("192.0.2.1", 5000))
            return stack.enter_context(client)

        yield make
