"""`not_matches` of a row test: what has no such text, blanks among it."""

from __future__ import annotations

from tests.extract.bench import Bench, receivables_source


def test_rows_without_the_text_are_set_aside_and_blanks_are_without_it(bench: Bench) -> None:
    bench.write(
        "exports/ledger.csv",
        "Cliente;Factura;Fecha;Vence;Moneda;Importe\n"
        "43000012;F1;01/04/2026;01/05/2026;EUR;1,00\n"
        "70000001;F2;01/04/2026;01/05/2026;EUR;2,00\n"
        ";F3;01/04/2026;01/05/2026;EUR;3,00\n",
    )
    rows = {"set_aside": [{"reason": "other_account", "when": [{"column": "Cliente", "not_matches": "^430"}]}]}
    (file,) = bench.extract(receivables_source(rows=rows)).files
    assert (file.rows_in, file.landed) == (1, 1)
    assert [(item.reason, item.rows) for item in file.set_aside] == [("other_account", 2)]
