"""The part of the ledger that debtors write to themselves, by the links of their messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tasks.ledger import answer_lists, answers
from tasks.ledger.transactions import Transactions


class Answering(Transactions):
    """Messages behind links, and answers."""

    def answered_message(self, reminder_id: str) -> answers.AnsweredMessage | None:
        """The message of a link; None where the ledger does not know it."""
        return self._read(lambda connection: answers.answered_message(connection, self._store.company_id, reminder_id))

    def record_answers(self, given: Sequence[answers.Answer], *, per_link: int) -> tuple[answers.AnswerRecorded, ...]:
        """Records answers and what follows from them, all or none, each once. See `answers.record_answers`."""
        return self._write(
            lambda connection, at: answers.record_answers(
                connection, self._store.company_id, given, per_link=per_link, at=at
            )
        )

    def answers_by_link(self, reminder_id: str) -> tuple[answer_lists.AnswerKept, ...]:
        """What was answered by the link of one message, newest first."""
        return self._read(
            lambda connection: answer_lists.answers_by_link(connection, self._store.company_id, reminder_id)
        )

    def answers_since_last_run(self, as_of: date) -> tuple[answer_lists.AnswerKept, ...]:
        """What was answered since the last run of an earlier day, newest first. See `answer_lists.answers_since_last_run`."""
        return self._read(
            lambda connection: answer_lists.answers_since_last_run(connection, self._store.company_id, as_of)
        )

    def answers_known_on(self, as_of: date) -> tuple[answer_lists.AnswerKept, ...]:
        """Every answer that was recorded by `as_of`, newest first."""
        return self._read(lambda connection: answer_lists.answers_known_on(connection, self._store.company_id, as_of))
