"""Coverage-guided fuzzing of the parsers in pure Python: `python -m tests.fuzz.guided TARGET INPUTS SECONDS SEED FOLDER`.

atheris looks at which branches an input takes and keeps those that take new ones. libFuzzer ends the process it runs in, so
each target has a process of its own, which writes what it counted to `FOLDER/TARGET.json` as it goes. Needs the dependency
group `fuzz`, which has wheels for Linux only.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import json
import os
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import get_args

import atheris

with atheris.instrument_imports(include=["tasks.extract"]):
    from tasks.extract import csv_repair, json_values, safe_xml, text_file, xlsx_file, xml_members
from tasks.settings.formats import BankStandard, CsvFormat, EInvoiceStandard
from tests.fuzz.campaign import Campaign
from tests.fuzz.delimited_texts import whole_file
from tests.fuzz.message_checks import Finding, bank_check, invoice_check, seeds_of
from tests.fuzz.mutations import mutated, mutated_zip
from tests.fuzz.workbook_targets import workbook_of

Check = Callable[[bytes], Iterator[Finding]]
_TELL_EVERY = 1_000
_BYTE_CHANGES = 0.2
_MOST_BYTES = 20_000


def records(data: bytes) -> Iterator[Finding]:
    """The count of records, whatever the blocks, and the repair: as many lines as the count says."""
    counts = []
    for size in (len(data) or 1, 7):
        counter = text_file.RecordCounter('"', ";")
        for start in range(0, len(data), size):
            counter.add(data[start : start + size])
        counts.append((counter.finish(), counter.delimiters))
    if counts[0] != counts[1]:
        yield "unaccounted", "records by block size", f"{counts}"
    if codecs.BOM_UTF8.startswith(
        data
    ):  # Nothing, or a mark that is cut off: Python's own decoder takes it for nothing.
        return
    path = _FOLDER / "file.csv"
    path.write_bytes(data)
    text_file.check_encoding(path, "file.csv", "utf-8")
    settings = CsvFormat(delimiter=";", names=("a", "b"), ragged=len(data) % 2 == 0)
    result = csv_repair.repair(path, "file.csv", settings, width=2, header_lines=0, scratch=_FOLDER)
    lines = [line for line in data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n") if line]
    accounted = result.record_count + result.reject_count + sum(part.rows for part in result.set_aside)
    if accounted > len(lines) or (b'"' not in data and accounted != len(lines)):
        yield "unaccounted", "lines of a text", f"{accounted} of {len(lines)}"


def json_text(data: bytes) -> Iterator[Finding]:
    """A document is read as the standard library reads it, or refused."""
    try:
        value = json_values.parse(data)
        if isinstance(value, dict):
            json_values.flat(value)
    except json_values.UnusableJson:
        return
    if json.loads(json.dumps(value)) != value:
        yield "coercion", "a document", ""


def xml(data: bytes) -> Iterator[Finding]:
    """XML whole, and as a stream; no document type gets through."""
    root = safe_xml.parse_xml(data, "file.xml")
    if root.getroottree().docinfo.internalDTD is not None:
        yield "coercion", "a document type", ""
    path = _FOLDER / "file.xml"
    path.write_bytes(data)
    for member in xml_members.xml_members(path, "file.xml"):
        with member.open() as stream:
            list(safe_xml.stream_xml(stream, "file.xml", [str(item.tag) for item in root][:3], [str(root.tag)]))


def workbook(data: bytes) -> Iterator[Finding]:
    """The check of a workbook before anything reads it."""
    path = _FOLDER / "file.xlsx"
    path.write_bytes(data)
    xlsx_file.check_workbook(path, "file.xlsx")
    return iter(())


_FOLDER = Path(tempfile.mkdtemp(prefix="puntual-fuzz-"))
_XML_SEEDS = ("camt", "ubl", "dte", "fatturapa")
TARGETS: dict[str, tuple[Check, Callable[[], list[bytes]]]] = {
    "records": (records, lambda: [whole_file(Random(number)).data for number in range(50)]),  # noqa: S311
    "json_text": (json_text, lambda: [b'{"a": [1, 2.50, {"b": null}], "c": "\\u00e9"}', b'[{"a": 1e5}]']),
    "xml": (xml, lambda: [data for standard in _XML_SEEDS for data in seeds_of(standard)]),
    "workbook": (workbook, lambda: [workbook_of([[("text", "a"), ("number", "1")]], is_shared=True)]),
}
MESSAGES = (*get_args(BankStandard), *get_args(EInvoiceStandard))


def _target(name: str) -> tuple[Check, list[bytes]]:
    if name in TARGETS:
        check, seeds = TARGETS[name]
        return check, seeds()
    make = bank_check if name in get_args(BankStandard) else invoice_check
    return make(name), seeds_of(name)  # type: ignore[operator]  # one of both takes the name


def main(name: str, inputs: int, seconds: float, seed: int, folder: Path) -> None:
    """Runs until one of the bounds; never returns."""
    check, seeds = _target(name)
    corpus = _FOLDER / "corpus"
    corpus.mkdir()
    for number, data in enumerate(seeds):
        (corpus / str(number)).write_bytes(data)
    campaign = Campaign(f"guided_{name}", Random(seed), inputs, seconds, folder)  # noqa: S311

    def one(data: bytes) -> None:
        with campaign.input(data):
            for kind, sign, told in check(data):
                campaign.finding(kind, sign, data, told)
        if not campaign.goes_on or campaign.inputs % _TELL_EVERY == 0:
            tell(campaign, folder)
        if not campaign.goes_on:
            os._exit(0)

    def changed(data: bytes, most: int, draw: int) -> bytes:
        """Changes of a file's structure more often than of its bytes, which nearly always end in a refusal."""
        random = Random(draw)  # noqa: S311
        if random.random() < _BYTE_CHANGES:
            return bytes(atheris.Mutate(data, most))
        if name == "workbook" and zipfile.is_zipfile(io.BytesIO(data)):
            with contextlib.suppress(
                zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError, RuntimeError
            ):
                return mutated_zip(random, [data])[:most]
        return mutated(random, [data, random.choice(seeds)])[:most]

    options = [f"-seed={seed or 1}", f"-max_len={_MOST_BYTES}", "-verbosity=0", "-rss_limit_mb=2048", "-mutate_depth=1"]
    atheris.Setup([name, *options, str(corpus)], one, custom_mutator=changed)
    atheris.Fuzz()


def tell(campaign: Campaign, folder: Path) -> None:
    """Writes what was counted so far."""
    folder.mkdir(parents=True, exist_ok=True)
    found = [[kind, sign, times] for (kind, sign), times in campaign.findings.items()]
    counted = {"inputs": campaign.inputs, "refused": campaign.refused, "seconds": campaign.seconds, "findings": found}
    (folder / f"{campaign.target}.json").write_text(json.dumps(counted), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
