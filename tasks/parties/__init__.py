"""Party data: what is wrong with telephones, tax ids and accounts, whom to ask for what, and who may be one debtor twice.

Here: checks that SQL cannot do (`phones`, `tax_ids`, `ibans`), the input relations `checked.*` they are written to, and the
worklist for people. What follows from them is SQL in `sql/parties/`. Nothing here changes what an export says. See docs/parties.md.
"""
