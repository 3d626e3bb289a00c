"""The first ledger: reminders with their items, events and approvals, what people learned, and runs.

Revision ID: 0001
"""

from __future__ import annotations

from datetime import date
from typing import TypeVar

import sqlalchemy as sa
from alembic import op

_T = TypeVar("_T")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MONEY = sa.Numeric(18, 2).with_variant(sa.BigInteger(), "sqlite")  # SQLite: whole hundredths
TIMESTAMP = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATUSES = (
    "planned", "claimed", "accepted", "delivered", "bounced", "dropped", "rejected", "unknown", "cancelled",
    "cancelled_paid",
)  # fmt: skip


def upgrade() -> None:
    """Creates the tables, then what guards them."""
    _create("about", _key("ledger_id"), _column("created_at", TIMESTAMP))
    _create_reminders()
    _create_knowledge()
    _create(
        "runs",
        _key("run_id"),
        *_texts("company_id"),
        _column("as_of", sa.Date()),
        *_texts("mode", "status"),
        _column("started_at", TIMESTAMP),
        _optional("finished_at", TIMESTAMP),
        _optional("strategy_version", sa.String()),
        _optional("counts", sa.Text()),
        _optional("warehouse", sa.String()),
        sa.CheckConstraint("mode IN ('plan', 'send')", name=op.f("ck_runs_mode")),
        sa.CheckConstraint("status IN ('running', 'completed', 'failed')", name=op.f("ck_runs_status")),
    )
    _index("runs", "company_id", "as_of")
    _make_events_append_only()


def _create_reminders() -> None:
    listed = ", ".join(f"'{status}'" for status in STATUSES)
    _create(
        "reminders",
        _key("reminder_key"),
        *_texts("reminder_id", "run_id", "company_id", "customer_id"),
        _optional("contact_id", sa.String()),
        *_texts("contact_role"),
        _optional("recipient_name", sa.String()),
        _optional("recipient_email", sa.String()),
        *_texts("channel", "currency", "step"),
        _column("step_rank", sa.Integer()),
        *_texts("purpose", "tone", "language", "segment", "strategy_version"),
        _column("item_count", sa.Integer()),
        _column("total_amount", MONEY),
        _column("needs_approval", sa.Boolean()),
        _column("batch_number", sa.Integer()),
        _column("as_of", sa.Date()),
        *_texts("status"),
        _optional("status_reason", sa.String()),
        _optional("claim_token", sa.String()),
        _optional("claimed_at", TIMESTAMP),
        _optional("settled_at", TIMESTAMP),
        _optional("provider", sa.String()),
        _optional("provider_message_id", sa.String()),
        _column("attempts", sa.Integer()),
        sa.CheckConstraint(f"status IN ({listed})", name=op.f("ck_reminders_status")),
        sa.UniqueConstraint("reminder_id", name=op.f("uq_reminders_reminder_id")),
    )
    _index("reminders", "company_id", "as_of")
    _index("reminders", "company_id", "status", "as_of")
    _index("reminders", "company_id", "customer_id", "as_of")
    _create(
        "reminder_items",
        *_texts("reminder_key", "receivable_id", "company_id", "customer_id"),
        _column("as_of", sa.Date()),
        *_texts("channel", "step"),
        _column("open_amount", MONEY),
        _column("is_live", sa.Boolean()),
        sa.PrimaryKeyConstraint("reminder_key", "receivable_id", name=op.f("pk_reminder_items")),
        sa.ForeignKeyConstraint(
            ["reminder_key"], ["reminders.reminder_key"], name=op.f("fk_reminder_items_reminder_key")
        ),
    )
    op.create_index(
        op.f("uq_reminder_items_live"),
        "reminder_items",
        ["company_id", "receivable_id", "as_of"],
        unique=True,
        sqlite_where=sa.text("is_live = 1"),
        postgresql_where=sa.text("is_live"),
    )
    _create(
        "reminder_events",
        _column("event_id", SERIAL),
        *_texts("reminder_key"),
        _column("at", TIMESTAMP),
        _optional("from_status", sa.String()),
        *_texts("to_status"),
        _optional("detail", sa.String()),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_reminder_events")),
        sqlite_autoincrement=True,
    )
    _index("reminder_events", "reminder_key")
    _create(
        "approvals",
        _key("approval_id"),
        *_texts("company_id", "customer_id", "reminder_key", "step", "channel", "contact_role", "currency"),
        _column("total_amount", MONEY),
        _column("receivable_ids", sa.Text()),
        *_texts("author"),
        _column("approved_at", TIMESTAMP),
        _optional("used_by", sa.String()),
    )
    _index("approvals", "company_id", "customer_id")


def _create_knowledge() -> None:
    about_customer = ("company_id", "customer_id")
    knowledge: dict[str, list[sa.schema.SchemaItem]] = {
        "promises": [
            _key("promise_id"), *_texts(*about_customer), _optional("receivable_id", sa.String()), *_texts("author"),
            _optional("amount", MONEY), _optional("currency", sa.String()), *_days("promised_for", "recorded_on"),
        ],
        "disputes": [
            _key("dispute_id"), *_texts(*about_customer), _optional("receivable_id", sa.String()), *_texts("author", "reason"),
            *_days("opened_on"), _optional("resolved_on", sa.Date()), *_days("recorded_on"),
        ],
        "holds": [
            _key("hold_id"), *_texts(*about_customer), _optional("receivable_id", sa.String()), *_texts("author", "reason"),
            *_days("from_on"), _optional("until_on", sa.Date()), _optional("released_on", sa.Date()),
            *_days("recorded_on"),
        ],
        "opt_outs": [
            _key("opt_out_id"), *_texts(*about_customer, "author"), _optional("channel", sa.String()),
            *_days("from_on", "recorded_on"),
        ],
        "confirmations": [
            _key("confirmation_id"), *_texts(*about_customer), _optional("receivable_id", sa.String()), *_texts("author", "kind"),
            *_days("confirmed_on", "recorded_on"),
        ],
    }  # fmt: skip
    for table, columns in knowledge.items():
        _create(table, *columns)
        _index(table, "company_id", "customer_id")


def _make_events_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER reminder_events_no_{change.lower()} BEFORE {change} ON reminder_events "
                "BEGIN SELECT RAISE(ABORT, 'reminder_events is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION reminder_events_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'reminder_events is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER reminder_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reminder_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION reminder_events_append_only()"
    )


def _create(table: str, *parts: sa.schema.SchemaItem, sqlite_autoincrement: bool = False) -> None:
    op.create_table(table, *parts, sqlite_autoincrement=sqlite_autoincrement)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), primary_key=True)


def _column(name: str, kind: sa.types.TypeEngine[_T]) -> sa.Column[_T]:
    return sa.Column(name, kind, nullable=False)


def _optional(name: str, kind: sa.types.TypeEngine[_T]) -> sa.Column[_T]:
    return sa.Column(name, kind, nullable=True)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _days(*names: str) -> list[sa.Column[date]]:
    return [sa.Column(name, sa.Date(), nullable=False) for name in names]


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
