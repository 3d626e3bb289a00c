"""Own duties first: what we still owe a debtor becomes a task of ours; and the questions that are asked before the due date."""
