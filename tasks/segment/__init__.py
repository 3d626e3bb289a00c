"""The strategy: what a company says to whom and when, its lint, its tables, and why a decision came out as it did.

Here: `strategy.yaml` as typed values (`strategy`, `ladders`, `conditions`), mistakes in it (`lint`), its rows in the work
database (`policy`), the invariants of a run's decisions (`checks`) and their explanation (`explain`). The decisions
themselves are SQL: `sql/segment` and `sql/decide`. Nothing here sends anything.
"""
