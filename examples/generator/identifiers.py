"""Tax identifiers, bank accounts and telephone numbers that are well formed and belong to nobody.

Check digits are right, so that a validator accepts them; the ranges are ones that registries and operators do not hand out
(Spanish province code 00, bank code 9999, telephone blocks of zeros), so that nobody real is meant.
"""

from __future__ import annotations

from collections.abc import Callable

RFC_ALPHABET = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"


def nif(number: int) -> str:
    """Spanish NIF of a limited company: B, seven digits of the unused province 00, control digit (Orden EHA/451/2008)."""
    digits = f"00{number:05d}"
    even = sum(int(digit) for digit in digits[1::2])
    odd = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[::2])
    return f"B{digits}{-(even + odd) % 10}"


def rfc(letters: str, year_month_day: str, number: int) -> str:
    """Mexican RFC of a company: three letters, date of incorporation, two characters and SAT's check character."""
    body = f"{letters}{year_month_day}{number % 100:02d}"
    return body + rfc_check(body)


def rfc_check(body: str) -> str:
    """SAT's check character for the first eleven of a company's RFC."""
    total = sum(RFC_ALPHABET.index(char) * (13 - place) for place, char in enumerate(f" {body}"))
    rest = 11 - total % 11
    return {11: "0", 10: "A"}.get(rest, str(rest))


def rut(number: int) -> str:
    """Chilean RUT with its modulo-11 check character."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(str(number))))
    rest = 11 - total % 11
    return f"{number}-{ {11: '0', 10: 'K'}.get(rest, str(rest)) }".replace(" ", "")


def nit(number: int) -> str:
    """Colombian NIT with DIAN's modulo-11 check digit."""
    weights = (3, 7, 13, 17, 19, 23, 29, 37, 41)
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(str(number)), weights, strict=True)) % 11
    return f"{number}-{rest if rest < 2 else 11 - rest}"


def nipc(number: int) -> str:
    """Portuguese NIPC: nine digits, the last a modulo-11 check digit."""
    digits = f"5{number:07d}"
    rest = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 1, -1), strict=True)) % 11
    return f"{digits}{0 if rest < 2 else 11 - rest}"


TAX_ID: dict[str, Callable[[int], str]] = {
    "ES": nif,
    "MX": lambda number: rfc("XAB", f"{90 + number % 10}{1 + number % 12:02d}{1 + number % 28:02d}", number),
    "CL": lambda number: rut(98_000_000 + 37 * number),
    "CO": lambda number: nit(999_000_000 + 53 * number),
    "PT": lambda number: nipc(9_900_000 + number),
}

LANDLINE = {
    "ES": "+34 976 000 {:03d}",
    "MX": "+52 55 0000 {:04d}",
    "CL": "+56 2 0000 {:04d}",
    "CO": "+57 601 000 {:04d}",
    "PT": "+351 200 000 {:03d}",
}
MOBILE = {
    "ES": "+34 600 000 {:03d}",
    "MX": "+52 1 55 0000 {:04d}",
    "CL": "+56 9 0000 {:04d}",
    "CO": "+57 300 000 {:04d}",
    "PT": "+351 900 000 {:03d}",
}


def iban_es(*, bank: str, branch: str, account: str) -> str:
    """Spanish IBAN with both check digits of the national account number and the ISO 13616 ones."""
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)

    def control(digits: str) -> str:
        rest = 11 - sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
        return {11: "0", 10: "1"}.get(rest, str(rest))

    national = bank + branch + control(f"00{bank}{branch}") + control(account) + account
    return f"ES{98 - int(national + '142800') % 97:02d}{national}"


def clabe(*, bank: str, city: str, account: str) -> str:
    """Mexican CLABE: 17 digits and a weighted modulo-10 check digit."""
    body = bank + city + account
    total = sum(int(digit) * (3, 7, 1)[place % 3] % 10 for place, digit in enumerate(body))
    return f"{body}{-total % 10}"
