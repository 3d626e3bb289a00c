"""What `puntual init` makes of exports that no shipped profile knows."""

from __future__ import annotations

import datetime
import gzip
from pathlib import Path

import pytest

from tasks.problems import SettingsProblem, SourceProblem
from tasks.recognise.model import Recognised
from tasks.recognise.recognise import recognise
from tasks.recognise.write import NewWorkspace, write_workspace
from tasks.settings.load import load_workspace
from tasks.settings.sources import Source

AS_OF = datetime.date(2026, 6, 1)
SPANISH = (
    "Listado de facturas;;;;;\n"
    "Código cliente;Núm. documento;Fecha emisión;Fecha vto.;Divisa;Importe total\n"
    "0042;F-1;05/01/2026;04/02/2026;EUR;1.210,50\n"
    "0043;F-2;25/01/2026;24/02/2026;EUR;99,00\n"
)


@pytest.fixture
def strategy(tmp_path: Path) -> Path:
    path = tmp_path / "ready.yaml"
    path.write_text("{}\n")
    return path


def export(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def made(path: Path, folder: Path, strategy: Path) -> NewWorkspace:
    return write_workspace(folder / "acme", recognise(path), strategy, as_of=AS_OF)


def source_of(workspace: NewWorkspace) -> Source:
    return load_workspace(workspace.settings.parent).settings.sources[0]


def doubts(found: Recognised) -> str:
    return "\n".join(str(doubt) for doubt in found.doubts)


def test_a_spanish_latin_1_export_is_read_as_a_person_would_read_it(tmp_path: Path, strategy: Path) -> None:
    source = source_of(made(export(tmp_path, "facturas.csv", SPANISH, "latin-1"), tmp_path, strategy))
    assert source.contract == "receivables"
    assert source.format.model_dump() | {"delimiter": ";", "encoding": "latin-1", "skip_rows": 1} == (
        source.format.model_dump()
    )
    assert source.dates == ("%d/%m/%Y",)
    assert (source.decimals.decimal, source.decimals.thousands) == (",", ".")
    assert source.columns["customer_id"].column == "Código cliente"
    assert source.columns["due_date"].column == "Fecha vto."


def test_what_is_proposed_lands_and_its_first_rows_are_shown(tmp_path: Path, strategy: Path) -> None:
    (written,) = made(export(tmp_path, "facturas.csv", SPANISH, "latin-1"), tmp_path, strategy).sources
    assert written.trial is not None
    assert (written.trial.rows_in, written.trial.landed) == (2, 2)
    assert written.trial.preview is not None
    assert written.trial.preview["amount"] == ("1210.50", "99.00")
    assert written.trial.preview["due_date"] == ("2026-02-04", "2026-02-24")


def test_dates_that_fit_two_orders_are_a_doubt_that_names_both(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        "a.csv",
        "Customer ID,Invoice No,Invoice Date,Amount\nC1,F1,01/02/2026,10.00\nC2,F2,03/04/2026,11.00\n",
    )
    (found,) = recognise(path)
    assert (
        "day and month cannot be told apart in 'Invoice Date': %d/%m/%Y is used, and %m/%d/%Y would fit too"
        in doubts(found)
    )


def test_one_row_far_down_tells_day_from_month(tmp_path: Path) -> None:
    rows = "".join(f"C{number % 7},F{number},01/02/2026,10.00\n" for number in range(3000))
    path = export(tmp_path, "a.csv", f"Customer ID,Invoice No,Invoice Date,Amount\n{rows}C1,F9999,02/13/2026,1.00\n")
    (found,) = recognise(path)
    assert found.entry["dates"] == ["%m/%d/%Y"]
    assert "cannot be told apart" not in doubts(found)


def test_an_order_that_one_column_proves_holds_for_the_others(tmp_path: Path) -> None:
    path = export(
        tmp_path, "a.csv", "Customer ID,Invoice No,Invoice Date,Due Date,Amount\nC1,F1,01/02/2026,03/15/2026,10.00\nC2,F2,03/04/2026,05/06/2026,1.00\n"
    )  # fmt: skip
    (found,) = recognise(path)
    assert found.entry["dates"] == ["%m/%d/%Y"]
    assert "cannot be told apart" not in doubts(found)


def test_what_is_missing_lowers_the_confidence_and_gets_a_working_value(tmp_path: Path, strategy: Path) -> None:
    path = export(
        tmp_path, "a.csv", "Customer ID,Invoice No,Invoice Date,Due Date,Amount\nC1,F1,2026-01-13,2026-02-01,10.00\n"
    )
    (found,) = recognise(path)
    assert found.confidence < 0.9
    assert "no column found for currency" in doubts(found)
    workspace = made(path, tmp_path, strategy)
    assert source_of(workspace).columns["currency"].value == "EUR"
    assert "CONFIRM columns.currency" in workspace.settings.read_text(encoding="utf-8")


def test_a_name_whose_values_do_not_agree_is_not_believed(tmp_path: Path) -> None:
    path = export(
        tmp_path, "a.csv", "Customer ID,Invoice No,Invoice Date,Due Date,Amount\nC1,F1,2026-01-13,on receipt,10.00\nC2,F2,2026-01-14,later,11.00\n"
    )  # fmt: skip
    (found,) = recognise(path)
    assert "due_date" not in columns(found)
    assert "'Due Date' is called like due_date, but its values are not dates" in doubts(found)


def test_columns_without_telling_names_are_found_by_their_values(tmp_path: Path) -> None:
    rows = "".join(
        f"K{number % 3};R{number};{number + 1:02d}.03.2026;{number + 1:02d}.04.2026;CLP;{number}1.210\n"
        for number in range(1, 9)
    )
    (found,) = recognise(export(tmp_path, "a.csv", f"Wer;Beleg;Vom;Bis;In;Total\n{rows}"))
    mapped = columns(found)
    assert mapped["invoice_date"] == {"column": "Vom"}
    assert mapped["due_date"] == {"column": "Bis"}
    assert mapped["currency"] == {"column": "In"}
    assert mapped["customer_id"] == {"column": "Wer"}
    assert found.currencies == ("CLP",)
    assert "its dates are never before 'Vom'" in doubts(found)


def columns(found: Recognised) -> dict[str, object]:
    content = found.entry["columns"]
    assert isinstance(content, dict)
    return content


def test_a_balance_that_exceeds_the_amount_is_not_what_is_open(tmp_path: Path) -> None:
    path = export(
        tmp_path, "a.csv", "Customer ID,Invoice No,Invoice Date,Amount,Balance\nC1,F1,2026-01-13,10.00,900.00\nC2,F2,2026-01-14,11.00,911.00\n"
    )  # fmt: skip
    (found,) = recognise(path)
    assert "open_amount" not in columns(found)
    assert "is within the amount in 0 of 2 rows only" in doubts(found)


def test_a_number_that_comes_again_is_no_key(tmp_path: Path) -> None:
    path = export(
        tmp_path, "a.csv", "Customer ID,Invoice No,Invoice Date,Due Date,Amount\nC1,F1,2026-01-13,2026-02-13,10.00\nC1,F1,2026-01-13,2026-03-13,11.00\n"
    )  # fmt: skip
    (found,) = recognise(path)
    assert columns(found)["receivable_id"] == {"join": ["Invoice No", "Due Date"]}


def test_credits_that_a_type_tells_get_their_sign(tmp_path: Path, strategy: Path) -> None:
    path = export(
        tmp_path, "a.csv", "Customer ID,Invoice No,Type,Invoice Date,Amount\nC1,F1,Invoice,2026-01-13,10.00\nC1,F2,Credit memo,2026-01-14,4.00\n"
    )  # fmt: skip
    (written,) = made(path, tmp_path, strategy).sources
    assert written.trial is not None
    assert written.trial.preview is not None
    assert written.trial.preview["amount"] == ("10.00", "-4.00")
    assert written.trial.preview["document_type"] == ("invoice", "credit_note")


def test_one_code_with_and_without_leading_zeros_is_one_customer(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        "a.csv",
        "Customer ID,Invoice No,Invoice Date,Amount\n0042,F1,2026-01-13,10.00\n42,F2,2026-01-14,4.00\n",
    )
    (found,) = recognise(path)
    assert columns(found)["customer_id"] == {"column": "Customer ID", "strip_leading_zeros": True}
    assert "with and without leading zeros" in doubts(found)


def test_addresses_in_a_list_of_invoices_are_a_source_of_contacts(tmp_path: Path, strategy: Path) -> None:
    path = export(
        tmp_path, "a.csv", "Customer ID,Email,Invoice No,Invoice Date,Amount\n"
        "C1,a@b.example,F1,2026-01-13,10.00\nC1,a@b.example,F2,2026-01-14,4.00\nC2,,F3,2026-01-15,4.00\n"
    )  # fmt: skip
    receivables, contacts = made(path, tmp_path, strategy).sources
    assert (receivables.recognised.contract, contacts.recognised.contract) == ("receivables", "contacts")
    assert contacts.trial is not None
    assert (contacts.trial.landed, dict(contacts.trial.set_aside)) == (1, {"no_address": 1, "further_line": 1})


def test_a_gzipped_export_is_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(SPANISH.encode("cp1252")))
    assert recognise(path)[0].contract == "receivables"


