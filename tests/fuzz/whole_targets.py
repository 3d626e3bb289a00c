"""Whole ways through the program: recognition of any file, and the landing of exports with hostile headers and cells."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from random import Random

from tasks.recognise.recognise import recognise
from tests.extract.bench import HEADER, Bench, receivables_source
from tests.fuzz.campaign import Campaign
from tests.fuzz.delimited_texts import CELLS, HOSTILE, QUOTED_ONLY, damaged_file, whole_file
from tests.fuzz.mutations import mutated, mutated_zip
from tests.fuzz.texts import amount_like, date_like

FIXTURES = Path(__file__).parents[1] / "sources" / "fixtures"


def recognition(campaign: Campaign) -> None:
    """`init` of every kind of file, whole and damaged: a guess or a reason why there is none."""
    seeds = [path for path in sorted(FIXTURES.glob("*/*")) if path.suffix not in (".yaml", ".md")]
    with tempfile.TemporaryDirectory() as folder:
        while campaign.goes_on:
            random = campaign.random
            data, suffix = _any_file(random, seeds)
            path = Path(folder) / f"file{suffix}"
            path.write_bytes(data)
            with campaign.input(data):
                campaign.values += len(recognise(path))
            path.unlink()


def _any_file(random: Random, seeds: list[Path]) -> tuple[bytes, str]:
    kind = random.random()
    if kind < 0.1:
        return whole_file(random).data, ".csv"
    if kind < 0.2:
        return damaged_file(random).data, ".csv"
    if kind < 0.25:
        return random.randbytes(random.choice((1, 2, 30, 500))), random.choice((".csv", ".xml", ".xlsx", ""))
    seed = random.choice(seeds)
    if seed.suffix == ".xlsx" and random.random() < 0.8:
        return mutated_zip(random, [seed.read_bytes()]), seed.suffix
    return mutated(random, [seed.read_bytes()]), random.choice((seed.suffix, seed.suffix, ".csv", ".txt"))


def landing(campaign: Campaign) -> None:
    """From an export to typed rows and quarantine: rows and cents tie, whatever the headers and cells are."""
    while campaign.goes_on:
        data, records = _export(campaign.random)
        folder = Path(tempfile.mkdtemp(prefix="puntual-fuzz-"))
        try:
            (folder / "exports").mkdir()
            bench = Bench(folder)
            bench.write("exports/ledger.csv", data)
            with campaign.input(data):
                changes: dict[str, object] = {"ignore": ["*"]}
                (file,) = bench.extract(receivables_source(**changes)).files
                aside = sum(part.rows for part in file.set_aside)
                accounts = file.landed + file.quarantined + file.duplicates
                campaign.values += file.landed
                if file.rows_in != accounts or file.rows_in + aside != file.file_rows:
                    campaign.finding("unaccounted", "accounts of a landing", data, f"{file}")
                if records is not None and file.file_rows != records:
                    campaign.finding("unaccounted", "records of the export", data, f"{records} and {file}")
                for amount in file.amounts:
                    if amount.amount_in != amount.landed + amount.quarantined + amount.duplicates:
                        campaign.finding("unaccounted", "cents of a landing", data, f"{amount}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _export(random: Random) -> tuple[bytes, int | None]:
    """An export, and how many records it has where that is certain."""
    extra = [
        random.choice((*CELLS, "\0", "a\0b", "a'b", 'a"b', "{x}", "Importe", "r0", "file_row", "x" * 5000))
        for _ in range(2)
    ]
    header = [*HEADER.split(";"), *extra[: random.randrange(3)]]
    rows = []
    for number in range(random.choice((0, 1, 5, 20))):
        day = date_like(random, "%d/%m/%Y") if random.random() < 0.3 else "01/04/2026"
        amount = amount_like(random) if random.random() < 0.4 else "1.210,50"
        texts = [random.choice((*CELLS, *QUOTED_ONLY, "\0")) if random.random() < 0.1 else text for text in
                 (f"C{number % 3}", f"F{number if random.random() < 0.8 else 1}", day, "01/05/2026", "EUR", amount)]  # fmt: skip
        rows.append([*texts, *(random.choice(CELLS) for _ in header[6:])])
    written = [";".join(_quoted(cell) for cell in row) for row in (header, *rows)]
    data = ("\n".join(written) + "\n").encode("utf-8", "replace")
    if random.random() < 0.3:
        start = data.find(b"\n") + 1
        place = random.randrange(start, len(data) + 1)
        return data[:place] + random.choice(HOSTILE) + data[place:], None
    return data, len(rows)


def _quoted(cell: str) -> str:
    return f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & set(';"\r\n') else cell
