"""Tax identifiers by the rules that `python-stdnum` keeps: which kind a number is, and whether it can exist.

Where a country has several kinds, the first that fits counts. Where the rules cannot tell (another country's number, a number
that people write without its check digit), nothing is claimed: `is_valid` is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from stdnum import get_cc_module
from stdnum.ar import cuit
from stdnum.ar import dni as ar_dni
from stdnum.br import cnpj, cpf
from stdnum.cl import rut
from stdnum.co import nit
from stdnum.de import idnr, stnr
from stdnum.de import vat as de_vat
from stdnum.es import cif, dni, nie
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.fr import siren, siret, tva
from stdnum.gb import vat as gb_vat
from stdnum.it import codicefiscale, iva
from stdnum.mx import rfc
from stdnum.pe import cui, ruc
from stdnum.pt import nif as pt_nif

TaxIdProblem = Literal["wrong_format", "wrong_length", "wrong_check_digit", "stands_for_anybody"]
Validate = Callable[[str], str]

_KINDS: Mapping[str, tuple[tuple[str, Validate], ...]] = MappingProxyType({
    "ES": (("CIF", cif.validate), ("NIF", dni.validate), ("NIE", nie.validate)),
    "MX": (("RFC", rfc.validate),),
    "CL": (("RUT", rut.validate),),
    "AR": (("CUIT", cuit.validate), ("DNI", ar_dni.validate)),
    "CO": (("NIT", nit.validate),),
    "PT": (("NIPC", pt_nif.validate),),
    "PE": (("RUC", ruc.validate), ("DNI", cui.validate)),
    "BR": (("CNPJ", cnpj.validate), ("CPF", cpf.validate)),
    "IT": (("IVA", iva.validate), ("CF", codicefiscale.validate)),
    "DE": (("VAT", de_vat.validate), ("IdNr", idnr.validate), ("StNr", stnr.validate)),
    "FR": (("VAT", tva.validate), ("SIREN", siren.validate), ("SIRET", siret.validate)),
    "GB": (("VAT", gb_vat.validate),),
})  # fmt: skip
"""Per country (ISO 3166-1): the kinds of number a business debtor is known by, with their rules."""

FOR_ANYBODY = frozenset({"XAXX010101000", "XEXX010101000", "666666666", "222222222222", "2222222222227", "999999990"})
"""Numbers that stand for a customer without one: RFC of the public and of foreigners (SAT), RUT 66.666.666-6 and NIT 222222222222 of
the final consumer (SII, DIAN), NIPC 999999990 (Portuguese SAF-T)."""

_MAY_LACK_CHECK_DIGIT = frozenset({"CO"})
"""Countries where the number is often written without its check digit, which is then stated after a hyphen only."""
_OTHER_KINDS: Mapping[str, re.Pattern[str]] = MappingProxyType({"GB": re.compile(r"[A-Z0-9]{2}[0-9]{6}|[0-9]{10}")})
"""Numbers without check digits that stand where a tax id should, by country: company registration and unique taxpayer reference."""

_NEAREST_FIRST: tuple[TaxIdProblem, ...] = ("wrong_check_digit", "wrong_length", "wrong_format")
"""What to say of a number that fits no kind: the fault of the kind that it is nearest to."""
_WRITABLE = re.compile(r"[A-Za-z0-9&Ññ .,/_-]{1,40}")
_SEPARATORS = re.compile(r"[ .,/_-]")


@dataclass(frozen=True)
class TaxIdCheck:
    """A written tax id: `compact` without separators and in capitals, `kind` where it is known, `is_valid` None where nobody can tell."""

    compact: str
    kind: str | None
    is_valid: bool | None
    problem: TaxIdProblem | None


def check_tax_id(written: str, country: str) -> TaxIdCheck:
    """Judges a number by the rules of `country` (ISO 3166-1, empty: not known), else as a VAT number with its country's prefix."""
    compact = _SEPARATORS.sub("", written).upper()
    if not _WRITABLE.fullmatch(written.strip()) or not any(sign.isdigit() for sign in compact):
        return TaxIdCheck(compact, None, False, "wrong_format")
    if compact in FOR_ANYBODY:
        return TaxIdCheck(compact, None, False, "stands_for_anybody")
    kinds = _KINDS.get(country, ())
    faults = set()
    for kind, validate in kinds:
        fault = _fault(validate, compact)
        if fault is None or _fault(validate, compact.removeprefix(country)) is None:
            return TaxIdCheck(compact, kind, True, None)
        faults.add(fault)
    if _is_vat(compact, country):
        return TaxIdCheck(compact, "VAT", True, None)
    if not kinds or _is_undecidable(written, compact, country):
        return TaxIdCheck(compact, None, None, None)
    return TaxIdCheck(compact, None, False, next(fault for fault in _NEAREST_FIRST if fault in faults))


def _is_vat(compact: str, country: str) -> bool:
    """Whether it is a VAT number of the European Union with its prefix, or the VAT number of a country without a row of its own."""
    if _fault(eu_vat.validate, compact) is None:
        return True
    national = _national_vat(country) if country not in _KINDS else None
    return national is not None and _fault(national, compact) is None


@cache
def _national_vat(country: str) -> Validate | None:
    module = get_cc_module(country, "vat") if re.fullmatch(r"[A-Z]{2}", country) else None
    return module.validate if module is not None else None


def _is_undecidable(written: str, compact: str, country: str) -> bool:
    if country in _MAY_LACK_CHECK_DIGIT:
        return compact.isdigit() and not re.search(r"-[0-9]$", written.strip())
    other = _OTHER_KINDS.get(country)
    return other is not None and other.fullmatch(compact) is not None


def _fault(validate: Validate, compact: str) -> TaxIdProblem | None:
    try:
        validate(compact)
    except InvalidChecksum:
        return "wrong_check_digit"
    except InvalidLength:
        return "wrong_length"
    except ValidationError:
        return "wrong_format"
    return None
