"""Renders some of the run's own messages before the first is claimed: made-up data cannot show everything that real ones hold."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from tasks.problems import Problem, SettingsProblem
from tasks.remind.accounts import with_accounts
from tasks.remind.messages import read_reminders
from tasks.remind.run_facts import run_date
from tasks.remind.writers import writer_of
from tasks.segment.ladders import MESSAGE_CHANNELS, MessageChannel
from tasks.settings.load import Workspace
from tasks.warehouse.connection import open_for_reading

MESSAGES_TRIED = 300
"""At most, over all kinds of message."""

_LONGEST_AND_SHORTEST = """
SELECT channel, arg_max(reminder_key, length_and_key), arg_min(reminder_key, length_and_key)
FROM (SELECT *, lpad(item_count::VARCHAR, 9, '0') || reminder_key AS length_and_key FROM outgoing.messages)
WHERE channel IN (SELECT unnest($channels))
GROUP BY channel, purpose, tone, language, step
ORDER BY ALL LIMIT $limit
"""


def try_messages(workspace: Workspace, work_database: Path) -> int:
    """Renders the longest and the shortest message of each purpose, tone, language and step, and returns how many.

    Raises:
        SettingsProblem: every template that cannot be used, each once; nothing was claimed.
    """
    found: dict[str, Problem] = {}
    tried = 0
    with open_for_reading(work_database) as connection:
        kinds = connection.execute(
            _LONGEST_AND_SHORTEST, {"channels": list(MESSAGE_CHANNELS), "limit": MESSAGES_TRIED // 2}
        ).fetchall()
        as_of = run_date(connection)
        for channel in dict.fromkeys(channel for channel, _, _ in kinds):
            keys = {key for other, *pair in kinds if other == channel for key in pair}
            reminders = with_accounts(connection, read_reminders(connection, sorted(keys)), workspace.settings.company)
            writer = writer_of(workspace, cast("MessageChannel", channel), as_of)
            for reminder in reminders:
                tried += 1
                try:
                    list(writer.render_all([reminder]))
                except SettingsProblem as problem:
                    found.update({str(one): one for one in problem.problems})
    if found:
        raise SettingsProblem(*found.values())
    return tried
