"""The run as plain numbers: for the ledger's history of runs, and for scripts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tasks.report.lines import KINDS
from tasks.report.summary import RunSummary

DECISIONS = ("remind", "wait", "silent")


def run_counts(summary: RunSummary) -> dict[str, int]:
    """The counts that `ledger.runs` keeps; `sql/mart/runs.sql` reads them by these names."""
    return {
        "rows_in": summary.rows_in,
        "landed": sum(line.landed for line in summary.files),
        "quarantined": summary.refused,
        "duplicates": summary.duplicates,
        "open_receivables": summary.open_receivables,
        **{decision: summary.decided(decision) for decision in DECISIONS},
        **summary.news.reminders.as_json(),
    }


@dataclass(frozen=True)
class RunResult:
    """The result of `puntual run`: the summary and where the published warehouse is (None: not published)."""

    summary: RunSummary
    warehouse: Path | None

    def as_json(self) -> dict[str, object]:
        """The object of `puntual run --json`; its shape is fixed (design.md, section 8)."""
        summary = self.summary
        reasons: dict[str, int] = {}
        for line in summary.decisions:
            reasons[line.reason] = reasons.get(line.reason, 0) + line.receivables
        return {
            "run_id": summary.run_id,
            "as_of": summary.as_of.isoformat(),
            "files": [
                {
                    "source": line.source,
                    "path": line.file,
                    "rows_in": line.rows_in,
                    "landed": line.landed,
                    "quarantined": line.quarantined,
                    "duplicates": line.duplicates,
                    "set_aside": line.set_aside,
                    "set_aside_by_reason": {part.reason: part.rows for part in summary.aside_of(line)},
                    "amounts": {
                        part.currency: {
                            "amount_in": str(part.amount_in),
                            "landed": str(part.landed),
                            "quarantined": str(part.quarantined),
                            "duplicates": str(part.duplicates),
                        }
                        for part in summary.money_of(line)
                    },
                }
                for line in summary.files
            ],
            "open_receivables": summary.open_receivables,
            "decisions": {decision: summary.decided(decision) for decision in DECISIONS},
            "reasons": reasons,
            "reminders": summary.news.reminders.as_json(),
            "warehouse": str(self.warehouse) if self.warehouse else None,
            "seconds": {stage.stage: round(stage.seconds, 3) for stage in summary.news.seconds},
            "quarantine": _quarantine(summary),
            "warnings": list(summary.news.warnings),
        }


def _quarantine(summary: RunSummary) -> dict[str, object]:
    """Refused rows that are open, new and cleared since the delivery before: how many, and their sums by currency."""
    rows = {"open": summary.open_refused, "new": summary.new_refused, "cleared": summary.cleared}
    return {
        kind: {
            "rows": rows[kind],
            "amounts": {currency: str(amount) for currency, amount in summary.quarantine_sums(kind)},
        }
        for kind in KINDS
    }
