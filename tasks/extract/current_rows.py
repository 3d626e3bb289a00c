"""The rows of one landed file as a run sees them: after what later deliveries replaced and settled."""

from __future__ import annotations

from sqlglot import exp

from tasks.contracts.load import Contract
from tasks.extract.expressions import call, labelled, name, number, parquet, select
from tasks.extract.landed_rows import good_rows, without
from tasks.extract.manifest import MANIFEST, Manifest, read_manifest
from tasks.extract.model import LandedFile, RowList


def current_rows(file: LandedFile, contract: Contract) -> exp.Select:
    """The contract's columns, `custom_references` and `file_row` of the rows that still count."""
    manifest = manifest_of(file)
    rows = good_rows(file.folder, contract, has_file_rows=manifest.has_file_rows, drops_rows=manifest.drops_rows)
    for listed in file.superseded:
        rows = without(rows, listed.path, at_position(listed))
    return rows if file.settled is None else _with_settlements(rows, contract, file.settled)


def manifest_of(file: LandedFile) -> Manifest:
    """The manifest of a landed file, which exists."""
    manifest = read_manifest(file.folder)
    if manifest is None:
        raise FileNotFoundError(file.folder / MANIFEST)
    return manifest


def at_position(listed: RowList) -> exp.Expr:
    """Which rows of a list are those of its file."""
    return exp.EQ(this=name("position"), expression=number(listed.position))


def _with_settlements(rows: exp.Select, contract: Contract, settled: RowList) -> exp.Select:
    """Rows that a later list of open items no longer held were settled on that list's day."""
    columns: list[exp.Expr] = []
    for column in contract.columns:
        own: exp.Expr = exp.column(exp.to_identifier(column.name, quoted=True), table="kept")
        if column.name == "cleared_on":
            own = labelled(call("coalesce", own, exp.column("settled_on", table="gone")), column.name)
        columns.append(own)
    extra = [exp.column("custom_references", table="kept"), exp.column("file_row", table="kept")]
    gone = select([name("file_row"), name("settled_on")], parquet(settled.path)).where(at_position(settled))
    same_row = exp.EQ(this=exp.column("file_row", table="kept"), expression=exp.column("file_row", table="gone"))
    joined = exp.Select(expressions=[*columns, *extra]).from_(rows.subquery("kept", copy=False), copy=False)
    return joined.join(gone.subquery("gone", copy=False), on=same_row, join_type="left", copy=False)
