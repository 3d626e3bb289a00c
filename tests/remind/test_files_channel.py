"""The files channel: whole files, the same bytes, and a list that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import threading
import unicodedata
from collections.abc import Callable
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import processes
from tasks.remind.channels.files import FilesChannel
from tasks.remind.channels.manifest import Manifest
from tasks.remind.channels.mime import mime_bytes
from tasks.remind.outbound import OutboundMessage, clean_line, mailbox
from tasks.spreadsheet_text import cell_text

MakeMessage = Callable[..., OutboundMessage]


def test_the_same_message_has_the_same_bytes_wherever_it_is_written(make_message: MakeMessage, tmp_path: Path) -> None:
    for name in ("a", "b"):
        FilesChannel(tmp_path / name).send(make_message(1))
    first, second = (next((tmp_path / name).glob("*/*.eml")).read_bytes() for name in ("a", "b"))
    assert first == second


def test_a_file_opens_as_the_message_it_is(make_message: MakeMessage, tmp_path: Path) -> None:
    message = make_message(1)
    FilesChannel(tmp_path).send(message)
    mime = message_from_bytes((tmp_path / "2026-11-20" / f"{message.reminder_id}.eml").read_bytes(), policy=default)
    assert mime["Subject"] == message.subject
    assert mime["To"].addresses[0].display_name == "Marta Gil"
    assert mime["Bcc"].addresses[0].addr_spec == "lucia@acme.example"
    assert mime["Date"].datetime.date() == message.as_of
    assert mime["Message-ID"] == f"<{message.reminder_id}@acme.example>"
    assert mime["List-Unsubscribe"].startswith("<mailto:lucia@acme.example")
    assert mime.get_body(("html",)).get_content().replace("\r\n", "\n") == message.html
    assert mime.get_body(("plain",)).get_content().replace("\r\n", "\n") == message.text
    assert not mime.defects


def test_sending_again_changes_nothing(make_message: MakeMessage, tmp_path: Path) -> None:
    channel = FilesChannel(tmp_path)
    receipt = channel.send(make_message(1))
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.rglob("*") if path.is_file()}
    assert FilesChannel(tmp_path).send(make_message(1)) == receipt
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in before}


def test_batches_that_write_side_by_side_list_each_message_once(make_message: MakeMessage, tmp_path: Path) -> None:
    def write(start: int) -> None:
        channel = FilesChannel(tmp_path)
        for n in range(start, start + 25):
            channel.send(make_message(n))

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 10, 20, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = _manifest(tmp_path)
    assert sorted(row["reminder_id"] for row in rows) == [f"{n:032x}" for n in range(55)]
    assert not list(tmp_path.rglob(".0*"))


def test_a_message_written_by_a_killed_process_is_listed_by_the_next(make_message: MakeMessage, tmp_path: Path) -> None:
    lost = make_message(7)
    folder = tmp_path / "2026-11-20"
    folder.mkdir()
    (folder / f"{lost.reminder_id}.eml").write_bytes(mime_bytes(lost, shows_copy=True))
    FilesChannel(tmp_path).send(make_message(8))
    assert sorted(row["reminder_id"] for row in _manifest(tmp_path)) == [f"{n:032x}" for n in (7, 8)]


def test_a_row_that_was_lost_is_written_again_as_it_was(make_message: MakeMessage, tmp_path: Path) -> None:
    channel = FilesChannel(tmp_path)
    channel.send(make_message(1, recipient=mailbox(name="Gil, Marta", email="marta@deudor.example")))
    (row,) = _manifest(tmp_path)
    (tmp_path / "2026-11-20" / "manifest.csv").unlink()
    channel.send(make_message(2))
    assert _manifest(tmp_path)[0] == row


def test_a_mail_that_somebody_laid_beside_the_messages_is_neither_read_nor_listed(
    make_message: MakeMessage, tmp_path: Path
) -> None:
    folder = tmp_path / "2026-11-20"
    folder.mkdir()
    (folder / "Re Recordatorio.eml").write_bytes(b"To: <\r\nSubject: =?x?q?\r\n\r\nbuenos dias")
    FilesChannel(tmp_path).send(make_message(1))
    assert _listed(tmp_path) == [1]


def test_a_message_written_by_a_process_killed_meanwhile_is_listed_with_the_next(
    make_message: MakeMessage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, killed = FilesChannel(tmp_path), FilesChannel(tmp_path)
    ours.send(make_message(1))
    with monkeypatch.context() as dying:
        dying.setattr(Manifest, "_append", _die)
        with pytest.raises(KeyboardInterrupt):
            killed.send(make_message(2))
    assert _listed(tmp_path) == [1]
    ours.send(make_message(3))
    assert _listed(tmp_path) == [1, 2, 3]


def test_a_list_that_was_shortened_or_deleted_is_whole_after_the_next_message(
    make_message: MakeMessage, tmp_path: Path
) -> None:
    channel = FilesChannel(tmp_path)
    channel.send(make_message(1))
    channel.send(make_message(2))
    path = tmp_path / "2026-11-20" / "manifest.csv"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    channel.send(make_message(3))
    assert _listed(tmp_path) == [1, 2, 3]
    path.unlink()
    FilesChannel(tmp_path).send(make_message(4))
    assert _listed(tmp_path) == [1, 2, 3, 4]


def test_the_folder_of_a_long_day_is_looked_through_once_for_all_batches(
    make_message: MakeMessage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = _count_looks(monkeypatch)
    for n in range(5):
        FilesChannel(tmp_path).send(make_message(n))
    assert (_listed(tmp_path), len(looked)) == ([0, 1, 2, 3, 4], 1)


@pytest.mark.parametrize("later", ["another-start-of-the-machine\n", None])
def test_after_a_start_of_the_machine_each_batch_looks_once_for_rows_lost_with_the_power(
    make_message: MakeMessage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: str | None
) -> None:
    outbox, boot = tmp_path / "outbox", tmp_path / "boot"
    FilesChannel(outbox).send(make_message(1))
    if later is not None:
        boot.write_text(later)
    monkeypatch.setattr(processes, "_BOOT_ID", boot)  # none where the system does not say
    looked = _count_looks(monkeypatch)
    channel = FilesChannel(outbox)
    for n in (2, 3):
        channel.send(make_message(n))
    assert (_listed(outbox), len(looked)) == ([1, 2, 3], 1)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "\u00a0＋"])
def test_no_cell_of_the_manifest_is_a_formula(start: str) -> None:
    assert cell_text(f"{start}cmd|' /C calc'!A0").startswith("'")


def test_a_hostile_subject_is_text_in_the_manifest(make_message: MakeMessage, tmp_path: Path) -> None:
    FilesChannel(tmp_path).send(make_message(1, subject='=HYPERLINK("http://x","y"), "z"'))
    assert _manifest(tmp_path)[0]["subject"] == '\'=HYPERLINK("http://x","y"), "z"'


@given(text=st.text(max_size=300))
def test_a_line_never_holds_what_could_end_a_header(text: str) -> None:
    line = clean_line(text)
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in line)
    assert len(line.splitlines()) <= 1
    assert len(line) <= 200
    assert clean_line(line) == line


@given(name=st.text(max_size=60), subject=st.text(max_size=120), body=st.text(max_size=300))
def test_any_text_makes_a_message_with_only_our_headers(name: str, subject: str, body: str) -> None:
    box = mailbox(name=name, email="x@x.example")
    message = OutboundMessage(
        reminder_id="0" * 32, sender=box, reply_to=box, recipient=box, copy_to=None, subject=clean_line(subject) or "x",
        text=body, html=body, language="es", as_of=date(2026, 11, 20),
    )  # fmt: skip
    wire = mime_bytes(message, shows_copy=True)
    mime = message_from_bytes(wire, policy=default)
    assert [header.lower() for header in mime.keys()] == [  # noqa: SIM118 - repeated headers count
        "from", "to", "reply-to", "subject", "date", "message-id", "auto-submitted", "content-language",
        "list-unsubscribe", "x-entity-ref-id", "mime-version", "content-type",
    ]  # fmt: skip
    assert len(list(mime.iter_parts())) == 2
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert max(map(len, wire.split(b"\r\n"))) <= 998


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def _count_looks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    looked: list[Path] = []
    listed = Manifest._listed

    def look(manifest: Manifest) -> set[str]:
        looked.append(manifest._path)
        return listed(manifest)

    monkeypatch.setattr(Manifest, "_listed", look)
    return looked


def _listed(outbox: Path) -> list[int]:
    return sorted(int(row["reminder_id"], 16) for row in _manifest(outbox))


def _manifest(outbox: Path) -> list[dict[str, str]]:
    with (outbox / "2026-11-20" / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
