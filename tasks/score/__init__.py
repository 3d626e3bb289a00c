"""Score: how likely each receivable is to be paid late, and how risky each customer is, from what was known before as_of.

Here: the points scorecard (`scorecard.yaml`), the words of its reasons, and the door of the stage. What is computed from
them is in `sql/staging` and `sql/score`; deciding what to do about it is `tasks.segment`.
"""
