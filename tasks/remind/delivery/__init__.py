"""How a batch leaves: outcomes, the pace that a provider allows, the breaker that stops at its failures, and who may be written to.

Nothing here knows the ledger, a provider or a clock: they are given.
"""
