"""Source entries for an export that no shipped profile knows, by the names of its columns and by their contents."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.contracts.load import load_contract
from tasks.extract.check_mapping import OWN_COLUMN
from tasks.problems import SourceProblem
from tasks.recognise.columns import Reading, decimals_of, read_as_contract, synonyms
from tasks.recognise.draft import Draft
from tasks.recognise.draft_keys import required, rows
from tasks.recognise.draft_values import (
    amounts,
    booleans,
    codes,
    currency,
    dates,
    document_types,
    paid_amounts,
    payment_methods,
)
from tasks.recognise.model import Doubt, Recognised
from tasks.recognise.money import NUMBER
from tasks.recognise.names import spelt_out
from tasks.recognise.sniff import MOST_ROWS, Sample
from tasks.settings.columns import ColumnMapping
from tasks.settings.formats import CsvFormat
from tasks.settings.sources import ContractName

_CONTRACTS: tuple[ContractName, ...] = ("receivables", "payments", "customers", "contacts")
# What tells one kind of export from another: a file lacking one of these is not of that kind.
_TELLING: dict[ContractName, tuple[str, ...]] = {
    "receivables": ("customer_id", "invoice_date", "amount"),
    "payments": ("paid_on", "amount"),
    "customers": ("customer_id", "name"),
    "contacts": ("customer_id", "email"),
}
_SURE = 0.9
"""The most confidence of a proposal: names and contents are evidence and no proof."""
_NAMES_SHOWN = 6
_LONGEST_NAME = 30


def propose(sample: Sample) -> list[Recognised]:
    """The most likely reading of `sample`, and the contacts in it where a list of receivables or customers has addresses.

    Raises:
        SourceProblem: the table has no rows, so that only the names of its columns could tell.
    """
    if not sample.rows:
        raise SourceProblem.at(
            str(sample.path), "has names of columns and no rows", "Export it with some rows: they tell what it is."
        )
    readings = {contract: read_as_contract(contract, sample) for contract in _CONTRACTS}
    contract = max(_CONTRACTS, key=lambda name: _fit(name, readings[name].columns))
    if not any(_has_a_trace(reading) for reading in readings.values()):
        raise SourceProblem.at(
            str(sample.path),
            f"is no list of receivables, payments, customers or contacts that can be told: of its columns {_named(sample)} "
            "none is a date of an invoice or payment, an amount or an address",
            "Give the export that holds the open invoices; if it is this one, describe its columns by hand: docs/settings.md.",
        )
    if contract in ("receivables", "payments") and (creditor := _creditor(sample)) is not None:
        raise SourceProblem.at(
            str(sample.path),
            f"is a list of what the company owes and not of what it is owed: it has a column '{creditor}' and none of customers",
            "Export the receivables (accounts receivable, clientes) instead.",
        )
    found = [_proposal(sample, readings[contract])]
    if contract in ("receivables", "customers") and _fit("contacts", readings["contacts"].columns) > 0:
        found.append(_proposal(sample, readings["contacts"]))
    return found


def _creditor(sample: Sample) -> str | None:
    """The column of suppliers of a list that has none of customers."""
    words = synonyms()["payables"]
    named = {name: set(spelt_out(name).split()) for name in sample.header}
    if any(tokens & set(words["ours"]) for tokens in named.values()):
        return None
    return next((name for name, tokens in named.items() if tokens & set(words["theirs"])), None)


def _has_a_trace(reading: Reading) -> bool:
    """Whether a column is or is called like what makes a list one of this contract, but for the customer's code, which any list may have."""
    telling = set(_TELLING[reading.contract]) - {"customer_id", "name"}
    return any(name in reading.columns or f"columns.{name}" in reading.doubts for name in telling) or all(
        name in reading.columns for name in _TELLING[reading.contract]
    )


def _named(sample: Sample) -> str:
    shown = [f"'{name[:_LONGEST_NAME]}'" for name in sample.header[:_NAMES_SHOWN]]
    return ", ".join(shown) + (" …" if len(sample.header) > _NAMES_SHOWN else "")


def _fit(contract: ContractName, columns: dict[str, str]) -> float:
    if any(name not in columns for name in _TELLING[contract]):
        return 0.0
    known = {column.name for column in load_contract(contract).columns}
    share = len(columns) / len(known)
    if contract == "receivables":
        return share + (2 if columns.keys() & {"due_date", "document_number", "open_amount"} else 1)
    return share + (1 if contract == "payments" else 0)


def _proposal(sample: Sample, reading: Reading) -> Recognised:
    needed = [
        item.name for item in load_contract(reading.contract).columns if item.is_required and item.name != OWN_COLUMN
    ]
    draft = Draft(sample, reading, decimals_of(reading, sample))
    entry = _filled(draft)
    doubted = {doubt.key.removeprefix("columns.") for doubt in draft.doubts}
    unsure = [name for name in needed if name in doubted]
    confidence = round(_SURE * (1 - len(unsure) / len(needed)), 2)
    return Recognised(
        path=sample.path,
        system="generic",
        report=f"{reading.contract} by names and contents of columns",
        contract=reading.contract,
        name=reading.contract,
        entry=entry,
        evidence=tuple(draft.evidence),
        confidence=confidence,
        doubts=tuple(draft.doubts),
        currencies=tuple(draft.currencies),
    )


def _filled(draft: Draft) -> dict[str, object]:
    """The entry; on the way the draft gathers its evidence and its doubts."""
    sample, reading = draft.sample, draft.reading
    draft.evidence += reading.evidence
    draft.doubts += [Doubt(key, why) for key, why in reading.doubts.items()]
    draft.evidence.append(
        f"judged by all {len(sample.rows)} rows" if sample.is_whole else f"judged by the first {MOST_ROWS} rows"
    )
    formats = dates(draft)
    for column, name in reading.columns.items():
        is_money = name in reading.money and draft.type_of(column).startswith("DECIMAL")
        mapping: dict[str, object] = {"column": name, "extract": NUMBER} if is_money else {"column": name}
        draft.columns.setdefault(column, mapping)
    document_types(draft)
    payment_methods(draft)
    codes(draft)
    booleans(draft)
    currency(draft)
    paid_amounts(draft)
    required(draft)
    entry: dict[str, object] = {"format": _format(sample), "dates": list(formats), "decimals": amounts(draft)}
    rules = rows(draft)
    if rules:
        entry["rows"] = rules
    in_order = [item.name for item in load_contract(reading.contract).columns if item.name in draft.columns]
    entry["columns"] = {column: draft.columns[column] for column in in_order}
    used = {name for mapping in draft.columns.values() for name in _names_in(mapping)}
    rest = [name for name in sample.header if name not in used]
    if rest:
        entry["ignore"] = rest
    return entry


def _names_in(mapping: dict[str, object]) -> Iterator[str]:
    checked = ColumnMapping.model_validate(mapping)
    yield from (name for name in (checked.column, *checked.hash_of, *checked.join) if name is not None)
    if isinstance(turned := mapping.get("negate_when"), dict):
        yield str(turned["column"])


def _format(sample: Sample) -> dict[str, object]:
    content: dict[str, object] = sample.format.model_dump(mode="json", exclude_defaults=True)
    if isinstance(sample.format, CsvFormat):
        widths = {len(row) for row in sample.rows}
        content |= {"delimiter": sample.format.delimiter, "encoding": sample.format.encoding}
        if widths - {len(sample.header)} and min(widths, default=0) < len(sample.header):
            content["ragged"] = True
    return {"type": sample.format.type, **content}
