"""The text of a new `puntual.yaml`: short entries, and a line marked CONFIRM for everything that a person has to look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import yaml

from tasks.recognise.model import Doubt
from tasks.settings.sources import ContractName


@dataclass(frozen=True)
class CompanyGuess:
    """What the exports let us suppose of the creditor."""

    id: str
    country: str
    currency: str
    time_zone: str
    language: str


@dataclass(frozen=True)
class SourceText:
    """One entry of `sources:` to be written. `entry` is complete; `comment` says what it is."""

    entry: dict[str, object]
    comment: str
    doubts: tuple[Doubt, ...]


_HEAD = """\
# Made by `puntual init`. Look at every line marked CONFIRM, then run `puntual check`.
# Reference: docs/settings.md; the profiles that entries name: docs/sources.md
company:
  id: {id}
  name: {id}              # CONFIRM: the name debtors know you by
{tax_id}  country: {country}             # CONFIRM
  language: {language}            # CONFIRM: of your own pages and reports
  currency: {currency}           # CONFIRM
  time_zone: {time_zone}         # CONFIRM
  sender: {{name: Cobros, email: cobros@example.com}}        # CONFIRM
  collector: {{name: Cobros, email: cobros@example.com}}     # CONFIRM
  bank_details: {{}}       # CONFIRM: per currency {{bank, account, bic}}
sources:
"""
_TAX_ID = """\
  tax_id: ""            # CONFIRM: your own tax number; without it, invoices of other sellers among the files count as yours
"""
_EMPTY = """\
  - name: receivables
    contract: receivables
    path: exports/receivables.csv
    columns:               # CONFIRM: contract column: your export's column
      customer_id: customer_id
      receivable_id: receivable_id
      document_number: document_number
      document_type: document_type
      invoice_date: invoice_date
      due_date: due_date
      currency: currency
      amount: amount
"""
_MISSING_RECEIVABLES = """\
  # CONFIRM: none of the exports holds receivables, and without them there is nobody to remind. Export the open invoices of your
  # accounting system, put the file into exports/, and complete this entry (or run `puntual init` for another folder with all files):
  # - name: receivables
  #   contract: receivables
  #   path: exports/receivables.csv
  #   columns: {customer_id: …, receivable_id: …, document_number: …, document_type: {value: invoice, when_negative: credit_note},
  #     invoice_date: …, due_date: …, currency: …, amount: …}
"""


def settings_text(
    company: CompanyGuess, sources: Sequence[SourceText], contracts: Iterable[ContractName], *, asks_tax_id: bool
) -> str:
    """The whole file. `contracts` are those that the sources fulfil; `asks_tax_id`: sources name their seller."""
    head = _HEAD.format(**vars(company), tax_id=_TAX_ID if asks_tax_id else "")
    if not sources:
        return head + _EMPTY
    missing = "" if "receivables" in contracts else _MISSING_RECEIVABLES
    return head + missing + "".join(_source(source) for source in sources)


def _source(source: SourceText) -> str:
    text = yaml.dump(source.entry, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    first, *rest = text.rstrip().splitlines()
    comments = "".join(f"    # CONFIRM {doubt}\n" for doubt in dict.fromkeys(str(doubt) for doubt in source.doubts))
    return f"  # {source.comment}\n  - {first}\n{comments}" + "".join(f"    {line}\n" for line in rest)


class _Dumper(yaml.SafeDumper):
    """Short mappings and lists on one line, as people write them."""

    def represent_mapping(self, tag: str, mapping: object, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)  # type: ignore[arg-type]  # the stubs know no union
        node.flow_style = all(isinstance(value, yaml.ScalarNode) or value.flow_style for _, value in node.value) and (
            len(node.value) <= _MOST_KEYS_ON_A_LINE and bool(node.value)
        )
        return node

    def represent_sequence(self, tag: str, sequence: object, flow_style: bool | None = None) -> yaml.SequenceNode:
        node = super().represent_sequence(tag, sequence, flow_style)  # type: ignore[arg-type]  # as above
        node.flow_style = all(isinstance(item, yaml.ScalarNode) for item in node.value)
        return node


_MOST_KEYS_ON_A_LINE = 3
