"""A workspace as tests of several folders write it: one company, its invoices, and whatever files the test adds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tasks.settings.load import Workspace, load_workspace

COMPANY = """\
company:
  id: acme
  name: Acme, S.A.
  country: ES
  language: es
  currency: EUR
  bank_details: {EUR: {bank: Banco, account: ES9121000418450200051332}}
  sender: {name: "Acme, Administración", email: cobros@acme.example}
  collector: {name: Ana Ruiz, email: ana.ruiz@acme.example}
sending: {email: {type: files}}
"""
INVOICES_SOURCE = """\
sources:
  - name: invoices
    contract: receivables
    path: exports/invoices.csv
    columns:
      customer_id: customer
      receivable_id: number
      document_number: number
      document_type: {value: invoice}
      invoice_date: issued
      due_date: due
      currency: {value: EUR}
      amount: amount
"""
"""The list of sources with one in it, which is open for more columns and then for more sources."""


def write_workspace(root: Path, files: Mapping[str, str]) -> Workspace:
    """Writes files by their paths below `root`, `puntual.yaml` among them."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return load_workspace(root)
