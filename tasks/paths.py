"""Where the program's own files and a workspace's files lie. No other module builds these paths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[1]
SQL = PROGRAM / "sql"
TEMPLATES = PROGRAM / "templates"
DATA_CONTRACTS = PROGRAM / "data_contracts"
SOURCE_PROFILES = DATA_CONTRACTS / "sources"


@dataclass(frozen=True)
class WorkspacePaths:
    """The files of one creditor's workspace folder; everything a run writes lies under `.puntual/`."""

    root: Path

    @property
    def settings(self) -> Path:
        return self.root / "puntual.yaml"

    @property
    def strategy(self) -> Path:
        return self.root / "strategy.yaml"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def state(self) -> Path:
        return self.root / ".puntual"

    @property
    def landing(self) -> Path:
        return self.state / "landing"

    @property
    def ledger(self) -> Path:
        return self.state / "ledger.sqlite"

    @property
    def ledger_marker(self) -> Path:
        """Says that this workspace has a ledger and how far it had come; kept apart so that a lost ledger is noticed."""
        return self.state / "ledger.id"

    @property
    def claim_locks(self) -> Path:
        """One locked file per process that is sending; an unlocked one was left by a dead process."""
        return self.state / "claims"

    @property
    def warehouses(self) -> Path:
        return self.state / "warehouse"

    @property
    def current_warehouse(self) -> Path:
        """The pointer to the published warehouse: a symbolic link that is replaced atomically."""
        return self.warehouses / "current.duckdb"

    @property
    def models(self) -> Path:
        """Fitted models, one folder each, and which was promoted when."""
        return self.state / "models"

    @property
    def data_docs(self) -> Path:
        return self.state / "data_docs"

    @property
    def runs(self) -> Path:
        return self.state / "runs"

    @property
    def decisions(self) -> Path:
        """What each run decided, one file and one manifest each; written once and kept for ever."""
        return self.state / "decisions"

    @property
    def shown_for_approval(self) -> Path:
        """What was shown of the messages that wait for a person's leave, by their marks."""
        return self.state / "shown_for_approval.json"

    @property
    def outbox(self) -> Path:
        """Where the `files` channel writes messages."""
        return self.state / "outbox"

    @property
    def statements(self) -> Path:
        """What came of customers' own statements, a folder each."""
        return self.state / "statements"

    def run(self, run_id: str) -> Path:
        """The folder of one run's report, previews and scratch files."""
        return self.runs / run_id
