"""What keeps a claim from being given though the message is good: a person's stop, the day's limit; and what a dead sender noted."""

from __future__ import annotations

from datetime import date

import pytest

from tasks import processes
from tasks.ledger import journal as journals
from tasks.ledger.day_limits import DayLimits
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Reason, Status


@pytest.fixture
def three(ledger, draft):
    keys = [draft.message(f"C{n}", {f"R{n}": "10.00"}) for n in range(3)]
    draft.plan_in(ledger)
    return keys


def test_a_stop_leaves_everything_planned_until_it_is_released(ledger, draft, three, clock) -> None:
    ledger.stop(channel=None, reason="wrong bank details", author="ana")
    stopped = draft.claim_in(ledger)
    assert stopped.claimed == ()
    assert {skipped.reason for skipped in stopped.skipped} == {Reason.SENDING_STOPPED}
    (told,) = ledger.stops()
    assert str(told) == "all sending is stopped since 2026-06-01 06:00 UTC by ana: wrong bank details"
    assert ledger.counts(as_of=draft.as_of).awaiting == 3
    clock.advance(hours=1)
    assert ledger.release(channel=None, author="eva") == 1
    assert ledger.stops() == ()
    assert len(draft.claim_in(ledger).claimed) == 3


def test_a_stop_of_one_channel_leaves_the_others_alone(ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    letter = draft.message("C2", {"R2": "10.00"}, channel="letter")
    draft.plan_in(ledger)
    ledger.stop(channel="email", reason="the provider asks us to", author="ana")
    assert [claimed.reminder.reminder_key for claimed in draft.claim_in(ledger).claimed] == [letter]
    assert ledger.release(channel="letter", author="ana") == 0
    assert ledger.release(channel="email", author="ana") == 1


def test_a_stop_holds_from_the_next_group_on_and_what_is_under_way_is_settled(ledger, draft, three) -> None:
    first, *others = three
    draft.claim_in(ledger, first)
    ledger.stop(channel=None, reason="no", author="ana")
    done = Outcome(reminder_key=first, status=Status.ACCEPTED, provider="files", provider_message_id="1")
    context = draft.claim_in(ledger, *others)
    assert context.claimed == ()
    assert ledger.settle([done], claim_token="t1") == ()
    assert ledger.counts(as_of=draft.as_of).accepted == 1


@pytest.mark.parametrize(
    ("limits", "leave"), [({"per_day": 2}, 2), ({"per_channel": {"email": 1}}, 1), ({"per_day": 0}, 0), ({}, 3)]
)
def test_a_days_limit_counts_what_all_senders_claimed_since_midnight(ledger, draft, clock, limits, leave) -> None:
    keys = [draft.message(f"C{n}", {f"R{n}": "10.00"}) for n in range(3)]
    draft.plan_in(ledger)
    of_the_day = DayLimits(since=clock(), **limits)
    results = [
        draft.claim_in(ledger, *some, holder=holder, limits=of_the_day)
        for some, holder in ((keys[:1], "t1"), (keys[1:], "t2"))
    ]
    assert sum(len(result.claimed) for result in results) == leave
    left_out = [skipped.reason for result in results for skipped in result.skipped]
    assert left_out == [Reason.DAY_LIMIT] * (3 - leave)


def test_the_next_day_has_room_again(ledger, draft, three, clock) -> None:
    assert len(draft.claim_in(ledger, limits=DayLimits(since=clock(), per_day=2)).claimed) == 2
    clock.advance(days=1)
    assert len(draft.claim_in(ledger, limits=DayLimits(since=clock(), per_day=2)).claimed) == 1


def test_what_went_back_to_the_plan_makes_room_again(ledger, draft, three, clock) -> None:
    limits = DayLimits(since=clock(), per_day=1)
    draft.claim_in(ledger, three[0], limits=limits)
    ledger.settle([Outcome(reminder_key=three[0], status=Status.PLANNED)], claim_token="t1")
    assert len(draft.claim_in(ledger, three[1], limits=limits).claimed) == 1
    assert ledger.left_since(clock()) == {"email": 1}


def _leave_behind(ledger, draft, keys, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a sender leaves that is killed while its third message is on its way: two claims ended, one begun, the others not."""
    accepted, refused, under_way, *_ = keys
    with ledger.sending("run-1") as token, ledger.journal(token) as journal:
        draft.claim_in(ledger, *keys, holder=token)
        for key in (accepted, refused, under_way):
            journal.begin(key)
            if key == accepted:
                journal.end(Outcome(reminder_key=key, status=Status.ACCEPTED, provider="p", provider_message_id="7"))
            elif key == refused:
                journal.end(Outcome(reminder_key=key, status=Status.REJECTED, detail="no such user"))
        # The process is gone: nothing of its own runs at the end of the block.
        monkeypatch.setattr(ledger, "_abandon", lambda *_: ())
        monkeypatch.setattr("tasks.ledger.holder.forget", lambda *_: None)
    monkeypatch.undo()
    return token


@pytest.fixture
def five(ledger, draft):
    keys = [draft.message(f"C{n}", {f"R{n}": "10.00"}) for n in range(5)]
    draft.plan_in(ledger)
    return keys


def test_of_a_killed_sender_only_the_message_under_way_is_unknown(
    ledger, draft, five, monkeypatch: pytest.MonkeyPatch
) -> None:
    _leave_behind(ledger, draft, five, monkeypatch)
    assert ledger.abandon_claims() == (five[2],)
    rows = {row["reminder_key"]: row for row in ledger.facts(date(2100, 1, 1))["ledger.reminders"].to_pylist()}
    assert [rows[key]["status"] for key in five] == ["accepted", "rejected", "unknown", "planned", "planned"]
    assert rows[five[0]]["provider_message_id"] == "7"
    assert ledger.abandon_claims() == ()


def test_notes_from_before_the_machine_went_down_prove_nothing(
    ledger, draft, five, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _leave_behind(ledger, draft, five, monkeypatch)
    other_boot = tmp_path / "boot_id"
    other_boot.write_text("another-start-of-the-machine\n")
    monkeypatch.setattr(processes, "_BOOT_ID", other_boot)
    assert set(ledger.abandon_claims()) == set(five)


def test_a_note_that_is_torn_counts_as_not_written_and_a_file_without_notes_proves_nothing(
    ledger, draft, five, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = _leave_behind(ledger, draft, five, monkeypatch)
    path = ledger._locks / token
    path.write_bytes(path.read_bytes() + b'{"begun": "' + five[3][:5].encode())
    proof = journals.read_journal(path)
    assert proof is not None
    assert proof.outcome_of(five[2]) is None
    not_begun = proof.outcome_of(five[3])
    assert not_begun is not None
    assert not_begun.status is Status.PLANNED
    path.write_bytes(b"")
    assert journals.read_journal(path) is None
    assert set(ledger.abandon_claims()) == set(five)


def test_settling_a_group_and_claiming_the_next_is_one_step(ledger, draft, three) -> None:
    first, *others = three
    draft.claim_in(ledger, first)
    done = Outcome(reminder_key=first, status=Status.ACCEPTED, provider="files", provider_message_id="1")
    before = ledger.counts(as_of=draft.as_of)
    ledger.settle([done], claim_token="t1")
    assert (before.unknown, ledger.counts(as_of=draft.as_of).accepted) == (1, 1)
    assert len(draft.claim_in(ledger, *others).claimed) == 2


def test_a_message_whose_note_did_not_fit_on_the_disk_does_not_begin(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "token"
    path.touch()
    write = journals.os.write
    with journals.Journal(path) as journal:
        monkeypatch.setattr(journals.os, "write", lambda file, line: write(file, line[:5]))
        with pytest.raises(OSError, match="No space left"):
            journal.begin("acme|C1")
        monkeypatch.undo()
