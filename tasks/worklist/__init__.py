"""What people do: lists of calls, visits and hand-overs of the day, and what they bring back.

Here: who works when (`policy`), who gets which line (`allot`), how a list looks (`sheet`, `brief`, `cells`), the folder of a case
(`case_file`), handing over with the ledger's leave (`hand_over`) and reading what was filled in (`filled`).
Not here: which step is due (`sql/decide`), how lines are ranked (`sql/worklist`) and where results are kept (`tasks.ledger`).
"""
