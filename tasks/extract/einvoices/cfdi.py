"""CFDI 4.0 and 3.3 (Mexico). The key of a document is the UUID of its fiscal stamp; without the stamp it has none.

Amount: Comprobante/@Total, in which taxes withheld are deducted already. Type I is an invoice, E a credit note (its total is
stated positive); P (payments), T (transport) and N (payroll) are no claims and keep a word of their own in `document_type`.
There is no due date: CondicionesDePago is free text and is passed on as `terms`. Payments are read by `cfdi_payments`.
A document related by TipoRelacion 04 is replaced by this one: the tax authority has cancelled it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tasks.extract.einvoices.cfdi_payments import payments
from tasks.extract.einvoices.countries import two_letters
from tasks.extract.einvoices.payment_means import SAT
from tasks.extract.einvoices.rows import DocumentRow, PartyRow, Row, buyer_columns
from tasks.extract.einvoices.values import Node, amount, date, joined, listed

NAMESPACES = ("http://www.sat.gob.mx/cfd/4", "http://www.sat.gob.mx/cfd/3")
ROOTS = frozenset(f"{{{namespace}}}Comprobante" for namespace in NAMESPACES)
TABLES = frozenset({"documents", "payments", "parties"})
DOCUMENT_TYPES = {
    "I": "invoice",
    "E": "credit_note",
    "P": "payment_receipt",
    "T": "transport_document",
    "N": "payroll",
}
GENERIC_TAX_IDS = frozenset({"XAXX010101000", "XEXX010101000"})
"""RFC of the public at large and of foreigners: not one customer but many."""
SUBSTITUTION = "04"


def rows(root: etree._Element, table: str) -> Iterator[Row]:
    """The document, its buyer, or the payments of its complement."""
    prefixes = {
        "cfdi": etree.QName(root).namespace or "",
        "tfd": "http://www.sat.gob.mx/TimbreFiscalDigital",
        "pago20": "http://www.sat.gob.mx/Pagos20",
        "pago10": "http://www.sat.gob.mx/Pagos",
    }
    document = Node(root, prefixes)
    uuid = document.at("cfdi:Complemento/tfd:TimbreFiscalDigital").attribute("UUID").upper()
    buyer = _buyer(document)
    row = _document(document, uuid, buyer)
    if table == "parties":
        return iter((buyer,))
    return payments(document, row) if table == "payments" else iter((row,))


def _document(document: Node, uuid: str, buyer: PartyRow) -> DocumentRow:
    kind = document.attribute("TipoDeComprobante")
    method = document.attribute("FormaPago")
    is_credit = kind == "E"
    replaced, others = _related(document)
    return DocumentRow(
        document_id=uuid,
        document_number=joined("-", document.attribute("Serie"), document.attribute("Folio")),
        document_type=DOCUMENT_TYPES.get(kind, f"type_{kind}"),
        type_code=kind,
        issued_on=date(document.attribute("Fecha")),
        terms=document.attribute("CondicionesDePago"),
        payment_condition=document.attribute("MetodoPago"),
        currency=document.attribute("Moneda"),
        amount=amount(document.attribute("Total"), negative=is_credit),
        document_total=amount(document.attribute("Total"), negative=is_credit),
        withheld_amount=document.at("cfdi:Impuestos").attribute("TotalImpuestosRetenidos"),
        payment_method=SAT.get(method, ""),
        payment_method_code=method,
        seller_tax_id=document.at("cfdi:Emisor").attribute("Rfc").upper(),
        seller_name=document.at("cfdi:Emisor").attribute("Nombre"),
        original_document=joined(" ", *others),
        replaces=listed(replaced),
        **buyer_columns(buyer),
    )


def _related(document: Node) -> tuple[list[str], list[str]]:
    """UUIDs that this document takes the place of, and the other related ones."""
    replaced: list[str] = []
    others: list[str] = []
    for group in document.all("cfdi:CfdiRelacionados"):
        chosen = replaced if group.attribute("TipoRelacion") == SUBSTITUTION else others
        chosen += [node.attribute("UUID").upper() for node in group.all("cfdi:CfdiRelacionado")]
    return replaced, others


def _buyer(document: Node) -> PartyRow:
    party = document.at("cfdi:Receptor")
    tax_id = party.attribute("Rfc").upper()
    name, foreign_id = party.attribute("Nombre"), party.attribute("NumRegIdTrib")
    is_generic = tax_id in GENERIC_TAX_IDS
    return PartyRow(
        party_id=joined("-", tax_id, foreign_id or name) if is_generic else tax_id,
        tax_id="" if is_generic else tax_id,
        legal_id=foreign_id,
        name=name,
        postal_code=party.attribute("DomicilioFiscalReceptor"),
        country=two_letters(party.attribute("ResidenciaFiscal")) or ("" if is_generic or not tax_id else "MX"),
        seller_tax_id=document.at("cfdi:Emisor").attribute("Rfc").upper(),
        issued_on=date(document.attribute("Fecha")),
    )
