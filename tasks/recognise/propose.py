"""Which contract an export seems to fulfil, and which of its columns is which: by header words, then by contents."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml

from tasks.contracts.load import load_contract
from tasks.recognise.sniff import Sample
from tasks.settings.columns import Decimals
from tasks.settings.sources import ContractName

_SYNONYMS = Path(__file__).with_name("synonyms.yaml")
_CONTRACTS: tuple[ContractName, ...] = ("receivables", "payments", "customers", "contacts")
# What tells one kind of export from another: a file lacking one of these is not of that kind.
_TELLING: dict[ContractName, tuple[str, ...]] = {
    "receivables": ("customer_id", "invoice_date", "amount"),
    "payments": ("paid_on", "amount"),
    "customers": ("customer_id", "name"),
    "contacts": ("customer_id", "email"),
}
_DATE_FORMATS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%Y%m%d",
    "%Y-%m-%d %H:%M:%S",
    "%d/%m/%y",
    "%m/%d/%y",
    "%Y%m%d.0",
)
_SAP_FIELDS = frozenset({"bukrs", "kunnr", "blart", "belnr", "zterm", "gjahr"})
_FEWEST_SAP_FIELDS = 3


@dataclass(frozen=True)
class Proposal:
    """What a file seems to be. `confidence` is the share of the contract's required columns that were found (0 to 1)."""

    sample: Sample
    system: str
    kind: ContractName
    columns: dict[str, str]
    dates: tuple[str, ...]
    decimals: Decimals
    evidence: tuple[str, ...]
    doubts: tuple[str, ...]
    confidence: float


def propose(sample: Sample) -> Proposal:
    """The most likely reading of `sample`; its doubts say what a person has to look at."""
    readings = {kind: _match_columns(kind, sample.header) for kind in _CONTRACTS}
    kind = max(_CONTRACTS, key=lambda name: _fit(name, readings[name]))
    columns = readings[kind]
    date_columns = [found for name, found in columns.items() if load_contract(kind).column(name).type == "DATE"]
    amounts = [found for name, found in columns.items() if load_contract(kind).column(name).type == "DECIMAL(18,2)"]
    dates, date_doubts = _date_formats([value for name in date_columns for value in sample.column(name)])
    decimals = _decimals([value for name in amounts for value in sample.column(name)])
    required = [
        column.name for column in load_contract(kind).columns if column.is_required and column.name != "company_id"
    ]
    missing = [name for name in required if name not in columns]
    evidence = [f"{name} ← {found}" for name, found in columns.items()]
    evidence += [
        f"dates look like {', '.join(dates)}" if dates else "no dates seen",
        f"decimal sign {decimals.decimal!r}",
    ]
    doubts = [*date_doubts, *(f"no column found for {name}" for name in missing)]
    return Proposal(
        sample=sample,
        system="sap"
        if len(_SAP_FIELDS & {_plain(name) for name in sample.header}) >= _FEWEST_SAP_FIELDS
        else "generic",
        kind=kind,
        columns=columns,
        dates=dates or ("%Y-%m-%d",),
        decimals=decimals,
        evidence=tuple(evidence),
        doubts=tuple(doubts),
        confidence=round(1 - len(missing) / len(required), 2),
    )


def _fit(kind: ContractName, columns: dict[str, str]) -> float:
    if any(name not in columns for name in _TELLING[kind]):
        return 0.0
    known = {column.name for column in load_contract(kind).columns}
    return len(columns) / len(known) + (1 if kind == "receivables" and "due_date" in columns else 0)


def _match_columns(kind: ContractName, header: tuple[str, ...]) -> dict[str, str]:
    plain = {_plain(name): name for name in reversed(header)}
    found: dict[str, str] = {}
    for column, words in _synonyms()[kind].items():
        for word in (_plain(column), *words):
            if word in plain and plain[word] not in found.values():
                found[column] = plain[word]
                break
    return found


@cache
def _synonyms() -> dict[str, dict[str, list[str]]]:
    content: dict[str, dict[str, list[str]]] = yaml.safe_load(_SYNONYMS.read_text(encoding="utf-8"))
    return content


def _plain(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", ascii_name.lower()).split())


def _date_formats(values: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """The fewest formats that read all values; a doubt when day and month cannot be told apart."""
    left = set(values)
    chosen: list[str] = []
    doubts: list[str] = []
    while left:
        readable = {pattern: {value for value in left if _is_date(value, pattern)} for pattern in _DATE_FORMATS}
        best = max(_DATE_FORMATS, key=lambda pattern: len(readable[pattern]))
        if not readable[best]:
            doubts.append(f"{len(left)} date values have no known style")
            break
        swapped = best.replace("%d", "%0").replace("%m", "%d").replace("%0", "%m")
        if swapped != best and readable.get(swapped) == readable[best]:
            doubts.append(f"day and month cannot be told apart: {best} or {swapped}?")
        chosen.append(best)
        left -= readable[best]
    return tuple(chosen), doubts


def _is_date(value: str, pattern: str) -> bool:
    try:
        datetime.strptime(value, pattern)  # noqa: DTZ007 only the shape is asked
    except ValueError:
        return False
    return True


def _decimals(values: list[str]) -> Decimals:
    commas = sum(1 for value in values if re.search(r",\d{1,2}\s*$", value))
    points = sum(1 for value in values if re.search(r"\.\d{1,2}\s*$", value))
    decimal, other = (",", ".") if commas > points else (".", ",")
    has_groups = any(re.search(rf"\d\{other}\d{{3}}", value) for value in values)
    return Decimals.model_validate({"decimal": decimal, "thousands": other if has_groups else ""})
