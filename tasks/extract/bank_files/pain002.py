"""pain.002 (ISO 20022 payment status report): what the bank says of orders, one row each, or one for a whole batch or message.

Versions 001.02 to 001.12. Banks send it for orders that they refuse, and many for direct debits that come back; reasons are
ISO 20022 codes (AC04 account closed, AM04 insufficient funds, MD01 no mandate, MS03 not told …).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tasks.extract.bank_files.entry import reference
from tasks.extract.bank_files.messages import (
    Element,
    Message,
    all_at,
    day_of,
    name_of,
    open_messages,
    text_at,
    texts_at,
)
from tasks.extract.bank_files.order import HEADERS as ORDER_HEADERS
from tasks.extract.bank_files.order import Order, order_rows
from tasks.problems import SourceProblem
from tasks.settings.formats import BankFileFormat

HEADERS = ORDER_HEADERS
KINDS = frozenset({"pain.002"})
_REASON = ("StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry")


class _Report:
    """The report while it is read: what stands at the levels above a transaction."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.day = self.original = self.kind = self.status = self.reason = ""
        self.batch = self.batch_status = self.batch_reason = ""
        self.rows = self.batch_rows = 0

    def whole_batch(self) -> Iterator[Order]:
        """The batch as one answer, where the bank gives it a status and lists none of its orders."""
        if self.batch and self.batch_status and not self.batch_rows:
            yield self.answer(batch=self.batch, status=self.batch_status, reason=self.batch_reason)

    def whole_message(self) -> Iterator[Order]:
        """The message as one answer, where nothing below it is listed."""
        if self.status and not self.rows:
            yield self.answer(batch="", status=self.status, reason=self.reason)

    def answer(self, *, batch: str, status: str, reason: str) -> Order:
        """An answer to a batch or message."""
        self.rows += 1
        return Order(
            place=f"answer {self.rows}",
            stated_on=self.day,
            message_id=self.original,
            batch_id=batch,
            original_kind=self.kind,
            status=status,
            reason_code=reason,
        )


def read(path: Path, file: str, settings: BankFileFormat) -> Iterator[dict[str, str]]:
    """One row per answer, in file order. `settings` is that of every standard; this one states no totals of its own.

    Raises:
        SourceProblem: no pain.002, malformed, or no status in it.
    """
    del settings
    return (row for message in open_messages(path, file, KINDS) for row in order_rows(_answers(message)))


def _answers(message: Message) -> Iterator[Order]:
    report = _Report(message)
    names = ["GrpHdr", "OrgnlGrpInfAndSts", "OrgnlPmtInfId", "PmtInfSts", "StsRsnInf", "TxInfAndSts"]
    for element in message.elements(names):
        name = name_of(element)
        if name == "GrpHdr":
            report.day = day_of(text_at(element, "CreDtTm"))
        elif name == "OrgnlGrpInfAndSts":
            report.original = reference(text_at(element, "OrgnlMsgId"))
            report.kind = text_at(element, "OrgnlMsgNmId")
            report.status, report.reason = text_at(element, "GrpSts"), text_at(element, *_REASON)
        elif name == "OrgnlPmtInfId":
            yield from report.whole_batch()
            report.batch, report.batch_status, report.batch_reason = reference(element.text or ""), "", ""
            report.batch_rows = 0
        elif name == "PmtInfSts":
            report.batch_status = (element.text or "").strip()
        elif name == "StsRsnInf":
            report.batch_reason = text_at(element, "Rsn/Cd", "Rsn/Prtry")
        else:
            yield _answer(report, element)
    yield from report.whole_batch()
    yield from report.whole_message()
    if not report.rows:
        raise SourceProblem.at(message.file, "states nothing of any order", "Get the file from the bank again.")


def _answer(report: _Report, element: Element) -> Order:
    report.rows += 1
    report.batch_rows += 1
    original = "OrgnlTxRef"
    amounts = all_at(element, "OrgnlTxRef/Amt/InstdAmt")
    return Order(
        place=f"answer {report.rows}",
        stated_on=report.day,
        message_id=report.original,
        batch_id=report.batch,
        end_to_end_id=reference(text_at(element, "OrgnlEndToEndId")),
        original_kind=report.kind,
        status=text_at(element, "TxSts") or report.batch_status or report.status,
        reason_code=text_at(element, *_REASON) or report.batch_reason or report.reason,
        collect_on=day_of(text_at(element, f"{original}/ReqdColltnDt")),
        amount=(amounts[0].text or "").strip() if amounts else "",
        currency=(amounts[0].get("Ccy") or "") if amounts else "",
        mandate_id=text_at(element, f"{original}/MndtRltdInf/MndtId", f"{original}/MndtRltdInf/DrctDbtMndt/MndtId"),
        sequence_type=text_at(element, f"{original}/PmtTpInf/SeqTp"),
        scheme=text_at(element, f"{original}/PmtTpInf/LclInstrm/Cd"),
        debtor_name=text_at(element, f"{original}/Dbtr/Nm", f"{original}/Dbtr/Pty/Nm"),
        debtor_account=text_at(element, f"{original}/DbtrAcct/Id/IBAN").replace(" ", ""),
        remittance_text=" ".join(texts_at(element, f"{original}/RmtInf/Ustrd")),
    )
