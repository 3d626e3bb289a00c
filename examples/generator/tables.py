"""The exports as text tables: headers and rows exactly as each file shows them, before anything wrong is planted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from examples.generator.customers import Customer
from examples.generator.documents import CREDIT_NOTE, Item
from examples.generator.payments import BankLine

Row = dict[str, str]


@dataclass(frozen=True)
class Table:
    """A file, or a sheet of a workbook, that fulfils one source of `puntual.yaml`."""

    source: str
    file: str
    sheet: str
    header: tuple[str, ...]
    rows: list[Row]


INVOICE_HEADER = (
    "Nº factura", "Vto", "Tipo", "Cliente", "Emisión", "Vencimiento", "Divisa", "Importe", "Forma de pago", "Documento de pago",
    "Estado doc.", "Pedido", "HES", "Albarán", "Obra", "Incidencia", "Bloqueo", "Compensada",
)  # fmt: skip
PAYMENT_HEADER = (
    "operacion",
    "linea",
    "fecha",
    "cliente",
    "documento",
    "partida",
    "divisa",
    "importe",
    "medio",
    "concepto",
)
CUSTOMER_HEADER = (
    "Código", "Razón social", "País", "Idioma", "NIF", "Sector", "Zona", "Clase", "Situación", "Forma de pago", "Días", "Límite de crédito",
    "Divisa", "Cliente desde",
)  # fmt: skip
CONTACT_HEADER = (
    "Cliente", "Contacto", "Función", "Nombre", "Correo", "Teléfono", "Móvil", "Verificado", "Calle", "C.P.", "Población", "Provincia",
)  # fmt: skip
COUNTRY_NAMES = {"ES": "España", "MX": "México", "CL": "Chile", "CO": "Colombia", "PT": "Portugal"}


def money(units: int, currency: str) -> Decimal:
    """Smallest units as an amount: pesos of Chile have no decimals."""
    return Decimal(units) if currency == "CLP" else Decimal(units).scaleb(-2)


def signed_amount(item: Item) -> Decimal:
    """The amount with the contract's sign: credit notes are negative."""
    amount = money(item.amount, item.customer.country.currency)
    return -amount if item.type == CREDIT_NOTE else amount


def spanish_number(amount: Decimal) -> str:
    """1234.5 as 1.234,50: points between thousands, a decimal comma."""
    return f"{amount:,}".translate(str.maketrans(",.", ".,"))


def spanish_date(day: date | None) -> str:
    """dd/mm/yyyy, or nothing."""
    return f"{day:%d/%m/%Y}" if day else ""


def invoice_row(item: Item) -> Row:
    """One row of `facturas_*.csv`."""
    currency = item.customer.country.currency
    return dict(
        zip(
            INVOICE_HEADER,
            (
                item.number,
                str(item.instalment),
                item.type,
                item.customer.customer_id,
                spanish_date(item.invoice_date),
                "" if item.has_empty_due_date else spanish_date(item.due_date),
                currency,
                spanish_number(money(item.amount, currency)),
                item.method,
                item.payment_document,
                item.payment_document_state,
                item.purchase_order,
                item.entry_sheet,
                item.delivery_note,
                item.project,
                "S" if item.is_disputed else "N",
                item.block,
                spanish_date(item.cleared_on),
            ),
            strict=True,
        )
    )


def payment_row(operation: str, number: int, line: BankLine) -> Row:
    """One row of `cobros_banco.csv`."""
    item = line.item
    currency = item.customer.country.currency
    name = item.customer.name.upper()
    return dict(
        zip(
            PAYMENT_HEADER,
            (
                operation,
                str(number),
                line.paid_on.isoformat(),
                item.customer.customer_id if line.names_customer else "",
                item.number if line.names_document else "",
                item.receivable_id if line.names_instalment else "",
                currency,
                str(money(line.amount, currency)),
                line.medium,
                f"{line.text} {item.number}"
                if line.names_document
                else f"{line.text} {name if line.names_customer else 'SIN DATOS'}",
            ),
            strict=True,
        )
    )


def customer_row(customer: Customer) -> Row:
    """One row of the sheet of customers."""
    limit = money(customer.credit_limit, customer.country.currency)
    return dict(
        zip(
            CUSTOMER_HEADER,
            (
                customer.customer_id,
                customer.name,
                COUNTRY_NAMES[customer.country.code],
                customer.country.language,
                customer.tax_id,
                customer.sector,
                customer.zone,
                customer.customer_class,
                customer.financial_situation,
                customer.method,
                str(customer.terms),
                str(limit) if limit else "",
                customer.country.currency if limit else "",
                customer.since.isoformat(),
            ),
            strict=True,
        )
    )


def contact_rows(customer: Customer) -> list[Row]:
    """The customer's rows of the sheet of contacts."""
    return [
        dict(
            zip(
                CONTACT_HEADER,
                (
                    contact.customer_id,
                    contact.contact_id,
                    contact.role,
                    contact.name,
                    contact.email,
                    contact.phone,
                    contact.mobile,
                    contact.verified_on.isoformat() if contact.verified_on else "",
                    contact.address.street,
                    contact.address.postal_code,
                    contact.address.town,
                    contact.address.region,
                ),
                strict=True,
            )
        )
        for contact in customer.contacts
    ]
