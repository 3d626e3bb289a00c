"""Walks synthetic receivables day by day through the SQL of the decisions, and notes what is said and what stands against it.

The SQL is the day's run's, not a model of it: `staging` and `score` are built once, what depends on the day or on what was said is
built again for each day on which a decision can change. Approvals are taken as given, payments as fresh, experiments left out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from tasks.progress import report
from tasks.score.scorecard import load_scorecard
from tasks.segment.lint_inputs import DEBIT_DAYS, end_debits, fill_debits, fill_inputs
from tasks.segment.lint_walked import LONGEST_WALK, OVERTAKEN, Said, Stood, Walk
from tasks.segment.lint_worlds import Case
from tasks.segment.policy import load_policy
from tasks.segment.said_steps import said_steps
from tasks.segment.strategy import Strategy
from tasks.settings.workspace import Company, WarehouseSettings
from tasks.warehouse.connection import Connection, open_for_building
from tasks.warehouse.inputs import create_empty_inputs
from tasks.warehouse.models import Model, build_model, load_models, upstream_of
from tasks.warehouse.work import write_parameters

_VERDICTS = "decide.verdicts"
_STEP_DATES = "decide.step_dates"
_BUILT_ONCE = ("staging", "score", "experiment")
_DAY_FREE = frozenset(
    {
        "segment.facts",
        "segment.customers",
        "duties.open",
        "duties.unmet",
        "decide.freshness",
        "decide.items",
        "decide.opt_outs",
        "decide.part_payments",
    }
)
"""Relations that stay as built: overrides decide about the ladder, and nobody pays, opts out or waits for a duty of ours."""
_ITEMS = "decide.items"
_VOLATILE = ("run.parameters", "ledger.sent_steps", "ledger.contact_days")
_OPENING = """
SELECT min(opens_on) FROM decide.step_dates CROSS JOIN run.parameters AS run
WHERE list_contains($1, customer_id) AND opens_on IS NOT NULL AND coalesce(closes_on > run.as_of, TRUE)
GROUP BY customer_id
"""
_DECIDED = """
SELECT i.customer_id, v.reason, due.steps, due.opened_on, coalesce(q.next_open_on, v.earliest_on)
FROM decide.verdicts AS v
INNER JOIN decide.items AS i ON v.item_number = i.rowid
LEFT JOIN (
    SELECT d.item_number, list(d.step ORDER BY d.step_rank DESC) AS steps, max_by(d.opens_on, d.step_rank) AS opened_on
    FROM decide.step_dates AS d CROSS JOIN run.parameters AS run
    WHERE d.opens_on <= run.as_of AND coalesce(d.closes_on >= run.as_of, TRUE)
    GROUP BY d.item_number
) AS due ON v.item_number = due.item_number
LEFT JOIN policy.quiet_days AS q ON i.country = q.country AND v.earliest_on = q.day
ORDER BY i.customer_id
"""


def walk(strategy: Strategy, cases: Sequence[Case], company: Company) -> Walk:
    """Tries `strategy` on `cases` from the first invoice to `LONGEST_WALK` days after the last due date."""
    tried = strategy.model_copy(
        update={
            "overrides": tuple(case.override for case in cases),
            "experiments": (),
            "payments_fresh_within_days": None,
        }
    )
    with (
        tempfile.TemporaryDirectory(prefix="puntual-lint-") as scratch,
        open_for_building(Path(scratch) / "work.duckdb", WarehouseSettings(threads=1)) as connection,
    ):
        # One transaction that is never committed: nothing of the scratch database has to reach the disk.
        connection.begin()
        try:
            return _Walker(connection, tried, cases, company).go()
        finally:
            connection.rollback()


class _Walker:
    def __init__(self, connection: Connection, strategy: Strategy, cases: Sequence[Case], company: Company) -> None:
        self._connection = connection
        self._strategy = strategy
        self._cases = {case.customer_id: case for case in cases}
        self._company = company
        self._said: list[Said] = []
        self._stood: list[Stood] = []
        self._daily: tuple[Model, ...] = ()
        self._ladders: list[Model] = []
        self._items: Model

    def go(self) -> Walk:
        cases = self._cases.values()
        start, due = min(case.invoice_date for case in cases), max(case.due_date for case in cases)
        self._prepare(due)
        end = due + timedelta(days=LONGEST_WALK)
        stops = {due} | {
            day for case in cases for day in (case.event_on, case.due_date + timedelta(days=DEBIT_DAYS + 1)) if day
        }
        self._set_day(start)
        self._load()
        day, builds = start, 0
        while day <= end:
            if day == due:
                # Quiet days are known for a good year from the day that the policy is loaded.
                self._set_day(day)
                self._load()
            stops = {stop for stop in stops if stop > day}
            self._decide(day)
            builds += 1
            following = self._note(day)
            report("ladders", (day - start).days, (end - start).days)
            if following is None and not stops:
                break
            day = min([*stops, *([following] if following else [])])
        report("ladders", (end - start).days, (end - start).days)
        return Walk(tuple(self._said), tuple(self._stood), builds)

    def _prepare(self, due: date) -> None:
        """Writes the inputs and builds what no day changes, as of `due`: by then every invoice was issued."""
        create_empty_inputs(self._connection)
        write_parameters(self._connection, self._company, run_id="lint", as_of=due, known_on=due)
        load_scorecard(self._connection)
        cases = tuple(self._cases.values())
        fill_inputs(self._connection, cases, self._company)
        self._load()
        ladders = {model.relation for model in upstream_of(_STEP_DATES)}
        wanted = ladders | {model.relation for model in upstream_of(_VERDICTS)}
        models = tuple(model for model in load_models() if model.relation in wanted)
        volatile = set(_VOLATILE)
        idle = _DAY_FREE | self._without_news()
        for model in models:
            build_model(self._connection, model)
            is_daily = model.schema not in _BUILT_ONCE and model.relation not in idle
            if is_daily and model.reads & volatile:
                volatile.add(model.relation)
        self._daily = tuple(model for model in models if model.relation in volatile and model.materialized == "table")
        self._ladders = [model for model in self._daily if model.relation in ladders]
        self._items = next(model for model in models if model.relation == _ITEMS)
        fill_debits(self._connection, cases, self._company)
        build_model(self._connection, self._items)

    def _without_news(self) -> set[str]:
        """Relations that are empty on every day, because no case has what they tell of."""
        events = {case.event for case in self._cases.values()}
        steps = [step for ladder in self._strategy.ladders.values() for step in ladder.steps]
        found = {
            "segment.promises": "promise_broken" in events,
            "decide.events": events != {None},
            "duties.chain": any(said.link for said in said_steps(steps)),
            "decide.contact_caps": self._strategy.contact_cap is not None,
        }
        return {relation for relation, is_told in found.items() if not is_told}

    def _set_day(self, day: date) -> None:
        self._connection.execute("UPDATE run.parameters SET as_of = $1, known_on = $1", [day])

    def _load(self) -> None:
        countries = {case.country for case in self._cases.values()}
        load_policy(self._connection, self._strategy, batch_size=1, customer_countries=countries)

    def _decide(self, day: date) -> None:
        self._set_day(day)
        if end_debits(self._connection, day):
            build_model(self._connection, self._items)
        for model in self._daily:
            build_model(self._connection, model)

    def _note(self, day: date) -> date | None:
        """Keeps what `day` decided; returns the next day on which a decision can change, None where none is to come."""
        changes: list[date] = []
        heard: list[str] = []
        for customer_id, reason, names, opened_on, next_on in self._connection.execute(_DECIDED).fetchall():
            case = self._cases[customer_id]
            if day < case.invoice_date:
                changes.append(case.invoice_date)
                continue
            if names:
                self._keep(case, day, reason, names, opened_on)
            if names and reason == "step_due":
                heard.append(customer_id)
            elif next_on is not None:
                changes.append(next_on)
        if heard:
            changes += self._after_saying(heard)
        return max(min(changes), day + timedelta(days=1)) if changes else None

    def _after_saying(self, heard: Sequence[str]) -> list[date]:
        """The first day on which something can be said to each of `heard` again, as what was just said leaves their ladders."""
        for model in self._ladders:
            build_model(self._connection, model)
        return [day for (day,) in self._connection.execute(_OPENING, [list(heard)]).fetchall()]

    def _keep(self, case: Case, day: date, reason: str, names: Sequence[str], opened_on: date) -> None:
        """`names`: the steps that are due, the highest, which opened on `opened_on`, first."""
        highest, *lower = names
        if reason == "step_due":
            self._said.append(Said(case, highest, day, opened_on))
            self._remember(case, highest, day)
        else:
            self._stood.append(Stood(case, highest, day, reason, None))
        self._stood.extend(Stood(case, name, day, OVERTAKEN, highest) for name in lower)

    def _remember(self, case: Case, step: str, day: date) -> None:
        key = [self._company.id, case.customer_id, day]
        self._connection.execute(
            "INSERT INTO ledger.sent_steps BY NAME SELECT $1 AS company_id, $2 AS customer_id, $2 AS receivable_id,"
            " $4 AS step, 'email' AS channel, $3 AS sent_on, 'arrived' AS delivery",
            [*key, step],
        )
        self._connection.execute(
            "INSERT INTO ledger.contact_days BY NAME SELECT $1 AS company_id, $2 AS customer_id, 'email' AS channel, $3 AS contacted_on",
            key,
        )
