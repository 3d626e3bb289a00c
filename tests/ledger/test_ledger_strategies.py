"""A strategy that nobody let go sends nothing, by the ledger itself."""

import pytest

from tasks.ledger.ledger import Ledger
from tasks.ledger.states import Reason
from tests.ledger.conftest import Draft


def drafted(ledger: Ledger, version: str) -> Draft:
    draft = Draft()
    draft.message("C1", {"R1": "10.00"}, version=version)
    draft.plan_in(ledger)
    return draft


def test_without_any_approval_the_first_strategy_sends_unless_the_settings_ask_always(ledger: Ledger) -> None:
    draft = drafted(ledger, "v1")
    assert [n.reason for n in draft.claim_in(ledger, strategy_gate="always").skipped] == [Reason.AWAITING_STRATEGY]
    assert len(draft.claim_in(ledger, strategy_gate="changed").claimed) == 1


@pytest.mark.parametrize("gate", ["always", "changed"])
def test_another_strategy_than_the_approved_one_sends_nothing_until_it_is_approved(ledger: Ledger, gate: str) -> None:
    assert ledger.approve_strategy("v1", strategy="tolerance_days: 1", author="ana")
    draft = drafted(ledger, "v2")
    assert [n.reason for n in draft.claim_in(ledger, strategy_gate=gate).skipped] == [Reason.AWAITING_STRATEGY]
    assert ledger.approve_strategy("v2", strategy="tolerance_days: 2", author="ana")
    assert len(draft.claim_in(ledger, strategy_gate=gate).claimed) == 1


def test_never_asks_for_no_approval(ledger: Ledger) -> None:
    ledger.approve_strategy("v1", strategy="", author="ana")
    assert len(drafted(ledger, "v2").claim_in(ledger, strategy_gate="never").claimed) == 1


def test_an_approval_is_recorded_once_with_the_text_that_was_approved(ledger: Ledger) -> None:
    assert ledger.approve_strategy("v1", strategy="tolerance_days: 1", author="ana")
    assert not ledger.approve_strategy("v1", strategy="something else", author="eva")
    assert [(one.strategy_version, one.strategy, one.author) for one in ledger.approved_strategies()] == [
        ("v1", "tolerance_days: 1", "ana")
    ]
