"""A workspace with a year and a half of receivables of customers with habits, for the tests of training and back-test."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

SETTINGS = """\
company:
  id: acme
  name: Acme Pruebas, S.A.
  country: ES
  language: {language}
  currency: EUR
  sender: {{name: Cobros Acme, email: cobros@acme.example}}
  collector: {{name: Ana, email: ana@acme.example}}
demo_as_of: 2026-06-01
sources:
  - name: invoices
    contract: receivables
    path: exports/invoices.csv
    columns:
      customer_id: customer
      receivable_id: number
      document_number: number
      document_type: {{value: invoice}}
      invoice_date: issued
      due_date: due
      currency: currency
      amount: amount
      cleared_on: paid
      customer_zone: zone
    references: {{plant: plant, lot: lot, line: line}}
"""

STRATEGY = """\
contact_cap: {contacts: 1, per_days: 7}
payments_fresh_within_days: 3
ladders:
  only:
    - {step: first, after_due: 5, channel: email, tone: courteous}
segments:
  - {name: everyone, ladder: only}
"""

FIRST, LAST = date(2025, 1, 1), date(2026, 6, 1)


def write_company(folder: Path, *, receivables: int = 1500, language: str = "es", last: date = LAST) -> Path:
    """Writes the workspace; what is paid after `last` is open in the export. The same arguments give the same bytes.

    Forty customers: even numbers pay a few days early, odd ones up to four days late, and one plant's invoices nine days later.
    """
    chance = random.Random(11)  # noqa: S311 a ledger for a test, nothing secret
    lines = ["number,customer,issued,due,currency,amount,paid,zone,plant,lot,line"]
    span = (last - FIRST).days
    for number in range(receivables):
        customer = chance.randrange(40)
        issued = FIRST + timedelta(days=number * span // receivables)
        due = issued + timedelta(days=chance.choice((15, 30, 45)))
        plant = chance.choice(("north", "south"))
        habit = -3 if customer % 2 == 0 else customer // 8
        delay = round(habit + (9 if plant == "south" else 0) + chance.gauss(0, 3))
        paid = max(issued, due + timedelta(days=delay))
        shown = paid.isoformat() if paid < last else ""
        lines.append(
            f"F{number:05},C{customer:02},{issued},{due},{'EUR' if customer % 5 else 'MXN'},{chance.randrange(100, 9000)}.00,"
            f"{shown},{'este' if customer % 3 else 'oeste'},{plant},L{number},main"
        )
    (folder / "exports").mkdir(parents=True)
    (folder / "puntual.yaml").write_text(SETTINGS.format(language=language), encoding="utf-8")
    (folder / "strategy.yaml").write_text(STRATEGY, encoding="utf-8")
    (folder / "exports" / "invoices.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
