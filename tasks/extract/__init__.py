"""Extract: each export of a workspace becomes typed, checked, immutable Parquet in the landing zone, once per content.

Here live the readers (CSV, XLSX, Parquet, PostgreSQL), the mapping onto contracts, quarantine of rows, duplicates and
the conservation of rows and cents. Judging datasets is `tasks.validate`; what the columns mean is `tasks.contracts`.
"""

from tasks.extract.attach import attach_landing
from tasks.extract.model import CurrencyAmounts, Extraction, LandedFile, RowsLost
from tasks.extract.run import Progress, extract

__all__ = ["CurrencyAmounts", "Extraction", "LandedFile", "Progress", "RowsLost", "attach_landing", "extract"]
