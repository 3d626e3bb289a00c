"""One `Ntry` of a camt message as one or several entries: amounts, kind, parties, references."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tasks.extract.bank_files.entry import Entry, Kind, reference
from tasks.extract.bank_files.messages import (
    Element,
    all_at,
    amount_of,
    currency_of,
    date_at,
    text_at,
    texts_at,
)
from tasks.extract.bank_files.totals import Verifier
from tasks.problems import SourceProblem

ISSUED_DEBITS, RECEIVED_DEBITS, ISSUED_TRANSFERS, RECEIVED_TRANSFERS = "IDDT", "RDDT", "ICDT", "RCDT"
"""Families of ISO 20022's external bank transaction codes, domain PMNT."""
AGAIN = "Get the file from the bank again."
MARKS = ("CRDT", "DBIT")
CHARGES = frozenset({"CHRG", "COMM", "COMI", "FEES"})
INTEREST = "INTR"
BOOKED, NOT_BOOKED = ("BOOK", ""), ("PDNG", "INFO", "FUTR")
"""ISO 20022's external codes of an entry's status."""
YES, NO = ("true", "1"), ("false", "0", "")


@dataclass(frozen=True)
class _Code:
    """A bank transaction code: ISO domain, family and sub-family, or the bank's own."""

    domain: str
    family: str
    sub_family: str
    own: str

    def __str__(self) -> str:
        return "-".join(part for part in (self.domain, self.family, self.sub_family) if part) or self.own


def signed(element: Element, amount: Decimal) -> Decimal:
    """The amount with the sign of the element's credit or debit mark."""
    return -amount if text_at(element, "CdtDbtInd") == "DBIT" else amount


def entries_of(element: Element, verifier: Verifier, where: str, *, account: str, statement: str) -> list[Entry]:
    """At least one entry; their amounts add up to the amount of `element`.

    Raises:
        SourceProblem: no amount or mark, or transactions whose amounts do not add up to it.
    """
    amount_element = element.find("{*}Amt")
    if amount_element is None or text_at(element, "CdtDbtInd") not in MARKS:
        raise SourceProblem.at(f"{verifier.file}, {where}", "has no amount, or no CRDT or DBIT", AGAIN)
    total = signed(element, amount_of(amount_element, verifier.file, where))
    currency = currency_of(amount_element)
    details = all_at(element, "NtryDtls/TxDtls")
    amounts = _amounts(element, details, verifier, where, total=total, currency=currency)
    if amounts is None:
        details, amounts = details[:1] if len(details) == 1 else [], [total]
    transactions: list[Element | None] = [*details] or [None]
    rows = list(zip(transactions, amounts, strict=True))
    return [
        _entry(
            element,
            detail,
            place=where if len(rows) == 1 else f"{where}, transaction {number}",
            account=account,
            statement=statement,
            amount=amount,
            currency=currency,
        )
        for number, (detail, amount) in enumerate(rows, start=1)
    ]


def _amounts(
    element: Element, details: list[Element], verifier: Verifier, where: str, *, total: Decimal, currency: str
) -> list[Decimal] | None:
    """The transactions' signed amounts; None where the bank does not give them all in the entry's currency."""
    if len(details) < 2:
        return None
    amounts = []
    for detail in details:
        found = [
            item
            for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
            for item in all_at(detail, path)
            if currency_of(item) == currency
        ]
        if not found:
            return None
        mark = detail if text_at(detail, "CdtDbtInd") else element
        if text_at(mark, "CdtDbtInd") not in MARKS:
            raise SourceProblem.at(f"{verifier.file}, {where}", "has a mark that is neither CRDT nor DBIT", AGAIN)
        amounts.append(signed(mark, amount_of(found[0], verifier.file, where)))
    if sum(amounts) != total:
        verifier.fail(where, f"states {total:.2f}, and its {len(details)} transactions add up to {sum(amounts):.2f}")
        return None
    return amounts


