"""What a run says about itself: the summary, the report page, the artifacts, and the checks that everything adds up.

It reads the work database and never changes it. Publishing the tables is `tasks.warehouse.publish`; their SQL is `sql/mart`.
"""
