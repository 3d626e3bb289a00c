"""The Jinja2 environment of the report's templates: ours, but fed with names and files from outside, so it escapes."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from tasks.paths import TEMPLATES
from tasks.report.pivot import currencies_of, message_rows, reason_rows

_MARKDOWN_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]|<>"} | {"\n": " ", "\r": " "})


@cache
def environment() -> Environment:
    """HTML escapes by itself; Markdown templates use the filter `md`. An unknown name is an error."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(message_rows=message_rows, reason_rows=reason_rows, currencies_of=currencies_of)
    made.filters["md"] = markdown_text
    made.filters["code"] = code_spans
    return made


def code_spans(text: str) -> Markup:
    """HTML of a text in which backticks enclose code."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts)
    )


def markdown_text(value: object) -> str:
    """A value inside a Markdown line or table cell, with nothing in it taken for markup."""
    return str(value).translate(_MARKDOWN_SIGNS)