def test_old_dos_letters_are_told_from_windows_letters(tmp_path: Path) -> None:
    rows = "Cliente;Numero;Fecha;Importe\nEspaña y Ávila, Peñón ó í ú;F-1;25/01/2026;10,00\n"
    (found,) = recognise(export(tmp_path, "a.csv", rows, "cp850"))
    assert found.entry["format"] == {"type": "csv", "delimiter": ";", "encoding": "cp850"}


def test_the_currency_of_the_exports_tells_the_likely_country(tmp_path: Path, strategy: Path) -> None:
    path = export(tmp_path, "a.csv", SPANISH.replace("EUR", "CLP").replace("1.210,50", "1.210").replace("99,00", "99"))
    company = load_workspace(made(path, tmp_path, strategy).settings.parent).settings.company
    assert (company.country, company.currency, company.time_zone) == ("CL", "CLP", "America/Santiago")


def test_without_receivables_the_workspace_says_what_is_missing(tmp_path: Path, strategy: Path) -> None:
    path = export(
        tmp_path,
        "bank.csv",
        "Fecha valor;Concepto;Importe;Moneda\n25/01/2026;Transferencia;10,00;EUR\n26/01/2026;Otra;11,00;EUR\n",
    )
    workspace = made(path, tmp_path, strategy)
    assert not workspace.has_receivables
    text = workspace.settings.read_text(encoding="utf-8")
    assert "none of the exports holds receivables" in text
    assert "# - name: receivables" in text
    with pytest.raises(SettingsProblem, match="no source fulfils the contract 'receivables'"):
        load_workspace(workspace.settings.parent)


