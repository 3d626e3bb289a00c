"""Several real processes at once, and a disk that is full: each key to at most one, and nothing claimed that is not durable."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from tasks.ledger.opening import open_ledger
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status
from tasks.ledger.tables import reminder_items
from tasks.paths import PROGRAM
from tasks.problems import LedgerProblem

MESSAGES = 240
GROUP = 20

_RIVAL = """
import json, sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tasks.ledger.claim import ClaimContext
from tasks.ledger.opening import open_ledger
from tasks.ledger.recheck import Rendered
from tasks.settings.load import load_workspace

folder, name, as_of, group = Path(sys.argv[1]), sys.argv[2], date.fromisoformat(sys.argv[3]), int(sys.argv[4])
with open_ledger(load_workspace(folder), clock=lambda: datetime(2026, 6, 1, tzinfo=UTC)) as ledger:
    ten = Decimal("10.00")
    keys = [f"acme|C{n}|v1|first|{as_of}|email|billing|EUR" for n in range(int(sys.argv[5]))]
    ready = {
        key: Rendered(recipient_address=f"c{n}@debtor.example", total_amount=ten, items={f"R{n}": ten})
        for n, key in enumerate(keys)
    }
    context = ClaimContext(as_of=as_of, today=as_of, rendered=ready, open_amounts={}, claim_token=name)
    print("ready", flush=True)
    sys.stdin.readline()
    won = []
    for start in range(0, len(keys), group):
        result = ledger.claim(keys[start : start + group], context=context)
        won += [claimed.reminder.reminder_key for claimed in result.claimed]
print(json.dumps(won))
"""


def test_of_processes_that_claim_the_same_keys_each_key_goes_to_exactly_one(ledger, workspace, draft) -> None:
    keys = [draft.message(f"C{n}", {f"R{n}": "10.00"}) for n in range(MESSAGES)]
    draft.plan_in(ledger)
    arguments = [str(workspace.paths.root), "", str(draft.as_of), str(GROUP), str(MESSAGES)]
    rivals = []
    for name in ("t1", "t2"):
        arguments[1] = name
        rivals.append(
            subprocess.Popen(
                [sys.executable, "-c", _RIVAL, *arguments],
                cwd=PROGRAM,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
    for rival in rivals:
        assert rival.stdout is not None
        assert rival.stdout.readline() == "ready\n"
    for rival in rivals:
        assert rival.stdin is not None
        rival.stdin.write("go\n")
        rival.stdin.flush()
    won = [json.loads(rival.communicate(timeout=60)[0]) for rival in rivals]
    assert Counter(key for share in won for key in share) == Counter(keys)
    assert ledger.counts(as_of=draft.as_of).unknown == MESSAGES  # claimed, and not settled yet


def test_the_database_itself_refuses_a_second_live_message_about_a_receivable(ledger, draft) -> None:
    first = draft.message("C1", {"R1": "10.00"}, step="first")
    second = draft.message("C1", {"R1": "10.00"}, step="second")
    draft.plan_in(ledger)
    draft.claim_in(ledger, first)
    with pytest.raises(LedgerProblem, match=r"(?i)unique"), ledger._store.writing() as connection:
        connection.execute(
            sa.update(reminder_items).where(reminder_items.c.reminder_key == second).values(is_live=True)
        )


def full_of(draft, ledger) -> list[str]:
    keys = [draft.message(f"C{n}", {f"R{n}": "10.00"}) for n in range(MESSAGES)]
    draft.plan_in(ledger)
    return keys


def assert_nothing_was_claimed(ledger, draft) -> None:
    assert ledger.counts(as_of=draft.as_of).as_json() == {
        **dict.fromkeys(("accepted", "rejected", "cancelled", "unknown"), 0),
        "planned": MESSAGES,
        "awaiting": MESSAGES,
    }


def test_a_database_that_may_not_grow_claims_nothing_and_says_what_to_do(sqlite_ledger, draft) -> None:
    full_of(draft, sqlite_ledger)
    with sqlite_ledger._store.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def limit(dbapi_connection, *_) -> None:
        dbapi_connection.execute(f"PRAGMA max_page_count={pages}")

    sqlite_ledger.close()
    sa.event.listen(sqlite_ledger._store.engine, "connect", limit)
    with pytest.raises(LedgerProblem, match=r"disk is full.*Free disk space.*nothing of this step was recorded"):
        draft.claim_in(sqlite_ledger)
    sa.event.remove(sqlite_ledger._store.engine, "connect", limit)
    sqlite_ledger.close()
    assert_nothing_was_claimed(sqlite_ledger, draft)
    assert len(draft.claim_in(sqlite_ledger).claimed) == MESSAGES


@pytest.fixture
def small_disk(tmp_path: Path):
    """A file system of two megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], check=False).returncode
    ):
        pytest.skip("only root may mount a small file system; the test beside this one limits the database instead")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_full_disk_claims_nothing_and_says_what_to_do(small_disk, workspace_at, clock, draft) -> None:
    workspace = workspace_at(small_disk / "company")
    with open_ledger(workspace, clock=clock) as ledger:
        keys = full_of(draft, ledger)
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"x" * 4096):
                pass
        with pytest.raises(LedgerProblem, match=r"Free disk space"):
            draft.claim_in(ledger)
        assert_nothing_was_claimed(ledger, draft)
        ballast.unlink()
        assert len(draft.claim_in(ledger, *keys[:GROUP]).claimed) == GROUP
        settled = [Outcome(reminder_key=key, status=Status.ACCEPTED) for key in keys[:GROUP]]
        assert ledger.settle(settled, claim_token="t1") == ()
