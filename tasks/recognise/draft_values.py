"""How the values of a proposal's columns are written: dates, amounts, types, codes, yes and no, currencies."""

from __future__ import annotations

from collections import Counter

from tasks.recognise.columns import date_styles, distinct, synonyms
from tasks.recognise.contents import known_currencies
from tasks.recognise.draft import Draft
from tasks.recognise.money import CODES
from tasks.recognise.names import plain, spelt_out
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
            count = "1 value" if style.unread == 1 else f"{style.unread} values"
            draft.doubt(f"columns.{column}", f"{count} of '{name}' cannot be read as a date")
    draft.evidence.append(f"dates are written {' or '.join(chosen)}" if common else "no dates seen")
    return chosen


def amounts(draft: Draft) -> dict[str, str]:
    """The style of all amounts, as `decimals:` of the source."""
    values: set[str] = set()
    for column, name in draft.reading.columns.items():
        if draft.type_of(column).startswith("DECIMAL"):
            values |= set(draft.reading.amounts(draft.sample, name)) - {""}
    style = amount_style(values)
    if style.or_else is not None:
        draft.doubt(
            "decimals", f"amounts read with {style.or_else.decimal!r} before the decimals too, as other amounts"
        )
    if values:
        draft.evidence.append(f"amounts have {style.decimals.decimal!r} before the decimals")
    return dict(style.decimals.model_dump())


def document_types(draft: Draft) -> None:
    """Document types by the words that are known; a type that stands for a credit turns a positive amount.

    A column with some words that are not known keeps its map, so that these rows are refused until a person maps them; one
    without any known word is no column of types.
    """
    if draft.reading.contract != "receivables":
        return
    name = draft.reading.columns.get("document_type")
    by_word = {plain(word): kind for kind, words in synonyms()["document_types"].items() for word in words}
    values = distinct(draft.sample, name) if name is not None else set()
    known = {value: by_word[plain(value)] for value in sorted(values) if plain(value) in by_word}
    unknown = ", ".join(f"'{value}'" for value in sorted(values - set(known))[:_TYPES_SHOWN])
    if name is None or not known:
        if unknown:
            draft.doubt(
                "columns.document_type",
                f"the types {unknown} of '{name}' are not known, so the amount's sign tells credits",
            )
        draft.columns["document_type"] = {"value": "invoice", "when_negative": "credit_note"}
        draft.reading.columns.pop("document_type", None)
        return
    if unknown:
        draft.doubt(
            "columns.document_type",
            f"the types {unknown} of '{name}' are not known, and rows with them are refused: map each to invoice, debit_note or "
            "credit_note, or set them aside",
        )
    draft.columns["document_type"] = {"column": name, "map": known}
    reducing = [value for value, kind in known.items() if kind == "credit_note"]
    if reducing and "amount" in draft.reading.columns and _are_positive(draft, name, reducing):
        for column in ("amount", "open_amount"):
            if column in draft.reading.columns:
                turned = {"column": name, "values": reducing}
                draft.columns[column] = {**draft.columns[column], "negate_when": turned}
        draft.doubt("columns.amount", f"credits are positive in the file and told by '{name}', so their sign is turned")
    elif not reducing:
        draft.columns["document_type"]["when_negative"] = "credit_note"


def payment_methods(draft: Draft) -> None:
    """Ways to pay by the words that are known; a column with others is left out, for it is no reason to refuse a debt."""
    name = draft.reading.columns.get("payment_method")
    if name is None:
        return
    by_word = {plain(word): kind for kind, words in synonyms()["payment_methods"].items() for word in (kind, *words)}
    values = sorted(distinct(draft.sample, name))
    unknown = [value for value in values if plain(value) not in by_word]
    if unknown:
        del draft.reading.columns["payment_method"], draft.columns["payment_method"]
        shown = ", ".join(f"'{value}'" for value in unknown[:_TYPES_SHOWN])
        draft.doubt("columns.payment_method", f"'{name}' has words that are not known ({shown}), and is left out")
        return
    draft.columns["payment_method"] = {"column": name, "map": {value: by_word[plain(value)] for value in values}}


def paid_amounts(draft: Draft) -> None:
    """A list that says what was paid and not what is open would have debts claimed that are settled in part."""
    if draft.reading.contract != "receivables" or "open_amount" in draft.columns:
        return
    words = {spelt_out(word) for word in synonyms()["paid"]["amount"]}
    name = next((name for name in draft.sample.header if spelt_out(name) in words), None)
    if name is not None and name not in draft.reading.columns.values() and distinct(draft.sample, name):
        draft.doubt(
            "columns.open_amount",
            f"'{name}' says what was paid and no column what is still open, so that all is taken for open; export the "
            "balance as well, or the payments",
        )


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
        _currency_beside_amounts(draft)
        return
    counted = Counter(value.upper() for value in draft.sample.column(name) if value)
    draft.currencies = [code for code, _ in counted.most_common() if code in known_currencies()]
    if any(value != value.upper() for value in distinct(draft.sample, name)):
        draft.columns["currency"]["upper"] = True
    if _is_blank_in_items(draft, name) and draft.currencies:
        draft.columns["currency"]["default"] = draft.currencies[0]
        draft.doubt("columns.currency", f"'{name}' is blank in some rows; they are taken for {draft.currencies[0]}")


def _is_blank_in_items(draft: Draft, name: str) -> bool:
    """Whether the column is blank in a row that has a date; the others are titles and totals."""
    dated = draft.reading.columns.get("invoice_date") or draft.reading.columns.get("paid_on")
    values = draft.sample.column(name)
    days = draft.sample.column(dated) if dated is not None else ["?"] * len(values)
    return any(day and not value for day, value in zip(days, values, strict=True))


def _currency_beside_amounts(draft: Draft) -> None:
    """The currency out of the amount's own column, where it stands there and means one."""
    name = draft.reading.columns.get("amount")
    money = draft.reading.money.get(name or "")
    if name is None or money is None:
        return
    if money.currencies is None:
        signs = ", ".join(f"'{sign}'" for sign in sorted(money.signs))
        draft.doubt("columns.currency", f"{signs} beside the amounts of '{name}' does not say which currency it is")
        return
    draft.columns["currency"] = money.mapping(name)
    seen = Counter(
        CODES.get(sign, sign) for value in draft.sample.column(name) for sign in money.signs if sign in value
    )
    draft.currencies = [code for code, _ in seen.most_common()]
    draft.evidence.append(f"'{name}' holds the currency too: {', '.join(draft.currencies)}")


def _are_positive(draft: Draft, types: str, reducing: list[str]) -> bool:
    amounts = [
        number(amount, draft.decimals)
        for kind, amount in zip(
            draft.sample.column(types),
            draft.reading.amounts(draft.sample, draft.reading.columns["amount"]),
            strict=True,
        )
        if kind in reducing
    ]
    return all(amount is not None and amount >= 0 for amount in amounts)
