"""A Jinja2 environment in which a template can neither reach Python nor run for ever.

Besides Jinja's own sandbox: only fields of data, loops, macros and blocks can be reached, by no spelling any method of Python's
beyond reading a mapping; whatever can take long is charged to a budget (`budget`, `template_nodes`); what makes text of any size
from nothing (multiplication, powers, formats) is left out; nothing is evaluated while a template is compiled; only texts and
numbers can be shown; and only filters and tests that a message needs are there.
"""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from functools import wraps
from typing import Any, cast

from jinja2 import BaseLoader, StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from tasks.remind.budget import STEPS_ALLOWED, Budget, TemplateRunsAway
from tasks.remind.template_nodes import COMPARED, COUNTED, JOINED, SINGLE, bounded
from tasks.remind.template_output import OneStep, escaped

Function = Callable[..., object]

_TEXT_FILTERS = (
    "abs", "capitalize", "e", "escape", "float", "int", "lower", "string", "title", "trim", "truncate", "upper"
)  # fmt: skip
_LIST_FILTERS = (
    "first", "last", "length", "list", "map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr",
    "sort", "unique",
)  # fmt: skip
_FREE_FILTERS = ("default", "d")
_COMPARING_TESTS = (
    "==", "eq", "equalto", "!=", "ne", ">", "gt", "greaterthan", ">=", "ge", "<", "lt", "lessthan", "<=", "le", "in"
)  # fmt: skip
_TESTS = ("defined", "undefined", "none", "string", "number", "integer", "float", "odd", "even", "mapping", "sequence")
_READS_OF_A_MAPPING = frozenset({"get", "items", "keys", "values"})
_MOST_DECIMALS = 6


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of one kind of output: HTML, with everything escaped, or plain text."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    code_generator_class = OneStep

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
        self.budget = Budget()
        self.written = self._as_html if escapes else self._as_text
        self._found: dict[str, Template] = {}
        # Compiled templates put every text together with this.
        self.concat = self._concat  # type: ignore[method-assign]
        given, tests = self.filters, self.tests
        self.filters = {name: self._charging(given[name], shows=True) for name in _TEXT_FILTERS}
        self.filters.update({name: self._charging(given[name], shows=False) for name in _LIST_FILTERS})
        self.filters.update({name: given[name] for name in _FREE_FILTERS})
        self.filters.update({"join": self._join, "round": self._round})
        self.filters.update(
            {COUNTED: self._counted, JOINED: self._joined, COMPARED: self._compared, SINGLE: self._single}
        )
        self.tests = {name: tests[name] for name in _TESTS}
        self.tests.update({name: self._comparing(cast("Function", tests[name])) for name in _COMPARING_TESTS})
        self.globals.clear()
        self.globals["range"] = self._range

    def render_bounded(self, name: str, words: Mapping[str, object]) -> str:
        """The text of template `name`.

        Raises:
            jinja2.TemplateError: among them `TemplateRunsAway`; any other exception comes from the template's own expressions.
        """
        self.budget.renew()
        template = self.get_template(name)
        try:
            return self._concat(template.root_render_func(template.new_context(dict(words))))
        except Exception:  # noqa: BLE001 - raised again, with the template's line numbers in the traceback
            self.handle_exception()

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - the name and type are Jinja's
    ) -> Template:
        """Charges every file that is included, imported or extended; one that was read is kept, as `auto_reload` says."""
        self.budget.charge_steps(1)
        if globals is not None or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = super().get_template(name, parent)
        return found

    def getattr(self, obj: object, attribute: str) -> object:
        """A field of data before anything else, which is also the quick way; then what loops, macros and blocks offer."""
        if type(obj) is dict:
            if attribute in obj:
                return obj[attribute]
            if attribute in _READS_OF_A_MAPPING:
                return getattr(obj, attribute)
            return self.undefined(obj=obj, name=attribute)
        if type(obj) is TemplateModule and not attribute.startswith("_"):
            exported = vars(obj)
            return exported[attribute] if attribute in exported else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext | TemplateModule | TemplateReference | BlockReference | Undefined):
            return super().getattr(obj, attribute)
        if isinstance(obj, str):
            raise SecurityError(f"a text has no .{attribute} here; use a filter such as upper, lower or trim")
        raise SecurityError(f"a {type(obj).__name__} has no .{attribute} here")

    def getitem(self, obj: object, argument: object) -> object:
        """An entry by its place or its name; a name that is none is an attribute, and treated as one."""
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, str | list | tuple | range | dict) and isinstance(argument, int | slice):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                return self.undefined(obj=obj, name=str(argument))
        raise SecurityError("an entry is taken by its place or its name only")

    def call(self, context: Context, function: Function, /, *args: object, **kwargs: object) -> object:
        """Charges every call, so that a macro cannot call itself for ever."""
        self.budget.charge_steps(1)
        if type(function) is Macro:
            # What Jinja comes to for a macro, without asking what it is; these two are for functions that are given the context.
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return function(context.eval_ctx, *args, **kwargs)
        return super().call(context, function, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Adds; refuses the operators that make a text of any size."""
        if operator != "+":
            raise SecurityError(f"the operator {operator} is not available in templates")
        self.budget.charge(left)
        self.budget.charge(right)
        return operators.add(left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            return bounded(super()._parse(source, name, filename))
        except (RecursionError, ValueError):
            raise TemplateSyntaxError("an expression is nested too deeply, or a number is too long", 1) from None

    def _charging(self, function: Function, *, shows: bool) -> Function:
        """A filter that pays for the value it is given; those of texts take nothing else."""
        place = 1 if hasattr(function, "jinja_pass_arg") else 0

        @wraps(function)
        def charged(*args: object, **kwargs: object) -> object:
            value = args[place]
            if shows:
                self._shown(value)
            if isinstance(value, Iterator):
                value = self.budget.charged(value)
            else:
                self.budget.charge(value)
            return function(*args[:place], value, *args[place + 1 :], **kwargs)

        return charged

    def _comparing(self, test: Function) -> Function:
        @wraps(test)
        def charged(value: object, other: object) -> object:
            return test(self._compared(value), self._compared(other))

        return charged

    def _compared(self, value: object) -> object:
        if not isinstance(value, Undefined):
            self.budget.charge(value)
        return value

    def _counted(self, values: Iterable[object]) -> Iterable[object] | Undefined:
        if isinstance(values, Undefined):
            return values
        if isinstance(values, list | tuple | range):
            self.budget.charge_steps(len(values))
            return values
        return list(self.budget.charged(values))

    def _range(self, *bounds: int) -> range:
        values = range(*bounds)
        # Not len(): it fails beyond a machine word.
        if values[STEPS_ALLOWED:]:
            raise TemplateRunsAway(f"range has more than {STEPS_ALLOWED} rounds, which is all that is possible")
        return values

    def _shown(self, value: object) -> object:
        kind = type(value)
        if kind is str or kind is int or kind is Markup:
            return value
        if isinstance(value, str | int | float | Undefined):
            return value
        raise SecurityError(f"only texts and numbers can be shown, and this is a {kind.__name__}")

    def _as_html(self, value: object) -> str:
        if type(value) is str:
            return escaped(value)
        return value if type(value) is Markup else escape(self._shown(value))

    def _as_text(self, value: object) -> str:
        return value if type(value) is str else str(self._shown(value))

    def _single(self, value: object) -> object:
        if isinstance(value, str | int | float | Undefined) or value is None:
            return value
        raise SecurityError("a list can hold texts and numbers only")

    def _concat(self, parts: Iterable[str]) -> str:
        # Macros and blocks are joined on their way, so that a text is charged once for each of them.
        texts = list(parts)
        self.budget.charge_characters(sum(map(len, texts)))
        return "".join(texts)

    def _join(self, values: Iterable[object], separator: str = "") -> str:
        parts = [str(self._shown(value)) for value in self._counted(values) or ()]
        self.budget.charge_characters(len(separator) * len(parts) + sum(map(len, parts)))
        return str(separator).join(parts)

    def _joined(self, values: list[object]) -> str:
        return self._concat(str(self._shown(value)) for value in values)

    def _round(self, value: float, precision: int = 0) -> float:
        if not isinstance(value, int | float) or not 0 <= precision <= _MOST_DECIMALS:
            raise SecurityError(f"round takes a number, and 0 to {_MOST_DECIMALS} decimals")
        return round(value, precision)
