"""The decision ledger: what each run decided about every open receivable, kept in files that cannot be changed unseen."""
