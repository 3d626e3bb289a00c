"""The real ledgers beside the project load by configuration alone; nothing of them is copied into the project."""

from __future__ import annotations

import datetime
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tasks.extract import Extraction, attach_landing, extract
from tasks.settings.load import load_workspace

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "shared" / "data"
EXPORTS = {
    "sap_dev": "sap_fi_ar/sap_dev.csv.gz",
    "sap_toscore": "sap_fi_ar/sap_toscore_20181203_unlabelled.csv.gz",
    "ibm": "ibm_ar/WA_Fn-UseC_-Accounts-Receivable.csv",
    "ibm_no_leading_zeros": "ibm_ar/WA_variant_no_leading_zeros.csv",
    "sap_fbl5n": "sap_fbl5n_export/FBL5N_anonymised_2813rows.xlsx",
    "highradius": "highradius_partial/raw_sample_25rows_transcribed.csv",
}
# rows in, landed, quarantined (amount zero), duplicates
COUNTS = {
    "sap_dev": (160_614, 155_928, 3_103, 1_583),
    "sap_toscore": (13_243, 12_806, 308, 129),
    "ibm": (2_466, 2_466, 0, 0),
    "ibm_no_leading_zeros": (2_466, 2_466, 0, 0),
    "sap_fbl5n": (2_813, 2_813, 0, 0),
    "highradius": (25, 25, 0, 0),
}
# The two files list the same invoices in different orders.
LANDED = "SELECT * EXCLUDE (file, file_row) FROM landing.receivables ORDER BY receivable_id"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real ledgers (../shared/data) are not on this machine")


def extracted(ledger: str, folder: Path) -> Extraction:
    """A workspace of the committed settings with the export linked into it."""
    (folder / "exports").mkdir(parents=True)
    shutil.copy(HERE / ledger / "puntual.yaml", folder)
    export = DATA / EXPORTS[ledger]
    (folder / "exports" / export.name).symlink_to(export)
    return extract(load_workspace(folder), as_of=datetime.date(2026, 1, 1))


@pytest.mark.parametrize("ledger", EXPORTS)
def test_every_row_and_cent_of_a_real_ledger_is_accounted_for(ledger: str, tmp_path: Path) -> None:
    extraction = extracted(ledger, tmp_path)
    (file,) = extraction.files
    assert (file.rows_in, file.landed, file.quarantined, file.duplicates) == COUNTS[ledger]
    assert file.rows_in == file.landed + file.quarantined + file.duplicates
    for item in file.amounts:
        assert item.amount_in == item.landed + item.quarantined + item.duplicates
    assert not [warning for warning in extraction.warnings if "does not mention" in warning.what]


def test_the_cents_of_the_sap_ledger_are_those_of_the_file(tmp_path: Path) -> None:
    extraction = extracted("sap_dev", tmp_path)
    reducing = "('Credit memo', 'Reverse invoice', 'Incoming payment')"
    with duckdb.connect() as connection:
        row = connection.execute(
            f"SELECT sum(CASE WHEN TBSLT_LTEXT IN {reducing} THEN -1 ELSE 1 END * CAST(VALUE_EUR AS DECIMAL(18, 2)))"  # noqa: S608
            " FROM read_csv(?, all_varchar = true)",
            [str(DATA / EXPORTS["sap_dev"])],
        ).fetchone()
    assert row is not None
    assert extraction.files[0].amounts[0].amount_in == Decimal(row[0])


def test_both_spellings_of_the_ibm_file_land_identically(tmp_path: Path) -> None:
    rows = []
    for ledger in ("ibm", "ibm_no_leading_zeros"):
        extraction = extracted(ledger, tmp_path / ledger)
        with duckdb.connect() as connection:
            attach_landing(connection, load_workspace(tmp_path / ledger), extraction.files)
            rows.append(connection.execute(LANDED).fetchall())
    assert rows[0] == rows[1]


def test_a_real_ledger_is_parsed_once(tmp_path: Path) -> None:
    extracted("ibm", tmp_path)
    again = extract(load_workspace(tmp_path), as_of=datetime.date(2026, 1, 2))
    assert [file.was_parsed for file in again.files] == [False]
