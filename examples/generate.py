"""Writes the exports of the example workspace: `python -m examples.generate [FOLDER]`.

The same bytes every time. `puntual.yaml` and `strategy.yaml` of the workspace are written by hand and left alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from examples.generator.faults import Planted, add_unmatched, find_unmatched, plant
from examples.generator.ledger import make_tables
from examples.generator.write import (
    write_comma_utf8,
    write_control_totals,
    write_planted,
    write_semicolon_latin1,
    write_workbook,
)

ANDINA = Path(__file__).resolve().parent / "andina"


def generate(folder: Path) -> None:
    """Writes `exports/` and `planted_faults.yaml` into the workspace `folder`."""
    exports = folder / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    clean = [add_unmatched(table) for table in make_tables()]
    write_control_totals(exports / "control_totals.csv", clean)
    planted: list[Planted] = []
    sheets = []
    for table in clean:
        faulty, faults = plant(table)
        planted += faults
        if table.sheet:
            sheets.append(faulty)
        elif table.source == "facturas":
            write_semicolon_latin1(exports / table.file, faulty, faults)
        else:
            write_comma_utf8(exports / table.file, faulty.header, faulty.rows)
            planted += find_unmatched(faulty)
    write_workbook(exports / "clientes.xlsx", sheets)
    write_planted(folder / "planted_faults.yaml", planted)


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else ANDINA)
