"""Keys that no record of a JSON export has: programs leave out what has no value, so their columns are blank and not missing."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from tasks.extract.cells import columns_used
from tasks.extract.expressions import cast, labelled, name, select
from tasks.extract.raw import RawTable, all_text, raw_name
from tasks.extract.rows.check import columns_of_rules
from tasks.settings.sources import Source


def with_absent_keys(raw: RawTable, source: Source) -> RawTable:
    """`raw` with a blank column for each path that the source reads and the file lacks, if it has any path of the source.

    A file with none of them is another file: it keeps its columns, and the check of the mapping says what is missing.
    """
    carried = {item.name for item in source.rows.carry}
    wanted = {column for mapping in source.columns.values() for column in columns_used(mapping)}
    wanted |= {column for mapping in source.references.values() for column in columns_used(mapping)}
    wanted |= columns_of_rules(source.rows) - carried
    absent = sorted(wanted - set(raw.headers))
    if not absent or not wanted & set(raw.headers):
        return raw
    width = len(raw.headers)
    kept: list[exp.Expr] = [name(column) for column in (*raw.columns, *raw.marks)]
    blank = [labelled(cast(exp.null(), "VARCHAR"), raw_name(width + index)) for index in range(len(absent))]
    return replace(
        raw,
        headers=(*raw.headers, *absent),
        kinds=(*raw.kinds, *all_text(len(absent))),
        relation=select([*kept, *blank], raw.relation),
    )
