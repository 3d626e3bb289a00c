"""`puntual reconcile`: bounced mail first, then events that are kept, then the provider's list; the rest is for a person."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import yaml
from sqlalchemy import text
from typer.testing import CliRunner

from flows.cli.app import app
from tasks.events.event import EventKind, ProviderEvent
from tasks.ledger.states import Status
from tasks.remind.reconcile import reconcile

NOW = datetime(2026, 6, 1, 6, tzinfo=UTC)
MAIL = """\
Content-Type: multipart/report; report-type=delivery-status; boundary="B"
Date: Mon, 1 Jun 2026 10:00:00 +0000

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example

Final-Recipient: rfc822; c1@debtor.example
Action: failed
Status: 5.1.1

--B
Content-Type: text/rfc822-headers

Message-ID: <{id}@acme.example>

--B--
"""


def test_kept_events_settle_what_is_unknown_and_the_rest_is_listed(desk) -> None:
    told, silent = desk.send("C1", "C2", settled=Status.UNKNOWN)
    event = ProviderEvent("e1", "sendgrid", told, None, EventKind.DELIVERED, NOW)
    desk.ledger.take_events([event], today=NOW.date())
    with desk.ledger._store.writing() as connection:  # as an old ledger that was put back has it
        connection.execute(text("UPDATE reminders SET status = 'unknown' WHERE reminder_id = :id"), {"id": told})
    findings = {one.reminder_id: (one.finding, one.why) for one in reconcile(desk.ledger, {})}
    assert findings == {
        told: ("told", "the provider told what became of it"),
        silent: ("open", "its channel is not set up in this workspace"),
    }
    assert desk.statuses() == {told: "delivered", silent: "unknown"}


@pytest.mark.parametrize("with_bounces", [True, False])
def test_the_command_reads_bounced_mail_where_the_workspace_has_some(desk, with_bounces) -> None:
    unknown, other = desk.send("C1", "C2", settled=Status.UNKNOWN)
    root = desk.workspace.paths.root
    settings = yaml.safe_load((root / "puntual.yaml").read_text(encoding="utf-8"))
    smtp = {
        "type": "smtp",
        "host": "127.0.0.1",
        **({"bounces": {"type": "maildir", "path": "bounces"}} if with_bounces else {}),
    }
    (root / "puntual.yaml").write_text(yaml.safe_dump({**settings, "sending": {"email": smtp}}), encoding="utf-8")
    (root / "bounces").mkdir()
    (root / "bounces" / "1.eml").write_text(MAIL.format(id=unknown))
    result = CliRunner().invoke(app, ["reconcile", str(root), "--json"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert [one["finding"] for one in said["messages"]] == ["open"] * (1 if with_bounces else 2)
    assert said.get("bounces", {}).get("moved") == (1 if with_bounces else None)
    assert desk.statuses() == {unknown: "bounced" if with_bounces else "unknown", other: "unknown"}
