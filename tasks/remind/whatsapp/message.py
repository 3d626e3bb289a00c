"""A WhatsApp message ready to leave: outside a conversation that the debtor began, only an approved template may be sent."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.remind.outbound import Outbound


@dataclass(frozen=True)
class Parameter:
    """What fills one variable of a template; `name` is None where the template numbers its variables."""

    name: str | None
    text: str


@dataclass(frozen=True, kw_only=True)
class OutboundWhatsapp(Outbound):
    """One template message to one number.

    `recipient`: E.164 with its `+`, empty where the contact's number is none. `language_code`: the language that the template was
    approved in. `text`: how the message reads, for people of ours; the provider writes it from its own copy of the template.
    """

    recipient: str
    template: str
    language_code: str
    parameters: tuple[Parameter, ...]
    text: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """The number."""
        return (self.recipient,) if self.recipient else ()
