"""A file that fits a shipped profile as source entries: a short reference to the profile, and what this file has otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.recognise.content import Content
from tasks.recognise.model import Doubt, Entry, Recognised
from tasks.recognise.profile_styles import ProfileStyles
from tasks.recognise.respell import Fitted, fit
from tasks.recognise.signatures import Match
from tasks.recognise.sniff import MOST_ROWS, Sample, read_delimited, sheet_rows, table_of_sheet
from tasks.settings.formats import BankFileFormat, CsvFormat, XlsxFormat
from tasks.settings.profiles import ProfileSource


def from_profile(content: Content, match: Match, also: Sequence[str]) -> list[Recognised]:
    """One item per source of the profile; `also` names other profiles that would fit."""
    table = _table(content, match)
    doubts = (Doubt("profile", f"the file also fits {', '.join(also)}"),) if also else ()
    return [_item(content, match, source, table, doubts) for source in match.profile.sources]


def _table(content: Content, match: Match) -> Sample | None:
    """The rows under the header that the signature found, None where the profile's reader makes the columns."""
    if match.header is None or "json" in content.types:
        return None
    if "xlsx" in content.types:
        name, rows = sheet_rows(content.path, MOST_ROWS)
        return table_of_sheet(content.path, name, rows, match.header.row)
    return read_delimited(content, delimiter=match.header.delimiter, skip_rows=match.header.row)


def _item(
    content: Content, match: Match, source: ProfileSource, table: Sample | None, doubts: tuple[Doubt, ...]
) -> Recognised:
    entry: dict[str, object] = {"profile": match.name}
    evidence = [*match.evidence]
    confirm = [Doubt(item.key, item.why) for item in source.confirm]
    own_format = _format(content, match, source, table)
    if own_format:
        entry["format"] = own_format
        evidence.append(f"format: {', '.join(f'{key} {value!r}' for key, value in own_format.items())}")
    if table is not None:
        fitted = fit(source, table.header) if _has_plain_header(source) else None
        if fitted is not None:
            entry |= _overrides(source, fitted)
            confirm += _missing(fitted)
        styles = ProfileStyles(source, table)
        entry |= styles.entry
        evidence += styles.evidence
        confirm = [*styles.doubts, *(doubt for doubt in confirm if doubt.key not in styles.settled)]
    return Recognised(
        path=content.path,
        system=match.profile.system,
        report=match.profile.report,
        contract=source.contract,
        name=source.name,
        entry=entry,
        evidence=tuple(evidence),
        confidence=1.0,
        doubts=(*doubts, *confirm),
        currencies=_currencies(source, table),
        fallback=_fallback(source, own_format),
    )


def _fallback(source: ProfileSource, own_format: dict[str, object]) -> Entry | None:
    """Statements that do not tie are extracts more often than damaged; a person has to say which."""
    if not isinstance(source.format, BankFileFormat):
        return None
    return {
        "format": {
            "type": source.format.type,
            "standard": source.format.standard,
            **own_format,
            "accept_unbalanced": True,
        }
    }


def _has_plain_header(source: ProfileSource) -> bool:
    """Whether the columns are those of the header line itself, so that they can be compared with it."""
    return not (isinstance(source.format, (CsvFormat, XlsxFormat)) and source.format.names) and not (
        isinstance(source.format, CsvFormat) and source.format.tag
    )


def _format(content: Content, match: Match, source: ProfileSource, table: Sample | None) -> dict[str, object]:
    """What of `format` differs between the profile and the file."""
    own = source.format
    if isinstance(own, CsvFormat) and "xlsx" in content.types:
        kept = own.model_dump(exclude_unset=True, include={"header_has", "ragged", "preamble", "names"}, mode="json")
        skipped = {} if own.header_has or table is None else _skip(table.format)
        return {"type": "xlsx", **kept, **skipped}
    if isinstance(own, XlsxFormat) and content.is_plain_text and match.header is not None:
        kept = own.model_dump(exclude_unset=True, include={"header_has", "ragged", "preamble", "names"}, mode="json")
        skipped = {} if own.header_has or table is None else _skip(table.format)
        return {"type": "csv", "delimiter": match.header.delimiter, "encoding": content.encoding, **kept, **skipped}
    if not content.is_plain_text:
        return {}
    changed: dict[str, object] = {}
    if _needs_encoding(content, own.encoding if isinstance(own, CsvFormat) else ""):
        changed["encoding"] = content.encoding
    if isinstance(own, CsvFormat) and match.header is not None:
        if match.header.delimiter != own.delimiter:
            changed["delimiter"] = match.header.delimiter
        is_fixed_start = not (own.header_has or own.tag or own.names)
        if is_fixed_start and match.header.row != own.skip_rows:
            changed["skip_rows"] = match.header.row
    return {"type": own.type, **changed} if changed else {}


def _skip(own: object) -> dict[str, object]:
    rows = own.skip_rows if isinstance(own, (CsvFormat, XlsxFormat)) else 0
    return {"skip_rows": rows} if rows else {}


def _needs_encoding(content: Content, declared: str) -> bool:
    if not declared:
        return False
    try:
        content.head.encode("ascii")
        is_ascii = content.encoding == "utf-8"
    except UnicodeEncodeError:
        is_ascii = False
    families = {
        "utf-8": "utf-8",
        "utf-8-sig": "utf-8",
        "latin-1": "western",
        "cp1252": "western",
        "iso-8859-1": "western",
    }
    return not is_ascii and families.get(declared.lower(), declared) != families.get(content.encoding, content.encoding)


def _overrides(source: ProfileSource, fitted: Fitted) -> dict[str, object]:
    result: dict[str, object] = {}
    if fitted.columns:
        result["columns"] = dict(fitted.columns)
    if fitted.references:
        result["references"] = dict(fitted.references)
    if fitted.rows is not None:
        result["rows"] = fitted.rows
    if fitted.unmentioned:
        result["ignore"] = [*source.ignore, *fitted.unmentioned]
    return result


def _missing(fitted: Fitted) -> Iterator[Doubt]:
    """One line for all of them: what a person has to judge is what the sources lose by it."""
    if not fitted.missing:
        return
    lost = [name for name, mapping in (fitted.columns | fitted.references).items() if mapping is None]
    names = ", ".join(f"'{name}'" for name in fitted.missing)
    loses = f"; left out: {', '.join(lost)}" if lost else ""
    yield Doubt("", f"other exports of this report also have {names}, and this file has not{loses}")


def _currencies(source: ProfileSource, table: Sample | None) -> tuple[str, ...]:
    mapping = source.columns.get("currency")
    if mapping is None:
        return ()
    if mapping.value is not None:
        return (mapping.value,)
    if table is None or mapping.column not in table.header:
        return ()
    seen: dict[str, int] = {}
    for value in table.column(mapping.column or ""):
        seen[value.upper()] = seen.get(value.upper(), 0) + 1
    return tuple(sorted((code for code in seen if len(code) == 3 and code.isalpha()), key=lambda code: -seen[code]))
