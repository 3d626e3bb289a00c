"""Workspaces of one service whose customers pay by the same circumstances: large invoices late, others in time, whoever owes them."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

from tests.score.small_company import FIRST, LAST, SETTINGS, STRATEGY

CANARY = "Zanzibarra"
"""In every text of a customer that is written with it."""


def write_sharing_company(
    folder: Path, *, receivables: int, seed: int, may_be_shared: bool = True, canary: str = ""
) -> Path:
    """Writes the workspace, whose company is called as its folder. The same arguments give the same bytes.

    Sixty customers without habits: an invoice above 3,000 is paid six days late eight times in ten, a lesser one two in ten.
    """
    chance = random.Random(seed)  # noqa: S311 a ledger for a test, nothing secret
    lines = ["number,customer,issued,due,currency,amount,paid,zone,plant,lot,line,method"]
    span = (LAST - FIRST).days
    for number in range(receivables):
        customer = chance.randrange(60)
        issued = FIRST + timedelta(days=number * span // receivables)
        due = issued + timedelta(days=chance.choice((15, 30, 45)))
        amount = chance.randrange(100, 6000)
        is_late = chance.random() < (0.8 if amount > 3000 else 0.2)
        paid = max(issued, due + timedelta(days=6 if is_late else -4))
        lines.append(
            f"{canary}F{number:05},{canary}C{customer:02},{issued},{due},EUR,{amount}.00,{paid if paid < LAST else ''},"
            f"{canary}este,{canary}plant{customer % 3},L{number},{canary}main,{canary}transfer"
        )
    (folder / "exports").mkdir(parents=True)
    settings = SETTINGS.format(language="es").replace("id: acme", f"id: {folder.name}")
    settings = settings.replace("customer_zone: zone", "customer_zone: zone\n      payment_method: method")
    allowed = f"score:\n  may_be_shared: {str(may_be_shared).lower()}\n"
    (folder / "puntual.yaml").write_text(settings + allowed, encoding="utf-8")
    (folder / "strategy.yaml").write_text(STRATEGY, encoding="utf-8")
    (folder / "exports" / "invoices.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
