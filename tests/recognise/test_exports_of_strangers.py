"""Exports as people find them: lists with titles, subtotals and page headers, abbreviated names, named months, currencies beside amounts."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import pytest

from tasks.extract import extract
from tasks.problems import SourceProblem
from tasks.recognise.money import as_money, number_of
from tasks.recognise.names import spelt_out
from tasks.recognise.recognise import recognise
from tasks.recognise.write import WrittenSource, write_workspace
from tasks.segment.load import ready_strategy
from tasks.settings.load import load_workspace

AS_OF = datetime.date(2026, 11, 20)
SAP_LIKE = """\
20.11.2026      Lista de partidas individuales de deudores      1

----------------------------------------------------------
|Cliente   |NºDoc.    |Cl|Fecha doc.|Venc.neto |Importe en ML|ML |
|--------------------------------------------------------|
|0000001000|1800000001|RV|18.09.2026|17.11.2026|   14.848,65 |EUR|
|0000001003|1800000002|DG|16.10.2026|15.12.2026|      530,37-|EUR|
|--------------------------------------------------------|
|Cliente   |NºDoc.    |Cl|Fecha doc.|Venc.neto |Importe en ML|ML |
|--------------------------------------------------------|
|0000001001|1800000003|RV|22.09.2026|22.10.2026|   18.022,96 |EUR|
|*         |          |  |          |          |   32.341,24 |EUR|
"""
MEXICAN = """\
RFC,Cliente,Folio,Fecha,Vence,Moneda,Total,Saldo
XAXX010101000,Talleres Peña,A-500,12-ene-2026,11-feb-2026,MXN,"$14,848.65","$14,848.65"
XAXX010101003,Óptica Ñandú,A-501,03-dic-2025,02-ene-2026,MXN,"$5,530.37","$530.37"
"""
TWO_CURRENCIES = """\
Client,Inv No,Inv Dt,Due,Amount,Paid
Acme,9000,18 Sep 2026,17 Nov 2026,"USD 1,200.50",USD 0.00
Bolt,9001,16 Oct 2026,15 Dec 2026,"EUR 15,530.37",EUR 30.00
Acme,9002,17 Oct 2026,16 Dec 2026,EUR 30.37,EUR 0.00
"""
PORTUGUESE = """\
Código do cliente;Nome do cliente;Nº da fatura;Tipo;Data de emissão;Data de vencimento;Valor total;Valor em aberto;Moeda;E-mail
1;Cliente Um Lda;FT 2026/1;Fatura;18/set/2026;17-11-2026;14848,65;14848,65;EUR;um@example.pt
2;Cliente Dois Lda;FT 2026/2;Nota de crédito;16/out/2026;15-12-2026;530,37;530,37;EUR;dois@example.pt
1;Cliente Um Lda;FT 2026/3;Fatura;19/dez/2025;18-01-2026;48,65;8,65;EUR;um@example.pt
"""


def written(folder: Path, text: str, encoding: str = "utf-8") -> list[WrittenSource]:
    path = folder / "export.csv"
    path.write_bytes(text.encode(encoding))
    return list(write_workspace(folder / "ws", recognise(path), ready_strategy("standard"), as_of=AS_OF).sources)


def preview(item: WrittenSource, column: str) -> tuple[str, ...]:
    assert item.trial is not None
    assert item.trial.preview is not None, item.trial
    return item.trial.preview[column]


def doubts(item: WrittenSource) -> str:
    return "\n".join(str(doubt) for doubt in item.recognised.doubts)


def test_a_paged_list_with_its_header_on_every_page_lands_without_its_lines_and_totals(tmp_path: Path) -> None:
    (item,) = written(tmp_path, SAP_LIKE, "latin-1")
    assert item.trial is not None
    assert (item.trial.rows_in, item.trial.landed) == (3, 3)
    assert dict(item.trial.set_aside) == {"no_date": 4, "repeated_header": 1}
    assert preview(item, "document_number") == ("1800000001", "1800000002", "1800000003")
    assert preview(item, "amount") == ("14848.65", "-530.37", "18022.96")
    assert preview(item, "document_type") == ("invoice", "credit_note", "invoice")
    assert "blank" not in doubts(item)


SPANISH = """\
ACME IBÉRICA, S.A.;;;;;
Relación de facturas pendientes de cobro;;;;;
Cód. Cliente;Razón Social;Nº Factura;F. Factura;Importe;Pendiente
4300;Talleres Peña;F-1;18/09/2026;1.848,65;7,25
4300;Talleres Peña;F-2;08/09/2026;500,13;500,13
;Total cliente Talleres Peña;;;;507,38
4301;Muñoz e Hijos;F-3;17/07/2026;19,00;9,00
;Total cliente Muñoz e Hijos;;;;9,00
;TOTAL GENERAL;;;;516,38
"""


def test_the_total_that_a_list_states_is_held_to_at_every_delivery(tmp_path: Path) -> None:
    (item,) = written(tmp_path, SPANISH, "cp1252")
    assert item.trial is not None
    assert item.trial.landed == 3
    assert dict(item.trial.set_aside) == {"no_date": 2, "stated_total": 1}
    export = tmp_path / "ws" / "exports" / "export.csv"
    export.write_bytes(SPANISH.replace("500,13;500,13", "500,13;400,13").encode("cp1252"))
    with pytest.raises(SourceProblem, match=r"516\.38"):
        extract(load_workspace(tmp_path / "ws"), as_of=AS_OF)


def test_a_mexican_list_with_named_months_and_peso_signs_lands(tmp_path: Path) -> None:
    (item,) = written(tmp_path, MEXICAN, "latin-1")
    assert preview(item, "invoice_date") == ("2026-01-12", "2025-12-03")
    assert preview(item, "open_amount") == ("14848.65", "530.37")
    assert preview(item, "currency") == ("MXN", "MXN")


def test_a_currency_beside_each_amount_is_taken_from_it(tmp_path: Path) -> None:
    (item,) = written(tmp_path, TWO_CURRENCIES)
    assert preview(item, "currency") == ("USD", "EUR", "EUR")
    assert preview(item, "amount") == ("1200.50", "15530.37", "30.37")
    assert "'Paid' says what was paid" in doubts(item)


def test_a_sign_that_means_many_currencies_is_left_to_a_person(tmp_path: Path) -> None:
    (item,) = written(tmp_path, TWO_CURRENCIES.replace("USD ", "$").replace("EUR ", "$"))
    assert "'$' beside the amounts of 'Amount' does not say which currency it is" in doubts(item)


def test_a_portuguese_list_gives_receivables_and_contacts(tmp_path: Path) -> None:
    invoices, contacts = written(tmp_path, PORTUGUESE)
    assert preview(invoices, "invoice_date") == ("2026-09-18", "2026-10-16", "2025-12-19")
    assert preview(invoices, "open_amount") == ("14848.65", "-530.37", "8.65")
    assert contacts.recognised.contract == "contacts"
    assert preview(contacts, "contact_id") == ("1-um@example.pt", "2-dois@example.pt")


def test_ways_to_pay_that_nobody_knows_do_not_refuse_the_debt(tmp_path: Path) -> None:
    text = "Cliente;Nº Factura;F. Factura;Importe;Forma Pago\nC1;F1;05/01/2026;1,00;A convenir\nC2;F2;25/01/2026;2,00;Recibo\n"
    (item,) = written(tmp_path, text)
    assert item.trial is not None
    assert item.trial.landed == 2
    assert "'Forma Pago' has words that are not known ('A convenir'), and is left out" in doubts(item)


def test_e_invoices_ask_for_the_companys_own_tax_number_and_lists_do_not(tmp_path: Path) -> None:
    fixture = next((Path(__file__).parents[1] / "sources" / "fixtures" / "facturae_invoices").glob("*.x*"))
    write_workspace(tmp_path / "xml", recognise(fixture), ready_strategy("standard"), as_of=AS_OF)
    assert 'tax_id: ""            # CONFIRM' in (tmp_path / "xml" / "puntual.yaml").read_text()
    written(tmp_path, PORTUGUESE)
    assert "tax_id" not in (tmp_path / "ws" / "puntual.yaml").read_text()


@pytest.mark.parametrize("name", ["a-two-bodies.xml", "e-signed.xml.p7m", "f-base64.xml.p7m"])
def test_a_zip_is_recognised_by_its_first_invoice_signed_or_not(name: str, tmp_path: Path) -> None:
    fixtures = Path(__file__).parents[1] / "sources" / "fixtures" / "fatturapa_invoices"
    with zipfile.ZipFile(tmp_path / "april.zip", "w") as archive:
        archive.writestr("__MACOSX/._april.xml", b"\0")
        archive.writestr("april/photo.jpg", b"\xff\xd8")
        archive.write(fixtures / name, f"april/{name}")
    found = recognise(tmp_path / "april.zip")
    assert {item.entry["profile"] for item in found} == {"fatturapa_invoices"}


def test_a_plain_list_that_lacks_a_key_is_proposed_one(tmp_path: Path) -> None:
    text = (
        "customer_id,document_number,invoice_date,due_date,currency,amount\nC-1,F-1,2026-01-05,2026-02-04,EUR,10.00\n"
    )
    (item,) = written(tmp_path, text)
    assert preview(item, "receivable_id") == ("F-1",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("vendor,invnumber,date,amount\nV1,77,2026-01-05,10.00\nV2,78,2026-01-06,11.00\n", "what the company owes"),
        ("!Type:Bank\nD01/02/2026\nT-10.00\n^\n", "QIF file, which says neither its currency"),
        ("word,meaning\nalpha,first\nbeta,second\n", "no list of receivables, payments, customers or contacts"),
    ],
)
def test_what_is_no_export_of_ours_is_refused_with_the_reason(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text(text)
    with pytest.raises(SourceProblem, match=message):
        recognise(path)


@pytest.mark.parametrize(
    ("name", "means"),
    [("NºDoc.", "numero documento"), ("Nº Factura", "numero factura"), ("F. Vencimiento", "fecha vencimiento"),
     ("Cód. Cliente", "codigo cliente"), ("N.I.F.", "nif"), ("Inv Dt", "invoice date"), ("Data de emissão", "data emissao")],
)  # fmt: skip
def test_abbreviated_names_are_spelt_out(name: str, means: str) -> None:
    assert spelt_out(name) == means


def test_what_is_no_amount_stays_as_it_is_and_is_refused_later() -> None:
    assert as_money(["USD 1.00", "pending"]) is None
    assert as_money(["1.00", "2.00"]) is None
    assert number_of("(USD 5.00)") == "(USD 5.00)"
    assert number_of("-1.200,50 €") == "-1.200,50"


def test_one_type_that_is_not_known_leaves_credit_notes_credit_notes(tmp_path: Path) -> None:
    more = "2;Cliente Dois Lda;FT 2026/4;Permuta;19/dez/2025;18-01-2026;10,00;10,00;EUR;dois@example.pt\n"
    (recognised,) = [item for item in written(tmp_path, PORTUGUESE + more) if item.recognised.contract == "receivables"]
    assert preview(recognised, "document_type") == ("invoice", "credit_note", "invoice")
    assert "the types 'Permuta' of 'Tipo' are not known, and rows with them are refused" in doubts(recognised)
    assert recognised.trial is not None
    assert recognised.trial.quarantined == 1


def test_an_invoice_without_a_date_is_refused_and_not_taken_for_a_title(tmp_path: Path) -> None:
    (item,) = written(tmp_path, SPANISH.replace("F-3;17/07/2026", "F-3;"), "cp1252")
    assert item.trial is not None
    assert item.trial.quarantined == 1
    assert sum(dict(item.trial.set_aside).values()) == 3
