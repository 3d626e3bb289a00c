"""The score of customers as it was some time ago, for the report: what moved since, and who begins to pay otherwise.

Built by the same SQL as today's, so that both are one definition: in a database beside the work database, in which the run's
day is the earlier one and settlements are as they were known then. No decision reads it.
"""

from __future__ import annotations

from tasks.warehouse.beside import beside, create_view
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, input_relations
from tasks.warehouse.models import build_model, upstream_of

_SCHEMA = "score"
_SCORES = "score.customer_scores"
_THEN = "as_it_was"
"""Name of the database beside the work database."""

_OTHERWISE = {
    "run.parameters": (
        "SELECT run.* REPLACE (run.as_of - card.score_change_days AS as_of) "
        "FROM work_parameters AS run CROSS JOIN policy.scorecard_parameters AS card"
    ),
    # What was settled since was open then. Money that came back since is the one thing forgotten.
    "staging.settlements": (
        "SELECT settled.* REPLACE (if(settled.settled_on_before < run.as_of, settled.settled_on_before, NULL) "
        "AS settled_on_before) FROM work_settlements AS settled CROSS JOIN run.parameters AS run"
    ),
}
"""What is another on the earlier day, by its SELECT over `work_…`, the relation of the run."""

_KEPT = {
    # Who had no invoice by then had no score.
    "earlier.customer_scores": "score.customer_scores SEMI JOIN score.customer_history USING (company_id, customer_id)",
    "earlier.customer_history": "score.customer_history",
}


def create_empty_earlier(connection: Connection) -> None:
    """Creates the relations that `build_earlier` fills, unless they exist: views of `sql/score` read them."""
    for relation in _KEPT:
        create_empty(connection, relation, input_relations()[relation])


def build_earlier(connection: Connection) -> None:
    """Fills `earlier.customer_scores` and `earlier.customer_history`; `staging` and `score` must be built. Safe to repeat.

    They hold what a run of `score_change_days` before `as_of` (tasks/score/scorecard.yaml) would have said of each customer.
    """
    create_empty_earlier(connection)
    needed = [model for model in upstream_of(_SCORES) if model.schema == _SCHEMA]
    read = {relation for model in needed for relation in model.reads} - {model.relation for model in needed}
    with beside(connection, _THEN) as work:
        for relation in sorted(read | {"policy.scorecard_parameters"}):
            create_view(connection, relation, _select(relation, of=work))
        for model in needed:
            build_model(connection, model)
        connection.execute(f'USE "{work}"')
        for relation, kept in _KEPT.items():
            columns = ", ".join(input_relations()[relation])
            then = kept.replace("score.", f"{_THEN}.score.")
            connection.execute(f"TRUNCATE {relation}")
            connection.execute(f"INSERT INTO {relation} BY NAME SELECT {columns} FROM {then}")  # noqa: S608 names of ours


def _select(relation: str, *, of: str) -> str:
    """The relation of the work database `of`, as it is or otherwise."""
    name = relation.split(".")[1]
    return _OTHERWISE.get(relation, f"SELECT * FROM work_{name}").replace(f"work_{name}", f'"{of}".{relation}')  # noqa: S608
