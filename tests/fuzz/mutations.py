"""Damage to files: bytes flipped, cut, doubled and moved, numbers and names changed, pieces of other files put in."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from random import Random

NUMBERS = (
    b"0", b"-1", b"1e5", b"1.234,56", b"1,234.56", b"99999999999999999999", b"0.005", b"12.5000", b"NaN", b"INF", b"",
    "١٢٣".encode(), "１２".encode(), b"+5", b"5-", b"--5", b" 5 ", b"0x10", b"1_000", b".5", b"5.", b"00000000000001",
    b"2026-02-31", b"2026-04-0112", b"20260431", b"0000-00-00", b"2026-04-01T25:99", b"2026-04-01+14:00", b"999999",
)  # fmt: skip
PIECES = (
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"&amp;", b"&#0;", b"&#xD800;", b"&copy", b"<!--", b"-->", b"<![CDATA[", b"]]>",
    b"<?xml version='1.0' encoding='utf-7'?>", b"<?x?>", b"</", b"/>", b"<", b">", b'"', b"\0", b"\xff", b"\xef\xbb\xbf", b"\x1a",
    b"\n", b"\r", b"\r\n-\r\n", b"\n:61:", b"\n:86:", b"\n:62F:", b"{1:F01}", b"</OFX>", b"<STMTTRN>", b"</STMTTRN>", b"\xc2\xa0",
    b"xmlns=''", b"xmlns:a='b'", b"xsi:nil='true'", b"DBIT", b"CRDT", b"  ", b"\t", "é".encode(), "é".encode("latin-1"),
)  # fmt: skip
_NUMBER = re.compile(rb"[0-9][0-9.,]*")
_TAG = re.compile(rb"</?[A-Za-z][^<>]{0,60}>|:[0-9]{2}[A-Z]?:|<[A-Z.]+>|\"[A-Za-z_]+\"")


def mutated(random: Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds with one to five changes."""
    data = random.choice(seeds)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5))):
        data = random.choice(_CHANGES)(random, data, seeds)
    return data


def mutated_zip(random: Random, seeds: Sequence[bytes]) -> bytes:
    """A zip damaged as a whole, or one of whose members was, with a directory that fits."""
    data = random.choice(seeds)
    if random.random() < 0.3:
        return mutated(random, [data])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    for _ in range(random.choice((1, 1, 2, 3))):
        name = random.choice([key for key in members if random.random() < 0.7 or "sheet" in key] or list(members))
        kind = random.random()
        if kind < 0.9:
            members[name] = mutated(random, [members[name]])
        elif kind < 0.95:
            del members[name]
        else:
            members[name + random.choice(("", "x", "/../y"))] = members.pop(name)
        if not members:
            break
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", random.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _flip(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    if not data:
        return b"\0"
    place = random.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << random.randrange(8))]) + data[place + 1 :]


def _cut(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    place = random.randrange(len(data) + 1)
    return data[:place] if random.random() < 0.5 else data[:place] + data[place + random.randrange(1, 60) :]


def _double(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    place = random.randrange(len(data) + 1)
    piece = data[place : place + random.choice((1, 10, 80, 400))]
    return data[:place] + piece * random.choice((2, 2, 3, 40)) + data[place + len(piece) :]


def _put(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    place = random.randrange(len(data) + 1)
    return data[:place] + random.choice(PIECES) + data[place + random.choice((0, 0, 1)) :]


def _number(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    place = random.choice(found)
    digits = str(random.randrange(10 ** random.choice((1, 4, 8)))).encode()
    return data[: place.start()] + random.choice((*NUMBERS, digits, digits)) + data[place.end() :]


def _swap(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Two tags or field names in each other's place."""
    found = list(_TAG.finditer(data))
    if len(found) < 2:
        return data
    one, other = sorted(random.sample(found, 2), key=re.Match.start)
    middle = data[one.end() : other.start()]
    return data[: one.start()] + other[0] + middle + one[0] + data[other.end() :]


def _drop_or_repeat_line(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    place = random.randrange(len(lines))
    lines[place : place + 1] = [lines[place]] * random.choice((0, 0, 2, 3))
    return b"".join(lines)


def _move(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    one, other = sorted(random.randrange(len(data) + 1) for _ in range(2))
    return data[:one] + data[other:] + data[one:other]


def _splice(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    other = random.choice(seeds)
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


_CHANGES = (
    _flip,
    _flip,
    _cut,
    _double,
    _put,
    _put,
    _number,
    _number,
    _number,
    _swap,
    _drop_or_repeat_line,
    _move,
    _splice,
)
