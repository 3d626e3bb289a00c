"""Every test of extract works on a workspace of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.extract.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "exports").mkdir()
    return Bench(tmp_path)
