"""From the text of a segment to its tree.

condition = either
either    = every { "or" every }
every     = negated { "and" negated }
negated   = "not" negated | "(" condition ")" | leaf
leaf      = "list" named [when] | "agreed" named [when] | "segment" named | "got" ( number | "since" day )
          | "came" when | field test
test      = ("=" | "!=") value | order value | ("contains" | "starts with" | "ends with") text
          | "in" "(" value { "," value } ")" | "is" ["not"] "empty" | "recurs" "within" number "days"
when      = ( "since" | "before" ) day
named     = number | text
day       = YYYY-MM-DD | "today" [ ("+" | "-") number unit ]
field     = alias | "field." alias | "email" | "language"
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from siegelpost.segment.errors import NotUnderstood
from siegelpost.segment.scan import DAY, END, MOST_CONDITIONS, MOST_DEEP, NUMBER, SIGN, TEXT, WORD, Token, scan, too_much
from siegelpost.segment.tree import (
    BEFORE,
    CONTAINS,
    ENDS,
    EQUAL,
    ORDERS,
    SINCE,
    STARTS,
    UNITS,
    Agreed,
    Came,
    Compare,
    Day,
    Either,
    Empty,
    Every,
    Got,
    GotSince,
    InSegment,
    Node,
    Not,
    OneOf,
    OnList,
    Recurs,
    Relative,
    Value,
)

FIELD: Final = "field."
KEYWORDS: Final = frozenset((
    *("and", "or", "not", "list", "agreed", "segment", "got", "since", "before", "came", "contains", "starts", "ends", "with", "in", "is"),
    *("empty", "recurs", "within", "today", "yes", "no", "days", "weeks", "months", "years"),
))  # fmt: skip
"""A field of such a name is written with FIELD before it."""
MOST_AMOUNT: Final = 10_000
MOST_NUMBER: Final = 2**53


def parse(text: str) -> Node:
    """Read a condition. Raises NotUnderstood, TooMuch. Whether its fields and lists exist is asked by `check`."""
    reader = _Reader(list(scan(text)))
    found = reader.condition(0)
    reader.expect(END, "")
    return found


class _Reader:
    """Goes through the words once, from left to right."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._place, self._leaves = tokens, 0, 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def condition(self, depth: int) -> Node:
        """One or more parts of which one must hold."""
        return self._joined("or", Either, lambda: self._joined("and", Every, lambda: self._negated(depth)))

    def expect(self, kind: str, *texts: str) -> Token:
        """The next word, which must be one of these. Raises NotUnderstood."""
        token = self._next
        if token.kind != kind or (texts and token.text not in texts):
            raise NotUnderstood(at=token.at, wanted=" / ".join(one for one in texts if one) or kind)
        self._place += 1
        return token

    def _take(self, kind: str, *texts: str) -> str:
        """The next word where it is one of these, "" otherwise."""
        token = self._next
        if token.kind != kind or token.text not in texts:
            return ""
        self._place += 1
        return token.text

    def _joined(self, word: str, kind: type[Every] | type[Either], part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self._take(WORD, word):
            parts.append(part())
        return kind(tuple(parts)) if len(parts) > 1 else parts[0]

    def _negated(self, depth: int) -> Node:
        if depth >= MOST_DEEP:
            raise too_much()
        if self._take(WORD, "not"):
            return Not(self._negated(depth + 1))
        if self._take(SIGN, "("):
            found = self.condition(depth + 1)
            self.expect(SIGN, ")")
            return found
        self._leaves += 1
        if self._leaves > MOST_CONDITIONS:
            raise too_much()
        return self._leaf()

    def _leaf(self) -> Node:
        word = self.expect(WORD)
        match word.text:
            case "list":
                return OnList(self._named(), *self._when())
            case "agreed":
                return Agreed(self._named(), *self._when())
            case "segment":
                return InSegment(self._named())
            case "got":
                return GotSince(self._day()) if self._take(WORD, "since") else Got(self._whole())
            case "came":
                return Came(self.expect(WORD, SINCE, BEFORE).text, self._day())
        name = word.text.removeprefix(FIELD)
        if "." in name or (name == word.text and name in KEYWORDS):
            raise NotUnderstood(at=word.at, wanted="list / agreed / segment / got / came / …")
        return self._test(name)

    def _test(self, name: str) -> Node:
        if self._take(SIGN, "!="):
            return Not(Compare(name, EQUAL, self._value()))
        if order := self._take(SIGN, EQUAL, *ORDERS):
            return Compare(name, order, self._value())
        word = self.expect(WORD, "contains", "starts", "ends", "in", "is", "recurs").text
        match word:
            case "contains":
                return Compare(name, CONTAINS, self.expect(TEXT).text)
            case "starts" | "ends":
                self.expect(WORD, "with")
                return Compare(name, STARTS if word == "starts" else ENDS, self.expect(TEXT).text)
            case "in":
                return OneOf(name, self._values())
            case "is":
                negated = self._take(WORD, "not")
                self.expect(WORD, "empty")
                return Not(Empty(name)) if negated else Empty(name)
        self.expect(WORD, "within")
        days = self._whole()
        self.expect(WORD, "days")
        return Recurs(name, days)

    def _values(self) -> tuple[Value, ...]:
        self.expect(SIGN, "(")
        found = [self._value()]
        while self._take(SIGN, ","):
            found.append(self._value())
        self.expect(SIGN, ")")
        return tuple(found)

    def _value(self) -> Value:
        token = self._next
        if token.kind == TEXT:
            return self.expect(TEXT).text
        if token.kind == NUMBER:
            self._place += 1
            return float(token.text) if "." in token.text else int(token.text)
        if word := self._take(WORD, "yes", "no"):
            return word == "yes"
        return self._day()

    def _day(self) -> Day:
        token = self._next
        if token.kind == DAY:
            self._place += 1
            try:
                return date.fromisoformat(token.text)
            except ValueError:
                raise NotUnderstood(at=token.at, wanted="YYYY-MM-DD") from None
        self.expect(WORD, "today")
        back = self._next.text
        if not self._take(SIGN, "+", "-"):
            if self._next.kind == NUMBER and back.startswith("-"):  # `today -3 days`: the scanner took the sign for the number's
                return Relative(self._whole(least=-MOST_AMOUNT), self.expect(WORD, *UNITS).text)
            return Relative(0)
        amount = self._whole()
        return Relative(-amount if back == "-" else amount, self.expect(WORD, *UNITS).text)

    def _when(self) -> tuple[str, Day] | tuple[()]:
        word = self._take(WORD, SINCE, BEFORE)
        return (word, self._day()) if word else ()

    def _named(self) -> int | str:
        if self._next.kind == TEXT:
            return self.expect(TEXT).text
        return self._whole(most=MOST_NUMBER)

    def _whole(self, *, least: int = 0, most: int = MOST_AMOUNT) -> int:
        token = self.expect(NUMBER)
        if "." in token.text or not least <= int(token.text) <= most:
            raise NotUnderstood(at=token.at, wanted=f"{least}…{most}")
        return int(token.text)
