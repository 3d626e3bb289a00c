"""A debtor's own statement of account beside ours: matched, its differences named, answered, and turned into tasks of ours."""
