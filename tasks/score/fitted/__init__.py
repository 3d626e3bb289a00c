"""Models fitted to the company's own history: how they are trained, judged, kept, and applied inside DuckDB.

The features they read are `sql/features`; what their numbers mean for a receivable is `sql/fitted`. The points scorecard of
`tasks.score.scorecard` is what a company has before it has a fitted model.
"""
