"""The only state that cannot be rebuilt: what was planned, claimed, said and learned, in SQLite or PostgreSQL.

Here: the tables and their migrations, the states of a reminder, planning, claiming, settling and what people record.
Not here: what a message looks like or how it travels (`tasks.remind`), and who should get one (`sql/decide`).
Begin at `opening.open_ledger`, which gives a `ledger.Ledger`.
"""
