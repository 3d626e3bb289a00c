"""On which day an approval was given: by the company's calendar, whatever day it is in Greenwich."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import yaml

from tasks.ledger.flags import CustomerFlag, FlagKind
from tasks.ledger.opening import open_ledger
from tasks.ledger.states import Reason
from tasks.ledger.store import begin_writing, day_of, sqlite_engine
from tasks.settings.load import load_workspace

MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)


@pytest.fixture
def ledger_in(workspace, clock):
    """A ledger of a company in a time zone."""
    opened = []

    def open_in(zone: str):
        file = workspace.paths.root / "puntual.yaml"
        settings = yaml.safe_load(file.read_text(encoding="utf-8"))
        settings["company"]["time_zone"] = zone
        file.write_text(yaml.safe_dump(settings), encoding="utf-8")
        opened.append(open_ledger(load_workspace(workspace.paths.root), clock=clock))
        return opened[-1]

    yield open_in
    for ledger in opened:
        ledger.close()


@pytest.mark.parametrize(
    ("zone", "approved_at", "covers"),
    [
        # Monday evening in Bogotá, and Tuesday in Greenwich: the flag was not known yet.
        ("America/Bogota", datetime(2026, 6, 2, 1, 30, tzinfo=UTC), False),
        ("America/Bogota", datetime(2026, 6, 2, 14, 0, tzinfo=UTC), True),
        # Tuesday morning in Tokyo, and Monday in Greenwich: it was known.
        ("Asia/Tokyo", datetime(2026, 6, 1, 23, 30, tzinfo=UTC), True),
        ("Europe/Madrid", datetime(2026, 6, 1, 21, 30, tzinfo=UTC), False),
    ],
)
def test_an_approval_of_the_evening_before_does_not_cover_who_is_known_as_vulnerable_since_today(
    ledger_in, clock, new_draft, *, zone, approved_at, covers
) -> None:
    ledger = ledger_in(zone)
    plan = new_draft(as_of=MONDAY)
    key = plan.message("C1", {"R1": "10.00"}, needs_approval=True)
    plan.plan_in(ledger)
    clock.now = approved_at
    ledger.approve(key, author="ana")
    ledger.record(
        CustomerFlag(
            customer_id="C1",
            author="ana",
            recorded_on=TUESDAY,
            kind=FlagKind.VULNERABLE,
            reason="illness",
            from_on=TUESDAY,
        )
    )
    clock.advance(hours=12)
    later = new_draft(as_of=TUESDAY)
    later.message("C1", {"R1": "10.00"}, needs_approval=True)
    later.plan_in(ledger, run_id="20260602-00000001")
    result = later.claim_in(ledger)
    assert len(result.claimed) == int(covers)
    assert [refused.reason for refused in result.skipped] == ([] if covers else [Reason.AWAITING_APPROVAL])


def test_a_transaction_that_was_begun_for_no_company_knows_no_days(tmp_path) -> None:
    engine = sqlite_engine(tmp_path / "any.sqlite")
    with begin_writing(engine, "schema") as connection, pytest.raises(TypeError, match="time zone"):
        day_of(connection, datetime(2026, 6, 1, tzinfo=UTC) + timedelta(hours=1))
    engine.dispose()
