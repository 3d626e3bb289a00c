"""A statement and the notification of what it sums up are the same money: together they are refused."""

from __future__ import annotations

import pytest

from tasks.problems import SourceProblem
from tests.extract.bank_texts import IN_250, camt, detail, entry, swift
from tests.extract.bench import Bench, csv_text, receivables_source

STATEMENT = camt(entry("250.00", more="<AcctSvcrRef>B1</AcctSvcrRef>"))
NOTIFICATION = camt(entry("250.00", detail("100.00"), detail("150.00")), version="054.001.02")
INTERIM = swift(IN_250).replace(":60F:C260430EUR100,00", ":34F:EURD0,").replace(":62F:C260504EUR350,00\n", "")
PROFILES = {"xml": "camt_statements", "sta": "mt940_statements"}


def bank(path: str, name: str = "bank") -> dict[str, object]:
    return {"name": name, "profile": PROFILES[path[-3:]], "contract": "payments", "path": path}


def landed(bench: Bench, files: dict[str, str], *sources: dict[str, object]) -> int:
    bench.write("exports/ledger.csv", csv_text("C1;F1;01/04/2026;01/05/2026;EUR;1,00"))
    for name, text in files.items():
        bench.write(f"exports/{name}", text)
    extraction = bench.extract(receivables_source(), *sources)
    return len(bench.query(extraction, "SELECT payment_id FROM landing.payments"))


def test_a_statement_and_its_notification_are_refused_in_one_source(bench: Bench) -> None:
    with pytest.raises(SourceProblem, match=r"b\.xml \(bank\): is a camt\.054 .*a\.xml \(bank\) is a camt\.053"):
        landed(bench, {"a.xml": STATEMENT, "b.xml": NOTIFICATION}, bank("exports/*.xml"))


def test_and_in_two_sources(bench: Bench) -> None:
    files = {"a.xml": STATEMENT, "b.xml": NOTIFICATION}
    with pytest.raises(SourceProblem, match=r"\(told\).*counted twice"):
        landed(bench, files, bank("exports/a.xml"), bank("exports/b.xml", "told"))


def test_an_interim_report_beside_the_statement_is_refused(bench: Bench) -> None:
    with pytest.raises(SourceProblem, match="MT942"):
        landed(bench, {"a.sta": swift(IN_250), "b.sta": INTERIM}, bank("exports/*.sta"))


def test_other_accounts_and_several_statements_are_no_mixture(bench: Bench) -> None:
    other = NOTIFICATION.replace("ES9121000418450200051332", "NL91ABNA0417164300")
    assert landed(bench, {"a.xml": STATEMENT, "b.xml": other}, bank("exports/*.xml")) == 3
    assert landed(bench, {"b.xml": STATEMENT}, bank("exports/*.xml")) == 1
