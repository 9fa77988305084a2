"""Boxes that make one condition of a segment, for whoever does not want to learn the language: what about, how, and what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.segment.known import Known
from siegelpost.segment.show import show
from siegelpost.segment.tree import BEFORE, CONTAINS, EMAIL, ENDS, EQUAL, LANGUAGE, SINCE, STARTS, Compare, Empty, Node, Not

HOW: Final[Mapping[str, str]] = {
    "is": _("is"),
    "is_not": _("is not"),
    "contains": _("contains"),
    "starts": _("begins with"),
    "ends": _("ends with"),
    "less": _("less than, or before"),
    "more": _("more than, or after"),
    "empty": _("is empty"),
    "filled": _("is filled in"),
    "recurs": _("comes round within so many days (birthdays)"),
    "on": _("on the list, agreed, in it"),
    "not_on": _("not on the list, not agreed, not in it"),
    "since": _("since a day"),
    "before": _("before a day"),
}
"""In the order in which they are offered."""
JOINS: Final[Mapping[str, str]] = {"and": _("and also"), "or": _("or")}
_SIGNS: Final = {"is": EQUAL, "is_not": EQUAL, "contains": CONTAINS, "starts": STARTS, "ends": ENDS, "less": "<", "more": ">"}


@dataclass(frozen=True, slots=True)
class About:
    """What a condition can be about: its code in the form, and the words for it."""

    code: str
    name: str


def abouts(known: Known, fields: Mapping[str, str]) -> list[tuple[str, list[About]]]:
    """Under headings: fields (alias -> name), what everybody has, lists, consents, mailings, other segments."""
    own = [About(f"field:{alias}", name) for alias, name in fields.items()]
    always = [About(f"field:{EMAIL}", translate(_("E-mail address"))), About(f"field:{LANGUAGE}", translate(_("Language")))]
    always.append(About("came", translate(_("Stored"))))
    lists = [About(f"list:{number}", name) for number, name in known.lists.items()]
    agreed = [About(f"agreed:{number}", name) for number, name in known.lists.items()]
    parts = [About(f"segment:{number}", name) for number, name in known.names.items()]
    found = [
        (translate(_("Fields")), own + always),
        (translate(_("On the list")), lists),
        (translate(_("Consent for the list")), agreed),
        (translate(_("In the segment")), parts),
    ]
    return [(heading, some) for heading, some in found if some]


def written(about: str, how: str, what: str, known: Known) -> str:
    """The condition in the language; what does not go together comes out so that `parse` or `check` says why."""
    kind, _colon, rest = about.partition(":")
    if kind == "field":
        return _about_field(rest, how, what.strip(), known)
    when = f" {how} {_as_day(what)}" if how in (SINCE, BEFORE) else ""
    text = f"{kind}{f' {rest}' if rest else ''}{when}"
    return f"not {text}" if how == "not_on" else text


def joined(before: str, join: str, condition: str) -> str:
    """A condition with one more; what stood there is kept together."""
    if not before.strip():
        return condition
    return f"{before.strip()} {join} {condition}" if join == "and" and " or " not in before else f"({before.strip()})\n{join} {condition}"


def _about_field(alias: str, how: str, what: str, known: Known) -> str:
    if how in ("empty", "filled"):
        node: Node = Empty(alias) if how == "empty" else Not(Empty(alias))
        return show(node)
    name = show(Empty(alias)).removesuffix(" is empty")
    if how == "recurs":
        return f"{name} recurs within {what} days"
    if how in (SINCE, BEFORE):
        return f"{name} {'>=' if how == SINCE else '<'} {_as_day(what)}"
    if how not in _SIGNS:
        return f"{name} {how}"
    kind = known.fields.get(alias, "text")
    text = show(Compare(alias, _SIGNS[how], what)) if kind in ("text", "choice") else f"{name} {_SIGNS[how]} {_plain(kind, what)}"
    return f"not {text}" if how == "is_not" else text


def _plain(kind: str, what: str) -> str:
    if kind == "date":
        return _as_day(what)
    if kind == "boolean":
        return {"ja": "yes", "nein": "no"}.get(what.lower(), what.lower())
    return what.replace(",", ".")


def _as_day(what: str) -> str:
    """As it was typed, or a number of days ago where only that was typed."""
    what = what.strip().lower()
    return f"today - {what} days" if what.isdigit() else what or "today"
