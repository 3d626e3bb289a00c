"""What the Cloud API's error codes prove. Meta asks to judge by code, because HTTP statuses of one code have changed.

Codes: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (read 2026-11). A code that is
not listed here is judged by its HTTP status: a client error is a definite no, everything else leaves the outcome unknown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import httpx

from tasks.remind.channels.http_client import wait_of
from tasks.remind.channels.protocol import ChannelError, NotAllowed, NothingLeft, OutcomeUnknown, Refused, SlowDown

PAIR_LIMIT = 131056
_PAIR_WAIT_SECONDS = 6.0
"""One message every six seconds to one number."""

TOO_FAST: dict[int, str] = {
    4: "too many calls of the app",
    80007: "too many calls of the account",
    130429: "too many messages a second",
    PAIR_LIMIT: "too many messages to one number",
}
"""The request was turned away whole; the same one may be sent later."""

NOT_ALLOWED: dict[int, str] = {
    0: "the access token is not valid",
    3: "the app lacks a capability or permission",
    10: "the permission is not granted",
    33: "the phone number id does not exist",
    190: "the access token has expired",
    368: "the account is blocked for a breach of policy",
    131005: "access is denied",
    131008: "the template wants a header or button that we do not fill",
    131031: "the account is locked",
    131037: "the number's display name is not approved",
    131042: "the account's payment method does not work",
    131045: "the number is not registered",
    131048: "too many people blocked or reported messages of this number",
    132000: "the template has another number of parameters",
    132001: "the template does not exist in this language, or is not approved",
    132007: "the template's content breaks a policy",
    132012: "the template's parameters have another format",
    132015: "the template is paused for low quality",
    132016: "the template is disabled for low quality",
    133010: "the number is not registered",
}
"""A person must put something right first; of templates too: to go on would refuse for good what a corrected template could say."""

_PERMISSIONS = range(200, 300)
_NO_SUCH_OBJECT = (100, 33)
"""Code 100 with subcode 33: the phone number id is wrong, or the token may not see it."""

REFUSED: dict[int, str] = {
    100: "a parameter is not valid, or the number is not on WhatsApp",
    130472: "the number is part of an experiment of the provider",
    130497: "the account may not write to this country",
    131009: "a parameter's value is not valid",
    131021: "sender and recipient are the same",
    131026: "undeliverable: not on WhatsApp, or cannot receive this",
    131030: "the number is not on the test account's list",
    131047: "the conversation window is closed",
    131049: "held back to keep the recipient from too many messages",
    131050: "the recipient stopped such messages",
    131051: "the type of message is not supported",
    132005: "the text is too long with these parameters",
    132018: "a parameter holds what none may hold",
}
"""No to this message only."""


@dataclass(frozen=True)
class ApiError:
    """What the body of an answer says; both None where it is no error of the API (HTML of a balancer, cut off)."""

    code: int | None
    subcode: int | None


def error_of(response: httpx.Response) -> ChannelError:
    """The error to raise for an answer that is no success. Texts of the provider may quote a number and are not repeated."""
    status, error = response.status_code, _body_of(response)
    code = error.code
    if code in TOO_FAST or (status == httpx.codes.TOO_MANY_REQUESTS and code not in NOT_ALLOWED):
        told = TOO_FAST.get(code or 0, "too many requests")
        wait = wait_of(response)
        pause = _PAIR_WAIT_SECONDS if wait is None and code == PAIR_LIMIT else wait
        slow_down = NothingLeft if code == PAIR_LIMIT else SlowDown  # one number is spoken to too often, not all
        return slow_down(
            f"WhatsApp asks to send more slowly ({_shown(status, code)}): {told}", retry_after_seconds=pause
        )
    if code is not None and _is_ours(error):
        told = NOT_ALLOWED.get(
            code, "the phone number id does not exist" if code == _NO_SUCH_OBJECT[0] else "no permission"
        )
        return NotAllowed(f"WhatsApp does not let us send ({_shown(status, code)}): {told}")
    if code in REFUSED:
        return Refused(f"WhatsApp refused the message ({_shown(status, code)}): {REFUSED[code]}")
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND):
        return NotAllowed(
            f"WhatsApp does not let us send ({_shown(status, code)}): see token, phone number id and version"
        )
    if httpx.codes.is_client_error(status) and status != httpx.codes.REQUEST_TIMEOUT:
        return Refused(f"WhatsApp refused the message ({_shown(status, code)})")
    return OutcomeUnknown(f"WhatsApp answered {_shown(status, code)}")


def _is_ours(error: ApiError) -> bool:
    return error.code in NOT_ALLOWED or error.code in _PERMISSIONS or (error.code, error.subcode) == _NO_SUCH_OBJECT


def _shown(status: int, code: int | None) -> str:
    return str(status) if code is None else f"{status}, code {code}"


def _body_of(response: httpx.Response) -> ApiError:
    try:
        error = response.json()["error"]
        code, subcode = error.get("code"), error.get("error_subcode")
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        return ApiError(None, None)
    return ApiError(code if isinstance(code, int) else None, subcode if isinstance(subcode, int) else None)
