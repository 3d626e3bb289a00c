"""JSON, fixed-width lines and Parquet: made with known cells, and damaged; what targets of tables share."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tasks.extract.expressions import render
from tasks.extract.fixed_width_file import read_fixed_width
from tasks.extract.json_file import read_json
from tasks.extract.parquet_file import read_parquet, refuse_damaged
from tasks.extract.raw import RawTable
from tasks.settings.columns import Decimals
from tasks.settings.formats import FixedField, FixedWidthFormat, JsonFormat
from tasks.warehouse.errors import DatabaseFailed, values_withheld
from tests.fuzz.campaign import Campaign
from tests.fuzz.mutations import mutated

PLAIN = Decimals()
TEXTS = (
    "",
    " ",
    "C1",
    "00012",
    "12,50",
    "Peña & Söhne",
    "<b>",
    "a\nb",
    "😀",
    "=1+1",
    "1e5",
    "true",
    "#N/A",
    "x" * 300,
    "\u2028",
)
NUMBERS = (
    "0", "-0", "1", "12.5", "1210.50", "-99.9", "1E3", "1e-7", "30.299999999999997", "0.1", "123456789012345",
    "1234567890123456", "12345678901234567", "9007199254740993", "1e15", "123456789012345.6", "1E300", "99999999999999999999",
    "0.000001", "45000", "45000.5",
)  # fmt: skip


@contextmanager
def workshop() -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as connection:
        yield connection, Path(folder)


def cells_of(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> list[list[str]]:
    """The table's cells as landing would read them; errors of the database are those that landing would not catch."""
    relation = render(raw.relation)
    source = f"({relation})" if relation.startswith("SELECT") else relation
    with values_withheld("file"):
        found = connection.execute(f"SELECT {', '.join(raw.columns)} FROM {source}").fetchall()  # noqa: S608
    if raw.expected_rows not in (None, len(found)):
        raise AssertionError(f"{raw.expected_rows} rows expected, {len(found)} read")
    return [["" if cell is None else str(cell) for cell in row] for row in found]


def json_documents(campaign: Campaign) -> None:
    """Documents and lines: cells as Python's own reader has them, digits as they stood; damaged ones are refused."""
    with workshop() as (connection, folder):
        while campaign.goes_on:
            records = [_record(campaign.random) for _ in range(campaign.random.choice((1, 2, 6)))]
            is_lines = campaign.random.random() < 0.5
            written = [json.dumps(record, ensure_ascii=campaign.random.random() < 0.5) for record in records]
            text = ("\n".join(written) if is_lines else f"[{', '.join(written)}]").replace('"~', "").replace('~"', "")
            data = text.encode("utf-8", "surrogatepass")
            is_damaged = campaign.random.random() < 0.6
            if is_damaged:
                data = mutated(campaign.random, [data])
            with campaign.input(data), tempfile.TemporaryDirectory(dir=folder) as own:
                path = Path(own) / "file.json"
                path.write_bytes(data)
                raw = read_json(path, "file.json", JsonFormat(), PLAIN, Path(own))
                found = [dict(zip(raw.headers, row, strict=True)) for row in cells_of(connection, raw)]
                rejects = pq.read_metadata(raw.rejects).num_rows if raw.rejects is not None else 0
                campaign.values += len(found)
                _compare_json(campaign, data, found, rejects)


def _compare_json(campaign: Campaign, data: bytes, found: list[dict[str, str]], rejects: int) -> None:
    expected, refused = _by_python(data)
    if expected is None:
        campaign.finding("coercion", "JSON that is none was read", data, f"{found}")
    elif len(expected) != len(found) or refused != rejects:
        campaign.finding(
            "unaccounted", "records of JSON", data, f"{len(found)}, {rejects} and {len(expected)}, {refused}"
        )
    else:
        for cells, record in zip(found, expected, strict=True):
            # Headers are trimmed, and made unique: a key with blanks around it is another column's name.
            leaves = [(key, value) for key, value in _leaves(record, "") if key and key == key.strip()]
            if any(cells.get(key, "") != value for key, value in leaves if f"{key}_1" not in cells):
                campaign.finding("coercion", "a value of JSON", data, f"{cells} {record}")
                return


def _by_python(data: bytes) -> tuple[list[object] | None, int]:
    """The records by the standard library, and the lines that are none; None where nothing is readable."""
    lines = [line for line in data.split(b"\n") if line.strip()]
    whole = _loaded(data)
    if len(lines) > 1 and isinstance(_loaded(lines[0]), dict):
        read = [_loaded(line) for line in lines]
        good = [item for item in read if isinstance(item, (dict, list))]
        return [part for item in good for part in (item if isinstance(item, list) else [item])], len(read) - len(good)
    if isinstance(whole, dict):
        return [whole], 0
    return (whole if isinstance(whole, list) else None), 0


