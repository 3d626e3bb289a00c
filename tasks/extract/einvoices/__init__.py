"""E-invoices and audit files: one small, strict reader per standard, from XML elements to rows of `rows.py`.

What a value means in the standard is decided here; which contract column it fills is decided by the source profiles
(`data_contracts/sources/`). Opening files is `tasks.extract.safe_xml`, writing rows `tasks.extract.einvoice_file`.
"""
