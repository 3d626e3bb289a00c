"""How a compiled template writes a value: looked at and escaped in one step, where Jinja takes two, for the same characters."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import escape

from tasks.remind.budget import SHORT_TEXT

WRITE = "written"
"""The function of the environment that takes a value and gives the text to write."""


class OneStep(CodeGenerator):
    """Has templates call `WRITE` in place of `escape` or `str` of what `finalize` gave."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write(f"environment.{WRITE}(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write(")")


def escaped(text: str) -> str:
    """`text` as HTML; labels and names come again and again."""
    return _short_escaped(text) if len(text) <= SHORT_TEXT else str(escape(text))


@lru_cache(maxsize=4_096)
def _short_escaped(text: str) -> str:
    return str(escape(text))
