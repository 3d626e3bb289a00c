"""FatturaPA 1.1 and 1.2 (Italy), ordinary invoices; one file may hold several bodies of one seller to one buyer.

Amount: DatiPagamento/DettaglioPagamento/ImportoPagamento, one row each: the standard makes it the amount that the buyer pays,
after withholding (ritenuta) and, with split payment, without the tax. Bodies without DatiPagamento: ImportoTotaleDocumento
(or, as it is optional, taxable amounts plus taxes of DatiRiepilogo plus Arrotondamento), less ImportoRitenuta, less the tax of
summaries with EsigibilitaIVA 'S' (the buyer pays it to the state). Credit notes (TD04, TD08) state positive amounts.
A Beneficiario other than the seller is to be paid instead of the seller. Numbers are unique within a seller's year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from lxml import etree

from tasks.extract.einvoices.instalments import Instalment, by_sign, per_instalment
from tasks.extract.einvoices.payment_means import SDI
from tasks.extract.einvoices.rows import DocumentRow, PartyRow, Row, buyer_columns
from tasks.extract.einvoices.values import Node, amount, date, flag, joined, number, plain, plain_id, total

NAMESPACES = (
    "http://www.fatturapa.gov.it/sdi/fatturapa/v1.1",
    "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2",
)
ROOTS = frozenset(f"{{{namespace}}}FatturaElettronica" for namespace in NAMESPACES)
TABLES = frozenset({"documents", "parties"})
CREDIT_TYPES = frozenset({"TD04", "TD08"})
DEBIT_TYPES = frozenset({"TD05", "TD09"})
INVOICE_TYPES = frozenset({"TD01", "TD02", "TD03", "TD06", "TD07", "TD24", "TD25", "TD26"})
SELF_INVOICES = frozenset({"TD16", "TD17", "TD18", "TD19", "TD20", "TD21", "TD22", "TD23", "TD27", "TD28", "TD29"})
"""Documents that a buyer makes out for its own taxes: nobody owes them to the seller."""
SPLIT_PAYMENT = "S"


def rows(root: etree._Element, table: str) -> Iterator[Row]:
    """The instalments of every body, or the buyer."""
    file = Node(root, {})
    head = file.at("FatturaElettronicaHeader")
    seller = _party(head.at("CedentePrestatore"))
    bodies = list(file.all("FatturaElettronicaBody"))
    issued_on = max((_issued_on(body) for body in bodies), default="")
    buyer = _party(head.at("CessionarioCommittente"), seller_tax_id=seller.tax_id, issued_on=issued_on)
    if table == "parties":
        yield buyer
        return
    for body in bodies:
        yield from _documents(body, seller, buyer)


def _documents(body: Node, seller: PartyRow, buyer: PartyRow) -> Iterator[Row]:
    general = body.at("DatiGenerali")
    head = general.at("DatiGeneraliDocumento")
    type_code, printed, issued_on = head.text("TipoDocumento"), head.text("Numero"), _issued_on(body)
    is_credit = type_code in CREDIT_TYPES
    total_text, payable = _totals(body, head)
    beneficiaries = body.texts("DatiPagamento/DettaglioPagamento/Beneficiario")
    row = DocumentRow(
        document_id=joined("-", printed, issued_on[:4], type_code) if printed else "",
        document_number=printed,
        document_type=_document_type(type_code, amount(payable, negative=is_credit)),
        type_code=type_code,
        issued_on=issued_on,
        terms=joined(" ", *head.texts("Causale"))[:500],
        terms_days=body.text("DatiPagamento/DettaglioPagamento/GiorniTerminiPagamento"),
        payment_condition=body.text("DatiPagamento/CondizioniPagamento"),
        currency=head.text("Divisa"),
        amount=amount(payable, negative=is_credit),
        document_total=amount(total_text, negative=is_credit),
        withheld_amount=_withheld(head),
        rounding_amount=head.text("Arrotondamento"),
        payment_reference=body.text("DatiPagamento/DettaglioPagamento/CodicePagamento"),
        seller_tax_id=seller.tax_id,
        seller_name=seller.name,
        purchase_order=general.text("DatiOrdineAcquisto/IdDocumento"),
        contract_number=general.text("DatiContratto/IdDocumento"),
        delivery_note=general.text("DatiDDT/NumeroDDT"),
        project=general.first("DatiOrdineAcquisto/CodiceCUP", "DatiContratto/CodiceCUP"),
        original_document=joined(" ", *general.texts("DatiFattureCollegate/IdDocumento")),
        delivered_on=date(general.text("DatiTrasporto/DataOraConsegna")),
        is_assigned=flag(is_set=any(plain_id(name) != plain_id(seller.name) for name in beneficiaries)),
        payee_name=joined(" ", *beneficiaries),
        **buyer_columns(buyer),
    )
    parts = [
        Instalment(
            date(part.text("DataScadenzaPagamento")),
            part.text("ImportoPagamento"),
            SDI.get(part.text("ModalitaPagamento"), ""),
            part.text("ModalitaPagamento"),
        )
        for part in body.all("DatiPagamento/DettaglioPagamento")
    ]
    row = replace(row, problem=_too_much(parts, head.text("ImportoTotaleDocumento")))
    yield from per_instalment(row, parts, may_sum_to=(), negative=is_credit)


def _too_much(parts: list[Instalment], stated: str) -> str:
    """Why the payments cannot be those of the document: ways to pay it that are alternatives would count twice."""
    together, whole = total(part.amount for part in parts), number(stated)
    if together is None or whole is None or abs(together) <= abs(whole):
        return ""
    return f"the payments add up to {plain(together)}, more than the document's total of {plain(whole)}"


def _document_type(type_code: str, signed: str) -> str:
    if type_code in SELF_INVOICES:
        return "self_invoice"
    if type_code not in INVOICE_TYPES | DEBIT_TYPES | CREDIT_TYPES:
        return f"type_{type_code}"
    return by_sign(signed, "debit_note" if type_code in DEBIT_TYPES | CREDIT_TYPES else "invoice")


def _totals(body: Node, head: Node) -> tuple[str, str]:
    """The document's total and what of it the buyer pays, unsigned; a total that cannot be read is passed on."""
    stated = head.text("ImportoTotaleDocumento")
    whole = number(stated) if stated else _sum_of_summaries(body, head)
    withheld = number(_withheld(head) or "0")
    split = total(
        part.text("Imposta")
        for part in body.all("DatiBeniServizi/DatiRiepilogo")
        if part.text("EsigibilitaIVA") == SPLIT_PAYMENT
    )
    if whole is None or withheld is None or split is None:
        return stated, stated
    return plain(whole), plain(whole - withheld - split)


