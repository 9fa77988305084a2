"""Conditions as hypothesis makes them, about the tenant of `test_databases`."""

from datetime import date

from hypothesis import strategies as st

from siegelpost.segment.tree import (
    ORDERS,
    PARTS,
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
    Leaf,
    Node,
    Not,
    OneOf,
    OnList,
    Recurs,
    Relative,
)

CITIES = ("Berlin", "berlin", "KÖLN", "Köln", "Straße", "a*b?c[d]", "aXbXcd", "100 %", "_x", "Łódź", "o'Neil", '"q"\\', "b", "ö", "^$.")
FIELDS = {"city": "text", "age": "number", "born": "date", "vip": "boolean", "colour": "choice", "not": "text"}
LISTS = {1: "News", 2: "Offers"}
relative = st.builds(Relative, st.integers(-800, 800), st.sampled_from(UNITS)).filter(lambda day: day.amount or day.unit == "days")
days: st.SearchStrategy[Day] = st.dates(date(1990, 1, 1), date(2030, 1, 1)) | relative
texts = st.sampled_from(CITIES)
when = st.sampled_from(("since", "before"))
leaves: st.SearchStrategy[Leaf] = st.one_of(
    st.builds(Compare, st.sampled_from(("city", "colour", "not")), st.sampled_from(("=", *PARTS)), texts),
    st.builds(Compare, st.just("age"), st.sampled_from(("=", *ORDERS)), st.integers(-5, 50) | st.sampled_from((1.5, 17.25, 30.0))),
    st.builds(Compare, st.just("born"), st.sampled_from(("=", *ORDERS)), days),
    st.builds(Compare, st.just("vip"), st.just("="), st.booleans()),
    st.builds(Compare, st.just("email"), st.just("ends with"), st.sampled_from(("@example.org", "EXAMPLE.com", "org"))),
    st.builds(Compare, st.just("language"), st.just("="), st.sampled_from(("de", "EN"))),
    st.builds(OneOf, st.just("city"), st.lists(texts, min_size=1, max_size=3).map(tuple)),
    st.builds(OneOf, st.just("age"), st.lists(st.integers(0, 40), min_size=1, max_size=3).map(tuple)),
    st.builds(Empty, st.sampled_from((*FIELDS, "language"))),
    st.builds(Recurs, st.just("born"), st.integers(0, 365)),
    st.builds(Came, when, days),
    st.builds(OnList, st.sampled_from(tuple(LISTS))),
    st.builds(OnList, st.sampled_from(tuple(LISTS)), when, days),
    st.builds(Agreed, st.sampled_from(tuple(LISTS))),
    st.builds(Agreed, st.sampled_from(tuple(LISTS)), when, days),
    st.builds(Got, st.sampled_from((7, 8))),
    st.builds(GotSince, days),
)
parts = st.just(InSegment(1)) | leaves


def _joined(inside: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inside, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, inside) | st.builds(Every, several) | st.builds(Either, several)


trees: st.SearchStrategy[Node] = st.recursive(parts, _joined, max_leaves=8)
