"""One address per link and variant, for everybody; and no address that could lead astray."""

import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.measure.modes import ModeUnknown
from siegelpost.measure.policy import MeasurePlan, location_of, plan
from siegelpost.sign.keys import TenantKeys
from siegelpost.sign.tokens import read_token

PUBLIC = "https://mail.example.org"


@dataclass(frozen=True)
class Known:
    number: int = 7
    keys: TenantKeys = field(default_factory=lambda: TenantKeys(b"k" * 32))


def test_the_measured_address_holds_variant_and_place_and_nothing_else() -> None:
    made = plan(Known(), 3, {11: ["https://example.com/a", "https://example.com/b"]}, public_url=PUBLIC, mode="anonymous")
    keys = Known().keys.tokens
    pixel = made.variants[11].pixel
    assert pixel.startswith(f"{PUBLIC}/o/")
    assert pixel.endswith(".gif")
    opened = read_token("o", pixel.removeprefix(f"{PUBLIC}/o/").removesuffix(".gif"), lambda *_: keys)
    assert (opened.tenant_number, opened.numbers, opened.extra) == (7, (11,), b"")
    for place, (_written, measured) in enumerate(made.variants[11].links, start=1):
        token = read_token("c", measured.removeprefix(f"{PUBLIC}/c/"), lambda *_: keys)
        assert (token.tenant_number, token.numbers, token.extra) == (7, (11, place), b"")


def test_the_same_plan_comes_out_each_time() -> None:
    links = {11: ["https://example.com/a"], 12: ["https://example.com/a"]}
    first, second = (plan(Known(), 3, links, public_url=PUBLIC, mode="anonymous") for _twice in range(2))
    assert first == second
    assert first.variants[11] != first.variants[12]


def test_a_plan_survives_json() -> None:
    made = plan(Known(), 3, {11: ["https://example.com/ä?x=1"]}, public_url=PUBLIC, mode="anonymous")
    assert MeasurePlan.from_dict(json.loads(json.dumps(made.as_dict()))) == made


def test_a_link_that_stands_twice_is_one_target() -> None:
    made = plan(Known(), 3, {11: ["https://example.com/a", "https://example.com/a"]}, public_url=PUBLIC, mode="anonymous")
    assert len(made.variants[11].links) == 1


def test_what_cannot_be_measured_stays_as_written() -> None:
    urls = ["mailto:ann@example.org", "https://example.com/a"]
    targets = plan(Known(), 3, {11: urls}, public_url=PUBLIC, mode="anonymous").variants[11]
    assert list(targets.measured()) == ["https://example.com/a"]


def test_without_measuring_nothing_is_planned() -> None:
    assert plan(Known(), 3, {11: ["https://example.com/a"]}, public_url=PUBLIC, mode="off").variants == {}


def test_personalised_measuring_starts_from_the_same_shared_addresses() -> None:
    url = "https://example.com/a"
    every = [plan(Known(), 3, {11: [url]}, public_url=PUBLIC, mode=mode).variants[11] for mode in ("anonymous", "personalised")]
    assert every[0] == every[1], "whoever did not agree gets what everybody gets"


def test_an_unknown_mode_is_wrong_usage() -> None:
    with pytest.raises(ModeUnknown):
        plan(Known(), 3, {11: []}, public_url=PUBLIC, mode="Anonymous")


@pytest.mark.parametrize(
    "url, location",
    [
        ("https://example.com/a?b=c&d=%20#e", "https://example.com/a?b=c&d=%20#e"),
        ("https://example.com", "https://example.com"),
        ("http://example.com:8080/", "http://example.com:8080/"),
        ("https://münchen.example/straße?q=ü", "https://xn--mnchen-3ya.example/stra%C3%9Fe?q=%C3%BC"),
        ("http://[2001:db8::1]/x", "http://[2001:db8::1]/x"),
        ("mailto:ann@example.org", None),
        ("javascript:alert(1)", None),
        ("//example.com/a", None),
        ("/a", None),
        ("https://", None),
        ("https://´", None),
        ("https://example.com%2f@/", None),
        ("https://user:word@example.com/", None),
        ("https://example.com/a\r\nSet-Cookie: x=1", None),
        ("https://example.com/a b", None),
        ("https://example.com\\@example.net/", None),
        ("https://example.com:port/", None),
        ("https://example.com/" + "a" * 2000, None),
    ],
)
def test_only_whole_web_addresses_are_measured(url: str, location: str | None) -> None:
    assert location_of(url) == location


@given(st.text())
def test_a_location_never_breaks_a_header(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.com/{text}"):
        location = location_of(url)
        assert location is None or (location.isascii() and location.isprintable() and " " not in location)
