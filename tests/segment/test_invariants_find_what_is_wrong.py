"""The quick comparison of the invariants misses nothing that their lists would find."""

from __future__ import annotations

import pytest

from tasks.segment.checks import InvariantBroken, check_decisions
from tests.segment.run_worlds import draw


@pytest.fixture(scope="module")
def seed() -> int:
    return 5


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("DELETE FROM decide.conclusions WHERE item_number = 0", "exactly one decision"),
        ("INSERT INTO decide.conclusions FROM decide.conclusions WHERE item_number = 0", "exactly one decision"),
        ("UPDATE decide.conclusions SET receivable_id = receivable_id || '?' WHERE item_number = 0", "exactly one decision"),
        ("DELETE FROM decide.sayings WHERE item_number = (SELECT min(item_number) FROM decide.sayings)", "items of the messages"),
        ("UPDATE decide.conclusions SET reminder_key = NULL WHERE decision = 'remind'", "items of the messages"),
        ("UPDATE decide.conclusions SET decision = 'wait' WHERE decision = 'remind'", "items of the messages"),
        ("INSERT INTO decide.sayings FROM decide.sayings LIMIT 1", "items of the messages"),
        ("UPDATE decide.sayings SET open_amount = open_amount + 1", "sum of its items"),
        ("UPDATE decide.reminders SET total_amount = total_amount + 1", "sum of its items"),
        ("DELETE FROM decide.reminders WHERE reminder_key = (SELECT min(reminder_key) FROM decide.reminders)", "sum of its items"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(decide_world, seed: int, wrong: str, said: str) -> None:
    strategy, world = draw(seed, 40)
    connection = decide_world(world, strategy)
    check_decisions(connection)
    connection.execute(wrong)
    with pytest.raises(InvariantBroken, match=said):
        check_decisions(connection)