def _loaded(data: bytes) -> object:
    """The value with its numbers as text; None where it is no JSON or has a key twice."""
    twice: list[bool] = []

    def paired(pairs: list[tuple[str, object]]) -> dict[str, object]:
        twice.append(len({key for key, _ in pairs}) != len(pairs))
        return dict(pairs)

    def refuse(_: str) -> None:
        twice.append(True)

    try:
        value = json.loads(
            data, parse_int=_Digits, parse_float=_Digits, object_pairs_hook=paired, parse_constant=refuse
        )
    except (ValueError, RecursionError):
        return None
    return None if any(twice) else value


class _Digits(str):
    __slots__ = ()


def _leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Texts and plain numbers by path; what is nested in lists is not compared."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, str) and value.isprintable() and not (isinstance(value, _Digits) and "e" in value.lower()):
        yield path, str(value)


def _record(random: Random) -> dict[str, object]:
    values: list[object] = [
        *TEXTS,
        True,
        False,
        None,
        [],
        [1, "a"],
        {"a": {"b": "c"}},
        {"x": []},
        1,
        12.5,
        -0.0,
        10**25,
    ]
    numbers = [f"~{text}~" for text in NUMBERS if not text.startswith("-0")]
    keys = ("id", "amount", "currency", "a.b", "größe", "é\u0301", " x ", "links")
    return {random.choice(keys): random.choice([*values, *numbers]) for _ in range(random.randrange(1, 6))}


def fixed_width_lines(campaign: Campaign) -> None:
    """Lines of fixed width in several encodings, damaged: each line in one account, fields as they stand."""
    fields = (
        FixedField(name="a", start=1, length=4),
        FixedField(name="b", start=5, length=6),
        FixedField(name="c", start=14, length=3),
    )
    seeds = [
        "\r\n".join(f"{i:4}{'Peña Ñ':6}   {i % 1000:03}" for i in range(6)).encode(),
        b"ABCD123456   xyz\nABCD\n\n    \n\x1a",
    ]
    with workshop() as (connection, folder):
        while campaign.goes_on:
            encoding = campaign.random.choice(("utf-8", "latin-1", "cp1252"))
            data, skip = mutated(campaign.random, seeds), campaign.random.choice((0, 0, 1))
            with campaign.input(data), tempfile.TemporaryDirectory(dir=folder) as own:
                path, scratch = Path(own) / "file.txt", Path(own) / "scratch"
                scratch.mkdir()
                path.write_bytes(data)
                settings = FixedWidthFormat(fields=fields, encoding=encoding, skip_rows=skip)
                raw = read_fixed_width(path, "file.txt", settings, scratch)
                found = cells_of(connection, raw)
                campaign.values += len(found)
                text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
                lines = [line.rstrip("\r") for line in text.split("\n")]
                lines = [line for number, line in enumerate(lines) if line and number >= skip]
                cut = [
                    [line[f.start - 1 : f.start - 1 + f.length].replace("\x1a", "") for f in fields] for line in lines
                ]
                expected = [cells for cells in cut if any(cell.strip() for cell in cells)]
                aside = sum(part.rows for part in raw.set_aside)
                if found != expected:
                    campaign.finding("coercion", "fields of a line", data, f"{found} {expected}")
                if len(found) + aside != len(lines):
                    campaign.finding("unaccounted", "lines", data, f"{len(found)} + {aside} of {len(lines)}")


def damaged_parquet(campaign: Campaign) -> None:
    """Parquet files with damage: refused, or read as many rows as they state."""
    seeds = [_parquet(codec) for codec in ("none", "snappy", "zstd", "gzip")]
    with workshop() as (connection, folder):
        while campaign.goes_on:
            data = mutated(campaign.random, seeds)
            with campaign.input(data), tempfile.TemporaryDirectory(dir=folder) as own:
                path = Path(own) / "file.parquet"
                path.write_bytes(data)
                raw = read_parquet(connection, path, "file.parquet", PLAIN)
                try:
                    campaign.values += len(cells_of(connection, raw))
                except (DatabaseFailed, AssertionError) as error:  # As landing does.
                    refuse_damaged(path, "file.parquet", str(error))
                    raise


def _parquet(codec: str) -> bytes:
    count = 40
    table = pa.table(
        {
            "id": [f"C{i}" for i in range(count)],
            "amount": pa.array([Decimal(i) / 4 for i in range(count)], pa.decimal128(18, 2)),
            "double": [i / 3 for i in range(count)],
            "whole": list(range(count)),
            "is_open": [i % 2 == 0 for i in range(count)],
            "blank": pa.array([None] * count, pa.string()),
        }
    )
    packed = io.BytesIO()
    pq.write_table(table, packed, compression=codec)
    return packed.getvalue()
