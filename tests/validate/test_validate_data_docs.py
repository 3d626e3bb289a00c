"""The Data Docs: complete, readable without a network, and free of what rows say."""

from __future__ import annotations

import logging
import re
from datetime import date
from decimal import Decimal

import pytest

from tasks.problems import DatasetRejected

CANARY = "CANARIO-7f3a"
AS_OF = date(2026, 6, 30)


@pytest.fixture
def rejected(landing):
    """A rejected run with canaries in every text column of bad and good rows."""
    landing.source(
        "ledger",
        "receivables",
        [
            {"customer_name": CANARY, "document_number": CANARY, "customer_id": CANARY},
            {"receivable_id": CANARY, "amount": Decimal(0), "currency": CANARY, "purchase_order": CANARY},
            {"receivable_id": CANARY, "payment_method": CANARY},
        ],
    )
    landing.source("people", "contacts", [{"name": CANARY, "email": f"{CANARY}@@example.com", "role": CANARY}])
    landing.source(
        "master", "customers", [{"customer_id": "C2", "name": f"{CANARY}\n", "country": CANARY, "tax_id": CANARY}]
    )
    landing.source("bank", "payments", [{"customer_id": CANARY, "bank_reference": CANARY}])
    landing.reject("people", "quarantined", [{"name": CANARY}]).reject("ledger", "quarantined", [{"currency": CANARY}])
    return landing


def test_no_value_of_a_row_reaches_pages_problems_or_logs(rejected, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(DatasetRejected) as caught:
        rejected.validate()
    assert len(caught.value.problems) >= 8
    assert CANARY not in repr(caught.value.problems)
    assert [
        page
        for page in rejected.workspace.paths.data_docs.rglob("*")
        if page.is_file() and CANARY.encode() in page.read_bytes()
    ] == []
    assert CANARY not in caplog.text
    assert CANARY not in "".join(capfd.readouterr())


def test_no_value_of_a_row_reaches_the_report(landing):
    landing.source("ledger", "receivables", [{"customer_name": CANARY, "customer_id": CANARY}])
    landing.source("master", "customers", [{"name": CANARY}])
    report = landing.validate()
    assert report.warnings
    assert CANARY not in repr(report)


def test_no_page_refers_to_another_host(rejected):
    with pytest.raises(DatasetRejected):
        rejected.validate()
    pages = [*rejected.workspace.paths.data_docs.rglob("*.html"), *rejected.workspace.paths.data_docs.rglob("*.css")]
    assert len(pages) > 10
    assert [
        (page.name, found)
        for page in pages
        for found in re.findall(r"https?://[^\s\"')]+", page.read_text(encoding="utf-8"))
    ] == []


def test_every_link_of_the_front_page_leads_to_a_page(landing):
    landing.source("ledger", "receivables", [{}]).source("bank", "payments", [{}])
    front = landing.validate().data_docs
    links = re.findall(r'href="([^"]+)"', front.read_text(encoding="utf-8"))
    assert len(links) == 1 + 2 * 4
    assert [link for link in links if not (front.parent / link).is_file()] == []


def test_the_front_page_says_what_was_found_and_what_to_do(rejected):
    with pytest.raises(DatasetRejected) as caught:
        rejected.validate()
    front = (rejected.workspace.paths.data_docs / "index.html").read_text(encoding="utf-8")
    for problem in caught.value.problems:
        assert problem.where in front
        assert problem.fix.split("'")[0] in front


def test_pages_of_an_earlier_day_do_not_stay(landing):
    landing.source("ledger", "receivables", [{}])
    landing.validate(as_of=date(2026, 6, 29))
    docs = landing.validate(as_of=AS_OF).data_docs.parent
    assert {folder.name for folder in (docs / "validations" / "receivables").iterdir()} == {"2026-06-30"}
