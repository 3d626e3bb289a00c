"""DuckDB: connections, the runner that builds `sql/` in the order the SQL itself implies, and publishing.

What the relations mean is said in `sql/`; nothing here knows a business rule.
"""
