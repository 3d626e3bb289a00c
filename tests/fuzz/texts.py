"""Texts that look like amounts, dates and numbers: right ones, near misses, and what only seems to be one."""

from __future__ import annotations

import datetime
from random import Random

OTHER_DIGITS = ("٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "०१२३४५६७८९", "⁰¹²³⁴⁵⁶⁷⁸⁹", "۰۱۲۳۴۵۶۷۸۹")
ODD = (
    "\u00a0", "\u202f", "\u2009", "\u200b", "\ufeff", "\u2212", "\u2013", "٫", "٬", "’", " ", "\t", "\n", "\0", "e", "E",
    "_", "x", "%", "€", "$", "(", ")", "+", "-", ",", ".", "'", "/", ":", ";", "é", "𝟙", "ﬁ", "İ", "ß", "\x85", "\u2028",
)  # fmt: skip
WORDS = (
    "nan", "NaN", "inf", "-inf", "Infinity", "null", "NULL", "None", "", " ", "true", "TRUE", "false", "False", "tRuE",
    "0x10", "1e5", "1E-2", "1_000", "--1", "-", "+", ".", ",", "epoch", "today", "now", "infinity", "-0", "0-", "00000000",
    "#N/A", "1/2", "12:30", "99991231", "10000-01-01", "0000-00-00", "1 BC", "2026-W05-1", "2026-123",
)  # fmt: skip
MONTHS = ("Jan", "feb", "MAR", "April", "may", "June", "Jul", "AUGUST", "Sept", "Oct", "Nov", "December", "Mai", "Dez")


def amount_like(random: Random) -> str:
    """A number in some style, or nearly one."""
    kind = random.random()
    if kind < 0.03:
        return random.choice(WORDS)
    digits = str(random.getrandbits(random.choice((4, 8, 12, 20, 40, 53, 54, 60, 70))))
    if random.random() < 0.1:
        digits = "0" * random.randrange(1, 20) + digits
    if random.random() < 0.5:
        size = 3 if random.random() < 0.9 else random.randrange(1, 5)
        mark = random.choice(".,.,' ")
        head = len(digits) % size
        digits = mark.join(
            [digits[:head]] * bool(head) + [digits[i : i + size] for i in range(head, len(digits), size)]
        )
    if random.random() < 0.6:
        decimals = random.choice(("", "0", "5", "50", "25", "00", "000", "500", "5000", "005", "123", "99"))
        digits += random.choice(".,") + decimals
    sign = random.random()
    text = f"-{digits}" if sign < 0.15 else f"{digits}-" if sign < 0.3 else f"+{digits}" if sign < 0.35 else digits
    return text if kind < 0.7 else damaged(random, text)


def date_like(random: Random, format_text: str) -> str:
    """A day written by the format, by another one, or nearly one."""
    kind = random.random()
    if kind < 0.02:
        return random.choice(WORDS)
    if format_text == "%s" and kind < 0.5:
        return str(random.getrandbits(random.choice((8, 16, 31, 33, 34, 40, 64))))
    text = _by_format(random, format_text, is_right=random.random() < 0.6)
    return text if kind < 0.75 else damaged(random, text)


def _by_format(random: Random, format_text: str, *, is_right: bool) -> str:
    """Each directive by a number that fits it, or by one that only sometimes does."""
    day = datetime.date.fromordinal(random.randrange(1, 3652059))
    if random.random() < 0.3:
        year = random.choice((1900, 2000, 2024, 2025, 2100, 1, 999, 1000, 9999))
        day = datetime.date(year, random.choice((1, 2, 12)), random.choice((1, 28)))
    values = {
        "d": day.day, "m": day.month, "Y": day.year, "y": day.year % 100,
        "H": random.randrange(24), "M": random.randrange(60), "S": random.randrange(60),
    }  # fmt: skip
    if not is_right:
        for letter in values:
            if random.random() < 0.4:
                values[letter] = random.choice((0, 1, 9, 10, 12, 13, 24, 28, 29, 30, 31, 32, 59, 60, 61, 99, 100, 2026))
    text = format_text.replace("%b", random.choice(MONTHS) if random.random() < 0.5 else f"{day:%b}")
    text = text.replace("%B", random.choice(MONTHS) if random.random() < 0.5 else f"{day:%B}")
    for letter, value in values.items():
        width = 4 if letter == "Y" else 2
        written = str(value) if random.random() < 0.2 else str(value).zfill(width)
        text = text.replace(f"%{letter}", written)
    return text


def whole_like(random: Random) -> str:
    """A whole number, or nearly one."""
    if random.random() < 0.05:
        return random.choice(WORDS)
    text = random.choice(("", "", "-", "+", "--")) + str(random.getrandbits(random.choice((1, 8, 31, 32, 63, 64, 80))))
    if random.random() < 0.2:
        text = random.choice((f"{text}.0", f"{text},0", f"{text}e3", f"0{text}", f"{text} ", f"{text}-"))
    return text if random.random() < 0.7 else damaged(random, text)


def damaged(random: Random, text: str) -> str:
    """The text with one to three characters put in, taken out, changed or turned round."""
    for _ in range(random.randrange(1, 4)):
        place = random.randrange(len(text) + 1)
        kind = random.randrange(5)
        if kind == 0:
            text = text[:place] + random.choice(ODD) + text[place:]
        elif kind == 1:
            text = text[:place] + text[place + 1 :]
        elif kind == 2:
            text = text[:place] + random.choice(ODD + tuple("0123456789")) + text[place + 1 :]
        elif kind == 3 and place < len(text) and text[place] in "0123456789":
            text = text[:place] + random.choice(OTHER_DIGITS)[int(text[place])] + text[place + 1 :]
        else:
            text = text[:place] + text[place + 1 : place + 2] + text[place : place + 1] + text[place + 2 :]
    return text
