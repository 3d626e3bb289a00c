"""What is changed in a template between reading and compiling it: whatever can take long goes through the budget of `sandbox`.

The names of the filters used here hold a blank, so that no template can write or shadow them.
"""

from __future__ import annotations

from typing import cast

from jinja2 import TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer

NODES_ALLOWED = 3_000
"""Expressions and statements of one template file; the longest of ours has under 900. With the steps it bounds the time."""
COUNTED = "loop budget"
JOINED = "text budget"
COMPARED = "comparison budget"
SINGLE = "one value"

_LITERALS = (nodes.Const, nodes.List, nodes.Tuple, nodes.Dict, nodes.TemplateData)
_CONTAINERS = (nodes.List, nodes.Tuple, nodes.Dict)
_ANY_NUMBER = frozenset({"varargs", "kwargs"})


def bounded(tree: nodes.Template) -> nodes.Template:
    """`tree` with everything charged.

    Raises:
        TemplateSyntaxError: it is too long, or holds what no bound can be put on.
    """
    count = sum(1 for _ in tree.find_all(nodes.Node))
    if count > NODES_ALLOWED:
        raise TemplateSyntaxError(f"the template has {count} parts, at most {NODES_ALLOWED} are possible", 1)
    changed: nodes.Template = _Charging().visit(tree)
    return changed


class _Charging(NodeTransformer):
    """Sends what a loop runs over, what `~` joins and what is compared through the budget; refuses what has no bound."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the names are Jinja's
        if node.recursive:
            raise TemplateSyntaxError("a loop cannot be recursive here", node.lineno)
        self.generic_visit(node)
        node.iter = _through(COUNTED, cast("nodes.Expr", node.iter))
        return node

    def visit_ScopedEvalContextModifier(self, node: nodes.ScopedEvalContextModifier) -> nodes.Node:  # noqa: N802
        raise TemplateSyntaxError("escaping cannot be switched off", node.lineno)

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802
        if node.name in _ANY_NUMBER:
            raise TemplateSyntaxError(f"{node.name} is not available here; name what the macro takes", node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _through(JOINED, nodes.List(node.nodes, lineno=node.lineno))

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        left: nodes.Node = node.expr
        for operand in node.ops:
            right = operand.expr
            is_search = operand.op in ("in", "notin")
            if not isinstance(right, _LITERALS) and (is_search or not isinstance(left, _LITERALS)):
                operand.expr = _through(COMPARED, right)
            left = right
        self.generic_visit(node)
        return node

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        # A list of lists that templates build doubles with each line, and so does the text that shows it.
        self.generic_visit(node)
        node.items = [_single(item) for item in node.items]
        return node

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if node.ctx == "load":
            node.items = [_single(item) for item in node.items]
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.value = _single(node.value)
        return node


def _single(node: nodes.Expr) -> nodes.Expr:
    return node if isinstance(node, (*_CONTAINERS, nodes.Const)) else _through(SINGLE, node)


def _through(name: str, node: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)
