from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tasks.remind.outbound import Mailbox, OutboundMessage

BOX = Mailbox("Acme", "cobros@acme.example")
MESSAGE = OutboundMessage(
    reminder_id="ab", sender=BOX, reply_to=BOX, recipient=Mailbox("Señor", "pagos@debtor.example"), copy_to=None, subject="Factura 1",
    text="Adeuda 10,00 €", html="<p>Adeuda 10,00 €</p>", language="es", as_of=date(2026, 6, 1),
)  # fmt: skip


def test_the_same_message_has_the_same_hash() -> None:
    assert MESSAGE.content_hash == replace(MESSAGE).content_hash
    assert len(MESSAGE.content_hash) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Adeuda 10,01 €"},
        {"html": "<p>Adeuda 10,01 €</p>"},
        {"subject": "Factura 2"},
        {"recipient": Mailbox("Señor", "otro@debtor.example")},
        {"copy_to": BOX},
        {"as_of": date(2026, 6, 2)},
    ],
)
def test_whatever_the_debtor_reads_changes_the_hash(change) -> None:
    assert replace(MESSAGE, **change).content_hash != MESSAGE.content_hash
