"""Training and back-test know the promises and disputes of the ledger, each from the morning after it was recorded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from tasks.ledger.knowledge import Dispute
from tasks.ledger.live import learned_by, utc_now
from tasks.ledger.opening import open_ledger
from tasks.score.features import feature_place, load_features
from tasks.score.fitted.history import History, as_inputs, texts_of
from tasks.score.fitted.model import said
from tasks.score.fitted.past import open_past
from tasks.settings.load import Workspace, load_workspace
from tests.score.small_company import write_company

DAY = date(2026, 6, 1)
RECORDED_ON = date(2026, 2, 10)


def history_of(workspace: Workspace, scratch: Path) -> History:
    scratch.mkdir()
    with open_past(workspace, DAY, scratch, known_on=DAY, learned=learned_by) as past:
        return past.history(())


def test_a_dispute_of_the_ledger_is_seen_from_the_morning_after_it_was_recorded(tmp_path: Path) -> None:
    workspace = load_workspace(write_company(tmp_path / "acme"))
    silent = history_of(workspace, tmp_path / "silent")
    assert not workspace.paths.ledger.exists()
    assert silent.features["dispute_count"].null_count == len(silent)
    customer = str(silent.customer[silent.scored_on > np.datetime64(RECORDED_ON)][0])
    with open_ledger(workspace, clock=utc_now) as ledger:
        ledger.record(
            Dispute(customer_id=customer, author="ana", reason="price", opened_on=RECORDED_ON, recorded_on=RECORDED_ON)
        )
    found = history_of(workspace, tmp_path / "told")
    seen = found.scored_on[pc.is_valid(found.features["dispute_count"]).to_numpy(zero_copy_only=False)]
    of_customer = found.scored_on[(found.customer == customer) & (found.scored_on > np.datetime64(RECORDED_ON))]
    assert len(seen) > 0
    assert seen.tolist() == of_customer.tolist()


def test_a_company_without_records_is_scored_as_if_there_were_no_such_feature(tmp_path: Path) -> None:
    workspace = load_workspace(write_company(tmp_path / "acme"))
    history = history_of(workspace, tmp_path / "silent")
    inputs = as_inputs(history, texts_of(history, np.ones(len(history), dtype=np.bool_)))
    read = said(tuple(range(len(load_features()))), inputs)
    assert not {feature_place(name) for name in ("promise_count", "dispute_count", "days_disputed")} & set(read)
    assert feature_place("late_share") in read
