"""What `puntual explain` says of the order hold of a receivable's customer."""

from __future__ import annotations

from tasks.credit.previous import RELATION as PREVIOUS_HOLDS
from tasks.credit.reasons import HoldLanguage, HoldWords
from tasks.credit.wording import reason_text, release_text, written_amount
from tasks.segment.explanation import Fact
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, input_relations
from tasks.warehouse.models import build_model, upstream_of

_LABEL = HoldWords(es="Pedidos retenidos", en="Orders on hold", pt="Encomendas retidas")
_FIGURES = HoldWords(
    es="{currency}: {reason}; riesgo vivo {exposure}, límite {limit}, vencido {overdue}; se libera: {release}",
    en="{currency}: {reason}; exposure {exposure}, limit {limit}, overdue {overdue}; ends with: {release}",
    pt="{currency}: {reason}; exposição {exposure}, limite {limit}, vencido {overdue}; liberta-se: {release}",
)
_HOLDS = """
SELECT h.* FROM credit.holds AS h
INNER JOIN staging.receivables AS r ON h.company_id = r.company_id AND h.customer_id = r.customer_id
WHERE r.receivable_id = $id AND h.order_id = '' AND h.decision = 'hold' ORDER BY h.currency
"""


def order_hold_facts(connection: Connection, receivable_id: str, language: HoldLanguage) -> tuple[Fact, ...]:
    """The holds of the customer who owes the receivable, one fact per currency; none where nothing is on hold.

    Builds `credit.holds` where the work database does not have it: everything up to the decisions must be built.
    """
    create_empty(connection, PREVIOUS_HOLDS, input_relations()[PREVIOUS_HOLDS])
    for model in upstream_of("credit.holds"):
        if model.schema == "credit" and not _exists(connection, model.name):
            build_model(connection, model)
    cursor = connection.execute(_HOLDS, {"id": receivable_id})
    names = [str(column[0]) for column in cursor.description or ()]
    return tuple(
        Fact("order_hold", _LABEL.text(language), _value(dict(zip(names, values, strict=True)), language))
        for values in cursor.fetchall()
    )


def _exists(connection: Connection, name: str) -> bool:
    found = connection.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'credit' AND table_name = $name",
        {"name": name},
    ).fetchone()
    return found is not None and found[0] > 0


def _value(hold: dict[str, object], language: HoldLanguage) -> str:
    def amount(name: str) -> str:
        value = hold[name]
        return "–" if value is None else written_amount(value, language)  # type: ignore[arg-type]  # money columns are Decimal

    return _FIGURES.text(language).format(
        currency=hold["currency"],
        reason=reason_text(str(hold["reason"]), language),
        exposure=amount("exposure_amount"),
        limit=amount("limit_amount"),
        overdue=amount("overdue_amount"),
        release=release_text(hold, language),
    )
