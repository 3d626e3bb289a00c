"""A company of three customers, small enough to run a whole day in seconds, and one Prefect server for all tests here."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from prefect.settings import PREFECT_LOGGING_LEVEL, PREFECT_SERVER_ANALYTICS_ENABLED, temporary_settings
from prefect.testing.utilities import prefect_test_harness

AS_OF = "2026-06-16"  # a Tuesday

SETTINGS = """\
company:
  id: acme
  name: Acme Pruebas, S.A.
  country: ES
  language: es
  currency: EUR
  bank_details: {EUR: {bank: Banco, account: ES9121000418450200051332}}
  sender: {name: Cobros Acme, email: cobros@acme.example}
  collector: {name: Ana, email: ana@acme.example}
demo_as_of: 2026-06-16
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
      currency: currency
      amount: amount
      customer_name: name
  - name: contacts
    contract: contacts
    path: exports/contacts.csv
    max_reject_share: 1
    columns: {customer_id: customer, contact_id: email, role: {value: reminder}, name: person, email: email}
  - name: payments
    contract: payments
    path: exports/payments.csv
    fresh_within_days: 3
    columns: {payment_id: id, document_number: number, customer_id: customer, paid_on: day, currency: {value: EUR}, amount: amount}
"""

STRATEGY = """\

contact_cap: {contacts: 1, per_days: 7}
payments_fresh_within_days: 3
ladders:
  only:
    - {step: first, after_due: 5, channel: email, tone: courteous}
    - {step: second, after_step: {step: first, days: 10}, channel: email, tone: firm}
segments:
  - {name: everyone, ladder: only}
"""

INVOICES = """\
number,customer,name,issued,due,currency,amount
F-1,C1,Canario Uno SL,2026-04-01,2026-05-01,EUR,100.00
F-2,C1,Canario Uno SL,2026-04-10,2026-05-10,EUR,50.50
F-3,C2,Canario Dos SL,2026-04-01,2026-05-01,EUR,70.00
F-4,C3,Canario Tres SL,2026-05-01,2026-07-01,EUR,30.00
F-5,C2,Canario Dos SL,2026-03-01,2026-04-01,EUR,10.00
"""

CONTACTS = """\
customer,person,email
C1,Canaria Pérez,canario.uno@debtor.example
C2,Canario Gil,canario.dos@debtor.example
C3,Canario Ruiz,canario tres at debtor
"""

PAYMENTS = """\
id,number,customer,day,amount
P-1,F-5,C2,2026-06-15,10.00
"""


@pytest.fixture(scope="session", autouse=True)
def prefect_server() -> Iterator[None]:
    """A real Prefect server for the session; this is also the test that the pinned versions start together."""
    quiet = {PREFECT_LOGGING_LEVEL: "WARNING", PREFECT_SERVER_ANALYTICS_ENABLED: False}
    with temporary_settings(quiet), prefect_test_harness(server_startup_timeout=90):
        yield


@pytest.fixture
def settings_text() -> str:
    """The small company's `puntual.yaml`, for tests that change it."""
    return SETTINGS


@pytest.fixture
def make_workspace(tmp_path: Path) -> Callable[..., Path]:
    """Writes a workspace; keyword arguments replace whole files by their stem."""
    return partial(write_workspace, tmp_path / "acme")


def write_workspace(folder: Path, **replaced: str) -> Path:
    """Writes the small company's workspace into `folder`; keyword arguments replace whole files by their stem."""
    files = {
        "puntual.yaml": SETTINGS,
        "strategy.yaml": STRATEGY,
        "exports/invoices.csv": INVOICES,
        "exports/contacts.csv": CONTACTS,
        "exports/payments.csv": PAYMENTS,
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(replaced.get(path.stem, content), encoding="utf-8")
    return folder
