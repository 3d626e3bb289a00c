"""What is wrong with the exports, on purpose: extra rows that a run must catch, and the list of them.

Every fault is an added row, so that what remains after rejecting them is the clean ledger that the control totals state.
Rules are named as in `data_contracts/`; `readable` means that the value does not fit the column's type, `required` that a required
value is missing, `row_shape` that the row has another number of fields than the header, `key_unique` that the key was there already.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from examples.generator.tables import Row, Table


@dataclass(frozen=True)
class Fault:
    """A row to plant: a copy of a real row (with a number of its own unless `keeps_key`) in which `column` says `value`."""

    column: str
    value: str
    rule: str
    outcome: str = "quarantined"
    keeps_key: bool = False
    where: tuple[str, str] | None = None  # the copied row shows this value (ANYTHING: any but none) in this column


@dataclass(frozen=True)
class Planted:
    """Where a fault ended up: `row` is the data row of the file, from 1."""

    source: str
    file: str
    sheet: str
    row: int
    column: str
    value: str
    rule: str
    outcome: str


ANYTHING = "*"
UNREADABLE, REQUIRED, SHAPE, TWICE = "readable", "required", "row_shape", "key_unique"
IN_EUR, IN_CLP = ("Divisa", "EUR"), ("Divisa", "CLP")
INVOICES_2025 = (
    Fault("Emisión", "31/02/2025", UNREADABLE),
    Fault("Importe", "1,234.56", UNREADABLE, where=IN_EUR),
    Fault("Divisa", "EURO", "currency_known", where=IN_EUR),
    Fault("Tipo", "PF", "document_type_known"),
    Fault("Importe", "12.500,50", "amount_has_the_currencys_decimals", where=IN_CLP),
    Fault("Cliente", "", REQUIRED),
    Fault("", "", TWICE, "duplicate", keeps_key=True),
)
INVOICES_2026 = (
    Fault("Vencimiento", "2026-05-12", UNREADABLE, where=IN_EUR),
    Fault("Emisión", "12/03/1206", "invoice_date_possible"),
    Fault("Importe", "-480,00", "amount_sign_fits_type", where=("Tipo", "FV")),
    Fault("Importe", "0,00", "amount_not_zero", where=IN_EUR),
    Fault("Importe", "s/n", UNREADABLE),
    Fault("Importe", "", REQUIRED),
    Fault("Divisa", "XBT", "currency_known", where=IN_EUR),
    Fault("Forma de pago", "Trueque", "payment_method_known"),
    Fault("Estado doc.", "Perdido", "payment_document_status_known"),
    Fault("Vto", "A", UNREADABLE),
    Fault("Obra", "OB-4710;2", SHAPE, where=("Compensada", "")),
    Fault("Obra", "OB-4711;1", SHAPE, where=("Compensada", ANYTHING)),
    Fault("", "", TWICE, "duplicate", keeps_key=True),
    Fault("", "", TWICE, "duplicate", keeps_key=True),
)
PAYMENTS = (
    Fault("fecha", "2026-13-05", UNREADABLE),
    Fault("fecha", "05/06/2026", UNREADABLE),
    Fault("importe", "0.00", "amount_not_zero", where=("divisa", "EUR")),
    Fault("importe", "1.840,25", UNREADABLE, where=("divisa", "EUR")),
    Fault("importe", "250000.40", "amount_has_the_currencys_decimals", where=("divisa", "CLP")),
    Fault("importe", "", REQUIRED),
    Fault("divisa", "UFX", "currency_known", where=("divisa", "EUR")),
    Fault("medio", "Bizum", "payment_method_known"),
    Fault("", "", TWICE, "duplicate", keeps_key=True),
)
CUSTOMERS = (
    Fault("Razón social", "", REQUIRED),
    Fault("País", "Espanya", "country_known", where=("País", "España")),
    Fault("Días", "9999", "payment_terms_days_possible"),
    Fault("", "", TWICE, "duplicate", keeps_key=True),
)
CONTACTS = (
    Fault("Correo", "tesoreria@@montejos.example", "email_syntax"),
    Fault("Correo", "pagos.valdemora.example", "email_syntax"),
    Fault("Función", "Portería", "role_known"),
    Fault("Correo", "sin correo", "email_syntax"),
    Fault("Verificado", "ayer", UNREADABLE),
)
UNMATCHED_PAYMENTS = (
    Fault("documento", "FV26-99999", "names_a_known_document", "unapplied", where=("divisa", "EUR")),
    Fault("documento", "", "names_a_document", "unapplied", where=("divisa", "MXN")),
    Fault("cliente", "999999", "names_a_known_customer", "unapplied", where=("divisa", "EUR")),
)
"""Sound bank lines that belong to no receivable; they are part of the clean ledger, as money that stands against the debt."""
FAULTS = {
    ("facturas_2025.csv", ""): INVOICES_2025,
    ("facturas_2026.csv", ""): INVOICES_2026,
    ("cobros_banco.csv", ""): PAYMENTS,
    ("clientes.xlsx", "Clientes"): CUSTOMERS,
    ("clientes.xlsx", "Contactos"): CONTACTS,
}
KEYS = {"facturas": "Nº factura", "cobros": "operacion", "clientes": "Código", "contactos": "Contacto"}


def plant(table: Table) -> tuple[Table, list[Planted]]:
    """The table with its faults, spread evenly over it, and where they are."""
    faults = FAULTS.get((table.file, table.sheet), ())
    rows = list(table.rows)
    step = len(rows) // (len(faults) + 1)
    planted = []
    for number, fault in enumerate(faults, start=1):
        place = _place(rows, fault, start=number * step)
        row = _faulty(rows[place], fault, key=KEYS[table.source], number=number)
        rows.insert(place + 1, row)
        planted.append(
            Planted(
                table.source, table.file, table.sheet, place + 2, fault.column, fault.value, fault.rule, fault.outcome
            )
        )
    return replace(table, rows=rows), planted


def add_unmatched(table: Table) -> Table:
    """The table of payments with lines that no receivable explains; other tables as they are."""
    if table.source != "cobros":
        return table
    rows = list(table.rows)
    for number, fault in enumerate(UNMATCHED_PAYMENTS, start=1):
        place = _place(rows, fault, start=len(rows) - 300 * number)
        row = _faulty(rows[place], fault, key=KEYS[table.source], number=90 + number)
        rows.insert(
            place + 1,
            {**row, "partida": "", "documento": row["documento"] if fault.column == "documento" else "FV26-99998"},
        )
    return replace(table, rows=rows)


def find_unmatched(table: Table) -> list[Planted]:
    """Where the lines of `add_unmatched` lie in the finished table of payments."""
    places = {
        row["operacion"][-3:]: number for number, row in enumerate(table.rows, start=1) if "X9" in row["operacion"]
    }
    return [
        Planted(
            table.source,
            table.file,
            "",
            places[f"X{90 + number}"],
            fault.column,
            fault.value,
            fault.rule,
            fault.outcome,
        )
        for number, fault in enumerate(UNMATCHED_PAYMENTS, start=1)
    ]


def _place(rows: list[Row], fault: Fault, *, start: int) -> int:
    """The first row from `start` that shows what the fault needs; later faults lie below, so earlier row numbers stay right."""
    if fault.where is None:
        return start
    column, value = fault.where
    return next(
        place
        for place in range(start, len(rows))
        if (rows[place][column] if value == ANYTHING else rows[place][column] == value)
    )


def _faulty(row: Row, fault: Fault, *, key: str, number: int) -> Row:
    copy = dict(row)
    if not fault.keeps_key:
        copy[key] = f"{row[key][:-3]}X{number:02d}"
    if fault.column:
        copy[fault.column] = fault.value
    return copy
