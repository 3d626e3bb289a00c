"""Who may be written to outside production: `sending.only_to` against every address of a message, both in one normal form."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tasks.remind.delivery.outcomes import Attempt, ClaimBook, Claims
from tasks.remind.outbound import Outbound

_NO_PART_OF_A_NUMBER = re.compile(r"[\s().\u2010-\u2015-]")
_NUMBER = re.compile(r"\+?[\d*?]+")


class AllowList:
    """The entries of `sending.only_to`. An address is on it in whatever case, form of letters, or punycode it is written."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._patterns = [_pattern(entry) for entry in entries]

    def holds(self, address: str) -> bool:
        """Whether `address`, of e-mail or telephone, is on the list."""
        wanted = normal_form(address)
        return any(pattern.fullmatch(wanted) for pattern in self._patterns)

    def holds_all(self, message: Outbound) -> bool:
        """Whether everybody who would get `message` is on it; copies count, and a message without an address is not on it."""
        addresses = message.addresses
        return bool(addresses) and all(self.holds(address) for address in addresses)


class ListedOnly:
    """Claims of `book` only messages whose every recipient is on the list; the others are left planned."""

    def __init__(self, book: ClaimBook, allowed: AllowList, messages: Mapping[str, Outbound]) -> None:
        self._book = book
        self._listed = {key for key, message in messages.items() if allowed.holds_all(message)}

    def claim(self, keys: Sequence[str], *, settling: Sequence[Attempt] = ()) -> Claims:
        """Claims what of `keys` may be sent now."""
        listed = [key for key in keys if key in self._listed]
        claims = self._book.claim(listed, settling=settling)
        return replace(claims, not_listed=len(keys) - len(listed))

    def begin(self, reminder_key: str) -> None:
        """See `ClaimBook.begin`."""
        self._book.begin(reminder_key)

    def end(self, attempt: Attempt) -> None:
        """See `ClaimBook.end`."""
        self._book.end(attempt)

    def settle(self, outcomes: Sequence[Attempt]) -> None:
        """Records `outcomes`."""
        self._book.settle(outcomes)


def normal_form(address: str) -> str:
    """An address to compare: letters composed and folded, a domain in punycode, of a number the digits alone.

    A number is told from an address by having no `@` and no letter; the plus sign or the two zeros before its country make no
    difference.
    """
    text = unicodedata.normalize("NFKC", address).strip()
    number = _NO_PART_OF_A_NUMBER.sub("", text)
    if _NUMBER.fullmatch(number):
        return number.removeprefix("+").removeprefix("00")
    local, at, domain = text.casefold().rpartition("@")
    if not domain.isascii():
        with contextlib.suppress(UnicodeError):  # it stays as written, and is equal to what is written so
            domain = domain.encode("idna").decode()
    return f"{local}{at}{domain}"


def _pattern(entry: str) -> re.Pattern[str]:
    """`*` stands for any characters but `@`, `?` for one; a domain alone for all its addresses, not for those below it."""
    wanted = normal_form(entry)
    if "@" not in wanted and not _NUMBER.fullmatch(wanted):
        wanted = f"*@{wanted}"
    elif wanted.startswith("@"):
        wanted = f"*{wanted}"
    parts = {"*": "[^@]*", "?": "[^@]"}
    return re.compile("".join(parts.get(character, re.escape(character)) for character in wanted))
