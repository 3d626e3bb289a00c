"""What `puntual explain` adds about money: each claim on the receivable and each discount on offer, with the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.consequences.read import read_claims, read_discounts
from tasks.consequences.wording import claim_lines, discount_line
from tasks.remind.wording import locale_of
from tasks.segment.explanation import Fact
from tasks.segment.reasons import Language
from tasks.warehouse.connection import Connection

_LABELS = {"es": "Se puede reclamar", "en": "May be claimed"}
_DISCOUNT = {"es": "Descuento por pronto pago", "en": "Early-payment discount"}
_STATUS = {
    "es": {
        "claimed": "reclamado", "waived": "condonado", "carried": "queda en cuenta", "invoiced": "por facturar", "paid": "pagado",
    },
    "en": {
        "claimed": "claimed", "waived": "waived", "carried": "carried on the account", "invoiced": "to be invoiced", "paid": "paid",
    },
}  # fmt: skip
_COUNTRY = {"es": "ES", "en": "GB"}


def claim_facts(connection: Connection, receivable_id: str, language: Language) -> tuple[Fact, ...]:
    """A fact per claim and discount of the receivable; none where the strategy has no consequences."""
    return tuple(_facts(connection, receivable_id, language))


def _facts(connection: Connection, receivable_id: str, language: Language) -> Iterator[Fact]:
    locale = locale_of(language=language, country=_COUNTRY[language])
    for claim in read_claims(connection, [receivable_id]).get(receivable_id, ()):
        title, *arithmetic = claim_lines(claim, document=receivable_id, locale=locale)
        value = f"{title} ({_STATUS[language][claim.status]})"
        yield Fact(f"claim_{claim.kind}", _LABELS[language], "; ".join((value, *arithmetic)))
    discount = read_discounts(connection, [receivable_id]).get(receivable_id)
    if discount is not None:
        yield Fact("discount", _DISCOUNT[language], discount_line(discount, document=receivable_id, locale=locale))
