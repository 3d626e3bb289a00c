"""What a mail server's report says of one of our messages: delivery status (RFC 3464) and complaint (RFC 5965).

Reports are not signed: who writes one must know the id of a message, which only its recipient and his servers do. Everything in them
is somebody else's: sizes and nesting are bounded, header fields are read as plain text, and of what they say only classes are kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parsedate_to_datetime

from tasks.events.event import EventKind, NotReadable, ProviderEvent

PROVIDER = "smtp"
LARGEST_REPORT = 256 * 1024
"""Bytes that are read of a mail: the report stands before the returned message, which may be long."""
MOST_PARTS = 20
MOST_RECIPIENTS = 20

_OUR_ID = re.compile(r"<?\s*([0-9a-f]{32})@[^\s<>@]+>?")
_BARE_ID = re.compile(r"\s*([0-9a-f]{32})\s*")
_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_ADDRESS = re.compile(r"[^\s<>;@]{1,64}@[^\s<>;@]{1,255}")
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
# Permanent, but of the mailbox's room, the message's size, or what the server's policy thinks of us: the address is not dead.
_NOT_OF_THE_ADDRESS = re.compile(r"5\.(2\.[23]|3\.4|7\.\d+)")
_COMPLAINTS = {
    "abuse": EventKind.COMPLAINED,
    "fraud": EventKind.COMPLAINED,
    "other": EventKind.COMPLAINED,
    "opt-out": EventKind.UNSUBSCRIBED,
    "opt-out-list": EventKind.UNSUBSCRIBED,
}


@dataclass(frozen=True)
class _Said:
    """What a report says of one recipient; the addresses and `detail` as `ProviderEvent` has them."""

    kind: EventKind
    address: str | None = None
    final_address: str | None = None
    detail: str | None = None


def report_events(mail: bytes, *, received_at: datetime) -> tuple[ProviderEvent, ...]:
    """What `mail` says of messages of ours; nothing where it is no report, such as an automatic answer or a person's letter.

    `received_at`: when it happened, where the mail does not say. The same mail gives the same events.

    Raises:
        NotReadable: it is a report and cannot be read, or is made to be hard to read.
    """
    start = mail[:LARGEST_REPORT].replace(b"\r\n", b"\n")
    if len(_BOUNDARY.findall(start)) > MOST_PARTS:
        raise NotReadable("the mail has more parts within parts than a report")
    try:
        parsed = BytesParser(policy=compat32).parsebytes(start)
        if parsed.get_content_type() != "multipart/report":
            return ()
        parts = _parts(parsed)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        raise NotReadable("the mail is not in a mail's format") from None
    reminder_id = _reminder_id(parsed, parts)
    if reminder_id is None:
        return ()
    at = _moment(parsed, received_at)
    name = hashlib.sha256(start).hexdigest()[:32]
    said = [*_deliveries(parts), *_complaints(parts)][:MOST_RECIPIENTS]
    return tuple(
        ProviderEvent(
            f"{name}-{number}", PROVIDER, reminder_id, one.address, one.kind, at, one.detail, one.final_address
        )
        for number, one in enumerate(said)
    )


def _parts(parsed: Message) -> list[Message]:
    """The report's own parts, the returned message as the one after them; not what is within that."""
    payload = parsed.get_payload()
    return [part for part in payload if isinstance(part, Message)][:MOST_PARTS] if isinstance(payload, list) else []


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a part of fields: one of the message, then one for each recipient."""
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _deliveries(parts: list[Message]) -> Iterator[_Said]:
    """The original recipient is who we wrote to, or who got our copy; the final one is whose mailbox it was at last (RFC 3464, 2.3)."""
    for part in parts:
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}:
            for block in _blocks(part):
                kind, status = _outcome(block)
                if kind is not None:
                    original, final = _address(block, "Original-Recipient"), _address(block, "Final-Recipient")
                    yield _Said(kind, original or final, final if original else None, status)


def _outcome(block: Message) -> tuple[EventKind | None, str | None]:
    """What happened to a recipient, and the class of it; no kind where the group is about no recipient."""
    found = _STATUS.match(_field(block, "Status"))
    status = found[1] if found else None
    match _field(block, "Action").strip().lower():
        case "failed":
            is_final = status is not None and status[0] == "5" and not _NOT_OF_THE_ADDRESS.fullmatch(status)
            return (EventKind.HARD_BOUNCED if is_final else EventKind.SOFT_BOUNCED), status
        case "delayed":
            return EventKind.DEFERRED, status
        case "delivered":
            return EventKind.DELIVERED, status
        case "relayed" | "expanded":
            return EventKind.PROCESSED, status
        case _:
            return None, None


def _complaints(parts: list[Message]) -> Iterator[_Said]:
    """Providers blank the address of who complained, so that it is not compared."""
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            for block in _blocks(part):
                kind = _COMPLAINTS.get(_field(block, "Feedback-Type").strip().lower())
                if kind is not None:
                    yield _Said(kind)


def _reminder_id(parsed: Message, parts: list[Message]) -> str | None:
    """Our id, from the headers of the returned message, else from what the report says that it answers."""
    returned = [
        header
        for part in parts
        if part.get_content_type()
        in {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
        for header in _returned_headers(part)
    ]
    for headers in returned:
        found = _OUR_ID.match(_field(headers, "Message-ID")) or _BARE_ID.fullmatch(_field(headers, "X-Entity-Ref-ID"))
        if found:
            return found[1]
    for name in ("In-Reply-To", "References"):
        found = _OUR_ID.search(_field(parsed, name))
        if found:
            return found[1]
    return None


def _returned_headers(part: Message) -> list[Message]:
    if blocks := _blocks(part):
        return blocks[:1]
    content = part.get_payload(decode=True)
    return [BytesParser(policy=compat32).parsebytes(content, headersonly=True)] if isinstance(content, bytes) else []


def _address(block: Message, name: str) -> str | None:
    """The address after its type, such as `rfc822; somebody@example.com`."""
    found = _ADDRESS.search(_field(block, name))
    return found[0] if found else None


def _field(block: Message, name: str) -> str:
    """A header field as one bounded line of text; empty where it is absent."""
    return " ".join(str(block.get(name, ""))[:2000].split())


def _moment(parsed: Message, otherwise: datetime) -> datetime:
    try:
        moment = parsedate_to_datetime(_field(parsed, "Date"))
    except (ValueError, TypeError, OverflowError, IndexError):
        return otherwise
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    # A clock that is wrong by more than this says nothing.
    return moment if abs((otherwise - moment).days) <= 366 else otherwise
