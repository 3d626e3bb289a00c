"""Judges the layout of a source's format before its file is opened."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.extract.patterns import pattern_mistake
from tasks.problems import Problem
from tasks.settings.formats import CsvFormat, FixedWidthFormat, XlsxFormat
from tasks.settings.sources import Source


def layout_problems(source: Source) -> Iterator[Problem]:
    """Every mistake in `format` that shows without looking at the file."""
    where, settings = f"puntual.yaml: sources.{source.name}.format", source.format
    if isinstance(settings, CsvFormat | XlsxFormat):
        for label, cell in settings.preamble.items():
            if cell.matches and (mistake := pattern_mistake(cell.matches, groups=1)):
                yield Problem("error", f"{where}.preamble.{label}.matches", mistake, "Correct the pattern.")
        for column in sorted({item for item in settings.names if settings.names.count(item) > 1}):
            yield Problem("error", f"{where}.names", f"'{column}' is there twice", "Give each column its own name.")
    names = [field.name for field in settings.fields] if isinstance(settings, FixedWidthFormat) else []
    for name in sorted({item for item in names if names.count(item) > 1}):
        yield Problem("error", f"{where}.fields", f"'{name}' is there twice", "Give each column its own name.")
