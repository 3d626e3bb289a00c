"""Writes a new workspace: folders, `puntual.yaml` with the proposed sources and their doubts, and a ready strategy."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml

from tasks.contracts.load import load_contract
from tasks.paths import WorkspacePaths
from tasks.problems import SettingsProblem
from tasks.recognise.propose import Proposal

_IDENTIFYING = (
    "document_number",
    "customer_id",
    "invoice_date",
    "due_date",
    "paid_on",
    "amount",
    "bank_reference",
    "email",
    "role",
)
_HEAD = """\
# Made by `puntual init`. Look at every line marked CONFIRM, then run `puntual check`.
# Reference: docs/settings.md
company:
  id: {id}
  name: {id}              # CONFIRM: the name debtors know you by
  country: ES             # CONFIRM
  language: es
  currency: EUR
  time_zone: Europe/Madrid
  sender: {{name: Cobros, email: cobros@example.com}}        # CONFIRM
  collector: {{name: Cobros, email: cobros@example.com}}     # CONFIRM
  bank_details: {{}}       # CONFIRM: per currency {{bank, account, bic}}
sources:
"""


def write_workspace(folder: Path, proposals: Sequence[Proposal], strategy: Path) -> Path:
    """Makes the workspace in `folder` and returns the path of its `puntual.yaml`.

    The exports are copied into `exports/` unless they lie in the workspace already. An existing `puntual.yaml` is never touched.

    Raises:
        SettingsProblem: the folder has a `puntual.yaml` already.
    """
    paths = WorkspacePaths(folder.resolve())
    if paths.settings.exists():
        raise SettingsProblem.at(str(paths.settings), "exists already", "Edit it, or give another folder.")
    exports = paths.root / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    entries = "".join(_entry(proposal, _placed(proposal.sample.path, paths.root, exports)) for proposal in proposals)
    company = re.sub(r"[^a-z0-9_-]+", "-", paths.root.name.lower()).strip("-_") or "company"
    paths.settings.write_text(_HEAD.format(id=company) + (entries or _EMPTY), encoding="utf-8")
    if not paths.strategy.exists():
        shutil.copyfile(strategy, paths.strategy)
    return paths.settings


def _placed(path: Path, root: Path, exports: Path) -> str:
    resolved = path.resolve()
    if resolved.is_relative_to(root):
        return resolved.relative_to(root).as_posix()
    shutil.copyfile(resolved, exports / path.name)
    return f"exports/{path.name}"


def _entry(proposal: Proposal, path: str) -> str:
    name = re.sub(r"[^a-z0-9_]+", "_", Path(path).name.split(".")[0].lower()).strip("_")
    entry = {
        "name": name if name[:1].isalpha() else f"export_{name}",
        "contract": proposal.kind,
        "path": path,
        "format": proposal.sample.format.model_dump(exclude_none=True),
        "dates": list(proposal.dates),
        "decimals": proposal.decimals.model_dump(),
        "columns": dict(proposal.columns),
    }
    text = yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=110)
    missing = [
        f"      {column.name}: {_stand_in(column.name, proposal)}   # CONFIRM: no column of the export looks like it\n"
        for column in load_contract(proposal.kind).columns
        if column.is_required and column.name not in proposal.columns and column.name != "company_id"
    ]
    doubts = [f"  # CONFIRM: {doubt}\n" for doubt in proposal.doubts if not doubt.startswith("no column")]
    return "".join(doubts) + "".join(f"  {line}\n" for line in text.rstrip().splitlines()) + "".join(missing)


def _stand_in(column: str, proposal: Proposal) -> str:
    """What usually does for a required column that an export lacks; a person confirms it."""
    if column == "document_type":
        return "{value: invoice, when_negative: credit_note}"
    if column == "currency":
        return "{value: EUR}"
    if column in {"receivable_id", "payment_id", "contact_id"}:
        keys = [proposal.columns[name] for name in _IDENTIFYING if name in proposal.columns]
        return yaml.safe_dump({"hash_of": keys}, default_flow_style=True, allow_unicode=True, width=1000).strip()
    return "..."


_EMPTY = """\
  - name: receivables
    contract: receivables
    path: exports/receivables.csv
    columns:               # CONFIRM: contract column: your export's column
      customer_id: customer_id
      receivable_id: receivable_id
      document_number: document_number
      document_type: document_type
      invoice_date: invoice_date
      due_date: due_date
      currency: currency
      amount: amount
"""
