"""The content of a signed message (CMS SignedData, `.p7m`), as Italian e-invoices are often kept.

The signature is not verified: the authority's system did that when it accepted the invoice. Read is strict DER and base64
of it; BER with indefinite lengths, which some signing programs write, is refused with the way to convert it.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated

from cryptography import x509
from cryptography.hazmat import asn1

from tasks.problems import Problem, SourceProblem

SIGNED_DATA = "1.2.840.113549.1.7.2"
SEQUENCE = b"\x30"
BEGIN = re.compile(rb"-----BEGIN [A-Z0-9 ]{1,40}-----")
END = re.compile(rb"-----END [A-Z0-9 ]{1,40}-----\Z")
LONGEST_END = 60
BASE64 = re.compile(rb"MI[A-Za-z0-9+/]+={0,2}")
MAX_LAYERS = 3


@asn1.sequence
class _Content:
    kind: x509.ObjectIdentifier
    octets: Annotated[bytes, asn1.Explicit(0)]


@asn1.sequence
class _SignedData:
    version: int
    digest_algorithms: asn1.TLV
    content: _Content
    certificates: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(0)]
    revocations: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(1)]
    signers: asn1.TLV


@asn1.sequence
class _Message:
    kind: x509.ObjectIdentifier
    signed: Annotated[_SignedData, asn1.Explicit(0)]


def unsigned(data: bytes, file: str) -> bytes:
    """What was signed, through as many as three signatures; other data are returned as they are.

    Raises:
        SourceProblem: a signed message that is not strict DER, is cut off, or holds no content.
    """
    for _ in range(MAX_LAYERS):
        der = _der(data)
        if der is None:
            return data
        data = _content(der, file)
    return data


def _der(data: bytes) -> bytes | None:
    if data.startswith(SEQUENCE):
        return data
    if data[:1] not in (b"M", b"-"):
        return None
    # Step by step, each in one pass: a single pattern for all of it takes time by the square of the blanks.
    begin = BEGIN.match(data)
    body = data[begin.end() if begin else 0 :].strip()
    end = END.search(body, max(len(body) - LONGEST_END, 0))
    text = b"".join(body[: end.start() if end else len(body)].split())
    if BASE64.fullmatch(text) is None:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None


def _content(der: bytes, file: str) -> bytes:
    try:
        message = asn1.decode_der(_Message, der)
    except ValueError:
        message = None
    if message is None or message.kind.dotted_string != SIGNED_DATA:
        raise SourceProblem(
            Problem(
                "error",
                file,
                "is a signed message (.p7m) that is damaged, or written in BER instead of DER, and cannot be opened",
                "Take the invoice out of it: openssl cms -verify -noverify -inform DER -in FILE.p7m -out FILE.xml",
            )
        )
    return message.signed.content.octets
