"""What the newest deliveries cleared: rows that were refused before and are so no longer, in the user's words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

import pyarrow.parquet as pq

from tasks.extract.quarantine.state import history_path
from tasks.settings.load import Workspace

_WORDS = {
    "corrected": "corrected",
    "gone": "delivered no longer",
    "superseded mapping": "read in another way now",
}
_COLUMNS = ["source", "status", "currency", "amount"]


def cleared_rows(workspace: Workspace) -> Iterator[str]:
    """One sentence per source of which the newest delivery closed refused rows: how many, how, and their sums by currency."""
    for contract in sorted({source.contract for source in workspace.settings.sources}):
        path = history_path(workspace.paths.landing / contract)
        if path is None:
            continue
        rows: Counter[tuple[str, str]] = Counter()
        sums: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
        for row in pq.read_table(path, columns=_COLUMNS, filters=[("is_just_closed", "=", True)]).to_pylist():
            key = (str(row["source"]), str(row["status"]))
            rows[key] += 1
            if row["currency"] not in (None, "?"):
                sums[key][row["currency"]] = sums[key].get(row["currency"], Decimal(0)) + row["amount"]
        for source in sorted({source for source, _ in rows}):
            parts = [
                f"{rows[source, status]} {words}{_amounts(sums[source, status])}"
                for status, words in _WORDS.items()
                if rows[source, status]
            ]
            yield f"Since the delivery before, refused rows of {source} were cleared: {', '.join(parts)}."


def _amounts(sums: Mapping[str, Decimal]) -> str:
    return f" ({', '.join(f'{currency} {sums[currency]:,.2f}' for currency in sorted(sums))})" if sums else ""
