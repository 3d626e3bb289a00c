"""Lists appear together or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.private_files import write_private_text
from tasks.worklist.all_or_none import all_or_none


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def write_half(folder: Path) -> None:
    with all_or_none(folder, last="proof") as unfinished:
        write_private_text(unfinished / "call-ana.csv", "new")
        write_private_text(unfinished / "call-bea.csv", "new")
        raise OSError("disk is full")


def test_what_was_written_before_a_failure_is_on_nobodys_list(tmp_path: Path) -> None:
    write_private_text(tmp_path / "worklists" / "call-ana.csv", "of an earlier attempt")
    with pytest.raises(OSError, match="disk is full"):
        write_half(tmp_path / "worklists")
    assert files(tmp_path) == {"worklists/call-ana.csv": "of an earlier attempt"}


def test_lists_and_cases_replace_those_of_an_earlier_attempt_and_the_proof_comes_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[str] = []
    replace = Path.replace
    with all_or_none(tmp_path / "worklists", last="proof") as folder:
        for name in ("call-ana.csv", "proof", "legal/c1/case.json", "z.csv"):
            write_private_text(folder / name, "new")
        monkeypatch.setattr(Path, "replace", lambda path, to: (moved.append(path.name), replace(path, to))[1])
    assert moved[-1] == "proof"
    assert set(files(tmp_path / "worklists")) == {"call-ana.csv", "proof", "legal/c1/case.json", "z.csv"}
    assert (tmp_path / "worklists" / "legal" / "c1").stat().st_mode & 0o077 == 0
