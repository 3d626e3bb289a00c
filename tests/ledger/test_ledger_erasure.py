"""Blocking and erasing: what was personal is gone, to the bytes of the file; what happened stays, and nothing is said twice."""

from __future__ import annotations

import json
import threading
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from typer.testing import CliRunner

from flows.cli.app import app
from tasks.ledger import aftermath_tables
from tasks.ledger.answers import Answer
from tasks.ledger.contact_marks import ContactMark, MarkKind, marked_addresses
from tasks.ledger.contact_results import Contact, ContactResult
from tasks.ledger.erasures import _BLANKS, Subject
from tasks.ledger.knowledge import Dispute, DutyEntry, Hold
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Reason, Status
from tasks.ledger.tables import metadata
from tasks.privacy.block import block
from tasks.privacy.erase import erase_subject
from tasks.problems import LedgerProblem, UserProblem
from tasks.settings.load import load_workspace

DAY = date(2026, 6, 1)
CANARIES = ("c1@debtor.example", "Someone", "Ana said she is ill")
# Tables with a customer or contact in which nothing personal of them can stand, each with the reason.
HOLD_NOTHING_PERSONAL = {
    "approvals": "steps, amounts and who of ours approved",
    "confirmations": "kinds and days",
    "erasures": "what is to be erased, and then only a hash",
    "experiment_members": "arms",
    "opt_outs": "channels",
    "promises": "days and amounts",
    "reminder_items": "receivables and amounts",
}


@pytest.fixture
def told(ledger, draft):
    key = draft.message("C1", {"R1": "10.00"})
    other = draft.message("C2", {"R2": "20.00"})
    draft.plan_in(ledger)
    with ledger.sending("20260601-00000001") as token:
        draft.claim_in(ledger, key, other, holder=token)
        ledger.settle(
            [Outcome(reminder_key=one, status=Status.ACCEPTED, provider="files") for one in (key, other)],
            claim_token=token,
        )
    said = {"customer_id": "C1", "author": "ana", "recorded_on": DAY}
    ledger.record(Dispute(receivable_id="R1", reason=CANARIES[2], opened_on=DAY, **said))
    ledger.record(
        DutyEntry(receivable_id="R1", duty="wrong_contact", is_met=False, noted_on=DAY, note=CANARIES[2], **said)
    )
    ledger.record_contact(
        Contact(channel="call", result=ContactResult.SPOKEN, contacted_on=DAY, note=CANARIES[2], **said)
    )
    return ledger


def test_every_table_about_a_customer_is_either_blanked_or_holds_nothing_personal() -> None:
    assert aftermath_tables.answers.metadata is metadata
    about = {table.name for table in metadata.sorted_tables if "customer_id" in table.c}
    blanked = {table.name for table in _BLANKS} | {"contact_marks"}  # whose addresses are sealed
    assert about == blanked | HOLD_NOTHING_PERSONAL.keys()
    assert not blanked & HOLD_NOTHING_PERSONAL.keys()


def test_a_blocked_customer_is_held_and_asked_for_twice_is_once(told) -> None:
    blocked = block(told, Subject(customer_id="C1"), author="ana", today=DAY, keep_days=30)
    again = block(told, Subject(customer_id="C1"), author="ana", today=DAY + timedelta(3), keep_days=30)
    assert (again.erasure_id, again.erase_after_on) == (blocked.erasure_id, DAY + timedelta(30))
    holds = told.facts(DAY)["ledger.holds"].to_pylist()
    assert [(hold["customer_id"], hold["until_on"]) for hold in holds] == [("C1", None)]
    assert blocked.held.addresses == ("c1@debtor.example",)


def test_a_blocked_contact_is_not_written_to_any_more(told, new_draft) -> None:
    block(told, Subject(customer_id="C1", contact_id="C1-1"), author="ana", today=DAY, keep_days=0)
    tomorrow = new_draft(as_of=DAY + timedelta(1))
    key = tomorrow.message("C1", {"R1": "10.00"})
    tomorrow.plan_in(told, run_id="20260602-00000001")
    with told.sending("20260602-00000001") as token:
        result = tomorrow.claim_in(told, key, holder=token)
    assert not result.claimed


@pytest.mark.parametrize("is_erased", [False, True])
def test_a_blocked_contact_is_not_written_to_at_an_address_that_the_ledger_never_saw(
    ledger, draft, new_draft, is_erased
) -> None:
    nobody_yet = Subject(customer_id="C1", contact_id="C1-1")
    request = block(ledger, nobody_yet, author="ana", today=DAY, keep_days=0).erasure_id
    if is_erased:
        ledger.erase(request, on=DAY)
    blocked = draft.message("C1", {"R1": "10.00"})
    other = draft.message("C2", {"R2": "10.00"})
    draft.plan_in(ledger)
    result = draft.claim_in(ledger, blocked, other)
    assert [claimed.reminder.reminder_key for claimed in result.claimed] == [other]
    assert [(one.reminder_key, one.reason) for one in result.cancelled] == [(blocked, Reason.ADDRESS_MARKED)]


