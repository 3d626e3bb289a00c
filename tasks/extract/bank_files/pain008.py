"""pain.008 (ISO 20022 customer direct debit initiation): the direct debits that we ordered, one row each.

Versions 001.02 to 001.11, SEPA Core and B2B. An order is no payment: it says that one is on its way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from tasks.extract.bank_files.entry import reference
from tasks.extract.bank_files.messages import (
    Element,
    Message,
    amount_of,
    currency_of,
    day_of,
    name_of,
    open_messages,
    stated_number,
    text_at,
    texts_at,
)
from tasks.extract.bank_files.order import HEADERS as ORDER_HEADERS
from tasks.extract.bank_files.order import Order, order_rows
from tasks.extract.bank_files.totals import Verifier
from tasks.problems import SourceProblem
from tasks.settings.formats import BankFileFormat

HEADERS = ORDER_HEADERS
KINDS = frozenset({"pain.008"})
_BATCH = "PmtInf"
_TYPE = ("LclInstrm/Cd", "LclInstrm/Prtry")


@dataclass
class _Part:
    """The message or one batch of it: what it states, and what was read of it."""

    where: str
    stated_count: str = ""
    stated_sum: str = ""
    count: int = 0
    total: Decimal = Decimal(0)
    texts: dict[str, str] = field(default_factory=dict)

    def check(self, verifier: Verifier) -> None:
        for text, what, read in ((self.stated_count, "orders", self.count), (self.stated_sum, "orders of", self.total)):
            if text and stated_number(text) != read:
                verifier.fail(self.where, f"states {what} {text}, and what was read adds up to {read}")


def read(path: Path, file: str, settings: BankFileFormat) -> Iterator[dict[str, str]]:
    """One row per order, in file order.

    Raises:
        SourceProblem: no pain.008, malformed, or a number or control sum that does not tie.
    """
    return (
        row
        for message in open_messages(path, file, KINDS)
        for row in order_rows(_orders(message, Verifier(message.file, settings.accept_unbalanced)))
    )


def _orders(message: Message, verifier: Verifier) -> Iterator[Order]:
    whole, batch, batches = _Part("the message"), _Part("before the first batch"), 0
    names = ["GrpHdr", "PmtInfId", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdColltnDt", "DrctDbtTxInf"]
    for element in message.elements(names):
        name, parent = name_of(element), element.getparent()
        if name == "GrpHdr":
            whole.stated_count, whole.stated_sum = text_at(element, "NbOfTxs"), text_at(element, "CtrlSum")
            whole.texts = {"id": text_at(element, "MsgId"), "day": day_of(text_at(element, "CreDtTm"))}
        elif parent is None or name_of(parent) != _BATCH:
            if name == "DrctDbtTxInf":
                raise SourceProblem.at(message.file, f"an order is in no batch ({_BATCH})", "Export the orders again.")
        elif name == "PmtInfId":
            batch.check(verifier)
            batches += 1
            batch = _Part(f"batch {batches}", texts={"id": (element.text or "").strip()})
        elif name == "DrctDbtTxInf":
            yield _order(message, element, whole, batch)
        elif name == "PmtTpInf":
            batch.texts["sequence"], batch.texts["scheme"] = text_at(element, "SeqTp"), text_at(element, *_TYPE)
        elif name == "NbOfTxs":
            batch.stated_count = (element.text or "").strip()
        elif name == "CtrlSum":
            batch.stated_sum = (element.text or "").strip()
        else:
            batch.texts["collect_on"] = day_of((element.text or "").strip())
    batch.check(verifier)
    whole.check(verifier)


def _order(message: Message, element: Element, whole: _Part, batch: _Part) -> Order:
    if "id" not in batch.texts:
        raise SourceProblem.at(message.file, "an order stands in no batch (PmtInfId)", "Export the orders again.")
    amount = element.find("{*}InstdAmt")
    place = f"{batch.where}, order {batch.count + 1}"
    if amount is None:
        raise SourceProblem.at(f"{message.file}, {place}", "has no amount (InstdAmt)", "Export the orders again.")
    value = amount_of(amount, message.file, place)
    documents = texts_at(element, "RmtInf/Strd/RfrdDocInf/Nb")
    for part in (whole, batch):
        part.count += 1
        part.total += value
    return Order(
        place=place,
        stated_on=whole.texts.get("day", ""),
        message_id=whole.texts.get("id", ""),
        batch_id=batch.texts["id"],
        end_to_end_id=reference(text_at(element, "PmtId/EndToEndId")),
        original_kind=message.kind,
        collect_on=batch.texts.get("collect_on", ""),
        amount=format(value, "f"),
        currency=currency_of(amount),
        mandate_id=text_at(element, "DrctDbtTx/MndtRltdInf/MndtId"),
        mandate_signed_on=text_at(element, "DrctDbtTx/MndtRltdInf/DtOfSgntr"),
        sequence_type=text_at(element, "PmtTpInf/SeqTp") or batch.texts.get("sequence", ""),
        scheme=text_at(element, *(f"PmtTpInf/{path}" for path in _TYPE)) or batch.texts.get("scheme", ""),
        debtor_name=text_at(element, "Dbtr/Nm"),
        debtor_account=text_at(element, "DbtrAcct/Id/IBAN", "DbtrAcct/Id/Othr/Id").replace(" ", ""),
        creditor_reference=" ".join(texts_at(element, "RmtInf/Strd/CdtrRefInf/Ref")),
        document_number=documents[0] if len(documents) == 1 else "",
        remittance_text=" ".join([*texts_at(element, "RmtInf/Ustrd"), *(documents if len(documents) > 1 else [])]),
    )
