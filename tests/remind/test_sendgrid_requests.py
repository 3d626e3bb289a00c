"""Every kind of message we send, as the request that reaches SendGrid: judged by the provider's own description."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tasks.remind.channels.protocol import Channel
from tasks.remind.outbound import Attachment
from tasks.remind.reminder import TONES
from tasks.remind.rendering import Renderer
from tasks.remind.samples import sample_reminder
from tasks.remind.vocabulary import LANGUAGES
from tasks.segment.ladders import PURPOSES

STATEMENT = Attachment(name="Extracto de cuenta.pdf", content_type="application/pdf", content=b"%PDF-1.7 statement")
INVOICE = Attachment(name="F26-001234.pdf", content_type="application/pdf", content=b"%PDF-1.7 invoice")


def test_every_purpose_language_and_tone_with_and_without_attachments_violates_nothing(
    provider: tuple[Any, str], sendgrid_channel: Callable[..., Channel], renderer: Renderer
) -> None:
    state, url = provider
    channel = sendgrid_channel(url)
    sent = 0
    for purpose in PURPOSES:
        for language in LANGUAGES:
            for tone in TONES:
                message = renderer.render(sample_reminder(purpose=purpose, language=language, tone=tone))
                for attachments in ((), (STATEMENT, INVOICE)):
                    channel.send(replace(message, attachments=attachments, reminder_id=f"{sent:032x}"))
                    sent += 1
    channel.close()
    assert len(state.accepted) == sent == 2 * len(PURPOSES) * len(LANGUAGES) * len(TONES)
    assert state.violations == []
