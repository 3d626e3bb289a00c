"""Models fitted to the company's own history: how they are trained, judged, kept, and applied inside DuckDB.

The features they read are `sql/features`; what their numbers mean for a receivable is `sql/fitted`. The points scorecard of
`tasks.score.scorecard` is what a company has before it has a fitted model.
"""

import os

# Threads of XGBoost that wait for each other must not spin: on a machine that does other work too, training took several
# times as long. OpenMP reads this once, when the library is loaded, hence before any module here imports it.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
