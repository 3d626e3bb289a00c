"""The landing zone: once per content, complete or absent, and never changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tasks.extract import land as land_module
from tasks.extract import manifest as manifest_module
from tests.extract.bench import ROWS, Bench, csv_text, receivables_source


def folders(bench: Bench) -> list[Path]:
    return sorted((bench.root / ".puntual/landing/receivables/ledger").iterdir())


def test_an_unchanged_file_is_not_parsed_again(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS, ROWS[0], "broken"))
    first, second = bench.extract(), bench.extract()
    assert [file.was_parsed for file in (*first.files, *second.files)] == [True, False]
    assert second.files[0].folder == first.files[0].folder
    assert (second.files[0].landed, second.files[0].amounts) == (first.files[0].landed, first.files[0].amounts)


def test_the_same_content_under_another_name_is_not_parsed_again(bench: Bench) -> None:
    bench.write("exports/a.csv", csv_text(*ROWS))
    bench.extract(receivables_source(path="exports/*.csv"))
    (bench.root / "exports/a.csv").rename(bench.root / "exports/b.csv")
    (file,) = bench.extract(receivables_source(path="exports/*.csv")).files
    assert (file.file, file.was_parsed) == ("exports/b.csv", False)


def test_changed_content_lands_beside_the_old(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    bench.extract()
    before = {path: path.stat().st_mtime_ns for path in folders(bench)[0].iterdir()}
    bench.write("exports/ledger.csv", csv_text(*ROWS[:2]))
    assert bench.extract().files[0].was_parsed
    assert len(folders(bench)) == 2
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_changed_mapping_parses_again_and_a_changed_threshold_does_not(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    bench.extract()
    assert not bench.extract(receivables_source(max_reject_share=0.5, ignore=["x"])).files[0].was_parsed
    columns = {**receivables_source()["columns"], "customer_name": "Cliente"}  # type: ignore[dict-item]
    assert bench.extract(receivables_source(columns=columns)).files[0].was_parsed


@pytest.mark.parametrize("step", ["_judge", "write_manifest"])
def test_a_crash_leaves_nothing_half_used(bench: Bench, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(land_module, step, crash)
        with pytest.raises(KeyboardInterrupt):
            bench.extract()
    assert folders(bench) == []
    assert bench.extract().files[0].landed == 3


def test_what_a_killed_process_left_is_removed(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    (file,) = bench.extract().files
    (file.folder / manifest_module.MANIFEST).unlink()
    dead = 2**22 - 1  # Above the largest process id Linux gives by default on small machines; nobody has it.
    leftover = file.folder.with_name(f"{file.folder.name}.partial-{dead}")
    leftover.mkdir()
    (again,) = bench.extract().files
    assert again.was_parsed
    assert not leftover.exists()


def test_a_folder_that_a_living_process_builds_is_left_alone(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    parent = bench.root / ".puntual/landing/receivables/ledger"
    other = parent / f"abc.partial-{os.getppid()}"
    other.mkdir(parents=True)
    bench.extract()
    assert other.exists()


def test_nothing_but_landed_folders_stays_in_the_landing_zone(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS, "broken"), encoding="cp1252")
    bench.extract(receivables_source(format={"type": "csv", "delimiter": ";", "encoding": "cp1252"}))
    assert [path.name for path in (bench.root / ".puntual/landing").iterdir()] == ["receivables"]
    assert sorted(path.name for path in folders(bench)[0].iterdir()) == [
        "excluded.parquet",
        "manifest.json",
        "rows.parquet",
    ]
