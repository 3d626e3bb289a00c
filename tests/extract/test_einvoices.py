"""What e-invoice sources refuse, quarantine and set aside, and that every row keeps the name of its document."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tasks.extract import extract
from tasks.extract.safe_xml import parse_xml
from tasks.problems import SourceProblem
from tasks.settings.load import load_workspace
from tests.extract.bench import AS_OF, Bench

UBL = "urn:oasis:names:specification:ubl:schema:xsd"
INVOICE = f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="{UBL}:Invoice-2" xmlns:cac="{UBL}:CommonAggregateComponents-2" xmlns:cbc="{UBL}:CommonBasicComponents-2">
  <cbc:ID>NUMBER</cbc:ID><cbc:IssueDate>2026-04-01</cbc:IssueDate><cbc:DueDate>2026-05-01</cbc:DueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:AccountingSupplierParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>ESB12345674</cbc:CompanyID>
    <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme></cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>ESA58818501</cbc:CompanyID>
    <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
    <cac:PartyLegalEntity><cbc:RegistrationName>Peña e Hijos</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>
  </cac:AccountingCustomerParty>
  <cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="EUR">AMOUNT</cbc:PayableAmount></cac:LegalMonetaryTotal>
</Invoice>
"""


def invoice(number: str = "F-1", amount: str = "100.00") -> str:
    return INVOICE.replace("NUMBER", number).replace("AMOUNT", amount)


def ubl(**changes: object) -> dict[str, object]:
    return {
        "name": "invoices",
        "contract": "receivables",
        "profile": "ubl_invoices",
        "path": "exports/*",
        "max_reject_share": 1,
    } | changes


def refusal(bench: Bench, content: str | bytes, **changes: object) -> str:
    bench.write("exports/one.xml", content)
    with pytest.raises(SourceProblem) as caught:
        bench.extract(ubl(**changes))
    return str(caught.value)


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE Invoice>",
        f'<!DOCTYPE Invoice [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE Invoice [<!ENTITY outside SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/remote.dtd">',
        "<!-- before it --> <?also this?> <!doctype Invoice>",
    ],
    ids=["bare", "billion laughs", "external entity", "external subset", "after a comment"],
)
def test_a_document_type_declaration_is_refused_before_anything_is_parsed(bench: Bench, doctype: str) -> None:
    content = invoice().replace("?>\n", f"?>\n{doctype}", 1)
    assert "exports/one.xml: has a DOCTYPE" in refusal(bench, content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (invoice()[:700], "line"),
        (invoice().replace("</cbc:ID>", "", 1), "an element is not closed"),
        (invoice().replace("F-1", "&lol;").replace("NUMBER", "F-1"), "it uses an entity"),
        (invoice().replace("F-1", "<x>" * 300 + "</x>" * 300), "elements lie deeper"),
        (invoice().replace("F-1", "x" * 11_000_000), "a text is longer"),
        (invoice() + "<Invoice/>", "goes on after its end"),
        ("Number;Amount\nF-1;100\n", "is not XML"),
        (invoice().encode("latin-1"), "its bytes are not in the encoding that it declares"),
        (invoice().replace("UTF-8", "ISO-8859-1", 1), "its bytes are UTF-8"),
        (invoice().replace("UTF-8", "UTF-7", 1), "declares an encoding that e-invoices do not use"),
        (invoice().replace(f"{UBL}:Invoice-2", "urn:example:Invoice-2"), "its root element is Invoice of urn:example"),
    ],
    ids=[
        "cut off",
        "unclosed",
        "entity",
        "deep",
        "huge text",
        "two documents",
        "no XML",
        "bytes of another encoding",
        "UTF-8 declared as Latin-1",
        "UTF-7",
        "another namespace",
    ],
)
def test_a_file_that_is_no_whole_document_of_the_standard_is_named(
    bench: Bench, content: str | bytes, said: str
) -> None:
    message = refusal(bench, content)
    assert "exports/one.xml" in message
    assert said in message
    assert "Peña" not in message


def test_every_broken_file_of_a_folder_is_named_at_once(bench: Bench) -> None:
    bench.write("exports/a.xml", invoice())
    bench.write("exports/b.xml", "<broken")
    bench.write("exports/c.xml", "<!DOCTYPE x><x/>")
    with pytest.raises(SourceProblem) as caught:
        bench.extract(ubl())
    assert [problem.where.partition(",")[0] for problem in caught.value.problems] == ["exports/b.xml", "exports/c.xml"]


def test_characters_of_windows_1252_under_a_latin_1_declaration_are_read_as_meant(bench: Bench) -> None:
    content = invoice().replace("UTF-8", "ISO-8859-1", 1).replace("Peña e Hijos", "Peña “€uro”")
    bench.write("exports/one.xml", content, encoding="windows-1252")
    extraction = bench.extract(ubl())
    assert bench.query(extraction, "SELECT customer_name FROM landing.receivables") == [("Peña “€uro”",)]


