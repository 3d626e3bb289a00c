"""Rows: which rows of an export are rows of the contract (`rows:` of a source), and what becomes of the others.

In goes a RawTable of all rows that the reader found, out comes a RawTable of the rows that are data, with the others
counted by reason. Everything is SQL over the raw columns, so that it works alike for every reader; users' patterns run
in DuckDB (RE2), whose time is linear. What columns mean is the mapping's business.
"""
