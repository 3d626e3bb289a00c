"""Bank files as tests write them: small statements whose totals tie."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Rows = list[dict[str, str]]
Read = Callable[..., Rows]


def swift(*lines: str, opening: str = "C260430EUR100,00", closing: str = "C260504EUR350,00") -> str:
    return "\n".join([":20:X", ":25:ES91/123", ":28C:1/1", f":60F:{opening}", *lines, f":62F:{closing}", "-", ""])


IN_250 = ":61:2605040504C250,00NTRFNONREF//B1"


def norma(*entries: tuple[str, int], account: str = "210004180200051332") -> list[str]:
    """An account of Norma 43 with these signs and cents; its totals tie."""
    debits = [cents for sign, cents in entries if sign == "1"]
    credits_ = [cents for sign, cents in entries if sign == "2"]
    balance = sum(credits_) - sum(debits)
    lines = [f"11{account}2605012605312{0:014d}9783ACME"]
    lines += [f"22    041826050426050404016{sign}{cents:014d}{0:010d}{0:012d}" for sign, cents in entries]
    totals = f"{len(debits):05d}{sum(debits):014d}{len(credits_):05d}{sum(credits_):014d}"
    return [*lines, f"33{account}{totals}{'2' if balance >= 0 else '1'}{abs(balance):014d}978"]


def cuaderno(lines: Iterable[str], *, more: int = 0) -> str:
    records = list(lines)
    return "\n".join([*records, f"88{'9' * 18}{len(records) + more:06d}", ""])


def camt(*entries: str, closing: str = "350.00", currency: str = "EUR", version: str = "053.001.02") -> str:
    def balance(code: str, amount: str) -> str:
        kind = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        return f'<Bal>{kind}<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'

    account = "<Acct><Id><IBAN>ES9121000418450200051332</IBAN></Id></Acct>"
    root = {
        "052": ("BkToCstmrAcctRpt", "Rpt"),
        "053": ("BkToCstmrStmt", "Stmt"),
        "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    }
    outer, inner = root[version[:3]]
    body = f"<Id>S1</Id>{account}{balance('OPBD', '100.00')}{balance('CLBD', closing)}{''.join(entries)}"
    return (
        f'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{version}">'
        f"<{outer}><GrpHdr><MsgId>M</MsgId></GrpHdr><{inner}>{body}</{inner}></{outer}></Document>"
    )


def entry(amount: str, *details: str, mark: str = "CRDT", currency: str = "EUR", more: str = "") -> str:
    inside = f"<NtryDtls>{''.join(details)}</NtryDtls>" if details else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd>{more}<Sts>BOOK</Sts>'
        f"<BookgDt><Dt>2026-05-04</Dt></BookgDt>{inside}</Ntry>"
    )


def detail(amount: str = "", *, end_to_end: str = "", currency: str = "EUR", more: str = "") -> str:
    stated = f'<AmtDtls><TxAmt><Amt Ccy="{currency}">{amount}</Amt></TxAmt></AmtDtls>' if amount else ""
    return f"<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>{stated}{more}</TxDtls>"


def code(family: str, sub_family: str) -> str:
    inner = f"<Fmly><Cd>{family}</Cd><SubFmlyCd>{sub_family}</SubFmlyCd></Fmly>"
    return f"<BkTxCd><Domn><Cd>PMNT</Cd>{inner}</Domn></BkTxCd>"


def amounts(rows: Rows) -> list[str]:
    """The amounts of rows as they are written."""
    return [row["amount"] for row in rows]
