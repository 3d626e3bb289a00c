"""Electronic statements of banks and direct-debit messages, one module per standard.

Each gives its rows as dictionaries of text by the module's `HEADERS`. Statements share the shape of `entry`, direct-debit
messages that of `order`. What a file says about itself (balances, counts, sums) is verified here, because only the reader sees
it; which rows are payments is the source's business. Nothing here knows contracts or mappings.
"""
