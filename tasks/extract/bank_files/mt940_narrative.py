"""Field 86 of an MT940, in the dialects that are known: German subfields (`?20…`), slash codes (`/EREF/…`), and free text.

German: DFÜ-Abkommen of Deutsche Kreditwirtschaft, annex 3, and its SEPA tags (`EREF+`). Slash codes: SWIFT's structured
information to the account owner, as Dutch banks write it. What is in no known dialect stays text and is not taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.extract.bank_files.entry import reference

FULL_LINE = 65
"""Lines of field 86 have up to 65 characters; a full one is cut anywhere, also in the middle of a number."""
FULL_PIECE = 27
"""Length of a German subfield, likewise."""
_GERMAN = re.compile(r"[0-9]{3}(?=[^\w\s])")
_SEPA_TAG = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|RREF|IBAN|BIC)\+")
_SLASH_CODE = re.compile(
    r"/(EREF|PREF|KREF|RTRN|MARF|CSID|CNTP|NAME|IBAN|BIC|REMI|USTD|STRD|CDTRREFTP|CDTRREF|BENM|ORDP|ISDT|TRTP|TRCD|PURP|"
    r"ULTC|ULTD|ULTB|ADDR|SVCL|OAMT|OCMT|EXCH|CHGS|BUSP|ID)(?=/)"
)


@dataclass(frozen=True)
class Narrative:
    """What field 86 says. `code`: the bank's own code of the transaction. `return_reason`: why a payment came back."""

    text: str = ""
    code: str = ""
    name: str = ""
    account: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    creditor_reference: str = ""
    return_reason: str = ""


def read_narrative(lines: Sequence[str]) -> Narrative:
    """The lines of all fields 86 of one entry."""
    joined = _join(lines, FULL_LINE).strip()
    german = _GERMAN.match(joined)
    if german is not None:
        separator = joined[german.end()]
        parts = re.split(rf"{re.escape(separator)}(?=[0-9][0-9])", "".join(lines).strip())
        if len(parts) > 1:
            return _german(parts[0][:3], [(part[:2], part[2:]) for part in parts[1:]])
    if _SLASH_CODE.match(joined):
        return _slashed(joined)
    return Narrative(text=_plain(joined))


def _german(code: str, pieces: list[tuple[str, str]]) -> Narrative:
    def piece(*keys: str) -> str:
        return "".join(text for key, text in pieces if key in keys)

    purpose = _join([text for key, text in pieces if "20" <= key <= "29" or "60" <= key <= "63"], FULL_PIECE)
    tags = _tagged(_SEPA_TAG, purpose)
    reason = piece("34").strip()
    return Narrative(
        text=_plain(tags.get("SVWZ", purpose if not tags else tags.get("", ""))),
        code=code,
        name=_plain(piece("32", "33")),
        account=piece("31").strip(),
        end_to_end_id=reference(tags.get("EREF", "")),
        mandate_id=reference(tags.get("MREF", "")),
        return_reason=reason if reason.startswith("9") else "",
    )


def _slashed(text: str) -> Narrative:
    told = _tagged(_SLASH_CODE, text)
    party = [part.strip() for part in told.get("CNTP", "").strip("/").split("/")]
    words = [told[key].strip("/ ") for key in ("REMI", "USTD", "STRD") if key in told]
    return Narrative(
        text=_plain(" ".join(word for word in words if word)) or _plain(text),
        code=told.get("TRCD", "").strip("/ "),
        name=_plain(told.get("NAME", "").strip("/")) or (party[2] if len(party) > 2 else ""),
        account=told.get("IBAN", "").strip("/ ") or party[0],
        end_to_end_id=reference(told.get("EREF", "").strip("/ ")),
        mandate_id=reference(told.get("MARF", "").strip("/ ")),
        creditor_reference=told.get("CDTRREF", "").strip("/ "),
        return_reason=told.get("RTRN", "").strip("/ "),
    )


def _tagged(pattern: re.Pattern[str], text: str) -> dict[str, str]:
    """The text after each tag, by tag; what stands before the first is under the empty one."""
    parts = pattern.split(text)
    found = {"": parts[0]}
    for tag, value in zip(parts[1::2], parts[2::2], strict=True):
        found[tag] = found.get(tag, "") + value
    return found if len(found) > 1 else {}


def _join(lines: Sequence[str], full: int) -> str:
    """The lines as one text: nothing between where a line is full, a blank otherwise."""
    return "".join(line if len(line) >= full else f"{line} " for line in lines)


def _plain(text: str) -> str:
    return " ".join(text.split())
