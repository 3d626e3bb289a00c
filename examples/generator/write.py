"""Writes the tables as files, byte for byte the same every time and on every machine."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
import yaml

from examples.generator.faults import SHAPE, Planted
from examples.generator.tables import Row, Table

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
NUMBER_COLUMNS = frozenset({"Días", "Límite de crédito"})
DATE_COLUMNS = frozenset({"Cliente desde", "Verificado"})


def write_semicolon_latin1(path: Path, table: Table, planted: list[Planted]) -> None:
    """As Spanish accounting systems write: semicolons, Latin-1, CRLF; fields are quoted where they must be.

    A fault of shape is written without its quotes, which is what gives its row a field too many.
    """
    broken = {fault.row for fault in planted if fault.rule == SHAPE}
    lines = [_line(table.header, is_broken=False)]
    lines += [_line(row.values(), is_broken=number in broken) for number, row in enumerate(table.rows, start=1)]
    path.write_bytes("".join(lines).encode("latin-1"))


def _line(values: object, *, is_broken: bool) -> str:
    fields = [str(value) for value in values]  # type: ignore[attr-defined]
    if is_broken:
        return ";".join(fields) + "\r\n"
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(fields)
    return text.getvalue()


def write_comma_utf8(path: Path, header: tuple[str, ...], rows: list[Row]) -> None:
    """As banks write: commas, UTF-8, ISO dates, decimal points."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(row.values() for row in rows)
    path.write_bytes(text.getvalue().encode())


def write_workbook(path: Path, sheets: list[Table]) -> None:
    """One sheet per table, with dates and numbers as such and codes as text.

    The members are stored, not compressed: what `deflate` makes of them depends on the machine's zlib.
    """
    compressed = io.BytesIO()
    book = xlsxwriter.Workbook(compressed, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 6, 16, tzinfo=UTC).replace(tzinfo=None)})
    day_format = book.add_format({"num_format": "yyyy-mm-dd"})
    for table in sheets:
        sheet = book.add_worksheet(table.sheet)
        sheet.write_row(0, 0, table.header)
        for number, row in enumerate(table.rows, start=1):
            for place, (column, value) in enumerate(row.items()):
                if column in NUMBER_COLUMNS and value:
                    sheet.write_number(number, place, float(value))
                elif column in DATE_COLUMNS and value[:2] in {"19", "20"}:
                    sheet.write_datetime(number, place, date.fromisoformat(value), day_format)
                elif value:
                    sheet.write_string(number, place, value)
    book.close()
    with zipfile.ZipFile(compressed) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            target.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), source.read(name))


def write_control_totals(path: Path, tables: list[Table]) -> None:
    """Rows and signed amounts of the clean tables, per source and currency."""
    rows: defaultdict[tuple[str, str], int] = defaultdict(int)
    amounts: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for table in tables:
        for row in table.rows:
            if table.source == "facturas":
                key, text = (table.source, row["Divisa"]), row["Importe"].replace(".", "").replace(",", ".")
                amount = -Decimal(text) if row["Tipo"] == "AB" else Decimal(text)
            elif table.source == "cobros":
                key, amount = (table.source, row["divisa"]), Decimal(row["importe"])
            else:
                key, amount = (table.source, ""), Decimal(0)
            rows[key] += 1
            amounts[key] += amount
    lines = [
        {
            "source": source,
            "currency": currency,
            "rows": str(rows[source, currency]),
            "amount": str(amount) if currency else "",
        }
        for (source, currency), amount in sorted(amounts.items())
    ]
    write_comma_utf8(path, ("source", "currency", "rows", "amount"), lines)


def write_planted(path: Path, planted: list[Planted]) -> None:
    """The list of planted faults."""
    head = (
        "# Rows planted by examples/generate.py that a run must catch. `row` is the data row of the file (or sheet), from 1;\n"
        "# `column` is as the file names it; `rule` is a rule of data_contracts/, or readable, required, row_shape, key_unique\n"
        "# (examples/generator/faults.py says what these mean); `outcome` is quarantined, duplicate, or unapplied: a sound\n"
        "# payment that no receivable explains.\n"
    )
    faults = [
        {
            "source": fault.source,
            "file": f"exports/{fault.file}",
            **({"sheet": fault.sheet} if fault.sheet else {}),
            "row": fault.row,
            **({"column": fault.column, "value": fault.value} if fault.column else {}),
            "rule": fault.rule,
            "outcome": fault.outcome,
        }
        for fault in planted
    ]
    path.write_text(head + yaml.safe_dump({"faults": faults}, allow_unicode=True, sort_keys=False), encoding="utf-8")
