"""The letters of an erased person in the hand-over folder: taken out of what still lies there, and told where they went."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from flows.cli.app import app
from tasks.ledger.erasures import Subject
from tasks.ledger.reminders import reminder_id_of
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status
from tasks.privacy import erase
from tasks.privacy.block import block
from tasks.privacy.letters import letters_of
from tasks.problems import UserProblem
from tasks.remind.channels.letters import LetterChannel
from tasks.remind.channels.protocol import Found
from tasks.remind.letters.take_out import take_out, whereabouts
from tasks.remind.outbound import Attachment, OutboundLetter
from tasks.settings.load import Workspace, load_workspace

DAY = date(2026, 6, 1)
PAPERS = (Attachment("F-1.pdf", "application/pdf", b"%PDF his invoice"),)


@dataclass
class Office:
    """A workspace that hands letters over, its ledger in which two left, and the folder."""

    workspace: Workspace
    folder: Path
    mine: str
    other: str

    def channel(self, outbox: Path | None = None) -> LetterChannel:
        settings = self.workspace.settings.sending.letter
        assert settings is not None
        return LetterChannel(settings, folder=self.folder, outbox=outbox or self.workspace.paths.outbox)

    def hand_over(self, *ids: str, outbox: Path | None = None, close: bool = True) -> LetterChannel:
        channel = self.channel(outbox)
        for reminder_id in ids:
            channel.send(letter(reminder_id, is_mine=reminder_id == self.mine))
        if close:
            channel.close()
        return channel

    def batches(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("*/*") if not path.name.startswith("."))

    def erase(self, *options: str) -> dict[str, object]:
        command = ["erase", str(self.workspace.paths.root), "--due", *options, "--as-of", str(DAY), "--json"]
        answer = CliRunner().invoke(app, command)
        if answer.exception:
            raise answer.exception
        told = json.loads(answer.stdout)
        return told["erased" if "--yes" in options else "due"][0]["letters"]


def letter(reminder_id: str, *, is_mine: bool) -> OutboundLetter:
    return OutboundLetter(
        reminder_id=reminder_id,
        language="es",
        as_of=DAY,
        addressee=("Herrerías Canario, S.L." if is_mine else 'Otro "y" Cía; S.A.', "=Calle 1", "28014 Madrid"),
        country="ES",
        is_addressed=True,
        subject="Su cuenta",
        paper="a4",
        pages=2 if is_mine else 3,
        pdf=b"%PDF-1.7 " + reminder_id.encode(),
        attachments=PAPERS,
    )


@pytest.fixture
def office(sqlite_workspace, sqlite_ledger, draft, tmp_path) -> Office:
    settings = yaml.safe_load(sqlite_workspace.paths.settings.read_text(encoding="utf-8"))
    folder = tmp_path / "agreed"
    folder.mkdir()
    settings["sending"] = {"letter": {"folder": str(folder)}}
    sqlite_workspace.paths.settings.write_text(yaml.safe_dump(settings), encoding="utf-8")
    keys = [draft.message(customer, {f"R-{customer}": "10.00"}, channel="letter") for customer in ("C1", "C2")]
    draft.plan_in(sqlite_ledger)
    with sqlite_ledger.sending("20260601-00000001") as token:
        draft.claim_in(sqlite_ledger, *keys, holder=token)
        settled = [Outcome(reminder_key=key, status=Status.ACCEPTED, provider="letters") for key in keys]
        sqlite_ledger.settle(settled, claim_token=token)
    block(sqlite_ledger, Subject(customer_id="C1"), author="ana", today=DAY, keep_days=0)
    return Office(load_workspace(sqlite_workspace.paths.root), folder, *map(reminder_id_of, keys))


def everything(folder: Path) -> bytes:
    return b"".join(path.name.encode() + path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_what_still_lies_there_of_him_goes_and_the_batch_stays_one_that_can_be_taken(office: Office) -> None:
    office.hand_over(office.mine, office.other)
    (batch,) = office.batches()
    name = f"{DAY}/{batch.name}"
    assert office.erase() == {"handed_over": [name], "taken_out": [name], "of_others": []}
    assert b"Canario" in everything(office.folder)  # looking takes nothing out

    assert office.erase("--yes") == {"handed_over": [name], "taken_out": [name], "of_others": []}
    left = everything(office.folder)
    assert b"Canario" not in left
    assert office.mine.encode() not in left
    with (batch / "manifest.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["reminder_id"], row["line_1"], row["line_2"]) == (office.other, 'Otro "y" Cía; S.A.', "'=Calle 1")
    assert (batch / row["file"]).read_bytes() == letter(office.other, is_mine=False).pdf
    assert (batch / row["attachments"]).read_bytes() == PAPERS[0].content
    mark = json.loads((batch / "batch.json").read_text())
    assert (mark["batch"], mark["letters"], mark["pages"]) == (batch.name, 1, 3)
    assert mark["manifest_sha256"] == hashlib.sha256((batch / "manifest.csv").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "written_anew",
    [
        lambda manifest: b"\xef\xbb\xbf" + manifest,
        lambda manifest: manifest.replace(b'","', b'";"'),
        lambda manifest: manifest.replace("í".encode(), b"\xed"),
    ],
)
def test_a_manifest_that_a_spreadsheet_wrote_anew_names_him_no_more(
    office: Office, written_anew: Callable[[bytes], bytes]
) -> None:
    office.hand_over(office.mine, office.other)
    (batch,) = office.batches()
    manifest = batch / "manifest.csv"
    manifest.write_bytes(written_anew(manifest.read_bytes()))

    take_out(batch, [office.mine])

    left = everything(office.folder)
    assert b"Canario" not in left
    assert office.mine.encode() not in left
    assert office.other.encode() in manifest.read_bytes()
    assert not (batch / "batch.json").exists(), "nobody vouches for what somebody else wrote"


def test_a_batch_of_him_alone_goes_and_it_is_still_known_that_his_letter_left(office: Office) -> None:
    office.hand_over(office.mine)
    (batch,) = office.batches()
    office.erase("--yes")
    assert office.batches() == []
    assert not (office.workspace.paths.outbox / str(DAY) / f"{office.mine}.pdf").exists()
    assert isinstance(office.channel().lookup(office.mine), Found)
    assert letters_of(office.workspace, [office.mine]).handed_over == (f"{DAY}/{batch.name}",)


def test_who_erases_is_told_in_which_batches_the_service_took_his_letters(office: Office) -> None:
    office.hand_over(office.mine, office.other)
    (batch,) = office.batches()
    shutil.rmtree(batch)
    assert office.erase("--yes") == {"handed_over": [f"{DAY}/{batch.name}"], "taken_out": [], "of_others": []}
    block_again = CliRunner().invoke(app, ["erase", str(office.workspace.paths.root), "--due", "--as-of", str(DAY)])
    assert "0 due" in block_again.stdout


def test_a_batch_that_the_service_takes_away_meanwhile_is_told_and_the_erasure_can_be_done_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.hand_over(office.mine, office.other)
    (batch,) = office.batches()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(erase, "require_complete", lambda *_: shutil.rmtree(batch))
        with pytest.raises(UserProblem, match="could not be changed"):
            office.erase("--yes")
    assert office.erase("--yes") == {"handed_over": [f"{DAY}/{batch.name}"], "taken_out": [], "of_others": []}


def test_the_words_name_the_batches_and_not_him(office: Office) -> None:
    office.hand_over(office.mine)
    (batch,) = office.batches()
    command = ["erase", str(office.workspace.paths.root), "--due", "--yes", "--as-of", str(DAY)]
    told = "".join(CliRunner().invoke(app, command).stdout.split())
    assert f"handedoverin{DAY}/{batch.name}" in told
    assert "Canario" not in told


def test_a_letter_of_the_same_id_in_another_workspaces_batch_stays_whole_and_is_told(
    office: Office, tmp_path: Path
) -> None:
    office.hand_over(office.mine, outbox=tmp_path / "theirs")
    (batch,) = office.batches()
    before = everything(batch)
    assert office.erase("--yes") == {"handed_over": [], "taken_out": [], "of_others": [f"{DAY}/{batch.name}"]}
    assert everything(batch) == before


def test_a_batch_that_was_never_completed_is_completed_before_anything_is_erased(office: Office) -> None:
    dead = office.hand_over(office.mine, close=False)
    for batch in dead._batches.values():
        os.close(batch._lock)
    with pytest.raises(UserProblem, match="puntual reconcile"):
        office.erase("--yes")
    assert (office.workspace.paths.outbox / str(DAY) / f"{office.mine}.pdf").exists()
    office.channel().close()
    assert office.erase("--yes")["taken_out"] != []
    assert b"Canario" not in everything(office.folder)


def test_a_folder_that_is_not_there_is_told_before_anything_is_erased(office: Office) -> None:
    office.hand_over(office.mine)
    office.folder.rename(office.folder.with_name("not mounted"))
    with pytest.raises(UserProblem, match="is not there"):
        office.erase("--yes")
    assert (office.workspace.paths.outbox / str(DAY) / f"{office.mine}.pdf").exists()


def _no_pdf(batch: Path, _mine: str) -> None:
    for pdf in batch.glob("*.pdf"):
        pdf.unlink()


def _own_mark(batch: Path, _mine: str) -> None:
    (batch / "batch.json").write_text("taken by us")


def _no_manifest(batch: Path, _mine: str) -> None:
    (batch / "manifest.csv").unlink()


def _journal(batch: Path, mine: str) -> None:
    (batch / ".rows").write_text(json.dumps({"reminder_id": mine, "lines": ["Herrerías Canario, S.L."]}))


@pytest.mark.parametrize("done", [_no_pdf, _own_mark, _no_manifest, _journal])
def test_whatever_the_service_or_a_crash_did_to_the_batch_nothing_of_him_stays(
    office: Office, done: Callable[[Path, str], None]
) -> None:
    office.hand_over(office.mine, office.other)
    (batch,) = office.batches()
    done(batch, office.mine)
    for path in whereabouts(office.workspace.paths.outbox, office.folder, [office.mine]).lying:
        take_out(path, [office.mine])
    assert b"Canario" not in everything(office.folder)
    assert whereabouts(office.workspace.paths.outbox, office.folder, [office.mine]).lying == ()


@pytest.mark.parametrize("steps", range(8))
def test_taking_out_that_was_interrupted_is_found_and_done_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    office.hand_over(office.mine, office.other)
    (batch,) = office.batches()
    left = [steps]
    for name in ("replace", "unlink"):
        usual = getattr(Path, name)

        def counted(path: Path, *more: object, usual: Callable[..., object] = usual, **options: object) -> object:
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
            return usual(path, *more, **options)

        monkeypatch.setattr(Path, name, counted)
    with contextlib.suppress(KeyboardInterrupt):
        take_out(batch, [office.mine])
    monkeypatch.undo()
    for path in whereabouts(office.workspace.paths.outbox, office.folder, [office.mine]).lying:
        take_out(path, [office.mine])
    assert b"Canario" not in everything(office.folder)
    mark = json.loads((batch / "batch.json").read_text())
    assert mark["letters"] == 1
    assert mark["manifest_sha256"] == hashlib.sha256((batch / "manifest.csv").read_bytes()).hexdigest()
