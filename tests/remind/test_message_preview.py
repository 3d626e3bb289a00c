"""A message to look at before it is sent, and a statement on request, with the published data of a customer or made-up ones."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from tasks.privacy.files import files_before
from tasks.private_files import own_name
from tasks.problems import UserProblem
from tasks.remind.accounts import Wanted, read_accounts
from tasks.remind.enclosures import enclosures_of
from tasks.remind.message_preview import Asked, preview_message, preview_page
from tasks.remind.samples import AS_OF, sample_reminder
from tasks.remind.statement_files import write_statement
from tasks.settings.load import Workspace
from tasks.warehouse.connection import open_for_reading

STRATEGY = """
segments:
  - {name: everyone, ladder: usual}
ladders:
  usual:
    - {step: soon, before_due: 5}
    - step: last
      after_due: 10
      tone: firm
      deadline_days: 7
      message: {attachments: [statement], copy_to: jefa@acme.example}
"""
PUBLISHED = """
CREATE SCHEMA mart;
CREATE TABLE mart.runs AS SELECT DATE '2026-11-20' AS as_of, TRUE AS is_current;
CREATE TABLE mart.customers AS SELECT 'acme' AS company_id, 'C1' AS customer_id, 'Aceros del Norte' AS name, 'MX' AS country, 'es' AS language;
CREATE TABLE mart.customer_balances AS
    SELECT 'acme' AS company_id, 'C1' AS customer_id, 'MXN' AS currency, 10.00::DECIMAL(18, 2) AS credit_amount;
CREATE TABLE mart.receivables AS
    SELECT
        'acme' AS company_id, 'C1' AS customer_id, n::VARCHAR AS receivable_id, 'F-' || n AS document_number, 'invoice' AS document_type,
        NULL::INTEGER AS instalment_number, DATE '2026-10-01' AS invoice_date, DATE '2026-11-20' + n::INTEGER AS due_date,
        -n::INTEGER AS days_overdue, currency, (100 + n)::DECIMAL(18, 2) AS amount, (100 + n)::DECIMAL(18, 2) AS open_amount,
        'letra' AS payment_method, MAP {'purchase_order': '=OC-' || n} AS document_references
    FROM range(-2, 3) AS t(n), (SELECT unnest(['MXN', 'EUR']) AS currency);
