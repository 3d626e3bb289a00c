"""Credit policy: limits, exposures and which orders wait. Decided in `sql/credit`; here are its settings, words and files.

No message is decided here, and nothing here acts: an order hold is a recommendation that the accounting system or a person carries out.
"""
