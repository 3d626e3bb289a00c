"""The link of a message: which message, until when, and a signature. It names no person, and is good for that message's answers only.

A token is 36 bytes in 48 characters (base64url, RFC 4648 §5), so that every bit of every character counts: key id (1 byte), reminder
id (16), last day as days since 2020-01-01 (3), HMAC-SHA256 cut to 128 bits (16; RFC 2104 §5 asks for at least half of the hash).
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.answers.keys import Keys, keys_of
from tasks.settings.load import Workspace

TOKEN_CHARACTERS = 48
_TOKEN = re.compile(r"[A-Za-z0-9_-]{48}", re.ASCII)
_REMINDER_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_EPOCH = date(2020, 1, 1)
_SIGNED_BYTES = 20
_MAC_BYTES = 16
_PURPOSE = "answer link"
PATH = "/a/"


@dataclass(frozen=True)
class AnswerLinks:
    """Makes the links of one company's messages, and tells a good one from any other."""

    base_url: str
    valid_days: int
    keys: Keys

    def url(self, reminder_id: str, *, as_of: date) -> str:
        """The address that the message of the business date `as_of` shows."""
        return f"{self.base_url}{PATH}{self.token(reminder_id, last_day=as_of + timedelta(days=self.valid_days))}"

    def token(self, reminder_id: str, *, last_day: date) -> str:
        """The token of a reminder, good up to and including `last_day`.

        Raises:
            ValueError: the id is not one of `reminder_id_of`; a defect of ours.
        """
        if _REMINDER_ID.fullmatch(reminder_id) is None:
            raise ValueError(f"{reminder_id!r} is no reminder id")
        days = (last_day - _EPOCH).days.to_bytes(3, "big")
        signed = bytes([self.keys.signing]) + bytes.fromhex(reminder_id) + days
        return base64.urlsafe_b64encode(signed + self.keys.mac(_PURPOSE, signed)[:_MAC_BYTES]).decode()

    def reminder_of(self, token: str, *, today: date) -> str | None:
        """The reminder id of a good token; None for one that is forged, damaged, of a key given up, or expired."""
        if _TOKEN.fullmatch(token) is None:
            return None
        content = base64.urlsafe_b64decode(token)
        signed, mac = content[:_SIGNED_BYTES], content[_SIGNED_BYTES:]
        try:
            expected = self.keys.mac(_PURPOSE, signed, key_id=signed[0])[:_MAC_BYTES]
        except KeyError:
            return None
        if not hmac.compare_digest(mac, expected):
            return None
        last_day = _EPOCH + timedelta(days=int.from_bytes(signed[17:], "big"))
        return signed[1:17].hex() if today <= last_day else None


def links_of(workspace: Workspace) -> AnswerLinks | None:
    """The links of a workspace's messages; None where `answers` is not set up.

    Raises:
        SettingsProblem: a secret is missing or too short.
    """
    answers = workspace.settings.answers
    if answers is None:
        return None
    return AnswerLinks(answers.base_url, answers.valid_days, keys_of(workspace, answers))


def sample_links(workspace: Workspace) -> AnswerLinks | None:
    """Links of the same shape, signed with what is no secret: for trying templates. None where `answers` is not set up."""
    answers = workspace.settings.answers
    if answers is None:
        return None
    keys = Keys(workspace.company_id, answers.key_id, {answers.key_id: b"for samples only"})
    return AnswerLinks(answers.base_url, answers.valid_days, keys)
