"""Reports of mail servers, as Postfix, Exchange and Gmail write them, and what is none or hostile."""

from __future__ import annotations

import mailbox
import textwrap
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest

from tasks.events.bounces import take_bounces
from tasks.events.event import EventKind
from tasks.problems import SettingsProblem
from tasks.remind.channels.bounce_mailbox import bounced_mails
from tasks.remind.channels.bounce_reports import LARGEST_REPORT, report_events
from tasks.settings.sending import ImapBounces, MaildirBounces

ID = "0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 6, 2, 8, tzinfo=UTC)
TODAY = date(2026, 6, 2)


def report(
    *,
    reminder_id: str = ID,
    status: str = "5.1.1",
    action: str = "failed",
    final: str = "rfc822; C1@debtor.example",
    original: str = "",
    returned: str = "message/rfc822",
    header: str = "Message-ID: <{id}@acme.example>",
) -> bytes:
    """A report in Postfix's form."""
    fields = f"Final-Recipient: {final}\n" + (f"Original-Recipient: {original}\n" if original else "")
    text = textwrap.dedent("""\
        From: MAILER-DAEMON@mx.acme.example (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        Date: Mon, 1 Jun 2026 10:00:00 +0200
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="B1"

        --B1
        Content-Type: text/plain

        <c1@debtor.example>: host mx.debtor.example said: 550 5.1.1 no such user

        --B1
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.acme.example
        Arrival-Date: Mon, 1 Jun 2026 09:59:00 +0200

        {fields}Action: {action}
        Status: {status}
        Diagnostic-Code: smtp; 550 5.1.1 <c1@debtor.example>: no such user

        --B1
        Content-Type: {returned}

        From: ana@acme.example
        {header}
        Subject: Su factura

        Estimado cliente

        --B1--
        """)
    header = header.format(id=reminder_id)
    return text.format(fields=fields, action=action, status=status, returned=returned, header=header).encode()


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "5.1.1", EventKind.HARD_BOUNCED),
        ("failed", "5.4.4", EventKind.HARD_BOUNCED),
        ("failed", "4.4.7", EventKind.SOFT_BOUNCED),
        ("failed", "5.2.2", EventKind.SOFT_BOUNCED),
        ("failed", "5.7.26", EventKind.SOFT_BOUNCED),
        ("failed", "", EventKind.SOFT_BOUNCED),
        ("Delayed", "4.4.1", EventKind.DEFERRED),
        ("delivered", "2.0.0", EventKind.DELIVERED),
        ("relayed", "2.0.0", EventKind.PROCESSED),
    ],
)
def test_action_and_class_say_what_happened(action, status, kind) -> None:
    (event,) = report_events(report(action=action, status=status), received_at=NOW)
    assert (event.kind, event.detail) == (kind, status or None)
    assert (event.reminder_id, event.address) == (ID, "C1@debtor.example")
    assert event.occurred_at == datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("returned", "header"),
    [
        ("message/rfc822", "Message-ID: <{id}@acme.example>"),
        ("message/rfc822", "X-Entity-Ref-ID: {id}"),
        ("text/rfc822-headers", "Message-ID: <{id}@acme.example>"),
        ("text/rfc822-headers; charset=us-ascii", "Message-Id:\n <{id}@acme.example>"),
    ],
)
def test_the_message_is_known_by_what_is_returned_of_it(returned, header) -> None:
    (event,) = report_events(report(returned=returned, header=header), received_at=NOW)
    assert event.reminder_id == ID


def test_a_report_that_returns_nothing_says_itself_what_it_answers() -> None:
    mail = report(header="X-Nothing: here").replace(
        b"MIME-Version", f"In-Reply-To: <{ID}@acme.example>\nMIME-Version".encode()
    )
    (event,) = report_events(mail, received_at=NOW)
    assert event.reminder_id == ID


def test_the_original_recipient_counts_where_mail_was_forwarded() -> None:
    (event,) = report_events(
        report(final="rfc822;elsewhere@other.example", original="rfc822;c1@debtor.example"), received_at=NOW
    )
    assert event.address == "c1@debtor.example"


def test_the_same_mail_gives_the_same_events_whatever_its_line_ends() -> None:
    as_file, on_the_wire = report(), report().replace(b"\n", b"\r\n")
    assert report_events(as_file, received_at=NOW) == report_events(on_the_wire, received_at=datetime.now(UTC))


