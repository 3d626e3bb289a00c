"""Sub-flow: score, segment and decide every open receivable of the run, and keep what was decided."""

from __future__ import annotations

from prefect import flow

from flows.stopwatch import Stopwatch
from tasks.consequences.door import claim_consequences
from tasks.decisions.door import keep_decisions
from tasks.runs import Run
from tasks.score.door import build_scores
from tasks.segment.decide import DecisionSummary
from tasks.segment.door import segment_and_decide
from tasks.settings.load import load_workspace
from tasks.validate.door import tie_out


@flow(name="decide", flow_run_name="decide for {run.as_of}", validate_parameters=False)
def decide_day(run: Run, watch: Stopwatch) -> DecisionSummary:
    """Exactly one decision for each open receivable, with its reason; none where the control account does not agree."""
    settings = load_workspace(run.folder).settings
    with watch.stage("score"):
        build_scores(run)
    with watch.stage("decide"):
        if settings.control_account is not None:
            tie_out(run)
        summary = segment_and_decide(
            work_database=run.work_db,
            strategy_file=run.paths.strategy,
            warehouse=settings.warehouse,
            batch_size=settings.sending.batch_size,
        )
        claim_consequences(run)
    with watch.stage("record"):
        # Before anything is planned or sent on them.
        keep_decisions(run)
    return summary