def _sum_of_summaries(body: Node, head: Node) -> Decimal | None:
    summaries = list(body.all("DatiBeniServizi/DatiRiepilogo"))
    texts = [part.text(item) for part in summaries for item in ("ImponibileImporto", "Imposta")]
    rounding = head.text("Arrotondamento")
    return total([*texts, *([rounding] if rounding else [])]) if summaries else None


def _withheld(head: Node) -> str:
    value = total(node.text() for node in head.all("DatiRitenuta/ImportoRitenuta"))
    return "?" if value is None else plain(value) if value else ""


def _issued_on(body: Node) -> str:
    return date(body.text("DatiGenerali/DatiGeneraliDocumento/Data"))


def _party(party: Node, *, seller_tax_id: str = "", issued_on: str = "") -> PartyRow:
    data, seat = party.at("DatiAnagrafici"), party.at("Sede")
    vat = joined("", data.text("IdFiscaleIVA/IdPaese"), data.text("IdFiscaleIVA/IdCodice"))
    fiscal_code = data.text("CodiceFiscale")
    person = joined(" ", data.text("Anagrafica/Nome"), data.text("Anagrafica/Cognome"))
    return PartyRow(
        party_id=vat or fiscal_code,
        tax_id=vat or fiscal_code,
        legal_id=fiscal_code,
        name=data.text("Anagrafica/Denominazione") or person,
        address=joined(" ", seat.text("Indirizzo"), seat.text("NumeroCivico")),
        postal_code=seat.text("CAP"),
        city=seat.text("Comune"),
        zone=seat.text("Provincia"),
        country=seat.text("Nazione"),
        email=party.text("Contatti/Email"),
        phone=party.text("Contatti/Telefono"),
        seller_tax_id=seller_tax_id,
        issued_on=issued_on,
    )
