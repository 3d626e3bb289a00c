"""Which rows of a table are about whom is to be erased: a customer's all, of a contact what names him or came by a link to him."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, Table, and_, false, select

from tasks.ledger.aftermath_tables import answers
from tasks.ledger.knowledge_tables import disputes, holds
from tasks.ledger.tables import reminders


def is_of(table: Table, company_id: str, customer_id: str, contact_id: str | None) -> ColumnElement[bool]:
    """The rows of `table` about a customer, or about one contact of his (`contact_id`).

    What is about the customer and no contact of his stays where one contact is erased.
    """
    mine = and_(table.c.company_id == company_id, table.c.customer_id == customer_id)
    if contact_id is None:
        return mine
    if "contact_id" in table.c:
        return and_(mine, table.c.contact_id == contact_id)
    if table is answers:
        return and_(mine, answers.c.reminder_id.in_(_messages_to(company_id, customer_id, contact_id)))
    if table in (disputes, holds):
        # In his words, where an answer of his became one.
        caused = select(answers.c.effect_id).where(
            answers.c.effect_id.is_not(None),
            answers.c.reminder_id.in_(_messages_to(company_id, customer_id, contact_id)),
        )
        (key,) = table.primary_key
        return and_(mine, key.in_(caused))
    return false()


def _messages_to(company_id: str, customer_id: str, contact_id: str) -> Select[tuple[str]]:
    return select(reminders.c.reminder_id).where(
        reminders.c.company_id == company_id,
        reminders.c.customer_id == customer_id,
        reminders.c.contact_id == contact_id,
    )
