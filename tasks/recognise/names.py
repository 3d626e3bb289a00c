"""How names of columns are compared: without case, accents and punctuation; for words that mean the same, also without abbreviations."""

from __future__ import annotations

import re
import unicodedata
from functools import cache


@cache
def plain(name: str) -> str:
    """The name in small ASCII letters and digits, its words parted by one blank."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", ascii_name.lower()).split())


# What stands for a word in names of columns, and words that tell nothing.
_ABBREVIATED = {
    "no": "numero", "nro": "numero", "num": "numero", "nr": "numero", "n": "numero", "number": "numero",
    "f": "fecha", "fec": "fecha", "fch": "fecha", "dt": "date", "cod": "codigo", "cli": "cliente", "cust": "customer", "cte": "cliente",
    "doc": "documento", "docto": "documento", "fact": "factura", "fra": "factura", "inv": "invoice", "amt": "amount",
    "imp": "importe", "vto": "vencimiento", "venc": "vencimiento", "vcto": "vencimiento", "acct": "account", "curr": "currency", "tel": "telefono",
}  # fmt: skip
_TELLS_NOTHING = frozenset({"de", "del", "do", "da", "la", "el", "of", "the", "en", "em", "in", "para"})


@cache
def spelt_out(name: str) -> str:
    """The name as `plain`, abbreviations written out: 'NºDoc.' and 'número de documento' are the same."""
    parted = re.sub(r"[º°ª]", "o ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
    words = plain(re.sub(r"\b(\w)\.(?=\w\b)", r"\1", parted)).split()
    return " ".join(_ABBREVIATED.get(word, word) for word in words if word not in _TELLS_NOTHING)
