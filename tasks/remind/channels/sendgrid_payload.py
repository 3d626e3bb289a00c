"""An outbound message as the body of SendGrid's `POST /v3/mail/send`, built by the provider's helpers."""

from __future__ import annotations

import base64
from typing import TypeAlias, cast

from sendgrid.helpers.mail import (
    Attachment,
    Bcc,
    Category,
    ClickTracking,
    CustomArg,
    Disposition,
    FileContent,
    FileName,
    FileType,
    From,
    Header,
    Mail,
    OpenTracking,
    Personalization,
    ReplyTo,
    SubscriptionTracking,
    To,
    TrackingSettings,
)

from tasks.remind.channels.mime import tracing_headers
from tasks.remind.outbound import OutboundMessage

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json]"
CATEGORY = "puntual-reminder"


def mail_payload(message: OutboundMessage) -> dict[str, Json]:
    """The request body. Of ours the provider sees the opaque reminder id and one category for all reminders.

    Tracking is off: opening a demand for payment is nobody's business, and rewritten links look like fraud. The copy is left out
    when it is the recipient, because an address may appear only once in a request.
    """
    mail = Mail(from_email=From(message.sender.email, message.sender.name or None))
    mail.subject = message.subject
    envelope = Personalization()
    envelope.add_to(To(message.recipient.email, message.recipient.name or None))
    if message.copy_to is not None and message.copy_to.email.lower() != message.recipient.email.lower():
        envelope.add_bcc(Bcc(message.copy_to.email, message.copy_to.name or None))
    envelope.add_custom_arg(CustomArg("reminder_id", message.reminder_id))
    mail.add_personalization(envelope)
    mail.reply_to = ReplyTo(message.reply_to.email, message.reply_to.name or None)
    mail.add_content(message.text, "text/plain")
    mail.add_content(message.html, "text/html")
    for name, value in tracing_headers(message).items():
        mail.add_header(Header(name, value))
    # The helper puts each one before the others.
    for attachment in reversed(message.attachments):
        content = FileContent(base64.b64encode(attachment.content).decode("ascii"))
        mail.add_attachment(
            Attachment(content, FileName(attachment.name), FileType(attachment.content_type), Disposition("attachment"))
        )
    mail.add_category(Category(CATEGORY))
    mail.tracking_settings = TrackingSettings(
        click_tracking=ClickTracking(enable=False, enable_text=False),
        open_tracking=OpenTracking(enable=False),
        subscription_tracking=SubscriptionTracking(enable=False),
    )
    return cast("dict[str, Json]", mail.get())
