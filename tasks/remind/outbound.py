"""A message ready to leave: plain values only, clean enough to become headers of any mail provider."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

MAX_LINE = 200
_Kind = TypeVar("_Kind", bound="Outbound")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])")


@dataclass(frozen=True)
class Mailbox:
    """A name and an address; build it with `mailbox`, which makes both safe to put in a header."""

    name: str
    email: str

    @property
    def is_usable(self) -> bool:
        """True when the address has the form that every provider we know accepts (ASCII, one @, a dotted domain)."""
        local, _, domain = self.email.partition("@")
        return bool(
            _ADDRESS.fullmatch(self.email)
            and "." in domain
            and ".." not in self.email
            and not local.startswith(".")
            and not local.endswith(".")
            and all(label and not label.startswith("-") and not label.endswith("-") for label in domain.split("."))
        )


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message; `name` is what the reader sees, without any folder."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Outbound:
    """What every message has, by whatever channel it leaves. `reminder_id` is the only identifier that a provider sees."""

    reminder_id: str
    language: str
    as_of: date

    @property
    def addresses(self) -> tuple[str, ...]:
        """Everybody who gets it, copies included; none where a kind of message does not say."""
        return ()

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex digits) of the message as it is handed to a channel: every field, as canonical JSON in UTF-8.

        What a provider makes of it (transfer encoding, boundaries, its own headers) is not in it, so that the same message has
        the same hash through every provider, and a message rendered again can be compared.
        """
        content = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_shown)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class OutboundMessage(Outbound):
    """One e-mail to one recipient."""

    sender: Mailbox
    reply_to: Mailbox
    recipient: Mailbox
    copy_to: Mailbox | None
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """The recipient and the copy."""
        return (self.recipient.email,) if self.copy_to is None else (self.recipient.email, self.copy_to.email)


@dataclass(frozen=True, kw_only=True)
class OutboundLetter(Outbound):
    """One letter: its pages as PDF, and the lines that stand in the window. `country` is that of the address, ISO 3166-1.

    `is_addressed`: there are a name, a street, a town and a country, so that the post can deliver it. `attachments` are printed and
    put into the same envelope; `pages` are the letter's own. `fax`: where a fax service sends it; empty: there is no number, or no such
    service.
    """

    addressee: tuple[str, ...]
    country: str
    is_addressed: bool
    subject: str
    paper: str
    pages: int
    pdf: bytes
    attachments: tuple[Attachment, ...] = ()
    fax: str = ""


def expected(kind: type[_Kind], message: Outbound) -> _Kind:
    """`message` as the kind that a channel carries.

    Raises:
        TypeError: it is of another channel; a defect of ours.
    """
    if not isinstance(message, kind):
        raise TypeError(f"this channel carries {kind.__name__}, not {type(message).__name__}")
    return message


@lru_cache(maxsize=1_024)
def mailbox(*, name: str, email: str) -> Mailbox:
    """A mailbox whose name and address hold no control characters, so that neither can add a header.

    A domain with letters outside ASCII becomes its punycode form; the address is otherwise left as it is.
    """
    local, at, domain = clean_line(email).rpartition("@")
    if at and not domain.isascii():
        with contextlib.suppress(UnicodeError):  # stays as written, and `is_usable` says no
            domain = domain.encode("idna").decode()
    return Mailbox(clean_line(name), f"{local}{at}{domain}")


def clean_line(text: str) -> str:
    """`text` on one line: control, format and line-separating characters become blanks, blanks are collapsed, length bounded.

    Format characters go too, because direction overrides can disguise what a header says.
    """
    if text.isascii() and text.isprintable() and "  " not in text and len(text) <= MAX_LINE:
        return text.strip()
    kept = "".join(" " if unicodedata.category(character) in _UNWANTED else character for character in text)
    return " ".join(kept.split())[:MAX_LINE].rstrip()


# Control, format (direction overrides, zero-width), surrogate, line separator, paragraph separator.
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def _shown(value: object) -> str:
    """What JSON cannot write: days as ISO dates, contents of files by their SHA-256."""
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)
