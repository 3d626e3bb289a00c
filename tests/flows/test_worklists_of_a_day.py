"""Lists for people within a whole day: what was only looked at was handed to nobody."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from flows.collect import collect
from tasks.ledger.live import ledger_of
from tasks.paths import WorkspacePaths
from tasks.remind.channels.protocol import Found, NotFound
from tasks.worklist.handed import HandedOver

DAY = date(2026, 6, 16)
CALLS = """\
payments_fresh_within_days: 3
worklists:
  collectors:
    - {name: Ana, channels: [sales], hours: 8}
ladders:
  only:
    - {step: first, after_due: 5, channel: sales, tone: courteous}
segments:
  - {name: everyone, ladder: only}
"""


def test_a_list_to_look_at_is_no_proof_that_its_lines_were_handed_over(make_workspace: Callable[..., Path]) -> None:
    workspace = make_workspace(strategy=CALLS)
    runs = WorkspacePaths(workspace).runs
    collect(workspace, as_of=DAY)
    with ledger_of(workspace) as ledger:
        (line, *_) = ledger.planned_on(DAY)
    assert list(runs.glob("*/worklists/*.csv"))
    assert isinstance(HandedOver(runs).lookup(line.reminder_id), NotFound)
    collect(workspace, as_of=DAY, send=True)
    assert isinstance(HandedOver(runs).lookup(line.reminder_id), Found)