@pytest.mark.parametrize(
    ("content", "column", "said"),
    [
        (invoice(amount="1.234,56"), "amount", "'1.234,56' is not an amount"),
        (invoice(amount="1e3"), "amount", "'1e3' is not an amount"),
        (invoice(amount=""), "amount", "amount is empty"),
        (
            invoice().replace('currencyID="EUR"', 'currencyID="XXX"').replace("Code>EUR<", "Code>XXX<"),
            "currency",
            "ISO",
        ),
        (invoice().replace("2026-05-01", "01/05/2026"), "due_date", "'01/05/2026' is not a date"),
        (invoice().replace("F-1", "F-<b>1</b>"), "document_number", "document_number is empty"),
        (
            invoice().replace('currencyID="EUR"', 'currencyID="USD"'),
            "(document)",
            "in EUR and its payable amount in USD",
        ),
    ],
    ids=["comma decimals", "exponent", "no total", "currency", "date", "number with markup", "two currencies"],
)
def test_a_document_with_a_value_that_cannot_be_used_is_quarantined_with_it(
    bench: Bench, content: str, column: str, said: str
) -> None:
    bench.write("exports/bad.xml", content)
    bench.write("exports/good.xml", invoice("F-2"))
    extraction = bench.extract(ubl())
    ((file, row, reasons, columns),) = bench.query(
        extraction, "SELECT file, file_row, reasons, columns FROM landing.quarantine"
    )
    assert (file, row) == ("exports/bad.xml", 1)
    assert isinstance(reasons, list)
    assert isinstance(columns, list)
    assert column in columns
    assert any(said in reason for reason in reasons)
    assert [item.landed for item in extraction.files] == [1]


def test_a_total_that_is_missing_is_not_taken_from_another_element(bench: Bench) -> None:
    total = '<cbc:PayableAmount currencyID="EUR">100.00</cbc:PayableAmount>'
    bench.write("exports/one.xml", invoice().replace(total, total.replace("PayableAmount", "TaxInclusiveAmount")))
    assert bench.extract(ubl()).files[0].quarantined == 1


def test_the_invoices_of_other_sellers_are_set_aside_where_the_company_is_known(bench: Bench) -> None:
    bench.write("exports/ours.xml", invoice("F-1"))
    bench.write("exports/purchase.xml", invoice("P-1").replace("ESB12345674", "ESG12345678"))
    bench.settings(ubl())
    settings = (bench.root / "puntual.yaml").read_text().replace("id: acme", "id: acme\n  tax_id: B-12345674")
    (bench.root / "puntual.yaml").write_text(settings)
    extraction = extract(load_workspace(bench.root), as_of=AS_OF)
    (file,) = extraction.files
    assert [(part.reason, part.rows) for part in file.set_aside] == [("of_another_seller", 1)]
    assert bench.query(extraction, "SELECT document_number FROM landing.receivables") == [("F-1",)]