def _entry(
    element: Element,
    detail: Element | None,
    *,
    place: str,
    account: str,
    statement: str,
    amount: Decimal,
    currency: str,
) -> Entry:
    code = (
        _code(detail) if detail is not None and text_at(detail, "BkTxCd/Domn/Cd", "BkTxCd/Prtry/Cd") else _code(element)
    )
    reason = text_at(detail, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry")
    reversal, status = text_at(element, "RvslInd").casefold(), text_at(element, "Sts/Cd", "Sts", "Sts/Prtry").upper()
    kind = _kind(code, amount, is_reversal=reversal in YES, is_return=bool(reason))
    if reversal not in (*YES, *NO) or status not in (*BOOKED, *NOT_BOOKED):
        kind = "unknown"
    name, counterparty_account = _counterparty(detail, kind)
    end_to_end_id = reference(text_at(detail, "Refs/EndToEndId"))
    words = [*_texts(detail, "RmtInf/Ustrd"), *_texts(detail, "RmtInf/Strd/AddtlRmtInf")]
    documents = _texts(detail, "RmtInf/Strd/RfrdDocInf/Nb")
    more = [text for text in (text_at(detail, "AddtlTxInf"), text_at(element, "AddtlNtryInf")) if text not in words]
    return Entry(
        place=place,
        account=account,
        statement=statement,
        kind=kind,
        status="pending" if status in NOT_BOOKED else "booked",
        booked_on=date_at(element, "BookgDt"),
        value_on=date_at(element, "ValDt"),
        amount=amount,
        currency=currency,
        type_code=str(code),
        bank_reference=reference(text_at(detail, "Refs/AcctSvcrRef", "Refs/TxId") or text_at(element, "AcctSvcrRef")),
        end_to_end_id=end_to_end_id,
        our_reference=end_to_end_id if code.family == ISSUED_DEBITS or kind == "returned_debit" else "",
        mandate_id=reference(text_at(detail, "Refs/MndtId")),
        counterparty_name=name,
        counterparty_account=counterparty_account,
        creditor_reference=" ".join(_texts(detail, "RmtInf/Strd/CdtrRefInf/Ref")),
        document_number=documents[0] if len(documents) == 1 else "",
        remittance_text=" ".join(" ".join([*(words or more), *(documents if len(documents) > 1 else [])]).split()),
        return_reason=reason,
    )


def _kind(code: _Code, amount: Decimal, *, is_reversal: bool, is_return: bool) -> Kind:
    """What the entry is to a creditor, by the family of its code, the reversal mark and a return reason."""
    if amount == 0:
        return "information"
    if amount > 0:
        if is_reversal or is_return or code.family in (ISSUED_TRANSFERS, RECEIVED_DEBITS):
            return "returned_order"
        return "interest" if code.sub_family == INTEREST else "payment"
    if code.family == ISSUED_DEBITS or (is_return and code.family != RECEIVED_TRANSFERS):
        return "returned_debit"
    if is_reversal or (is_return and code.family == RECEIVED_TRANSFERS):
        return "reversal"
    return "fee" if code.sub_family in CHARGES else "outgoing"


def _code(element: Element) -> _Code:
    return _Code(
        text_at(element, "BkTxCd/Domn/Cd"),
        text_at(element, "BkTxCd/Domn/Fmly/Cd"),
        text_at(element, "BkTxCd/Domn/Fmly/SubFmlyCd"),
        text_at(element, "BkTxCd/Prtry/Cd"),
    )


def _counterparty(detail: Element | None, kind: Kind) -> tuple[str, str]:
    """Name and account of the customer; of money that we ordered out, of who got it.

    A return keeps the roles of what it returns, so that the customer is still the debtor; some banks turn them round.
    """
    roles = ("Cdtr", "Dbtr") if kind in ("outgoing", "fee", "returned_order") else ("Dbtr", "UltmtDbtr", "Cdtr")
    if kind == "payment":
        roles = ("Dbtr", "UltmtDbtr")
    for role in roles:
        name = text_at(detail, f"RltdPties/{role}/Nm", f"RltdPties/{role}/Pty/Nm")
        account = text_at(detail, f"RltdPties/{role}Acct/Id/IBAN", f"RltdPties/{role}Acct/Id/Othr/Id")
        if name or account:
            return name, account.replace(" ", "")
    return "", ""


def _texts(detail: Element | None, path: str) -> list[str]:
    return texts_at(detail, path) if detail is not None else []
