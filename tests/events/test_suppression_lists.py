"""Lists of addresses that must not be written to, and the commands that take them and take one off again."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from tasks.events.suppressions import kind_by_name, read_suppressions
from tasks.ledger.contact_marks import MarkKind
from tasks.ledger.states import Status
from tasks.problems import UserProblem

DAY = date(2026, 6, 1)
BOUNCES = """\
status,reason,email,created
5.1.1,"550 5.1.1 <a@debtor.example>: no, such user",A@debtor.example,1779300000
5.1.1,unknown,b@debtor.example,2026-05-20 10:00:00 UTC
"""


def run(*arguments: str):
    return CliRunner().invoke(app, ["record", *arguments])


def test_an_export_of_sendgrid_is_read_with_days_and_the_right_column(tmp_path) -> None:
    file = tmp_path / "suppression_bounces.csv"
    file.write_text(BOUNCES, encoding="utf-8")
    read = read_suppressions(file, kind=kind_by_name(file))
    assert [(row.address, row.kind, row.from_on) for row in read.listed] == [
        ("A@debtor.example", MarkKind.BOUNCED, date(2026, 5, 20)),
        ("b@debtor.example", MarkKind.BOUNCED, date(2026, 5, 20)),
    ]
    assert read.problems == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("suppression_invalid_emails.csv", MarkKind.BOUNCED),
        ("suppression_spam_reports.csv", MarkKind.COMPLAINED),
        ("suppression_group_unsubscribes.csv", MarkKind.UNSUBSCRIBED),
        ("suppression_blocks.csv", MarkKind.SUPPRESSED),
        ("do-not-write.txt", MarkKind.SUPPRESSED),
    ],
)
def test_the_name_of_the_file_says_why(tmp_path, name, kind) -> None:
    assert kind_by_name(tmp_path / name) is kind


@pytest.mark.parametrize(
    "content",
    [
        "a@debtor.example\nb@debtor.example\n",
        "Nombre;Correo\nAna;a@debtor.example\nLuis;b@debtor.example",
        "\ufeffemail\tcreated\r\na@debtor.example\t\r\n\r\nb@debtor.example\tnever\r\n",
        "Señor;a@debtor.example\nDoña;b@debtor.example\n",
    ],
)
def test_any_column_of_addresses_will_do(tmp_path, content) -> None:
    for encoding in ("utf-8", "cp1252"):
        if "\ufeff" in content and encoding == "cp1252":
            continue
        file = tmp_path / f"list-{encoding}.csv"
        file.write_bytes(content.encode(encoding))
        read = read_suppressions(file, kind=MarkKind.SUPPRESSED)
        assert [(row.address, row.from_on) for row in read.listed] == [
            ("a@debtor.example", None),
            ("b@debtor.example", None),
        ]


def test_a_row_without_an_address_is_told_and_loses_the_others_nothing(tmp_path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("email\na@debtor.example\nnobody\nb@debtor.example\n", encoding="utf-8")
    read = read_suppressions(file, kind=MarkKind.SUPPRESSED)
    assert len(read.listed) == 2
    assert [problem.where for problem in read.problems] == ["list.csv: row 3"]


@pytest.mark.parametrize("content", [b"", b"name\nAna\n", bytes(range(256))])
def test_a_file_without_addresses_is_refused(tmp_path, content) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    with pytest.raises(UserProblem, match="holds no e-mail address"):
        read_suppressions(file, kind=MarkKind.SUPPRESSED)


def test_a_list_that_is_imported_twice_marks_once_and_what_was_cleared_stays_so(desk, tmp_path, new_reminder) -> None:
    folder, file = str(desk.workspace.paths.root), tmp_path / "suppression_bounces.csv"
    file.write_text(BOUNCES, encoding="utf-8")
    first = run(folder, "suppressions", str(file), "--on", "2026-06-01", "--json")
    assert json.loads(first.stdout) == {"addresses": 2, "kind": "bounced", "marked": 2, "refused": 0}
    assert json.loads(run(folder, "suppressions", str(file), "--on", "2026-06-02", "--json").stdout)["marked"] == 0
    assert run(folder, "address-works", "a@DEBTOR.example", "--on", "2026-06-03").exit_code == 0
    assert json.loads(run(folder, "suppressions", str(file), "--on", "2026-06-04", "--json").stdout)["marked"] == 0
    left = desk.ledger.facts(date(2026, 6, 5))["ledger.contact_marks"].to_pylist()
    assert [row["address"] for row in left] == ["b@debtor.example"]
    # On the day before it was cleared it stood.
    assert desk.ledger.facts(date(2026, 6, 2))["ledger.contact_marks"].num_rows == 2
    desk.send("C1", as_of=DAY, settled=Status.PLANNED, address="B@debtor.example")
    assert [
        str(one.reason) for one in desk.claim([new_reminder("C1", DAY, address="B@debtor.example")], DAY).cancelled
    ] == ["address_marked"]


def test_who_is_on_a_list_of_complaints_gets_nothing_at_any_address(desk, tmp_path, new_reminder) -> None:
    desk.send("C1", as_of=DAY - timedelta(9))
    file = tmp_path / "suppression_spam_reports.csv"
    file.write_text("email,ip,created\nc1@debtor.example,192.0.2.1,1779300000\nx@other.example,192.0.2.1,1779300000\n")
    assert run(str(desk.workspace.paths.root), "suppressions", str(file), "--on", "2026-06-01").exit_code == 0
    assert [row["customer_id"] for row in desk.ledger.facts(DAY)["ledger.opt_outs"].to_pylist()] == ["C1"]
    desk.send("C1", as_of=DAY, settled=Status.PLANNED, address="new@debtor.example")
    refused = desk.claim([new_reminder("C1", DAY, address="new@debtor.example")], DAY).cancelled
    assert [str(one.reason) for one in refused] == ["opted_out"]


def test_an_address_without_a_mark_cannot_be_taken_off(desk) -> None:
    result = run(str(desk.workspace.paths.root), "address-works", "nobody@debtor.example")
    assert isinstance(result.exception, UserProblem)
    assert "nobody@debtor.example" not in str(result.exception)
