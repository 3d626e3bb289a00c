"""How right a score is, out of time: figures of forecasts against what came out, beside naive ones, and guards against figures too good to be true.

Here: pure functions over numpy arrays and frozen results (`inputs` → `figures` → `as_json`). Reading the warehouse, fitting
models, deciding which is promoted and printing live elsewhere; the page that shows the figures is `tasks.score.card`.
"""
