"""Letters on their way to a service: once, in whole batches, with a manifest that can be trusted and opened."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tasks.remind.channels.letters import LetterChannel
from tasks.remind.channels.protocol import CannotTell, Found, NotFound, NothingLeft, Refused
from tasks.remind.letters.print_batch import PrintBatch, row_of
from tasks.remind.letters.sender import LetterSender
from tasks.remind.outbound import Attachment, OutboundLetter, OutboundMessage, mailbox
from tasks.settings.letters import LetterChannel as LetterSettings

DAY = date(2026, 11, 20)


def letter(number: int = 1, **changes: object) -> OutboundLetter:
    """A small letter; its PDF is none, which no channel looks at."""
    made = OutboundLetter(
        reminder_id=f"{number:064x}",
        language="es",
        as_of=DAY,
        addressee=("Talleres Ebro, S.L.", "Calle del Prado 12", "28014 Madrid"),
        country="ES",
        is_addressed=True,
        subject="Su cuenta",
        paper="a4",
        pages=2,
        pdf=b"%PDF-1.7 " + str(number).encode(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "handover"
    made.mkdir()
    return made


def channel_at(folder: Path, **settings: object) -> LetterChannel:
    """A channel as a process opens it."""
    chosen = LetterSettings.model_validate({"folder": str(folder), **settings})
    return LetterChannel(chosen, folder=folder, outbox=folder.parent / "outbox")


def sender_of(folder: Path) -> LetterSender:
    """Who `channel_at` sends as."""
    return LetterSender.of(folder.parent / "outbox")


def batches(folder: Path) -> list[Path]:
    """The batches that a service sees."""
    return sorted(path for path in folder.glob("*/*") if not path.name.startswith("."))


def manifest_of(batch: Path) -> list[dict[str, str]]:
    """The manifest's rows."""
    with (batch / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_batch_can_be_seen_when_it_is_complete_and_not_before(folder: Path) -> None:
    channel = channel_at(folder, proof="registered")
    receipt = channel.send(letter(1))
    channel.send(letter(2))
    assert batches(folder) == []

    channel.close()
    (batch,) = batches(folder)
    mark = json.loads((batch / "batch.json").read_text())
    assert sorted(path.name for path in batch.iterdir()) == sorted(
        [f"{1:064x}.pdf", f"{2:064x}.pdf", "manifest.csv", "batch.json"]
    )
    assert mark == {
        "batch": batch.name,
        "service": "print",
        "proof": "registered",
        "letters": 2,
        "pages": 4,
        "manifest_sha256": hashlib.sha256((batch / "manifest.csv").read_bytes()).hexdigest(),
    }
    assert receipt.provider == "letters"
    assert receipt.provider_message_id == f"2026-11-20/{1:064x}.pdf"


def test_a_fax_service_finds_the_number_that_it_dials_as_a_number(folder: Path) -> None:
    channel = channel_at(folder, service="fax")
    channel.send(letter(1, fax="+34910000009"))
    channel.send(letter(2, fax="=1+1 ask the porter"))
    channel.close()
    (batch,) = batches(folder)
    assert [row["fax"] for row in manifest_of(batch)] == ["+34910000009", "'=1+1 ask the porter"]
    assert batch.name.startswith("fax-")


def test_a_letter_without_a_number_is_refused_where_a_fax_service_takes_it_and_nowhere_else(folder: Path) -> None:
    channel = channel_at(folder, service="fax")
    with pytest.raises(Refused, match="fax number"):
        channel.send(letter(1))
    channel.close()
    assert batches(folder) == []

    channel = channel_at(folder, service="print")
    channel.send(letter(1))
    channel.close()
    (batch,) = batches(folder)
    assert manifest_of(batch)[0]["fax"] == ""


def test_a_batch_that_was_begun_before_there_were_fax_numbers_is_completed(folder: Path) -> None:
    day = folder / DAY.isoformat()
    day.mkdir()
    batch = PrintBatch.begin(day, sender_of(folder))
    (folder.parent / "1.pdf").write_bytes(b"%PDF-1.7 1")
    batch.add(row_of(letter(1), LetterSettings(folder=str(folder))), folder.parent / "1.pdf")
    rows = batch.path / ".rows"
    rows.write_text(rows.read_text().replace('"fax": "", ', ""))
    finished = batch.finish()
    assert finished is not None
    assert [row["fax"] for row in manifest_of(finished)] == [""]


def test_the_manifest_says_of_each_letter_what_the_service_needs(folder: Path) -> None:
    channel = channel_at(folder, service="telegram", proof="burofax")
    channel.send(letter(1))
    channel.close()
    (batch,) = batches(folder)
    (row,) = manifest_of(batch)

    assert row.pop("sha256") == hashlib.sha256((batch / row["file"]).read_bytes()).hexdigest()
    assert {name: value for name, value in row.items() if value} == {
        "reminder_id": f"{1:064x}",
        "file": f"{1:064x}.pdf",
        "pages": "2",
        "language": "es",
        "country": "ES",
        "paper": "a4",
        "service": "telegram",
        "proof": "burofax",
        "line_1": "Talleres Ebro, S.L.",
        "line_2": "Calle del Prado 12",
        "line_3": "28014 Madrid",
    }
    assert batch.name.startswith("telegram-")


PAPERS = (Attachment("F-1.pdf", "application/pdf", b"%PDF 1"), Attachment("F-2.pdf", "application/pdf", b"%PDF 2"))


def test_what_goes_into_the_same_envelope_lies_beside_the_letter_and_is_in_the_manifest(folder: Path) -> None:
    channel = channel_at(folder)
    channel.send(letter(1, attachments=PAPERS))
    channel.send(letter(2))
    channel.close()
    (batch,) = batches(folder)
    first, second = manifest_of(batch)

    names = [f"{1:064x}-1.pdf", f"{1:064x}-2.pdf"]
    assert first["attachments"].split() == names
    assert [(batch / name).read_bytes() for name in names] == [b"%PDF 1", b"%PDF 2"]
    assert second["attachments"] == ""
    assert letter(1, attachments=PAPERS).content_hash != letter(1).content_hash


def test_papers_of_a_letter_that_was_never_written_are_not_handed_over(folder: Path) -> None:
    unfinished = PrintBatch.begin(_day(folder), sender_of(folder))
    orphan = unfinished.path / f"{3:064x}-1.pdf"
    orphan.write_bytes(b"%PDF 3")
    assert unfinished.finish() is None

    unfinished = PrintBatch.begin(_day(folder), sender_of(folder))
    (unfinished.path / orphan.name).write_bytes(b"%PDF 3")
    settings = LetterSettings(folder=str(folder))
    pdf = unfinished.path / ".letter"
    pdf.write_bytes(b"%PDF")
    unfinished.add(row_of(letter(4, attachments=PAPERS), settings), pdf, [file.content for file in PAPERS])
    finished = unfinished.finish()
    assert finished is not None
    assert sorted(path.name for path in finished.glob("*.pdf")) == sorted(
        [f"{4:064x}.pdf", f"{4:064x}-1.pdf", f"{4:064x}-2.pdf"]
    )
    assert CannotTell("not a reminder id") == channel_at(folder).lookup(f"{4:064x}-1")


def _day(folder: Path) -> Path:
    (folder / "2026-11-20").mkdir(exist_ok=True)
    return folder / "2026-11-20"


def test_no_cell_of_the_manifest_becomes_a_formula_or_a_row(folder: Path) -> None:
    hostile = ("=cmd|' /C calc'!A0", "+1+2", "-3", '@SUM(1)", "x', "two; cells,\tone")
    channel = channel_at(folder)
    channel.send(letter(1, addressee=hostile))
    channel.close()
    (row,) = manifest_of(batches(folder)[0])

    cells = [row[f"line_{number}"] for number in range(1, 6)]
    assert cells == [f"'{line}" for line in hostile[:4]] + [hostile[4]]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_the_same_letter_is_handed_over_once_also_after_the_service_took_it(folder: Path) -> None:
    for _ in range(2):
        channel = channel_at(folder)
        channel.send(letter(1))
        channel.send(letter(1))
        channel.close()
    assert len(batches(folder)) == 1

    shutil.rmtree(folder / "2026-11-20")
    channel = channel_at(folder)
    assert isinstance(channel.lookup(f"{1:064x}"), Found)
    channel.send(letter(1))
    channel.close()
    assert batches(folder) == []


def test_a_letter_of_another_process_at_work_is_found(folder: Path) -> None:
    at_work, other = channel_at(folder), channel_at(folder)
    at_work.send(letter(1))
    other.send(letter(1))
    other.send(letter(2))
    other.close()

    assert [row["reminder_id"] for row in manifest_of(batches(folder)[0])] == [f"{2:064x}"]
    at_work.close()
    assert len(batches(folder)) == 2


def test_what_a_dead_process_left_is_completed_by_the_next(folder: Path) -> None:
    dead = channel_at(folder)
    dead.send(letter(1))
    dead.send(letter(2))
    (batch,) = dead._batches.values()
    (batch.path / ".rows").open("ab").write(b'{"reminder_id": "cut o')
    (batch.path / ".x.pdf.77").write_bytes(b"half a letter")
    _die(dead)

    channel = channel_at(folder)
    assert isinstance(channel.lookup(f"{2:064x}"), Found)
    channel.close()

    (batch_path,) = batches(folder)
    assert [row["reminder_id"] for row in manifest_of(batch_path)] == [f"{1:064x}", f"{2:064x}"]
    assert len(list(batch_path.iterdir())) == 4


def test_a_process_that_died_between_batch_and_copy_hands_over_once(folder: Path) -> None:
    dead = channel_at(folder)
    dead.send(letter(1))
    _die(dead)
    copy = folder.parent / "outbox" / "2026-11-20" / f"{1:064x}.pdf"
    copy.unlink()

    channel = channel_at(folder)
    channel.send(letter(1))
    channel.close()

    assert copy.read_bytes() == letter(1).pdf
    assert [len(manifest_of(batch)) for batch in batches(folder)] == [1]


def test_a_letter_whose_process_died_before_the_copy_is_found_also_after_the_service_took_it(folder: Path) -> None:
    dead = channel_at(folder)
    dead.send(letter(1))
    _die(dead)
    (folder.parent / "outbox" / "2026-11-20" / f"{1:064x}.pdf").unlink()

    channel_at(folder).close()
    shutil.rmtree(folder / "2026-11-20")

    channel = channel_at(folder)
    assert isinstance(channel.lookup(f"{1:064x}"), Found)
    channel.send(letter(1))
    channel.close()
    assert batches(folder) == []


def test_a_letter_listed_but_never_written_is_not_in_the_manifest(folder: Path) -> None:
    dead = channel_at(folder)
    dead.send(letter(1))
    (batch,) = dead._batches.values()
    (batch.path / f"{1:064x}.pdf").unlink()
    _die(dead)

    channel_at(folder).close()
    assert list(folder.glob("*/*")) == []


def test_a_letter_without_a_whole_address_is_refused_and_nothing_is_written(folder: Path) -> None:
    channel = channel_at(folder)
    with pytest.raises(Refused):
        channel.send(letter(1, is_addressed=False))
    channel.close()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("instead", ["nothing", "a file"])
def test_a_folder_that_is_not_there_leaves_proof_that_nothing_left_and_proves_nothing_of_earlier_letters(
    folder: Path, instead: str
) -> None:
    folder.rmdir()
    if instead == "a file":
        folder.write_text("a file where the folder should be")
    channel = channel_at(folder)
    with pytest.raises(NothingLeft):
        channel.send(letter(1))
    assert isinstance(channel.lookup(f"{1:064x}"), CannotTell)
    channel.close()


def test_a_copy_that_cannot_be_kept_takes_the_letter_out_of_its_batch(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = channel_at(folder)
    channel.send(letter(1))
    rename = Path.replace

    def full(path: Path, target: Path) -> Path:
        if "outbox" in path.parts:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(NothingLeft):
        channel.send(letter(2))
    monkeypatch.undo()
    channel.close()

    assert isinstance(channel.lookup(f"{2:064x}"), NotFound)
    assert [row["reminder_id"] for row in manifest_of(batches(folder)[0])] == [f"{1:064x}"]


def test_a_copy_that_may_not_reach_the_disk_leaves_no_copy_without_its_letter(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = channel_at(folder)

    def fail(synced: Path) -> None:
        if "outbox" in synced.parts:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr("tasks.remind.channels.letters.sync_folder", fail)
    with pytest.raises(NothingLeft):
        channel.send(letter(1))
    monkeypatch.undo()
    assert isinstance(channel.lookup(f"{1:064x}"), NotFound)

    channel.send(letter(1))
    channel.close()
    assert [row["reminder_id"] for row in manifest_of(batches(folder)[0])] == [f"{1:064x}"]


def test_an_id_that_is_none_reaches_no_path(folder: Path) -> None:
    channel = channel_at(folder)
    with pytest.raises(ValueError, match="not a reminder id"):
        channel.send(letter(1, reminder_id="../../etc/passwd"))
    assert isinstance(channel.lookup("*"), CannotTell)


def test_an_e_mail_is_no_letter(folder: Path) -> None:
    box = mailbox(name="A", email="a@acme.example")
    mail = OutboundMessage(
        reminder_id=f"{1:064x}", language="es", as_of=DAY, sender=box, reply_to=box, recipient=box, copy_to=None,
        subject="s", text="t", html="h",
    )  # fmt: skip
    with pytest.raises(TypeError):
        channel_at(folder).send(mail)


def _die(channel: LetterChannel) -> None:
    """Leaves everything as a kill does: the lock goes with the process, and nothing is completed."""
    for batch in channel._batches.values():
        os.close(batch._lock)


def test_an_empty_batch_leaves_nothing(folder: Path) -> None:
    day = folder / "2026-11-20"
    day.mkdir()
    assert PrintBatch.begin(day, sender_of(folder)).finish() is None
    assert list(day.iterdir()) == []
