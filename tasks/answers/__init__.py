"""Debtors' answers: signed links in messages, the page behind them, and what the ledger learns from it.

`links`, `keys` and `form_tokens` sign and check; `statement` reads what is open; `forms` judges what was sent; `effects` says what
follows in the ledger; `say` and `page` write words and HTML; `web` is the only module that knows HTTP. `tasks.serve` makes an application of it.
"""
