"""Orchestration: one flow per file, and `flows.cli`, the commands that start flows or ask the warehouse.

No business rule, no SQL and no reading or writing of files lives here.
"""
