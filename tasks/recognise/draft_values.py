"""How the values of a proposal's columns are written: dates, amounts, types, codes, yes and no, currencies."""

from __future__ import annotations

from collections import Counter

from tasks.recognise.columns import date_styles, distinct, synonyms
from tasks.recognise.contents import known_currencies
from tasks.recognise.draft import Draft
from tasks.recognise.names import plain
from tasks.recognise.styles import amount_style, number

_TYPES_SHOWN = 5


def dates(draft: Draft) -> tuple[str, ...]:
    """The style that most date columns share; the others get a format of their own."""
    styles = date_styles(draft.reading, draft.sample)
    common = Counter(style.formats for style in styles.values() if style.formats).most_common(1)
    chosen = common[0][0] if common else ("%Y-%m-%d",)
    for column, style in styles.items():
        name = draft.reading.columns[column]
        if style.or_else:
            draft.doubt(
                f"columns.{column}" if style.formats != chosen else "dates",
                f"day and month cannot be told apart in '{name}': {style.formats[0]} is used, and "
                f"{style.or_else} would fit too",
            )
        if style.formats and style.formats != chosen:
            draft.columns[column] = {"column": name, "format": list(style.formats)}
        if style.unread:
            draft.doubt(f"columns.{column}", f"{style.unread} values of '{name}' are dates of no known style")
    draft.evidence.append(f"dates are written {' or '.join(chosen)}" if common else "no dates seen")
    return chosen


def amounts(draft: Draft) -> dict[str, str]:
    """The style of all amounts, as `decimals:` of the source."""
    values: set[str] = set()
    for column, name in draft.reading.columns.items():
        if draft.type_of(column).startswith("DECIMAL"):
            values |= distinct(draft.sample, name)
    style = amount_style(values)
    if style.or_else is not None:
        draft.doubt(
            "decimals", f"amounts read with {style.or_else.decimal!r} before the decimals too, as other amounts"
        )
    if values:
        draft.evidence.append(f"amounts have {style.decimals.decimal!r} before the decimals")
    return dict(style.decimals.model_dump())


def document_types(draft: Draft) -> None:
    """Document types by the words that are known; a type that stands for a credit turns a positive amount."""
    if draft.reading.contract != "receivables":
        return
    name = draft.reading.columns.get("document_type")
    by_word = {plain(word): kind for kind, words in synonyms()["document_types"].items() for word in words}
    values = distinct(draft.sample, name) if name is not None else set()
    known = {value: by_word[plain(value)] for value in sorted(values) if plain(value) in by_word}
    if name is None or len(known) < len(values) or not values:
        if name is not None and values:
            unknown = ", ".join(f"'{value}'" for value in sorted(values - set(known))[:5])
            draft.doubt(
                "columns.document_type",
                f"the types {unknown} of '{name}' are not known, so the amount's sign tells credits",
            )
        draft.columns["document_type"] = {"value": "invoice", "when_negative": "credit_note"}
        draft.reading.columns.pop("document_type", None)
        return
    draft.columns["document_type"] = {"column": name, "map": known}
    reducing = [value for value, kind in known.items() if kind == "credit_note"]
    if reducing and "amount" in draft.reading.columns and _are_positive(draft, name, reducing):
        for column in ("amount", "open_amount"):
            if column in draft.reading.columns:
                turned = {"column": name, "values": reducing}
                draft.columns[column] = {"column": draft.reading.columns[column], "negate_when": turned}
        draft.doubt("columns.amount", f"credits are positive in the file and told by '{name}', so their sign is turned")
    elif not reducing:
        draft.columns["document_type"]["when_negative"] = "credit_note"


def codes(draft: Draft) -> None:
    """Codes that a spreadsheet read as numbers, and one code with and without leading zeros."""
    for column in ("customer_id", "document_number", "receivable_id", "payment_id"):
        name = draft.reading.columns.get(column)
        values = distinct(draft.sample, name) if name is not None else set()
        if name is None or not values:
            continue
        if all(value.endswith(".0") and value[:-2].isdigit() for value in values):
            draft.columns[column] = {"column": name, "strip_suffix": ".0"}
            draft.evidence.append(f"'{name}' holds whole numbers written with '.0'")
        elif column == "customer_id" and len({value.lstrip("0") for value in values}) < len(values):
            draft.columns[column] = {"column": name, "strip_leading_zeros": True}
            draft.doubt(
                "columns.customer_id",
                f"the same code stands in '{name}' with and without leading zeros; they are taken for one customer",
            )


def booleans(draft: Draft) -> None:
    """Yes and no in the file's words; a column with other words is left out."""
    words = {plain(word): kind for kind, several in synonyms()["booleans"].items() for word in several}
    for column, name in list(draft.reading.columns.items()):
        if draft.type_of(column) != "BOOLEAN":
            continue
        values = sorted(distinct(draft.sample, name))
        if all(plain(value) in words for value in values):
            draft.columns[column] = {"column": name, "map": {value: words[plain(value)] for value in values}}
        else:
            del draft.reading.columns[column], draft.columns[column]
            draft.doubt(f"columns.{column}", f"'{name}' has other words than yes and no, and is left out")


def currency(draft: Draft) -> None:
    """The currencies seen, their capitals, and what a blank one is taken for."""
    name = draft.reading.columns.get("currency")
    if name is None:
        return
    counted = Counter(value.upper() for value in draft.sample.column(name) if value)
    draft.currencies = [code for code, _ in counted.most_common() if code in known_currencies()]
    if any(value != value.upper() for value in distinct(draft.sample, name)):
        draft.columns["currency"]["upper"] = True
    if "" in draft.sample.column(name) and draft.currencies:
        draft.columns["currency"]["default"] = draft.currencies[0]
        draft.doubt("columns.currency", f"'{name}' is blank in some rows; they are taken for {draft.currencies[0]}")


def _are_positive(draft: Draft, types: str, reducing: list[str]) -> bool:
    amounts = [
        number(amount, draft.decimals)
        for kind, amount in zip(
            draft.sample.column(types), draft.sample.column(draft.reading.columns["amount"]), strict=True
        )
        if kind in reducing
    ]
    return all(amount is not None and amount >= 0 for amount in amounts)
