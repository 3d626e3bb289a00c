"""Score: how likely each receivable is to be paid late, and how risky each customer is, from what was known before as_of.

Here: the points scorecard (`scorecard.yaml`), the words of its reasons, and the door of the stage. What is computed from
them is in `sql/staging` and `sql/score`; deciding what to do about it is `tasks.segment`.
"""

import os

# Threads of OpenMP that wait for each other must not spin: on a machine that does other work too, training took several
# times as long. The library reads this once, when scikit-learn or XGBoost load it, hence before any module here imports them.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
