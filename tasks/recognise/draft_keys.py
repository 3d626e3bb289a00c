"""What a proposal still needs: required columns that the file lacks, a key, and rows that are no rows of the contract."""

from __future__ import annotations

from tasks.contracts.load import load_contract
from tasks.extract.check_mapping import OWN_COLUMN
from tasks.recognise.contents import is_key
from tasks.recognise.draft import Draft
from tasks.recognise.draft_totals import SAYS_TOTAL, items, stated_total
from tasks.settings.sources import ContractName

_KEYS: dict[ContractName, str] = {"receivables": "receivable_id", "payments": "payment_id", "contacts": "contact_id"}
_NO_DATE = "no_date"
# Of these a key is made, in this order, where one column alone is none.
_IDENTIFYING = (
    "document_type", "document_number", "instalment_number", "customer_id", "invoice_date", "due_date", "paid_on", "amount",
    "bank_reference", "email", "role",
)  # fmt: skip


def required(draft: Draft) -> None:
    """Working values for required columns that the file lacks; a person confirms them."""
    key = _KEYS.get(draft.reading.contract)
    for item in load_contract(draft.reading.contract).columns:
        if not item.is_required or item.name in draft.columns or item.name in (OWN_COLUMN, "currency", key):
            continue
        if item.name == "role":
            draft.columns["role"] = {"value": "invoice"}
            draft.doubt(
                "columns.role",
                "the file does not say what the contact is for; say reminder if reminders may go there",
            )
        elif item.name == "document_number":
            draft.columns["document_number"] = _key_or_hash(draft)
            draft.doubt("columns.document_number", "no column looks like the document's number, so a key stands for it")
        elif item.name == "name" and "customer_id" in draft.columns:
            draft.columns["name"] = dict(draft.columns["customer_id"])
            draft.doubt("columns.name", "no column looks like the name, so the code stands for it")
        else:
            draft.doubt(f"columns.{item.name}", f"no column found for {item.name}: map it")
    if (
        any(item.name == "currency" and item.is_required for item in load_contract(draft.reading.contract).columns)
        and "currency" not in draft.columns
    ):
        draft.doubt("columns.currency", "no column found for currency; the company's is used")
    if draft.reading.contract == "contacts" and "contact_id" not in draft.reading.columns:
        # Rows of the same customer and address count once (`rows`), so that these two are the key.
        draft.columns["contact_id"] = {"join": [draft.reading.columns[name] for name in ("customer_id", "email")]}
        return
    name = draft.reading.columns.get(key or "")
    is_believed = name is not None and is_key(draft.sample, (name,), where=_date_of(draft))
    if key is not None and not is_believed:
        if name is not None:
            draft.doubt(f"columns.{key}", f"'{name}' is called like {key}, but comes again")
        draft.columns[key] = _key_or_hash(draft)


def rows(draft: Draft) -> dict[str, object]:
    """Rules of rows: those without a date are titles or totals; contacts and customers stand on many rows of other lists."""
    rules: dict[str, object] = {}
    if draft.reading.contract in ("receivables", "payments"):
        if (name := _date_of(draft)) is not None:
            rules |= _titles(draft, name)
    elif draft.reading.contract == "contacts":
        columns = draft.reading.columns
        rules["set_aside"] = [{"reason": "no_address", "when": [{"column": columns["email"], "is_blank": True}]}]
        if not is_key(draft.sample, (columns["customer_id"], columns["email"])):
            rules["one_per"] = [columns["customer_id"], columns["email"]]
    elif "customer_id" in draft.reading.columns and not is_key(draft.sample, (draft.reading.columns["customer_id"],)):
        rules["one_per"] = [draft.reading.columns["customer_id"]]
        draft.doubt("rows", "a customer stands on several rows; the first is taken")
    if draft.sample.repeats_header:
        name = next(iter(draft.reading.columns.values()))
        again = {"reason": "repeated_header", "when": [{"column": name, "is_in": [name]}]}
        others = rules.get("set_aside")
        rules["set_aside"] = [again, *(others if isinstance(others, list) else ())]
        draft.evidence.append("the header comes again further down; these rows are set aside")
    return rules


def _date_of(draft: Draft) -> str | None:
    """The column of the date that every item has, None where there is none."""
    return draft.reading.columns.get("invoice_date") or draft.reading.columns.get("paid_on")


def _titles(draft: Draft, date: str) -> dict[str, object]:
    """Rules for titles and totals, where there are any.

    A row that names an item is one, even without a date: it is refused, and nobody looks for a debt among titles.
    """
    columns = draft.reading.columns
    number = next((columns[key] for key in ("document_number", "receivable_id", "payment_id") if key in columns), None)
    is_item = items(draft, date, number)
    if all(is_item):
        return {}
    undated = {"column": date, "is_blank": True}
    tests = [[undated]] if number is None else [[undated, {"column": number, "is_blank": True}]]
    if number is not None and any(
        cell and not item for cell, item in zip(draft.sample.column(number), is_item, strict=True)
    ):
        tests.append([undated, {"column": number, "matches": SAYS_TOTAL}])
    rules: dict[str, object] = {"set_aside": [{"reason": _NO_DATE, "when": test} for test in tests]}
    if draft.sample.is_whole and (total := stated_total(draft, is_item, without=_NO_DATE)) is not None:
        rules["totals"] = [total]
    blank = f"'{date}'" if number is None else f"'{date}' and '{number}'"
    draft.doubt("rows", f"rows without {blank} are taken for titles or totals and set aside")
    return rules


def _key_or_hash(draft: Draft) -> dict[str, object]:
    """The fewest columns that tell all rows apart, tried on all rows; else a hash of all."""
    columns = draft.reading.columns
    candidates = (
        ("document_number",), ("document_number", "instalment_number"), ("document_type", "document_number"),
        ("document_type", "document_number", "instalment_number"), ("customer_id", "document_number"),
        ("document_number", "due_date"), ("email",), ("customer_id", "email"),
    )  # fmt: skip
    for candidate in candidates:
        if all(name in columns for name in candidate) and is_key(
            draft.sample, tuple(columns[name] for name in candidate), where=_date_of(draft)
        ):
            names = [columns[name] for name in candidate]
            draft.evidence.append(f"{' and '.join(names)} tell all rows apart")
            return dict(draft.columns[candidate[0]]) if len(names) == 1 else {"join": names}
    names = [columns[name] for name in _IDENTIFYING if name in columns]
    if not names or not is_key(draft.sample, tuple(names), where=_date_of(draft)):
        names = list(draft.sample.header)
    key = f"columns.{_KEYS[draft.reading.contract]}"
    if any(doubt.key == key for doubt in draft.doubts):
        return {"hash_of": names}
    draft.doubt(
        key,
        "no column tells the rows apart, so a key is made of several; it changes when one of them does",
    )
    return {"hash_of": names}
