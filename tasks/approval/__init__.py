"""What waits for a person's leave, and what changes when it is given.

Here: the messages of a day that wait (`pending`), the strategy that was never let go (`new_strategy`), what was seen of each (`seen`), and all as text for the
terminal and for the Prefect UI (`words`, which holds no personal data). Leave itself is recorded by the ledger; waiting for it in the
UI is `flows/approve.py`.
"""