def test_a_request_about_a_customer_is_never_without_its_hold(ledger) -> None:
    """Whoever is killed after the request was recorded, and asks again, finds the customer held."""
    request = ledger.block(Subject(customer_id="C1"), author="ana", erase_after_on=DAY, today=DAY)
    holds = ledger.facts(DAY)["ledger.holds"].to_pylist()
    assert [(hold["customer_id"], hold["reason"]) for hold in holds] == [("C1", request)]


def test_what_a_contact_wrote_by_his_link_goes_with_him_and_what_others_wrote_stays(told) -> None:
    """Of the customer's two answers one came by a message to the contact, the other by none that the ledger knows a contact of."""
    (message,) = told.held_of(Subject(customer_id="C1", contact_id="C1-1")).reminder_ids
    for reminder_id, words in ((message, "my cousin Ana is ill"), ("f" * 32, "by somebody else")):
        dispute = Dispute(
            customer_id="C1", receivable_id="R1", reason=words, opened_on=DAY, author="debtor", recorded_on=DAY
        )
        answer = Answer(
            customer_id="C1",
            reminder_id=reminder_id,
            kind="dispute",
            receivable_id="R1",
            content={"text": words},
            learned=dispute,
            recorded_on=DAY,
        )
        told.record_answers([answer], per_link=9)
    request = block(told, Subject(customer_id="C1", contact_id="C1-1"), author="ana", today=DAY, keep_days=0)
    assert request.held.rows["answers"] == 1
    told.erase(request.erasure_id, on=DAY)
    reasons = {dispute["reason"] for dispute in told.facts(DAY)["ledger.disputes"].to_pylist()}
    assert reasons == {"erased", "by somebody else", CANARIES[2]}
    contents = [answer.content for answer in told.answers_by_link(message) + told.answers_by_link("f" * 32)]
    assert contents == [{}, {"text": "by somebody else"}]


def test_nothing_is_erased_before_its_day_or_while_a_message_may_leave(told, new_draft) -> None:
    request = block(told, Subject(customer_id="C1"), author="ana", today=DAY, keep_days=30).erasure_id
    with pytest.raises(LedgerProblem, match="blocked until 2026-07-01"):
        told.erase(request, on=DAY + timedelta(29))
    later = new_draft(as_of=DAY + timedelta(1))
    later.message("C1", {"R1": "10.00"})
    later.plan_in(told, run_id="20260602-00000001")
    with pytest.raises(LedgerProblem, match="planned or under way"):
        told.erase(request, on=DAY + timedelta(30))


def test_what_happened_stays_without_the_person_and_others_are_untouched(told) -> None:
    request = block(told, Subject(customer_id="C1"), author="ana", today=DAY, keep_days=0).erasure_id
    told.erase(request, on=DAY)
    (done,) = told.erasure_requests()
    assert (done.subject, done.state) == (None, "erased")
    assert done.subject_hash == Subject(customer_id="C1").hash_of("acme")
    assert not any(told.held_of(Subject(customer_id="C1")).rows.values())
    assert told.held_of(Subject(customer_id="C2")).rows["reminders"] == 1
    statuses = {row["customer_id"]: row["status"] for row in told.facts(DAY)["ledger.reminders"].to_pylist()}
    assert statuses == {"C1": "accepted", "C2": "accepted"}
    with pytest.raises(LedgerProblem, match="is no request that waits"):
        told.erase(request, on=DAY)


def test_the_file_does_not_hold_it_either(told, workspace) -> None:
    if not workspace.paths.ledger.exists():
        pytest.skip("PostgreSQL packs its files itself")
    before = _bytes_of(workspace.paths.ledger)
    assert all(canary.encode() in before for canary in CANARIES)
    with told._store.writing() as connection:
        # The other customer's contact has the same name.
        connection.exec_driver_sql("UPDATE reminders SET recipient_name = 'B' WHERE customer_id = 'C2'")
    request = block(told, Subject(customer_id="C1"), author="ana", today=DAY, keep_days=0).erasure_id
    told.erase(request, on=DAY)
    told.pack()
    after = _bytes_of(workspace.paths.ledger)
    assert [canary for canary in CANARIES if canary.encode() in after] == []
    assert b"c2@debtor.example" in after


def _bytes_of(ledger: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(ledger.parent.glob(f"{ledger.name}*")))


