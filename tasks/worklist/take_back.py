"""Takes a filled list into the ledger: each row in a transaction of its own, so that a wrong one costs the others nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tasks.ledger.ledger import Ledger
from tasks.problems import LedgerProblem, Problem
from tasks.worklist.filled import FilledList


@dataclass(frozen=True)
class TakenBack:
    """How many rows were recorded, how many the ledger knew before, and what is wrong with the others."""

    recorded: int
    known_before: int
    problems: tuple[Problem, ...]


def take_back(ledger: Ledger, filled: FilledList) -> TakenBack:
    """Records the rows of `filled`; the problems are those of reading and of the ledger, by file and row."""
    recorded = known = 0
    problems = list(filled.problems)
    for row in filled.rows:
        try:
            is_new = ledger.record_contact(row.contact).is_new
        except LedgerProblem as problem:
            problems += [replace(found, where=f"{row.where}, {found.where}") for found in problem.problems]
            continue
        recorded += is_new
        known += not is_new
    return TakenBack(recorded, known, tuple(problems))
