"""Chilean DTE: a DTE by itself, an EnvioDTE with many, or an AEC, which cedes one to a factor (its receivable is assigned).

Amount: Totales/MntTotal in pesos (export documents: in the currency of Totales/TpoMoneda), less MntCancel, what was paid when
it was made out. Rows: one per IdDoc/MntPagos where the payments are scheduled, otherwise one with FchVenc, or with
TermPagoDias; FmaPago 1 (cash) means zero days. Credit notes (61, 112) state positive amounts. A document is known by type
and folio. Types that are no claim keep a word of their own in `document_type`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tasks.extract.einvoices.instalments import Instalment, per_instalment
from tasks.extract.einvoices.payment_means import SII
from tasks.extract.einvoices.rows import DocumentRow, PartyRow, Row, buyer_columns
from tasks.extract.einvoices.values import Node, amount, date, flag, joined, number, plain, total

NAMESPACE = "http://www.sii.cl/SiiDte"
ROOTS = frozenset(f"{space}{root}" for space in ("", f"{{{NAMESPACE}}}") for root in ("DTE", "EnvioDTE", "AEC"))
TABLES = frozenset({"documents", "parties"})
DOCUMENT_TYPES = {
    "33": "invoice", "34": "invoice", "110": "invoice", "56": "debit_note", "111": "debit_note", "61": "credit_note",
    "112": "credit_note", "39": "receipt", "41": "receipt", "43": "settlement", "46": "purchase_invoice",
    "52": "delivery_note",
}  # fmt: skip
EXPORTS = frozenset({"110", "111", "112"})
CURRENCIES = {
    "PESO CL": "CLP", "DOLAR USA": "USD", "EURO": "EUR", "LIBRA EST": "GBP", "YEN": "JPY", "FRANCO SZ": "CHF",
    "DOLAR CAN": "CAD", "PESO": "", "SOL": "PEN", "NUEVO SOL": "PEN", "REAL": "BRL",
}  # fmt: skip
"""TpMonedaType of the schema as ISO 4217, where it names one currency; others stay as written."""
GENERIC_TAX_IDS = frozenset({"55555555-5", "66666666-6"})
"""RUT of foreigners and of unnamed consumers: not one customer but many."""
CASH = "1"
FREE = "3"


def rows(root: etree._Element, table: str) -> Iterator[Row]:
    """The instalments of every document in the file, or their buyers."""
    within = {"": etree.QName(root).namespace or ""}
    factor = Node(root, within).at("DocumentoAEC/Cesiones/Cesion/DocumentoCesion/Cesionario")
    for dte in root.iter("DTE", f"{{{NAMESPACE}}}DTE"):
        prefixes = {"": etree.QName(dte).namespace or ""}
        for kind in ("Documento", "Exportaciones", "Liquidacion"):
            document = Node(dte, prefixes).at(kind)
            if document.is_there:
                yield from _rows(document, factor, table)


def _rows(document: Node, factor: Node, table: str) -> Iterator[Row]:
    head = document.at("Encabezado")
    seller_tax_id = head.text("Emisor/RUTEmisor")
    issued_on = date(head.text("IdDoc/FchEmis"))
    buyer = _buyer(head.at("Receptor"), seller_tax_id=seller_tax_id, issued_on=issued_on)
    if table == "parties":
        yield buyer
        return
    about, totals = head.at("IdDoc"), head.at("Totales")
    type_code, folio = about.text("TipoDTE"), about.text("Folio")
    document_type = DOCUMENT_TYPES.get(type_code, f"type_{type_code}")
    is_credit = document_type == "credit_note"
    payable, problem = _payable(about, totals)
    row = DocumentRow(
        document_id=joined("-", type_code, folio) if folio else "",
        document_number=folio,
        document_type="free_of_charge" if about.text("FmaPago") == FREE else document_type,
        type_code=type_code,
        issued_on=issued_on,
        due_on=date(about.text("FchVenc")),
        terms=about.text("TermPagoGlosa"),
        terms_days=about.text("TermPagoDias") or ("0" if about.text("FmaPago") == CASH else ""),
        payment_condition=about.text("FmaPago"),
        currency=_currency(type_code, totals),
        amount=amount(payable, negative=is_credit),
        document_total=amount(totals.text("MntTotal"), negative=is_credit),
        prepaid_amount=amount(about.text("MntCancel"), negative=is_credit),
        payment_method=SII.get(about.text("MedioPago"), ""),
        payment_method_code=about.text("MedioPago"),
        seller_tax_id=seller_tax_id,
        seller_name=head.first("Emisor/RznSoc", "Emisor/RznSocEmisor"),
        purchase_order=_reference(document, "801"),
        delivery_note=_reference(document, "52", "50"),
        contract_number=_reference(document, "803"),
        original_document=_original(document) if document_type in ("credit_note", "debit_note") else "",
        is_assigned=flag(is_set=factor.is_there),
        payee_name=factor.text("RazonSocial"),
        problem=problem,
        **buyer_columns(buyer),
    )
    parts = [Instalment(date(part.text("FchPago")), part.text("MntPago")) for part in about.all("MntPagos")]
    may_sum_to = (payable, totals.text("MntTotal"))
    yield from per_instalment(row, parts, may_sum_to=may_sum_to, negative=is_credit)


def _payable(about: Node, totals: Node) -> tuple[str, str]:
    """What is left to pay, unsigned, and a problem where the document contradicts itself."""
    whole, paid, left = totals.text("MntTotal"), about.text("MntCancel"), about.text("SaldoInsol")
    known = total((whole, amount(paid or "0", negative=True)))
    if known is None:
        return whole if number(whole) is None else paid, ""
    if left and number(left) != known:
        return plain(known), f"MntTotal less MntCancel is {plain(known)}, and SaldoInsol says {left}"
    return plain(known), ""


def _currency(type_code: str, totals: Node) -> str:
    stated = totals.text("TpoMoneda")
    if type_code in EXPORTS:
        return CURRENCIES.get(stated.upper(), "") or stated
    return "CLP"


def _reference(document: Node, *types: str) -> str:
    """The folios of the document's references of these types (801 purchase order, 803 contract, 50 and 52 delivery notes)."""
    found = (node.text("FolioRef") for node in document.all("Referencia") if node.text("TpoDocRef") in types)
    return joined(" ", *found)


def _original(document: Node) -> str:
    invoices = [node for node in document.all("Referencia") if node.text("TpoDocRef") in DOCUMENT_TYPES]
    return joined(" ", *(joined("-", node.text("TpoDocRef"), node.text("FolioRef")) for node in invoices))


def _buyer(party: Node, *, seller_tax_id: str, issued_on: str) -> PartyRow:
    stated, code, name = party.text("RUTRecep").upper(), party.text("CdgIntRecep"), party.text("RznSocRecep")
    is_generic = stated in GENERIC_TAX_IDS
    foreign_id = party.text("Extranjero/NumId")
    return PartyRow(
        party_id=joined("-", stated, foreign_id or code or name) if is_generic else stated or code,
        tax_id="" if is_generic else stated,
        legal_id=foreign_id,
        code=code,
        name=name,
        country="" if is_generic or not stated else "CL",
        address=party.text("DirRecep"),
        city=party.text("CmnaRecep"),
        zone=party.text("CiudadRecep"),
        email=party.text("CorreoRecep"),
        seller_tax_id=seller_tax_id,
        issued_on=issued_on,
    )
