"""Judges what landed, dataset by dataset, with Great Expectations inside DuckDB, and writes its Data Docs.

Row rules are applied where rows are parsed (`tasks.extract`); here they are counted again, independently. No row value
passes through this stage: only counts, sums, dates and names of rules, sources and files.
"""

import os

# Read by Great Expectations when it is imported, so it must be set before any module of this package imports it.
os.environ["GX_ANALYTICS_ENABLED"] = "false"
