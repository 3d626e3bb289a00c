"""Rows of a delivery of many documents, named by the document that each is of."""

from __future__ import annotations

from sqlglot import exp

from tasks.extract.expressions import call, labelled, name, parquet, select
from tasks.extract.model import LandedFile


def by_member(file: LandedFile, rows: exp.Select) -> exp.Select:
    """`rows` with the `file` and `file_row` by which users know them, where the delivery is one of many documents."""
    if not file.members_path.exists():
        return rows
    keys = {"file_row": "member_key", "file": "member_file", "row": "member_row"}
    members = select([labelled(name(column), key) for column, key in keys.items()], parquet(file.members_path))
    known = {"file": "member_file", "file_row": "member_row"}
    columns = [
        labelled(call("coalesce", name(known[column]), name(column)), column) if column in known else name(column)
        for column in rows.named_selects
    ]
    is_of = exp.EQ(this=name("file_row"), expression=name("member_key"))
    return select(columns, rows).join(members.subquery("members"), on=is_of, join_type="left", copy=False)