"""


@pytest.fixture
def published(make_workspace: Callable[..., Workspace]) -> Workspace:
    """A workspace with a strategy of two steps and one customer who owes in two currencies."""
    workspace = make_workspace()
    workspace.paths.strategy.write_text(STRATEGY, encoding="utf-8")
    workspace.paths.warehouses.mkdir(parents=True)
    file = workspace.paths.warehouses / "1.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(PUBLISHED)
    workspace.paths.current_warehouse.symlink_to(file.name)
    return workspace


def test_a_step_is_shown_with_real_data_its_tone_its_days_and_its_files(published: Workspace) -> None:
    shown = preview_message(published, Asked("last", customer_id="C1"))
    assert shown.customer_id == "C1"
    assert shown.problems == ()
    assert "Aceros del Norte" in shown.message.text
    assert "F--2" in shown.message.text
    assert "F-1" not in shown.message.text, "what is not due is no matter of a message about a delay"
    assert "a más tardar el 27 de noviembre de 2026" in shown.message.text
    assert shown.message.copy_to is not None
    assert shown.message.copy_to.email == "jefa@acme.example"


def test_language_country_and_tone_can_be_tried(published: Workspace) -> None:
    assert "intereses por mora" in preview_message(published, Asked("overdue", None, "es", "CL")).message.text
    assert preview_message(published, Asked("pre_due", None, "en")).message.text.count("F-1") == 1
    firm = preview_message(published, Asked("overdue", tone="firm")).message
    assert "solicitamos su respuesta" in firm.subject


def test_without_published_data_made_up_ones_are_shown(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace(**{"due/es/subject.txt.j2": "{{ nobody }}"})
    workspace.paths.strategy.write_text(STRATEGY, encoding="utf-8")
    shown = preview_message(workspace, Asked("overdue"))
    assert shown.customer_id == ""
    assert "Talleres Ebro" in shown.message.text
    assert ["'nobody' is undefined" in problem.what for problem in shown.problems] == [True]


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        (Asked("overdu"), "no step of the strategy and no purpose"),
        (Asked("overdue", customer_id="C9"), "owes nothing"),
    ],
)
def test_what_cannot_be_shown_is_told(published: Workspace, asked: Asked, what: str) -> None:
    with pytest.raises(UserProblem, match=what):
        preview_message(published, asked)


def test_the_page_shows_the_message_wide_narrow_and_plain_and_cannot_be_broken_out_of(published: Workspace) -> None:
    page = preview_page(preview_message(published, Asked("last", customer_id="C1")))
    assert page.count("<iframe") == 2
    assert 'width="390"' in page
    assert "&lt;html lang=&quot;es-MX&quot;" in page


def test_a_statement_is_written_for_each_currency_as_pdf_html_text_and_csv(
    published: Workspace, tmp_path: Path
) -> None:
    written = write_statement(published, "C1", tmp_path / "out")
    assert written.totals == {"EUR": "500.00", "MXN": "500.00"}
    names = sorted(file.name for file in written.files)
    assert names == sorted(
        [
            "statement.csv",
            *(f"statement-{currency}.{kind}" for currency in ("EUR", "MXN") for kind in ("html", "txt", "pdf")),
        ]
    )
    assert (tmp_path / "out" / "statement-EUR.pdf").read_bytes().startswith(b"%PDF")
    text = (tmp_path / "out" / "statement-MXN.txt").read_text(encoding="utf-8")
    assert "Una parte del importe ya ha vencido" in text
    assert "un saldo de 10.00" in text
    rows = list(csv.DictReader((tmp_path / "out" / "statement.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert sum(float(row["open_amount"]) for row in rows) == 1000
    with pytest.raises(UserProblem, match="owes nothing"):
        write_statement(published, "C2", tmp_path)


def test_statements_lie_in_folders_that_customers_whose_codes_read_alike_do_not_share(published: Workspace) -> None:
    (folder,) = {file.parent for file in write_statement(published, "C1").files}
    assert folder.parent == published.paths.statements
    day = date.fromisoformat(folder.name[:10])
    assert folder in files_before(published.paths, day + timedelta(1)).paths
    assert len({own_name(code) for code in ("c1", "C1", "C-1", "C_1", "C 1", "C/1", "c-1")}) == 7


def test_codes_that_differ_in_blanks_or_signs_that_nobody_sees_share_neither_folder_nor_account(
    published: Workspace,
) -> None:
    codes = ["C 1", "C  1", "C\u00a01", "C\u200b1", "C\t1", own_name("C 1"), own_name(own_name("C 1"))]
    owed = [f"{number}.00" for number in range(1, len(codes) + 1)]
    with duckdb.connect(str(published.paths.current_warehouse.resolve())) as connection:
        connection.execute(
            "INSERT INTO mart.receivables SELECT r.* REPLACE (c.code AS customer_id, c.owed AS open_amount)"
            " FROM (SELECT unnest($codes) AS code, unnest($owed) AS owed) AS c, mart.receivables AS r"
            " WHERE r.receivable_id = '0' AND r.currency = 'EUR'",
            {"codes": codes, "owed": owed},
        )
    written = [write_statement(published, code) for code in codes]
    assert len({one.files[0].parent for one in written}) == len(codes)
    assert [one.totals["EUR"] for one in written] == owed
    listed = [one.files[0].read_text(encoding="utf-8-sig").splitlines()[1] for one in written]
    assert [line.rpartition(",")[2] for line in listed] == owed
    with open_for_reading(published.paths.current_warehouse.resolve()) as connection:
        accounts = read_accounts(connection, codes, Wanted("acme", AS_OF, "es"), "published")
    assert {code: account.customer_id for code, (account,) in accounts.items()} == {code: code for code in codes}


def test_a_step_attaches_the_statement_of_every_currency(published: Workspace) -> None:
    with open_for_reading(published.paths.current_warehouse.resolve()) as connection:
        account = read_accounts(connection, ["C1"], Wanted("acme", AS_OF, "es"), "published")["C1"]
    reminder = replace(sample_reminder(purpose="overdue", language="en"), attachments=("statement",), account=account)
    files = enclosures_of(published, AS_OF).of(reminder)
    assert [file.name for file in files] == ["statement-2026-11-20-EUR.pdf", "statement-2026-11-20-MXN.pdf"]
    assert all(file.content.startswith(b"%PDF") for file in files)
    assert enclosures_of(published, AS_OF).of(replace(reminder, attachments=())) == ()


def test_both_commands_answer_in_json(published: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("flows.cli.messages.load_workspace",):
        monkeypatch.setattr(module, lambda _folder: published)
    runner = CliRunner()
    page = tmp_path / "page.html"
    shown = runner.invoke(app, ["preview-message", str(tmp_path), "last", "--out", str(page), "--json"])
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.stdout)["customer_id"] == "C1"
    assert page.is_file()
    written = runner.invoke(app, ["statement", str(tmp_path), "C1", "--json"])
    assert written.exit_code == 0, written.output
    assert len(json.loads(written.stdout)["files"]) == 7