@pytest.mark.parametrize(
    ("kind_of_feedback", "kind"),
    [
        ("abuse", EventKind.COMPLAINED),
        ("fraud", EventKind.COMPLAINED),
        ("opt-out", EventKind.UNSUBSCRIBED),
        ("not-spam", None),
    ],
)
def test_a_complaint_is_one_about_the_returned_message(kind_of_feedback, kind) -> None:
    mail = textwrap.dedent(f"""\
        From: feedback@provider.example
        Date: Mon, 1 Jun 2026 10:00:00 +0000
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary="F"

        --F
        Content-Type: text/plain

        This is an email abuse report.
        --F
        Content-Type: message/feedback-report

        Feedback-Type: {kind_of_feedback}
        User-Agent: Some/1.0
        Version: 1
        Original-Rcpt-To: redacted@debtor.example

        --F
        Content-Type: message/rfc822

        Message-ID: <{ID}@acme.example>
        Subject: Su factura

        Hola
        --F--
        """).encode()
    events = report_events(mail, received_at=NOW)
    assert [(event.kind, event.reminder_id, event.address) for event in events] == ([(kind, ID, None)] if kind else [])


def automatic_answer() -> bytes:
    mail = EmailMessage()
    mail["Auto-Submitted"] = "auto-replied"
    mail["In-Reply-To"] = f"<{ID}@acme.example>"
    mail["Subject"] = "Out of office"
    mail.set_content("Back on Monday. 5.1.1 failed")
    return mail.as_bytes()


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\xff\x00\xfe" * 100,
        b"Subject: hello\n\nA person writes.",
        automatic_answer(),
        report(reminder_id="not-one-of-ours"),
        report(action="mystery"),
        b"Content-Type: multipart/report\n\nno boundary at all",
        b'Content-Type: multipart/report; boundary="x"\n\n--x\nContent-Type: message/delivery-status\n\n\n\n--x--',
    ],
)
def test_what_is_no_report_about_us_says_nothing(mail) -> None:
    assert report_events(mail, received_at=NOW) == ()


def test_only_the_start_of_a_long_mail_is_read() -> None:
    long = report().replace(b"Estimado cliente", b"x" * 76 + b"\n" + b"long line\n" * 2_000_000)
    (event,) = report_events(long[:LARGEST_REPORT], received_at=NOW)
    assert event.kind is EventKind.HARD_BOUNCED


@pytest.mark.parametrize("form", ["maildir", "mbox", "folder"])
def test_reports_move_messages_and_mark_addresses_once_from_files_of_any_form(desk, tmp_path, form) -> None:
    hard, soft, fine = desk.send("C1", "C2", "C3")
    mails = [
        report(reminder_id=hard),
        report(reminder_id=soft, status="4.4.7", final="rfc822; c2@debtor.example"),
        report(reminder_id=fine, final="rfc822; collector@acme.example"),
        automatic_answer(),
        b'Content-Type: multipart/report; boundary="b"\n' * 30,
    ]
    place = tmp_path / "bounces"
    if form == "folder":
        place.mkdir()
        for number, mail in enumerate(mails):
            (place / f"{number}.eml").write_bytes(mail)
        (place / "link.eml").symlink_to(place / "0.eml")
    else:
        box = mailbox.Maildir(place) if form == "maildir" else mailbox.mbox(place)
        for mail in mails:
            box.add(mail)
        box.flush()
        box.close()
    setting = MaildirBounces(path="bounces")
    for attempt in range(2):
        found = bounced_mails(setting, root=tmp_path, environment={}, today=TODAY)
        taken = take_bounces(desk.ledger, found, now=NOW, today=TODAY)
        assert (taken.mails, taken.others, taken.unreadable) == (5, 1, 1)
        assert taken.new_events == (3 if attempt == 0 else 0)
    assert desk.statuses() == {hard: "bounced", soft: "bounced", fine: "accepted"}
    (mark,) = desk.ledger.facts(TODAY)["ledger.contact_marks"].to_pylist()
    assert (mark["customer_id"], mark["address"], mark["kind"]) == ("C1", "c1@debtor.example", "bounced")


def test_a_folder_that_is_not_there_is_told(tmp_path) -> None:
    with pytest.raises(SettingsProblem, match=r"bounces\.path"):
        list(bounced_mails(MaildirBounces(path="nowhere"), root=tmp_path, environment={}, today=TODAY))


def test_a_mailbox_without_its_password_is_told_before_anything_is_asked(tmp_path) -> None:
    with pytest.raises(SettingsProblem, match="PUNTUAL_BOUNCES_PASSWORD"):
        list(
            bounced_mails(
                ImapBounces(host="imap.acme.example"),
                root=tmp_path,
                environment={"PUNTUAL_BOUNCES_USER": "bounces"},
                today=TODAY,
            )
        )
