"""Every test of extract works on a workspace of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.extract.bank_file import STANDARDS
from tasks.settings.formats import BankFileFormat, BankStandard
from tests.extract.bank_texts import Read, Rows
from tests.extract.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "exports").mkdir()
    return Bench(tmp_path)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Writes a file and reads it with the reader of a bank standard."""

    def run(standard: BankStandard, content: str | bytes, **settings: object) -> Rows:
        path = tmp_path / "bank.file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        chosen = BankFileFormat.model_validate({"type": "bank_file", "standard": standard, **settings})
        return list(STANDARDS[standard].read(path, "bank.file", chosen))

    return run
