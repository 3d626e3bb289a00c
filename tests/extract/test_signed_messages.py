"""What is taken for a signed message, in any of the shapes of its base64, and that looking takes one pass."""

from __future__ import annotations

import base64
import time

import pytest

from tasks.extract.signed_message import unsigned
from tasks.problems import SourceProblem

DAMAGED = b"\x30\x82\x01\x00" + bytes(60)
PLAIN = base64.b64encode(DAMAGED)


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        PLAIN + b"\n",
        base64.encodebytes(DAMAGED).replace(b"\n", b"\r\n"),
        b"-----BEGIN PKCS7-----\n" + base64.encodebytes(DAMAGED) + b"-----END PKCS7-----\n",
        b"-----BEGIN CMS-----" + PLAIN + b"-----END CMS-----",
    ],
)
def test_base64_is_unpacked_whatever_its_lines_and_marks(data: bytes) -> None:
    with pytest.raises(SourceProblem, match="is a signed message"):
        unsigned(data, "a.p7m")


@pytest.mark.parametrize("data", [b"MI", b"MIX!", b"MI=A", b"-----BEGIN CMS-----", b"<a/>", b"", PLAIN + b"=" * 3])
def test_other_data_stay_as_they_are(data: bytes) -> None:
    assert unsigned(data, "a.xml") == data


@pytest.mark.parametrize(
    "data", [b"MI" + b" " * 2_000_000 + b"!", b"-----BEGIN " + b"A " * 1_000_000, b"MI" + b"-----END " * 200_000]
)
def test_data_that_only_begin_like_one_are_seen_through_in_one_pass(data: bytes) -> None:
    started = time.process_time()
    assert unsigned(data, "a.xml") == data
    assert time.process_time() - started < 2
