from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from tasks.decisions.verify import chain_problems
from tasks.problems import LedgerProblem
from tests.decisions.conftest import COMPANY


@pytest.fixture
def chain(workspace):
    return [workspace.keep(f"run-{number}") for number in (1, 2, 3)]


def said(chain) -> str:
    return "\n".join(str(problem) for problem in chain_problems(chain, COMPANY))


def test_an_untouched_chain_has_nothing_to_say(chain) -> None:
    assert said(chain) == ""


def test_a_gap_is_named(chain) -> None:
    assert "run run-3: follows a gap: link 2 of the chain is missing" in said([chain[0], chain[2]])


def test_a_changed_entry_is_named_and_only_that_one(chain) -> None:
    changed = [chain[0], replace(chain[1], row_count=4), chain[2]]
    assert said(changed).splitlines() == [
        line for line in said(changed).splitlines() if "run run-2: was changed" in line
    ]
    assert said(changed)


def test_an_entry_changed_together_with_its_root_breaks_the_next(chain) -> None:
    assert "run run-3: does not follow the run before it" in said(
        [chain[0], replace(chain[1], root="0" * 64), chain[2]]
    )


def test_another_companys_chain_is_none_of_ours(chain) -> None:
    assert list(chain_problems(chain, "other"))


def test_the_ledger_does_not_let_a_link_be_changed_or_removed(workspace, chain) -> None:
    for statement in ("UPDATE decision_roots SET row_count = 0", "DELETE FROM decision_roots"):
        with pytest.raises(LedgerProblem), workspace.ledger._store.writing() as connection:
            connection.execute(sa.text(statement))
    assert len(workspace.ledger.decision_chain()) == 3
