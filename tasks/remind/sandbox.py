"""A Jinja2 environment in which a template can neither reach Python nor run for ever.

Besides Jinja's own sandbox: loop rounds, calls and characters are charged to a budget, so no template can outrun a run; what
makes text of any size from nothing (multiplication, powers, methods of strings) is left out; nothing is evaluated while a
template is compiled; and only filters that a message needs are there.
"""

from __future__ import annotations

import operator as operators
import threading
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import cast

from jinja2 import BaseLoader, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

STEPS_ALLOWED = 20_000
"""Loop rounds and calls of one rendering; the longest of our own messages needs under a thousand."""
CHARACTERS_ALLOWED = 1_000_000
"""Characters written or joined in one rendering, those of intermediate texts included."""

SHORT_TEXT = 50

_FILTERS = (
    "abs", "capitalize", "default", "d", "e", "escape", "first", "float", "int", "last", "length", "list", "lower",
    "map", "max", "min", "reject", "rejectattr", "reverse", "round", "select", "selectattr", "sort", "string",
    "title", "trim", "truncate", "unique", "upper",
)  # fmt: skip


class TemplateRunsAway(SecurityError):
    """A template needs more rounds or makes a longer text than any message may."""


class _Budget(threading.local):
    """What is left for the rendering under way in this thread."""

    steps = STEPS_ALLOWED
    characters = CHARACTERS_ALLOWED

    def renew(self) -> None:
        self.steps, self.characters = STEPS_ALLOWED, CHARACTERS_ALLOWED

    def charge_steps(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise TemplateRunsAway(f"it takes more than {STEPS_ALLOWED} loop rounds and calls")

    def charge_characters(self, characters: int) -> None:
        self.characters -= characters
        if self.characters < 0:
            raise TemplateRunsAway(f"it writes more than {CHARACTERS_ALLOWED} characters")


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of one kind of output: HTML, with everything escaped, or plain text."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, loader: BaseLoader, *, escapes: bool) -> None:
        super().__init__(
            loader=loader,
            autoescape=escapes,
            undefined=StrictUndefined,
            finalize=self._shown,
            optimized=False,
            auto_reload=False,
            cache_size=-1,
        )
        self.budget = _Budget()
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.filters.update({"join": self._join, _COUNTED: self._counted, _JOINED: self._joined})
        self.globals.clear()
        self.globals["range"] = self._range

    def render_bounded(self, name: str, words: Mapping[str, object]) -> str:
        """The text of template `name`.

        Raises:
            jinja2.TemplateError: among them `TemplateRunsAway`; any other exception comes from the template's own expressions.
        """
        template = self.get_template(name)
        self.budget.renew()
        try:
            return "".join(template.root_render_func(template.new_context(dict(words))))
        except Exception:  # noqa: BLE001 - raised again, with the template's line numbers in the traceback
            self.handle_exception()

    def getattr(self, obj: object, attribute: str) -> object:
        """A field before a method of the same name, which is also the quick way; texts have no methods at all."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        if isinstance(obj, str):
            raise SecurityError(f"a text has no .{attribute} here; use a filter such as upper, lower or trim")
        return super().getattr(obj, attribute)

    def call(self, context: Context, function: Callable[..., object], /, *args: object, **kwargs: object) -> object:
        """Charges every call, so that a macro cannot call itself for ever."""
        self.budget.charge_steps(1)
        return super().call(context, function, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Adds; refuses the operators that make a text of any size."""
        if operator != "+":
            raise SecurityError(f"the operator {operator} is not available in templates")
        self._shown(left)
        self._shown(right)
        return operators.add(left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return cast("nodes.Template", _Charging().visit(super()._parse(source, name, filename)))

    def _counted(self, values: Iterable[object]) -> list[object] | Undefined:
        if isinstance(values, Undefined):
            return values
        counted = list(islice(values, self.budget.steps + 1))
        self.budget.charge_steps(len(counted))
        return counted

    def _range(self, *bounds: int) -> range:
        values = range(*bounds)
        if len(values) > STEPS_ALLOWED:
            raise TemplateRunsAway(f"range has {len(values)} rounds, at most {STEPS_ALLOWED} are possible")
        return values

    def _shown(self, value: object) -> object:
        # Short texts are bounded by the number of steps; only long ones need counting, which is a tenth quicker.
        if isinstance(value, str | list | tuple) and len(value) > SHORT_TEXT:
            self.budget.charge_characters(len(value))
        return value

    def _join(self, values: Iterable[object], separator: str = "") -> str:
        parts = [str(self._shown(str(value))) for value in self._counted(values) or ()]
        self.budget.charge_characters(len(separator) * len(parts))
        return separator.join(parts)

    def _joined(self, values: list[object]) -> str:
        return "".join(str(self._shown(value)) for value in values)


class _Charging(NodeTransformer):
    """Sends what a loop runs over, and what `~` joins, through the budget."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the name is Jinja's
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, _COUNTED, [], [], None, None, lineno=node.lineno)
        return node

    def visit_ScopedEvalContextModifier(self, node: nodes.ScopedEvalContextModifier) -> nodes.Node:  # noqa: N802 - Jinja's
        raise TemplateSyntaxError("escaping cannot be switched off", node.lineno)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - the name is Jinja's
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(parts, _JOINED, [], [], None, None, lineno=node.lineno)


# Not names that a template can write, so they cannot be used or shadowed there.
_COUNTED = "loop budget"
_JOINED = "text budget"
