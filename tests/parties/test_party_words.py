from __future__ import annotations

import re
from typing import get_args

from tasks.parties.ibans import IbanProblem
from tasks.parties.phones import PhoneProblem
from tasks.parties.tax_ids import TaxIdProblem
from tasks.parties.words import party_words
from tasks.paths import SQL


def codes(path: str, before: str) -> set[str]:
    """The code words of a SQL file that stand right after `before`."""
    return set(re.findall(before + r"\s*'([a-z_]+)'", (SQL / path).read_text(encoding="utf-8")))


def test_everything_the_worklist_can_say_has_its_words() -> None:
    words = party_words()
    tasks = "parties/tasks.sql"
    said = codes(tasks, "task :=") | {"correct_tax_id", "correct_iban", "verify_again"}
    assert set(words.tasks) == said
    reasons = codes(tasks, "reason :=") | {"never_verified", "verified_long_ago"}
    reasons |= codes("parties/contacts.sql", "THEN") & {"own_address", "bounced"}
    for problem in (PhoneProblem, TaxIdProblem, IbanProblem):
        reasons |= set(get_args(problem))
    assert set(words.reasons) == reasons


def test_every_sign_of_a_duplicate_has_its_words() -> None:
    names = re.findall(r"'([a-z_]+)' AS sign", (SQL / "parties/evidence.sql").read_text(encoding="utf-8"))
    assert set(party_words().signs) == set(names)
