"""Several machines and workspaces on one agreed hand-over folder: what one wrote stays whole, and is nobody else's to finish."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tasks.remind.channels.letters import LetterChannel
from tasks.remind.channels.protocol import CannotTell, Found, NotFound
from tasks.remind.letters.durable import append_line, write_whole
from tasks.remind.letters.sender import LetterSender
from tasks.remind.letters.take_out import whereabouts
from tasks.remind.outbound import OutboundLetter
from tasks.settings.letters import LetterChannel as LetterSettings

DAY = date(2026, 11, 20)
ID = f"{1:064x}"


def letter(number: int = 1, **changes: object) -> OutboundLetter:
    made = OutboundLetter(
        reminder_id=f"{number:064x}",
        language="es",
        as_of=DAY,
        addressee=("Talleres Ebro, S.L.", "Calle del Prado 12", "28014 Madrid"),
        country="ES",
        is_addressed=True,
        subject="Su cuenta",
        paper="a4",
        pages=1,
        pdf=b"%PDF-1.7 " + str(number).encode(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "agreed"
    made.mkdir()
    return made


def channel_of(workspace: str, folder: Path) -> LetterChannel:
    return LetterChannel(LetterSettings(folder=str(folder)), folder=folder, outbox=folder.parent / workspace)


def contents(folder: Path) -> dict[str, dict[str, bytes]]:
    """The batches that the service sees, each with its files."""
    return {
        batch.name: {file.name: file.read_bytes() for file in batch.iterdir()}
        for batch in folder.glob("*/*")
        if not batch.name.startswith(".")
    }


def test_two_that_write_the_same_rows_hand_over_two_batches_that_are_whole(folder: Path) -> None:
    # Two companies with the same settings and codes: the same ids, addressees and pages in other letters.
    ours, theirs = channel_of("a", folder), channel_of("b", folder)
    ours.send(letter(pdf=b"%PDF ours"))
    theirs.send(letter(pdf=b"%PDF theirs"))
    ours.close()
    before = contents(folder)
    theirs.close()
    after = contents(folder)

    assert {name: after[name] for name in before} == before
    assert sorted(files[f"{ID}.pdf"] for files in after.values()) == [b"%PDF ours", b"%PDF theirs"]
    for name, files in after.items():
        mark = json.loads(files["batch.json"])
        assert mark["batch"] == name
        assert mark["manifest_sha256"] == hashlib.sha256(files["manifest.csv"]).hexdigest()


def test_a_batch_whose_name_was_there_before_is_completed_all_the_same(folder: Path) -> None:
    # The copies were erased or pruned, and the service never emptied the folder: the same letter makes the same manifest.
    for _ in range(2):
        channel = channel_of("a", folder)
        channel.send(letter())
        channel.close()
        shutil.rmtree(folder.parent / "a")
        for batch in folder.glob("*/*"):
            (batch / f"{ID}.pdf").unlink(missing_ok=True)
    assert len(contents(folder)) == 2


def test_nobody_takes_over_what_another_is_at_though_the_share_knows_no_locks(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.remind.letters.print_batch.fcntl.flock", lambda *_: None)
    at_work, other = channel_of("a", folder), channel_of("b", folder)
    at_work.send(letter(1))
    other.send(letter(2))
    other.close()
    at_work.send(letter(3))
    at_work.close()

    listed = sorted(sorted(name for name in files if name.endswith(".pdf")) for files in contents(folder).values())
    assert listed == [[f"{1:064x}.pdf", f"{3:064x}.pdf"], [f"{2:064x}.pdf"]]
    assert not (folder.parent / "b" / "2026-11-20" / f"{1:064x}.pdf").exists()


def test_what_a_dead_process_left_is_its_own_workspaces_to_complete(folder: Path) -> None:
    dead = channel_of("a", folder)
    dead.send(letter())
    for batch in dead._batches.values():
        os.close(batch._lock)

    other = channel_of("b", folder)
    other.send(letter(2))
    other.close()
    assert [sorted(files) for files in contents(folder).values()] == [[f"{2:064x}.pdf", "batch.json", "manifest.csv"]]

    channel_of("a", folder).close()
    assert len(contents(folder)) == 2
    assert list(folder.glob("*/.*")) == []
    assert list((folder.parent / "a" / ".letters").glob("*.lock")) == []


def test_a_letter_of_another_proves_neither_that_ours_left_nor_that_it_did_not(folder: Path) -> None:
    theirs, ours = channel_of("b", folder), channel_of("a", folder)
    theirs.send(letter(pdf=b"%PDF theirs"))
    assert isinstance(ours.lookup(ID), CannotTell)
    assert isinstance(theirs.lookup(ID), Found)
    theirs.close()
    assert isinstance(ours.lookup(ID), CannotTell)
    assert isinstance(ours.lookup(f"{7:064x}"), NotFound)


def test_the_very_letter_that_a_copy_of_the_workspace_handed_over_is_not_written_twice(folder: Path) -> None:
    for workspace in ("a", "copy-of-a"):
        channel = channel_of(workspace, folder)
        channel.send(letter())
        assert isinstance(channel.lookup(ID), Found)
        channel.close()
    assert len(contents(folder)) == 1


def test_links_in_the_folder_lead_to_no_other_folder(folder: Path) -> None:
    first = channel_of("a", folder)
    first.send(letter())
    first.close()
    sender = LetterSender.of(folder.parent / "a")
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    files = {"batch.json": b"{}", "abc-1.pdf": b"a paper", f"{ID}.pdf": b"a letter"}
    for name, content in files.items():
        (elsewhere / name).write_bytes(content)
    day = folder / DAY.isoformat()
    for name in (f".unfinished-{sender.name}-0001", f"print-{sender.name}-0002"):
        (day / name).symlink_to(elsewhere)

    second = channel_of("a", folder)
    second.send(letter(2))
    second.close()

    (batch, _) = sorted(path for path in day.glob("print-*") if not path.is_symlink())
    assert len(list(batch.glob("*.pdf"))) == 1
    found = whereabouts(folder.parent / "a", folder, [ID])
    assert elsewhere not in [path.resolve() for path in found.lying]
    assert f"{DAY}/print-{sender.name}-0002" in found.of_others
    assert {path.name: path.read_bytes() for path in elsewhere.iterdir()} == files


def test_nothing_is_written_through_a_link_that_lies_where_a_file_is_to_be(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    (tmp_path / f".manifest.csv.{os.getpid()}").symlink_to(precious)
    (tmp_path / ".rows").symlink_to(precious)
    with pytest.raises(OSError, match="symbolic links"):
        write_whole(tmp_path / "manifest.csv", b"letters")
    with pytest.raises(OSError, match="symbolic links"):
        append_line(tmp_path / ".rows", b"a row")
    assert precious.read_bytes() == b"precious"


def test_a_letter_is_known_to_have_left_when_neither_copy_nor_batch_is_there_any_more(folder: Path) -> None:
    channel = channel_of("a", folder)
    channel.send(letter())
    channel.close()
    shutil.rmtree(folder / "2026-11-20")
    shutil.rmtree(folder.parent / "a" / "2026-11-20")
    assert isinstance(channel_of("a", folder).lookup(ID), Found)


def test_processes_that_begin_together_are_one_sender(tmp_path: Path) -> None:
    names: list[str] = []
    threads = [threading.Thread(target=lambda: names.append(LetterSender.of(tmp_path / "a").name)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 8
    assert len(set(names)) == 1
    assert LetterSender.known(tmp_path / "b") is None


def test_a_sender_whose_name_cannot_be_read_sends_nothing_under_another(tmp_path: Path) -> None:
    LetterSender.of(tmp_path / "a")
    (tmp_path / "a" / ".letters" / "sender").write_text("../../x")
    with pytest.raises(OSError, match="no sender's name"):
        LetterSender.of(tmp_path / "a")
