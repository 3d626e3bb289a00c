"""The Prefect task: small result, and no wait for Great Expectations until it is needed."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
import yaml
from prefect.logging import disable_run_logger

from tasks.paths import PROGRAM
from tasks.problems import DatasetRejected
from tasks.validate.door import validate_landed

AS_OF = date(2026, 6, 30)


@pytest.fixture
def folder(landing):
    landing.source("ledger", "receivables", [{}], fresh_within_days=30)
    landing.write()
    content = landing.workspace.settings.model_dump(mode="json")
    (landing.folder / "puntual.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return landing.folder


def test_the_task_returns_the_report(folder, landing):
    with disable_run_logger():
        report = validate_landed.fn(folder, work_db=landing.work_db, as_of=AS_OF)
    assert report.data_docs.is_file()


def test_the_task_lets_the_rejection_through(folder, landing):
    with disable_run_logger(), pytest.raises(DatasetRejected, match="stale"):
        validate_landed.fn(folder, work_db=landing.work_db, as_of=date(2026, 9, 30))


def test_importing_the_task_does_not_import_great_expectations():
    program = "import sys, tasks.validate.door; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=PROGRAM, check=False).returncode == 0
