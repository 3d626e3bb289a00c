"""Whose mailbox a mail server's report is about: the recipient's, that to which he forwards, the copy's, or somebody else's."""

from __future__ import annotations

import textwrap
from datetime import UTC, date, datetime, timedelta

import pytest

from tasks.events.bounces import take_bounces
from tasks.ledger.states import Status

DAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 2, 8, tzinfo=UTC)
DEBTOR, COPY, ELSEWHERE = "c1@debtor.example", "ana@acme.example", "someone@elsewhere.example"


def report(
    reminder_id: str, *, original: str | None, final: str | None, action: str = "failed", status: str = "5.1.1"
) -> bytes:
    """A report about one recipient of a message, as RFC 3464 has it."""
    fields = "".join(
        f"{name}: rfc822; {address}\n"
        for name, address in (("Original-Recipient", original), ("Final-Recipient", final))
        if address is not None
    )
    text = textwrap.dedent("""\
        From: MAILER-DAEMON@mx.debtor.example
        Date: Mon, 1 Jun 2026 10:00:00 +0000
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="B"

        --B
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.debtor.example

        {fields}Action: {action}
        Status: {status}

        --B
        Content-Type: text/rfc822-headers

        Message-ID: <{reminder_id}@acme.example>

        --B--
        """)
    return text.format(fields=fields, action=action, status=status, reminder_id=reminder_id).encode()


def marked(desk, on: date = DAY + timedelta(9)) -> list[str]:
    return [row["address"] for row in desk.ledger.facts(on)["ledger.contact_marks"].to_pylist()]


@pytest.mark.parametrize(
    ("original", "final", "stands", "marks"),
    [
        (None, DEBTOR, "bounced", [DEBTOR]),
        (DEBTOR, DEBTOR.upper(), "bounced", [DEBTOR]),
        (DEBTOR, None, "bounced", [DEBTOR]),
        (DEBTOR, ELSEWHERE, "bounced", []),
        (ELSEWHERE, DEBTOR, "bounced", [DEBTOR]),
        (COPY, COPY, "accepted", []),
        (None, COPY, "accepted", []),
        (COPY, ELSEWHERE, "accepted", []),
        (None, ELSEWHERE, "accepted", []),
        (None, None, "bounced", [DEBTOR]),
    ],
)
def test_a_hard_bounce_counts_for_whose_mailbox_it_was(desk, *, original, final, stands, marks) -> None:
    (message,) = desk.send("C1", settled=Status.UNKNOWN)
    mail = report(message, original=original, final=final)
    for _ in range(2):
        take_bounces(desk.ledger, [mail], now=NOW, today=DAY)
        assert desk.statuses() == {message: stands}
        assert marked(desk) == marks


def test_three_messages_in_a_row_that_came_back_from_where_he_forwards_mark_his_address(desk) -> None:
    for number in range(3):
        assert marked(desk) == []
        (message,) = desk.send("C1", as_of=DAY + timedelta(number))
        take_bounces(desk.ledger, [report(message, original=DEBTOR, final=ELSEWHERE)], now=NOW, today=DAY)
    assert set(marked(desk)) == {DEBTOR}


def test_what_arrived_where_he_forwards_arrived_and_what_arrived_at_the_copy_says_nothing(desk) -> None:
    forwarded, copied = desk.send("C1", "C2")
    mails = [
        report(forwarded, original=DEBTOR, final=ELSEWHERE, action="delivered", status="2.0.0"),
        report(copied, original=COPY, final=COPY, action="delivered", status="2.0.0"),
    ]
    take_bounces(desk.ledger, mails, now=NOW, today=DAY)
    assert desk.statuses() == {forwarded: "delivered", copied: "accepted"}
