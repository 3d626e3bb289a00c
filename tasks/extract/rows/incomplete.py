"""Documents whose lines are added and that may have one among the lines that the reader refused or could not split."""

from __future__ import annotations

from tasks.extract.expressions import parquet, render
from tasks.extract.layout import TOO_LONG
from tasks.extract.raw import RawTable
from tasks.settings.rows import Rows

IS_INCOMPLETE = "document IN (SELECT document FROM incomplete)"


def may_lack_lines(rules: Rows, raw: RawTable) -> bool:
    """Whether lines are added of which the reader may have refused some."""
    return bool(rules.sum) and (raw.rejects is not None or bool(raw.refusals))


def incomplete(named: str, raw: RawTable) -> str:
    """SQL: the common table expressions up to `incomplete` (document), over `rows` (document, file_row, aside, refusal).

    `named` is the document that a row names, NULL where it names none. A refused line is of that one; a line that names
    none, or whose cells may stand in the wrong columns, is `lost`, like those that could not be split: it may be of the
    document before it or after it, and of any where the lines of a document do not stand together.
    """
    lost, sure = [], []
    if raw.refusals:
        refused = "rows WHERE aside IS NULL AND refusal IS NOT NULL"
        is_sure = f"{named} IS NOT NULL AND refusal <> '{TOO_LONG.code}'"
        lost.append(f"SELECT file_row FROM {refused} AND NOT ({is_sure})")  # noqa: S608 - our own names
        sure.append(f"SELECT {named} AS document FROM {refused} AND {is_sure} UNION")  # noqa: S608 - a rendered expression
    if raw.rejects is not None:
        lost.append(f"SELECT file_row FROM {render(parquet(raw.rejects))}")  # noqa: S608 - a quoted path
    return f"""
        lost AS ({" UNION ALL ".join(lost)}),
        lines AS (
            SELECT document, file_row, document IS DISTINCT FROM lag(document) OVER (ORDER BY file_row) AS is_start
            FROM rows WHERE document IS NOT NULL
        ),
        scattered AS (SELECT count(*) FILTER (WHERE is_start) > count(DISTINCT document) AS is_so FROM lines),
        incomplete AS (
            {"".join(sure)}
            SELECT document FROM lost ASOF JOIN lines ON lost.file_row > lines.file_row
            UNION SELECT document FROM lost ASOF JOIN lines ON lost.file_row < lines.file_row
            UNION SELECT document FROM lines WHERE (SELECT is_so FROM scattered) AND EXISTS (FROM lost)
        ),"""  # noqa: S608 - rendered expressions and our own names
