"""Our Liquid: python-liquid without files, clock and endless loops.

Two environments: MARKUP escapes (HTML), PLAIN does not (subject, plain text). Output nodes finish their values by the
context that somebody gives them after parsing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from functools import wraps
from typing import Any, Final, TextIO

from liquid import BoundTemplate, Environment
from liquid.ast import Node
from liquid.builtin.output import Output, OutputNode
from liquid.context import RenderContext
from liquid.exceptions import FilterArgumentError, LiquidError, LoopIterationLimitError, ResourceLimitError
from liquid.undefined import Undefined
from liquid.utils import ReadOnlyChainMap

from siegelpost.render.context import FINISHERS, SEVERAL_LINES, Context, Finisher
from siegelpost.render.errors import LiquidBroken, TooBig

# include and render read files; tablerow, increment, decrement, ifchanged, echo and liquid say in a second way what
# others say, or carry hidden state from one slot to the next.
_WITHOUT_TAGS: Final = ("include", "render", "tablerow", "increment", "decrement", "ifchanged", "echo", "liquid")
# `safe` would let a subscriber's words pass as HTML; escapejs is for scripts, which no mail runs.
_WITHOUT_FILTERS: Final = ("safe", "escapejs")
_TEXT_LIMIT: Final = 65_536  # characters of one value inside a filter chain; a long imprint has 2,000
_LIST_LIMIT: Final = 1_000
_NUMBER_LIMIT: Final = 256  # bits
# The lexer looks ahead from every opening brace, so its time grows with their number times the length of the text:
# 1,000 tags in the largest source take 2 s at worst, a real mailing has 50.
_TAG_LIMIT: Final = 1_000


class _Context(RenderContext):
    """Without the clock's `now` and `today`, and counting loop turns over the whole template, not only nested ones."""

    __slots__ = ("turns",)

    def __init__(self, template: BoundTemplate, **more: Any) -> None:
        super().__init__(template, **more)
        self.turns = 0
        self.scope = ReadOnlyChainMap(self.locals, self.globals, self.counters)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        self.turns += length
        if self.turns > (self.env.loop_iteration_limit or 0):
            raise LoopIterationLimitError("too many turns of loops", token=None)


class _Template(BoundTemplate):
    context_class = _Context


class FinishedOutput(OutputNode):
    """`{{ … }}` that makes its value fit for the place where it stands."""

    __slots__ = ("finish",)
    finish: Finisher

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return buffer.write(self.finish(self.expression.evaluate(context)))


class _Output(Output):
    node_class = FinishedOutput


class _Environment(Environment):
    block_nesting_limit = 20
    context_depth_limit = 20
    loop_iteration_limit = 1_000
    local_namespace_limit = 262_144  # bytes
    output_stream_limit = 262_144  # bytes of one slot
    template_class = _Template

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.add_tag(_Output)
        for name in _WITHOUT_TAGS:
            self.tags.pop(name, None)
        for name in _WITHOUT_FILTERS:
            self.filters.pop(name, None)
        self.add_filter("date", date_as)
        for name, function in list(self.filters.items()):
            self.filters[name] = _bounded(name, function)


def date_as(value: object, pattern: object = "%Y-%m-%d") -> str:
    """Liquid's `date`: a date, a moment or its ISO form in `pattern` (strftime); anything else stays as it is.

    Unlike the library's it knows no "now": the same source gives the same message at any time.
    """
    moment = _moment(value)
    if moment is None or not isinstance(pattern, str):
        return "" if value is None or isinstance(value, Undefined) else str(value)
    try:
        return moment.strftime(str(pattern))
    except ValueError as fault:
        raise FilterArgumentError("the pattern is not one of strftime", token=None) from fault


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time.min)
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    return None


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that takes and gives no more than the limits: chains of them would otherwise grow without end."""

    @wraps(function)
    def bounded(value: object, *given: object, **named: object) -> object:
        for part in (value, *given):
            _measure(part)
        if name == "replace" and given and isinstance(value, str):
            turns = value.count(str(given[0])) if str(given[0]) else len(value) + 1
            if turns * len(str(given[1]) if len(given) > 1 else "") > _TEXT_LIMIT:
                raise ResourceLimitError("a text grows too long", token=None)
        result = function(value, *given, **named)
        _measure(result)
        return result

    return bounded


def _measure(value: object) -> None:
    if (
        (isinstance(value, str) and len(value) > _TEXT_LIMIT)
        or (isinstance(value, (list, tuple, range)) and _length(value) > _LIST_LIMIT)
        or (isinstance(value, int) and value.bit_length() > _NUMBER_LIMIT)
    ):
        raise ResourceLimitError("a value grows too big", token=None)


def _length(value: list[object] | tuple[object, ...] | range) -> int:
    # len() of a huge range overflows.
    return max(0, value.stop - value.start) if isinstance(value, range) else len(value)


def _same(value: object) -> object:
    return value


MARKUP: Final = _Environment(autoescape=True)
PLAIN: Final = _Environment(autoescape=False)
for _name in ("escape", "escape_once", "newline_to_br"):
    PLAIN.add_filter(_name, _same)  # outside HTML there is nothing to escape


def parse(source: str, environment: Environment, *, part: str) -> BoundTemplate:
    """Return the parsed template; its output nodes have no finisher yet (see `finish_outputs`).

    part  what it is for the reader: "subject", "preheader", "body", "text"

    Raises LiquidBroken with the line, TooBig for more than 1,000 tags.
    """
    if run := re.search(r"\{{4}", source):  # the lexer needs quadratic time for them, and no template means them
        raise LiquidBroken(part=part, line=line_of(source, run.start()), reason="{{{{")
    tags = source.count("{{") + source.count("{%")
    if tags > _TAG_LIMIT:
        raise TooBig(part=part, size=tags, limit=_TAG_LIMIT, unit="{{ }}")
    try:
        template = environment.from_string(source)
    except LiquidError as fault:
        raise LiquidBroken(part=part, line=_fault_line(fault, source), reason=str(fault.message or "?").strip()) from fault
    for name, spans in template.analyze(include_partials=False).filters.items():
        if name not in environment.filters:  # the library would notice only when it comes to render it
            raise LiquidBroken(part=part, line=line_of(source, spans[0].index), reason=f"unknown filter '{name}'")
    return template


def _fault_line(fault: LiquidError, source: str) -> int:
    token = fault.token
    return line_of(source, token.start_index if token is not None and token.start_index >= 0 else len(source))


def line_of(text: str, index: int) -> int:
    """The line, 1.., in which character number `index` stands."""
    return text.count("\n", 0, index) + 1


def globals_of(template: BoundTemplate) -> dict[str, int]:
    """The variables that a template takes from outside, each with the index of its first use."""
    return {name: min(place.span.index for place in places) for name, places in template.analyze(include_partials=False).globals.items()}


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """All nodes of a tree, parents first."""
    context = _Context(_Template(MARKUP, []))
    for node in nodes:
        yield node
        yield from walk(node.children(context, include_partials=False))


def finish_outputs(nodes: Iterable[Node], contexts: Mapping[int, Context], default: Context) -> None:
    """Give each output node below `nodes` its finisher; `contexts` is keyed by where the node stands in the source."""
    for node in walk(nodes):
        if isinstance(node, FinishedOutput):
            context = contexts.get(node.token.start_index, default)
            several = SEVERAL_LINES.get(context) if str(node.expression) == "imprint" else None
            node.finish = several or FINISHERS[context]
