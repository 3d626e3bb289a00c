"""Data contracts (ODCS v3) as typed values: the one catalogue of columns and rules, for what we accept and what we publish.

Reading data and judging it happen elsewhere (`tasks.extract`, `tasks.validate`).
"""
