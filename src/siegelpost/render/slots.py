"""Cuts a parsed template into pieces: fixed text and slots, each slot with the fastest way to fill it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from liquid import BoundTemplate
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Path, StringLiteral
from liquid.builtin.expressions.arguments import PositionalArgument
from liquid.builtin.filters.misc import default as liquid_default
from liquid.builtin.filters.string import capitalize, downcase, lstrip, rstrip, strip, upcase
from liquid.exceptions import LiquidError, LiquidInterrupt, ResourceLimitError
from liquid.output import LimitedStringIO, NullIO
from liquid.token import TOKEN_OUTPUT
from markupsafe import Markup

from siegelpost.render.context import Context, Finisher
from siegelpost.render.errors import SlotFailed
from siegelpost.render.liquid import FinishedOutput, date_as, finish_outputs, line_of, walk
from siegelpost.render.pieces import Pieces, Slot, Values, merged
from siegelpost.render.places import Place

Step = Callable[[object], object]

_COMMENTS: Final = ("comment", "doc", "#")
_SILENT: Final = ("assign", "capture")
_LETTERS: Final[dict[str, tuple[Callable[[str], str], Step]]] = {
    "upcase": (str.upper, upcase),
    "downcase": (str.lower, downcase),
    "capitalize": (str.capitalize, capitalize),
    "strip": (str.strip, strip),
    "lstrip": (str.lstrip, lstrip),
    "rstrip": (str.rstrip, rstrip),
}


def cut(template: BoundTemplate, context: Context, *, part: str, where: Mapping[int, Place] | None = None) -> Pieces:
    """Return the pieces of a template.

    context  where its outputs stand, unless
    where    says otherwise for the tag that begins at that character of the template
    part     what it is for the reader of an error: "subject", "body", "text"
    """
    at = where or {}
    finish_outputs(template.nodes, {index: place.context for index, place in at.items()}, context)
    parts: list[str | Slot] = []
    before: list[Node] = []  # nodes that set variables; a later slot that reads one runs them again, silently
    assigned: set[str] = set()
    for node in template.nodes:
        if isinstance(node, ContentNode):
            parts.append(node.text)
            continue
        if node.token.kind != TOKEN_OUTPUT and node.token.value in _COMMENTS:
            continue
        names = _reads(template, [node])
        needs = tuple(before) if names & assigned else ()
        if needs:
            names = _reads(template, [*before, node])
        if node.token.value not in _SILENT:
            fast = quick(node, markup=template.env.autoescape) if isinstance(node, FinishedOutput) and not needs else None
            place = at.get(node.token.start_index)
            line = place.tag.line if place else line_of(node.token.source, node.token.start_index)
            render = fast or slow(template, node, needs, part=place.tag.part if place else part, line=line)
            parts.append(Slot(render, names, plain=isinstance(node, FinishedOutput)))
        if sets := {str(name) for inner in walk([node]) for name in inner.template_scope()}:
            before.append(node)
            assigned |= sets
    return merged(parts)


def _reads(template: BoundTemplate, nodes: Sequence[Node]) -> frozenset[str]:
    return frozenset(BoundTemplate(template.env, list(nodes)).analyze(include_partials=False).globals)


def slow(
    template: BoundTemplate, node: Node, needs: tuple[Node, ...] = (), *, part: str = "body", line: int = 1
) -> Callable[[Values], str]:
    """Fill one node by the library, after running `needs` for the variables that they set."""
    bound = type(template)(template.env, [node])
    limit = template.env.output_stream_limit or 0

    def render(values: Values) -> str:
        context = bound.context_class(bound, globals=values)
        buffer = LimitedStringIO(limit, newline="")  # or it would change line ends
        try:
            for need in needs:
                need.render(context, NullIO())
            node.render(context, buffer)
        except (LiquidError, LiquidInterrupt, ArithmeticError, ValueError, TypeError, RecursionError) as fault:
            raise SlotFailed(part=part, line=line, reason=_reason(fault)) from None
        return buffer.getvalue()

    return render


def _reason(fault: Exception) -> str:
    """What went wrong, without the library's words: these may repeat a person's data. Limits speak of none."""
    if isinstance(fault, ResourceLimitError):
        return str(fault.message)
    token = fault.token if isinstance(fault, LiquidError) else None
    return f"{token.value[:40]} ({type(fault).__name__})" if token else type(fault).__name__


def quick(node: FinishedOutput, *, markup: bool) -> Callable[[Values], str] | None:
    """Our own closure for `{{ name }}` with simple filters, None for anything that the library must do.

    The library takes 25 us to set up its context, this 0.2 us; a property test holds both to the same text.
    markup: the node was parsed for HTML, where the writer's own literals count as HTML.
    """
    expression = node.expression
    if not isinstance(expression, FilteredExpression) or not isinstance(expression.left, Path):
        return None
    path = expression.left.path
    if len(path) != 1 or not isinstance(path[0], str):
        return None
    steps: list[Step] = []
    for one in expression.filters or ():
        literals = [part.value.value for part in one.args if isinstance(part, PositionalArgument) and isinstance(part.value, StringLiteral)]
        step = _step(one.name, literals, markup=markup) if len(literals) == len(one.args) else None
        if step is None:
            return None
        steps.append(step)
    return _closure(path[0], steps, node.finish)


def _closure(name: str, steps: list[Step], finish: Finisher) -> Callable[[Values], str]:
    if not steps:
        return lambda values: finish(values.get(name))
    if len(steps) == 1:
        step = steps[0]
        return lambda values: finish(step(values.get(name)))

    def render(values: Values) -> str:
        value = values.get(name)
        for each in steps:
            value = each(value)
        return finish(value)

    return render


def _step(name: str, literals: list[str], *, markup: bool) -> Step | None:
    texts = [Markup(text) if markup else text for text in literals]  # noqa: S704 -- the writer's own words, as the library takes them
    if name in _LETTERS and not texts:
        return partial(_letters, *_LETTERS[name])
    if name == "default" and len(texts) == 1:
        return partial(_default, texts[0])
    if name == "date" and len(texts) == 1:
        pattern = texts[0]
        return lambda value: date_as(value, pattern)
    return None


def _letters(change: Callable[[str], str], otherwise: Step, value: object) -> object:
    return change(value) if type(value) is str else otherwise(value)


def _default(text: str, value: object) -> object:
    if type(value) is str:
        return value or text
    return text if value is None else liquid_default(value, text)