class _Provider(BaseHTTPRequestHandler):
    asked: list[list[str]]
    status: int = 201

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(body["email_addresses"])
        content = json.dumps({"job_id": f"job-{len(self.asked)}"} if self.status == 201 else {"errors": []}).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Silent."""


@pytest.mark.parametrize("status", [201, 403])
def test_the_provider_is_asked_first_and_a_refusal_erases_nothing(told, workspace, status) -> None:
    handler = type("Handler", (_Provider,), {"asked": [], "status": status})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        settings = yaml.safe_load(workspace.paths.settings.read_text(encoding="utf-8"))
        settings["sending"] = {"email": {"type": "sendgrid", "base_url": f"http://127.0.0.1:{server.server_port}"}}
        workspace.paths.settings.write_text(yaml.safe_dump(settings), encoding="utf-8")
        old = workspace.paths.outbox / "2026-06-01" / "ff00.eml"
        mine = workspace.paths.outbox / "2026-06-01" / f"{told.held_of(Subject(customer_id='C1')).reminder_ids[0]}.eml"
        _write(old, mine, workspace.paths.run("20260601-00000001") / "report.html")
        block(told, Subject(customer_id="C1"), author="ana", today=DAY, keep_days=0)
        (request,) = told.erasure_requests()
        try:
            if status == 201:
                erased = erase_subject(
                    load_workspace(workspace.paths.root), told, request, on=DAY, environment={"SENDGRID_API_KEY": "k"}
                )
                assert erased.jobs == ("job-1",)
                assert (old.exists(), mine.exists(), workspace.paths.runs.exists()) == (True, False, True)
                assert not list(workspace.paths.runs.iterdir())
            else:
                with pytest.raises(UserProblem, match="answered 403"):
                    erase_subject(
                        load_workspace(workspace.paths.root),
                        told,
                        request,
                        on=DAY,
                        environment={"SENDGRID_API_KEY": "k"},
                    )
                assert told.held_of(Subject(customer_id="C1")).addresses
        finally:
            server.shutdown()
            thread.join()
    assert handler.asked == [["c1@debtor.example"]]


def _write(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")


def test_holds_of_other_reasons_keep_their_days(told) -> None:
    told.record(Hold(customer_id="C1", reason="asked", from_on=DAY, author="ana", recorded_on=DAY))
    request = block(told, Subject(customer_id="C1"), author="ana", today=DAY, keep_days=0).erasure_id
    told.erase(request, on=DAY)
    assert {hold["reason"] for hold in told.facts(DAY)["ledger.holds"].to_pylist()} == {"erased"}


@pytest.mark.parametrize("command", [["prune"], ["erase", "--due"]])
def test_files_that_may_prove_what_left_are_not_deleted_before_it_is_known(
    told, workspace, draft, new_draft, command
) -> None:
    later = new_draft(as_of=DAY + timedelta(1))
    later.message("C2", {"R2": "20.00"})
    later.plan_in(told, run_id="20260602-00000001")
    with told.sending("20260602-00000001") as token:  # ends without settling: unknown
        later.claim_in(told, holder=token)
    old = workspace.paths.outbox / "2020-01-01" / "ff00.eml"
    _write(old)
    name, *options = command
    answer = CliRunner().invoke(app, [name, str(workspace.paths.root), *options, "--yes", "--as-of", "2026-06-10"])
    assert "puntual reconcile" in str(answer.exception)
    assert old.exists()


def test_an_address_that_must_not_be_written_to_stays_so_when_its_owner_is_erased(told) -> None:
    mark = {
        "channel": "email",
        "address": "c1@debtor.example",
        "source": "sendgrid",
        "from_on": DAY,
        "recorded_on": DAY,
    }
    told.add_marks([
        ContactMark(customer_id="C1", contact_id="C1-1", kind=MarkKind.COMPLAINED, evidence="e1", **mark),
        ContactMark(customer_id=None, contact_id=None, kind=MarkKind.SUPPRESSED, evidence="a list", **mark),
    ])  # fmt: skip
    request = block(told, Subject(customer_id="C1"), author="ana", today=DAY, keep_days=0).erasure_id
    told.erase(request, on=DAY)
    with told._store.reading() as connection:
        kept = connection.execute(sa.select(aftermath_tables.contact_marks.c.address)).scalars().all()
        assert all(address.startswith("sha256:") for address in kept)
        asked = {"c1@debtor.example", "c9@debtor.example"}
        assert marked_addresses(connection, "acme", "email", asked, DAY) == {"c1@debtor.example"}
    assert told.clear_marks(channel="email", address="C1@debtor.example", cleared_on=DAY) == (
        "complained",
        "suppressed",
    )