class TestZips:
    def test_members_are_documents_and_name_their_rows(self, bench: Bench) -> None:
        with zipfile.ZipFile(bench.root / "exports" / "april.zip", "w") as archive:
            archive.writestr("out/F-1.xml", invoice("F-1"))
            archive.writestr("out/F-1.pdf", b"%PDF")
            archive.writestr("__MACOSX/out/._F-1.xml", b"\0")
            archive.writestr("F-2.xml", invoice("F-2", "1,00"))
        extraction = bench.extract(ubl())
        assert bench.query(extraction, "SELECT file, file_row FROM landing.receivables") == [
            ("exports/april.zip/out/F-1.xml", 1)
        ]
        assert bench.query(extraction, "SELECT file FROM landing.quarantine") == [("exports/april.zip/F-2.xml",)]

    @pytest.mark.parametrize("name", ["/etc/F-1.xml", "../F-1.xml", "a/../../F-1.xml", "..\\F-1.xml"])
    def test_names_that_lead_out_of_the_zip_are_refused(self, bench: Bench, name: str) -> None:
        with zipfile.ZipFile(bench.root / "exports" / "april.zip", "w") as archive:
            archive.writestr(name, invoice())
        with pytest.raises(SourceProblem, match="leads out of the zip"):
            bench.extract(ubl())

    def test_a_zip_that_expands_beyond_reason_is_refused_unread(self, bench: Bench) -> None:
        with zipfile.ZipFile(bench.root / "exports" / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("F-1.xml", b" " * (40 << 20))
        with pytest.raises(SourceProblem, match="would expand to 42 MB"):
            bench.extract(ubl())

    def test_a_broken_member_is_named(self, bench: Bench) -> None:
        with zipfile.ZipFile(bench.root / "exports" / "april.zip", "w") as archive:
            archive.writestr("F-1.xml", invoice())
            archive.writestr("F-2.xml", invoice()[:300])
        with pytest.raises(SourceProblem, match=r"april\.zip \(member 2\), line") as caught:
            bench.extract(ubl())
        assert "F-2" not in str(caught.value)

    @pytest.mark.parametrize("kept", [0.3, 0.9])
    def test_a_zip_that_was_cut_off_is_refused(self, bench: Bench, kept: float) -> None:
        path = bench.root / "exports" / "april.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("F-1.xml", invoice())
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
        with pytest.raises(SourceProblem, match="cut off or damaged"):
            bench.extract(ubl())

    def test_a_member_whose_bytes_were_changed_is_refused(self, bench: Bench) -> None:
        path = bench.root / "exports" / "april.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("F-1.xml", invoice(amount="100.00"))
        path.write_bytes(path.read_bytes().replace(b">100.00<", b">900.00<"))
        with pytest.raises(SourceProblem, match="cut off or damaged"):
            bench.extract(ubl())


class TestSignedContainers:
    def source(self) -> dict[str, object]:
        return ubl(profile="fatturapa_invoices")

    @pytest.mark.parametrize(
        "content",
        [
            b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80",
            b"\x30\x03\x02\x01\x01",
            b"\x30\x84\xff\xff\xff\xff",
        ],
        ids=["BER", "another message", "cut off"],
    )
    def test_a_container_that_cannot_be_opened_says_how_to_open_it(self, bench: Bench, content: bytes) -> None:
        bench.write("exports/one.xml.p7m", content)
        with pytest.raises(SourceProblem, match="openssl cms -verify -noverify"):
            bench.extract(self.source())


class TestFolders:
    def parsed(self, bench: Bench) -> set[Path]:
        return set((bench.root / ".puntual" / "landing" / "parsed").rglob("*.parquet"))

    def test_a_content_is_parsed_once(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        bench.write("exports/a.xml", invoice("F-1"))
        assert [file.was_parsed for file in bench.extract(ubl()).files] == [True]
        assert [file.was_parsed for file in bench.extract(ubl()).files] == [False]
        opened: list[str] = []
        monkeypatch.setattr("tasks.extract.einvoice_file.parse_xml", _noting(opened))
        bench.write("exports/b.xml", invoice("F-2"))
        (file,) = bench.extract(ubl()).files
        assert (file.landed, opened) == (2, ["exports/b.xml"])

    def test_other_readers_land_the_same_content_again(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        bench.write("exports/a.xml", invoice("F-1"))
        bench.extract(ubl())
        for module in ("einvoice_file", "land_source"):
            monkeypatch.setattr(f"tasks.extract.{module}.READERS", 10_000)
        assert [file.was_parsed for file in bench.extract(ubl()).files] == [True]

    def test_what_is_taken_out_of_the_folder_is_no_longer_there(self, bench: Bench) -> None:
        bench.write("exports/a.xml", invoice("F-1"))
        gone = bench.write("exports/b.xml", invoice("F-2"))
        bench.extract(ubl())
        gone.unlink()
        extraction = bench.extract(ubl())
        assert bench.query(extraction, "SELECT document_number FROM landing.receivables") == [("F-1",)]

    def test_a_renamed_file_is_known_by_its_new_name(self, bench: Bench) -> None:
        path = bench.write("exports/a.xml", invoice("F-1"))
        bench.extract(ubl())
        path.rename(path.with_name("z.xml"))
        extraction = bench.extract(ubl())
        assert bench.query(extraction, "SELECT file FROM landing.receivables") == [("exports/z.xml",)]

    def test_the_same_document_twice_is_one(self, bench: Bench) -> None:
        bench.write("exports/a.xml", invoice("F-1"))
        bench.write("exports/copy of a.xml", invoice("F-1"))
        extraction = bench.extract(ubl())
        (file,) = extraction.files
        assert (file.rows_in, file.landed, file.duplicates) == (2, 1, 1)
        assert bench.query(extraction, "SELECT file, reasons FROM landing.quarantine") == [
            ("exports/copy of a.xml", ["repeats row 1 of exports/a.xml"])
        ]

    def test_two_documents_under_one_number_are_both_quarantined(self, bench: Bench) -> None:
        bench.write("exports/a.xml", invoice("F-1", "100.00"))
        bench.write("exports/b.xml", invoice("F-1", "200.00"))
        extraction = bench.extract(ubl())
        assert bench.query(extraction, "SELECT file FROM landing.quarantine ORDER BY file") == [
            ("exports/a.xml",),
            ("exports/b.xml",),
        ]

    def test_nothing_is_kept_of_a_folder_with_a_broken_file(self, bench: Bench) -> None:
        bench.write("exports/a.xml", invoice("F-1"))
        bench.write("exports/b.xml", "<broken")
        with pytest.raises(SourceProblem):
            bench.extract(ubl())
        assert not self.parsed(bench)


def _noting(opened: list[str]) -> object:
    def parse(data: bytes, file: str) -> object:
        opened.append(file)
        return parse_xml(data, file)

    return parse
