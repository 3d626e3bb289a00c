from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tasks.ledger import aftermath_tables, knowledge_tables
from tasks.ledger.column_types import Money, UtcTimestamp
from tasks.ledger.recheck import ContactCap
from tasks.ledger.schema import HEAD, MIGRATIONS, migrate, revision_of
from tasks.ledger.settle import Outcome
from tasks.ledger.states import TRANSITIONS, Status, may_become
from tasks.ledger.tables import metadata
from tasks.problems import LedgerProblem


def test_the_migrations_end_in_the_tables_the_code_uses(ledger) -> None:
    assert knowledge_tables.promises.metadata is aftermath_tables.answers.metadata is metadata
    with ledger._store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_head_is_the_newest_migration_and_the_history_is_one_line() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert len(scripts.get_bases()) == 1


@pytest.fixture
def next_version(tmp_path):
    """Migrations with one more revision than today's: what a later Puntual might bring."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for path in [MIGRATIONS / "env.py", *(MIGRATIONS / "versions").glob("r*.py")]:
        (folder / path.relative_to(MIGRATIONS)).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")

    def write(body: str):
        (folder / "versions" / "r_next.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision = 'next'\ndown_revision = '{HEAD}'\n\n\ndef upgrade():\n    {body}\n",
            encoding="utf-8",
        )
        return folder

    return write


def test_an_older_ledger_is_brought_forward_and_keeps_what_it_knows(ledger, draft, next_version) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    folder = next_version("op.add_column('runs', sa.Column('note', sa.String()))")
    with ledger._store.engine.connect() as connection:
        transaction = connection.begin()
        migrate(connection, "the ledger", migrations=folder, head="next")
        assert revision_of(connection) == "next"
        assert connection.execute(sa.text("SELECT count(*) FROM reminders WHERE status = 'planned'")).scalar() == 1
        connection.execute(sa.text("SELECT note FROM runs"))
        transaction.rollback()  # other tests use the same database
    assert ledger.counts(as_of=draft.as_of).planned == 1


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(ledger, next_version) -> None:
    folder = next_version(
        "op.add_column('runs', sa.Column('note', sa.String())); op.execute('SELECT no_such_column FROM runs')"
    )
    with pytest.raises(LedgerProblem, match="no_such_column"), ledger._store.writing() as connection:
        migrate(connection, "the ledger", migrations=folder, head="next")
    with ledger._store.reading() as connection:
        assert revision_of(connection) == HEAD
        assert "note" not in {column["name"] for column in sa.inspect(connection).get_columns("runs")}


def test_money_is_exact_at_the_cent_up_to_the_largest_amount(ledger) -> None:
    table = sa.Table("money", sa.MetaData(), sa.Column("amount", Money), prefixes=["TEMPORARY"])
    amounts = [Decimal("0.01"), Decimal("0.10"), Decimal("9999999999999999.99"), None]
    with ledger._store.writing() as connection:
        table.create(connection)
        connection.execute(table.insert(), [{"amount": amount} for amount in amounts])
        read = connection.execute(sa.select(table.c.amount)).scalars().all()
        assert connection.execute(sa.select(sa.func.sum(table.c.amount))).scalar() == Decimal("10000000000000000.10")
        table.drop(connection)
    assert read == amounts
    assert all(value is None or value.as_tuple().exponent == -2 for value in read)


@pytest.mark.parametrize("amount", [Decimal("0.001"), Decimal("1E-3")])
def test_an_amount_with_more_than_two_decimals_is_refused(amount) -> None:
    with pytest.raises(ValueError, match="more than two decimals"):
        Money().process_bind_param(amount, sa.create_engine("sqlite://").dialect)


def test_timestamps_are_kept_in_utc_and_never_without_a_zone(ledger) -> None:
    table = sa.Table("moments", sa.MetaData(), sa.Column("at", UtcTimestamp), prefixes=["TEMPORARY"])
    in_madrid = datetime(2026, 6, 1, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with ledger._store.writing() as connection:
        table.create(connection)
        connection.execute(table.insert(), [{"at": in_madrid}])
        (read,) = connection.execute(sa.select(table.c.at)).scalars()
        table.drop(connection)
    assert (read, read.tzinfo) == (in_madrid, UTC)
    with pytest.raises(ValueError, match="has no time zone"):
        UtcTimestamp().process_bind_param(in_madrid.replace(tzinfo=None), sa.create_engine("sqlite://").dialect)


def test_the_table_of_states_names_every_state() -> None:
    assert set(TRANSITIONS) == set(Status)


def test_what_was_or_may_have_been_sent_never_becomes_planned_without_passing_through_doubt() -> None:
    assert may_become(Status.PLANNED) == {Status.CLAIMED, Status.UNKNOWN, Status.CANCELLED, Status.CANCELLED_PAID}
    assert may_become(Status.CLAIMED) == {Status.PLANNED}


def test_claiming_and_settling_read_by_key_so_that_they_stay_fast_as_the_history_grows(sqlite_ledger, draft) -> None:
    keys = [draft.message(f"C{n}", {f"R{n}": "10.00"}, needs_approval=n == 0) for n in range(200)]
    draft.plan_in(sqlite_ledger)
    read: dict[str, str] = {}

    def explain(connection, _cursor, statement, *rest) -> None:
        parameters, _, executemany = rest
        if statement.startswith(("SELECT", "UPDATE")) and "max(" not in statement:
            cursor = connection.connection.dbapi_connection.cursor()
            for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters[0] if executemany else parameters):
                read[row[3]] = statement

    sa.event.listen(sqlite_ledger._store.engine, "before_cursor_execute", explain)
    draft.claim_in(sqlite_ledger, cap=ContactCap(3, 7))
    sqlite_ledger.settle([Outcome(reminder_key=key, status=Status.ACCEPTED) for key in keys], claim_token="t1")
    big = {how: statement for how, statement in read.items() if " reminder" in how}
    assert len(big) >= 4
    by_key = re.compile(r"\((reminder_key=|company_id=\? AND (customer_id|receivable_id|reminder_id)=)")
    assert [how for how in big if not by_key.search(how)] == []