def test_the_export_is_copied_and_what_to_confirm_is_marked(tmp_path: Path, strategy: Path) -> None:
    path = export(tmp_path, "facturas.csv", SPANISH, "latin-1")
    workspace = made(path, tmp_path, strategy)
    assert "CONFIRM" in workspace.settings.read_text(encoding="utf-8")
    assert (workspace.settings.parent / "exports" / "facturas.csv").read_bytes() == path.read_bytes()


def test_two_exports_of_one_name_do_not_overwrite_each_other(tmp_path: Path, strategy: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        export(folder, "facturas.csv", SPANISH)
    found = [item for folder in folders for item in recognise(folder / "facturas.csv")]
    settings = load_workspace(write_workspace(tmp_path / "acme", found, strategy, as_of=AS_OF).settings.parent).settings
    assert [source.name for source in settings.sources] == ["receivables", "receivables_2"]
    assert len({source.path for source in settings.sources}) == 2


def test_an_existing_workspace_is_left_alone(tmp_path: Path, strategy: Path) -> None:
    (tmp_path / "puntual.yaml").write_text("mine\n")
    with pytest.raises(SettingsProblem, match="exists already"):
        write_workspace(tmp_path, [], strategy, as_of=AS_OF)
    assert (tmp_path / "puntual.yaml").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "is empty"),
        ("text.csv", b"hello\nworld\n", "no table"),
        ("broken.xlsx", b"PK\x03\x04 not a workbook", "cannot be read"),
        ("list.pdf", b"%PDF-1.7", "is a PDF"),
        ("names.csv", b"Cliente;Importe;Fecha\n", "has names of columns and no rows"),
        ("ledger.sqlite", b"SQLite format 3\x00 rest", "url_env"),
        ("odd.xml", b"<?xml version='1.0'?><nothing/>", "that no source profile knows"),
    ],
)
def test_a_file_that_cannot_be_recognised_is_refused_with_its_name(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceProblem, match=said) as caught:
        recognise(path)
    assert name in str(caught.value)


def test_a_database_url_is_not_repeated_and_it_is_said_how(tmp_path: Path) -> None:
    with pytest.raises(SourceProblem) as caught:
        recognise(Path("postgresql://user:secret@host/db"))
    assert "secret" not in str(caught.value)
    assert "url_env" in str(caught.value)
