"""Source entries for an export that no shipped profile knows, by the names of its columns and by their contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tasks.contracts.load import load_contract
from tasks.extract.check_mapping import OWN_COLUMN
from tasks.problems import SourceProblem
from tasks.recognise.columns import Reading, date_styles, decimals_of, distinct, read_as_contract, synonyms
from tasks.recognise.contents import is_key, known_currencies
from tasks.recognise.model import Doubt, Recognised
from tasks.recognise.names import plain
from tasks.recognise.sniff import MOST_ROWS, Sample
from tasks.recognise.styles import amount_style, number
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
_KEYS: dict[ContractName, str] = {"receivables": "receivable_id", "payments": "payment_id", "contacts": "contact_id"}
# Of these a key is made, in this order, where one column alone is none.
_IDENTIFYING = (
    "document_type", "document_number", "instalment_number", "customer_id", "invoice_date", "due_date", "paid_on", "amount",
    "bank_reference", "email", "role",
)  # fmt: skip
_SURE = 0.9
"""The most confidence of a proposal: names and contents are evidence and no proof."""


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
    found = [_proposal(sample, readings[contract])]
    if contract in ("receivables", "customers") and _fit("contacts", readings["contacts"].columns) > 0:
        found.append(_proposal(sample, readings["contacts"]))
    return found


def _fit(contract: ContractName, columns: dict[str, str]) -> float:
    if any(name not in columns for name in _TELLING[contract]):
        return 0.0
    known = {column.name for column in load_contract(contract).columns}
    share = len(columns) / len(known)
    if contract == "receivables":
        return share + (2 if columns.keys() & {"due_date", "document_number", "open_amount"} else 1)
    return share + (1 if contract == "payments" else 0)


def _proposal(sample: Sample, reading: Reading) -> Recognised:
    required = [
        item.name for item in load_contract(reading.contract).columns if item.is_required and item.name != OWN_COLUMN
    ]
    draft = _Draft(sample, reading)
    doubted = {doubt.key.removeprefix("columns.") for doubt in draft.doubts}
    unsure = [name for name in required if name in doubted]
    confidence = round(_SURE * (1 - len(unsure) / len(required)), 2)
    return Recognised(
        path=sample.path,
        system="generic",
        report=f"{reading.contract} by names and contents of columns",
        contract=reading.contract,
        name=reading.contract,
        entry=draft.entry,
        evidence=tuple(draft.evidence),
        confidence=confidence,
        doubts=tuple(draft.doubts),
        currencies=tuple(draft.currencies),
    )


class _Draft:
    """The entry in the making, with what was seen and what has to be confirmed."""

    def __init__(self, sample: Sample, reading: Reading) -> None:
        self._sample = sample
        self._reading = reading
        self.evidence = list(reading.evidence)
        self.doubts = [Doubt(key, why) for key, why in reading.doubts.items()]
        self.currencies: list[str] = []
        self._decimals = decimals_of(reading, sample)
        self._columns: dict[str, dict[str, object]] = {}
        rows = f"all {len(sample.rows)} rows" if sample.is_whole else f"the first {MOST_ROWS} rows"
        self.evidence.append(f"judged by {rows}")
        self.entry: dict[str, object] = {"format": _format(sample)}
        dates = self._dates()
        for column, name in reading.columns.items():
            self._columns.setdefault(column, {"column": name})
        self._types()
        self._codes()
        self._booleans()
        self._currency()
        self._required()
        self.entry |= {"dates": list(dates), "decimals": self._style()}
        self._rows()
        self.entry["columns"] = {column: self._columns[column] for column in self._in_order()}
        used = {name for mapping in self._columns.values() for name in _names_in(mapping)}
        rest = [name for name in sample.header if name not in used]
        if rest:
            self.entry["ignore"] = rest

    def _in_order(self) -> Iterator[str]:
        return (item.name for item in load_contract(self._reading.contract).columns if item.name in self._columns)

    def _dates(self) -> tuple[str, ...]:
        """The style that most date columns share; the others get a format of their own."""
        styles = date_styles(self._reading, self._sample)
        common = Counter(style.formats for style in styles.values() if style.formats).most_common(1)
        chosen = common[0][0] if common else ("%Y-%m-%d",)
        for column, style in styles.items():
            name = self._reading.columns[column]
            if style.or_else:
                self.doubts.append(
                    Doubt(
                        f"columns.{column}" if style.formats != chosen else "dates",
                        f"day and month cannot be told apart in '{name}': {style.formats[0]} is used, and "
                        f"{style.or_else} would fit too",
                    )
                )
            if style.formats and style.formats != chosen:
                self._columns[column] = {"column": name, "format": list(style.formats)}
            if style.unread:
                self.doubts.append(
                    Doubt(f"columns.{column}", f"{style.unread} values of '{name}' are dates of no known style")
                )
        self.evidence.append(f"dates are written {' or '.join(chosen)}" if common else "no dates seen")
        return chosen

    def _style(self) -> dict[str, str]:
        values: set[str] = set()
        for column, name in self._reading.columns.items():
            if self._type(column).startswith("DECIMAL"):
                values |= distinct(self._sample, name)
        style = amount_style(values)
        if style.or_else is not None:
            self.doubts.append(
                Doubt(
                    "decimals", f"amounts read with {style.or_else.decimal!r} before the decimals too, as other amounts"
                )
            )
        if values:
            self.evidence.append(f"amounts have {style.decimals.decimal!r} before the decimals")
        return dict(style.decimals.model_dump())

    def _type(self, column: str) -> str:
        return load_contract(self._reading.contract).column(column).type

    def _types(self) -> None:
        """Document types by the words that are known; a type that stands for a credit turns a positive amount."""
        if self._reading.contract != "receivables":
            return
        name = self._reading.columns.get("document_type")
        by_word = {plain(word): kind for kind, words in synonyms()["document_types"].items() for word in words}
        values = distinct(self._sample, name) if name is not None else set()
        known = {value: by_word[plain(value)] for value in sorted(values) if plain(value) in by_word}
        if name is None or len(known) < len(values) or not values:
            if name is not None and values:
                unknown = ", ".join(f"'{value}'" for value in sorted(values - set(known))[:5])
                self.doubts.append(
                    Doubt(
                        "columns.document_type",
                        f"the types {unknown} of '{name}' are not known, so the amount's sign tells credits",
                    )
                )
            self._columns["document_type"] = {"value": "invoice", "when_negative": "credit_note"}
            self._reading.columns.pop("document_type", None)
            return
        self._columns["document_type"] = {"column": name, "map": known}
        reducing = [value for value, kind in known.items() if kind == "credit_note"]
        if reducing and "amount" in self._reading.columns and self._are_positive(name, reducing):
            for column in ("amount", "open_amount"):
                if column in self._reading.columns:
                    turned = {"column": name, "values": reducing}
                    self._columns[column] = {"column": self._reading.columns[column], "negate_when": turned}
            self.doubts.append(
                Doubt(
                    "columns.amount", f"credits are positive in the file and told by '{name}', so their sign is turned"
                )
            )
        elif not reducing:
            self._columns["document_type"]["when_negative"] = "credit_note"

    def _are_positive(self, types: str, reducing: list[str]) -> bool:
        amounts = [
            number(amount, self._decimals)
            for kind, amount in zip(
                self._sample.column(types), self._sample.column(self._reading.columns["amount"]), strict=True
            )
            if kind in reducing
        ]
        return all(amount is not None and amount >= 0 for amount in amounts)

    def _codes(self) -> None:
        """Codes that a spreadsheet read as numbers, and one code with and without leading zeros."""
        for column in ("customer_id", "document_number", "receivable_id", "payment_id"):
            name = self._reading.columns.get(column)
            values = distinct(self._sample, name) if name is not None else set()
            if name is None or not values:
                continue
            if all(value.endswith(".0") and value[:-2].isdigit() for value in values):
                self._columns[column] = {"column": name, "strip_suffix": ".0"}
                self.evidence.append(f"'{name}' holds whole numbers written with '.0'")
            elif column == "customer_id" and len({value.lstrip("0") for value in values}) < len(values):
                self._columns[column] = {"column": name, "strip_leading_zeros": True}
                self.doubts.append(
                    Doubt(
                        "columns.customer_id",
                        f"the same code stands in '{name}' with and without leading zeros; they are taken for one customer",
                    )
                )

    def _booleans(self) -> None:
        words = {plain(word): kind for kind, several in synonyms()["booleans"].items() for word in several}
        for column, name in list(self._reading.columns.items()):
            if self._type(column) != "BOOLEAN":
                continue
            values = sorted(distinct(self._sample, name))
            if all(plain(value) in words for value in values):
                self._columns[column] = {"column": name, "map": {value: words[plain(value)] for value in values}}
            else:
                del self._reading.columns[column], self._columns[column]
                self.doubts.append(
                    Doubt(f"columns.{column}", f"'{name}' has other words than yes and no, and is left out")
                )

    def _currency(self) -> None:
        name = self._reading.columns.get("currency")
        if name is None:
            return
        counted = Counter(value.upper() for value in self._sample.column(name) if value)
        self.currencies = [code for code, _ in counted.most_common() if code in known_currencies()]
        if any(value != value.upper() for value in distinct(self._sample, name)):
            self._columns["currency"]["upper"] = True
        if "" in self._sample.column(name) and self.currencies:
            self._columns["currency"]["default"] = self.currencies[0]
            self.doubts.append(
                Doubt("columns.currency", f"'{name}' is blank in some rows; they are taken for {self.currencies[0]}")
            )

    def _required(self) -> None:
        """Working values for required columns that the file lacks; a person confirms them."""
        key = _KEYS.get(self._reading.contract)
        for item in load_contract(self._reading.contract).columns:
            if not item.is_required or item.name in self._columns or item.name in (OWN_COLUMN, "currency", key):
                continue
            if item.name == "role":
                self._columns["role"] = {"value": "invoice"}
                self.doubts.append(
                    Doubt(
                        "columns.role",
                        "the file does not say what the contact is for; say reminder if reminders may go there",
                    )
                )
            elif item.name == "document_number":
                self._columns["document_number"] = self._key_or_hash()
                self.doubts.append(
                    Doubt(
                        "columns.document_number", "no column looks like the document's number, so a key stands for it"
                    )
                )
            elif item.name == "name" and "customer_id" in self._columns:
                self._columns["name"] = dict(self._columns["customer_id"])
                self.doubts.append(Doubt("columns.name", "no column looks like the name, so the code stands for it"))
            else:
                self.doubts.append(Doubt(f"columns.{item.name}", f"no column found for {item.name}: map it"))
        if (
            any(item.name == "currency" and item.is_required for item in load_contract(self._reading.contract).columns)
            and "currency" not in self._columns
        ):
            self.doubts.append(Doubt("columns.currency", "no column found for currency; the company's is used"))
        if key is not None and key not in self._columns:
            self._columns[key] = self._key_or_hash()

    def _key_or_hash(self) -> dict[str, object]:
        """The fewest columns that tell all rows apart, tried on all rows; else a hash of all."""
        columns = self._reading.columns
        candidates = (
            ("document_number",), ("document_number", "instalment_number"), ("document_type", "document_number"),
            ("document_type", "document_number", "instalment_number"), ("customer_id", "document_number"),
            ("document_number", "due_date"), ("email",), ("customer_id", "email"),
        )  # fmt: skip
        for candidate in candidates:
            if all(name in columns for name in candidate) and is_key(
                self._sample, tuple(columns[name] for name in candidate)
            ):
                names = [columns[name] for name in candidate]
                self.evidence.append(f"{' and '.join(names)} tell all rows apart")
                return dict(self._columns[candidate[0]]) if len(names) == 1 else {"join": names}
        names = [columns[name] for name in _IDENTIFYING if name in columns]
        if not names or not is_key(self._sample, tuple(names)):
            names = list(self._sample.header)
        key = f"columns.{_KEYS[self._reading.contract]}"
        if any(doubt.key == key for doubt in self.doubts):
            return {"hash_of": names}
        self.doubts.append(
            Doubt(
                f"columns.{key}",
                "no column tells the rows apart, so a key is made of several; it changes when one of them does",
            )
        )
        return {"hash_of": names}

    def _rows(self) -> None:
        """Rows without date and document are titles or totals; contacts and customers stand on many rows of other lists."""
        rules: dict[str, object] = {}
        if self._reading.contract in ("receivables", "payments"):
            first = "invoice_date" if self._reading.contract == "receivables" else "paid_on"
            name = self._reading.columns.get(first)
            if name is not None and "" in self._sample.column(name):
                rules["set_aside"] = [{"reason": "no_date", "when": [{"column": name, "is_blank": True}]}]
                self.doubts.append(Doubt("rows", f"rows without '{name}' are taken for titles or totals and set aside"))
        elif self._reading.contract == "contacts":
            columns = self._reading.columns
            rules["set_aside"] = [{"reason": "no_address", "when": [{"column": columns["email"], "is_blank": True}]}]
            if not is_key(self._sample, (columns["customer_id"], columns["email"])):
                rules["one_per"] = [columns["customer_id"], columns["email"]]
        elif "customer_id" in self._reading.columns and not is_key(
            self._sample, (self._reading.columns["customer_id"],)
        ):
            rules["one_per"] = [self._reading.columns["customer_id"]]
            self.doubts.append(Doubt("rows", "a customer stands on several rows; the first is taken"))
        if rules:
            self.entry["rows"] = rules


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
