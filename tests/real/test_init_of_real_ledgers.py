"""The real ledgers beside the project go from `puntual init --from` to a landing without a line of configuration by hand."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from tasks.extract import Extraction, extract
from tasks.recognise.recognise import recognise
from tasks.recognise.write import write_workspace
from tasks.segment.load import ready_strategy
from tasks.settings.load import load_workspace

DATA = Path(__file__).parents[3] / "shared" / "data"
AS_OF = datetime.date(2026, 1, 1)
# The export, how it is recognised (None: by names and contents), and rows in, landed, quarantined, duplicates.
LEDGERS = {
    "sap_fi_ar/sap_dev.csv.gz": ("sap_fi_line_items", (160_614, 155_727, 3_319, 1_568)),
    "sap_fi_ar/sap_toscore_20181203_unlabelled.csv.gz": ("sap_fi_line_items", (13_243, 12_770, 346, 127)),
    "ibm_ar/WA_Fn-UseC_-Accounts-Receivable.csv": (None, (2_466, 2_466, 0, 0)),
    "ibm_ar/WA_variant_no_leading_zeros.csv": (None, (2_466, 2_466, 0, 0)),
    "sap_fbl5n_export/FBL5N_anonymised_2813rows.xlsx": ("sap_fbl5n", (2_813, 2_813, 0, 0)),
    "highradius_partial/raw_sample_25rows_transcribed.csv": ("highradius_open_items", (25, 25, 0, 0)),
}
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real ledgers (../shared/data) are not on this machine")


def landed(export: Path, folder: Path) -> Extraction:
    write_workspace(folder, recognise(export), ready_strategy("standard"), as_of=AS_OF)
    return extract(load_workspace(folder), as_of=AS_OF)


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_real_ledger_lands_as_init_describes_it(ledger: str, tmp_path: Path) -> None:
    profile, counts = LEDGERS[ledger]
    extraction = landed(DATA / ledger, tmp_path)
    (source,) = load_workspace(tmp_path).settings.sources
    assert source.profile == profile
    (file,) = extraction.files
    assert (file.rows_in, file.landed, file.quarantined, file.duplicates) == counts
    assert not file.was_parsed, "init lands what it proposes, so that the first run does not read it again"
    for item in file.amounts:
        assert item.amount_in == item.landed + item.quarantined + item.duplicates
    assert not [warning for warning in extraction.warnings if "does not mention" in warning.what]


def test_an_order_of_day_and_month_that_late_rows_tell_is_found(tmp_path: Path) -> None:
    export = tmp_path / "ibm.csv"
    shutil.copyfile(DATA / "ibm_ar/WA_Fn-UseC_-Accounts-Receivable.csv", export)
    (found,) = recognise(export)
    assert found.entry["dates"] == ["%m/%d/%Y"]
    assert not [doubt for doubt in found.doubts if "told apart" in doubt.why]
