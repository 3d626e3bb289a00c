"""Makes the exports of a fictional creditor: customers, what they were billed, and how they paid.

Everything follows from one seed; nothing reads a clock. What a customer's hidden type does to the payments is said in
`behaviour`; no export carries the type, so a score has to find it.
"""
