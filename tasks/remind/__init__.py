"""Reminders: from decided messages to what a debtor receives, said at most once.

Here live the words (rendering of `templates/`), the channels that carry them, and the order of claim, send and settle.
Whom to remind, of what and when is decided in `sql/decide`; what was said is remembered in `tasks.ledger`.
"""
