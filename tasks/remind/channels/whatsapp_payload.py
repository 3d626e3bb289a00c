"""A template message as the body of the Cloud API's `POST /{version}/{phone number id}/messages`.

Shape: https://github.com/facebook/openapi `business-messaging-api_v23.0.yaml`, schema `TemplateMessage`. `biz_opaque_callback_data`
(https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status/) comes back with
every status of the message, and is never read by the provider.
"""

from __future__ import annotations

from typing import TypeAlias

from tasks.remind.whatsapp.message import OutboundWhatsapp, Parameter

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json]"


def template_payload(message: OutboundWhatsapp) -> dict[str, Json]:
    """The request body. Of ours the provider sees the number, the template's values and the opaque reminder id."""
    template: dict[str, Json] = {
        "name": message.template,
        "language": {"policy": "deterministic", "code": message.language_code},
    }
    if message.parameters:
        template["components"] = [{"type": "body", "parameters": [_parameter(one) for one in message.parameters]}]
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.recipient,
        "type": "template",
        "template": template,
        "biz_opaque_callback_data": message.reminder_id,
    }


def _parameter(parameter: Parameter) -> dict[str, Json]:
    named: dict[str, Json] = {} if parameter.name is None else {"parameter_name": parameter.name}
    return {"type": "text", **named, "text": parameter.text}
