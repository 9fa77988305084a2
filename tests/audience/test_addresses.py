"""What people type becomes one form, or is refused; the short rule and the library answer alike."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siegelpost.audience.addresses import INVALID, MISSING, TOO_LONG, Judged, address_reader, judge_by_library, read_address

LOCAL = string.ascii_letters + string.digits + "!#$%&'*+/=?^_`{|}~-." + '"(),:; \\@'


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mara@example.org", "mara@example.org"),
        ("  mara@example.org ", "mara@example.org"),
        ("mara@\u00a0example.org", "mara@example.org"),
        ("\u200bmara@exa\u00admple.org\ufeff", "mara@example.org"),
        ("Mara.M@EXAMPLE.Org", "Mara.M@example.org"),
        ("INFO@example.org", "INFO@example.org"),
        ("Mara Muster <mara@example.org>", "mara@example.org"),
        ('"Muster, Mara" <mara@example.org>', "mara@example.org"),
        ("mailto:mara@example.org", "mara@example.org"),
        ("MAILTO:mara@example.org", "mara@example.org"),
        ("mara@b\u00fccher.example", "mara@xn--bcher-kva.example"),
        ("mara@B\u00dcCHER.Example", "mara@xn--bcher-kva.example"),
        ("mara@xn--bcher-kva.example", "mara@xn--bcher-kva.example"),
        ("mara+news@shop.example", "mara+news@shop.example"),
        ("o'mara@shop.test", "o'mara@shop.test"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert read_address(typed) == Judged(kept, "")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", MISSING),
        (" \u00a0\u200b", MISSING),
        ("mara", INVALID),
        ("mara@", INVALID),
        ("@example.org", INVALID),
        ("mara@example", INVALID),
        ("mara@example..org", INVALID),
        ("mara.@example.org", INVALID),
        ("mara@-example.org", INVALID),
        ("mara@localhost", INVALID),
        ("mara@[192.0.2.1]", INVALID),
        ('"mara muster"@example.org', INVALID),
        ("m\u00e4ra@example.org", INVALID),
        ("mara@example.org, ben@example.org", INVALID),
        ("mara@example.org\x00", INVALID),
        ("mara@example.org\x1b[2J", INVALID),
        ("a" * 65 + "@example.org", TOO_LONG),
        ("a" * 60 + "@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 60 + ".example", TOO_LONG),
        ("x" * 1_000_000, TOO_LONG),
        ("<" * 999, TOO_LONG),
    ],
)
def test_what_is_no_address_is_refused_with_its_reason(typed: str, answer: Judged) -> None:
    assert read_address(typed) == answer


def test_line_breaks_cannot_reach_a_header() -> None:
    assert read_address("mara@example.org\r\nBcc: ben@example.org") == INVALID


@pytest.mark.slow
@given(
    st.text(LOCAL, min_size=1, max_size=70),
    st.text(string.ascii_letters + string.digits + "-.", max_size=70),
    st.sampled_from(["", ".example", ".ORG"]),
)
@example("info", "example", ".org")
@example("a", "ab--cd", ".example")
@example("a", "xn--a", ".example")
@example("a", "a" * 63, ".example")
@example("a", "a" * 64, ".example")
def test_the_short_rule_and_the_library_answer_alike(local: str, domain: str, ending: str) -> None:
    typed = f"{local}@{domain}{ending}".replace(" ", "")
    short, slow = read_address(typed), judge_by_library(typed)
    if typed.endswith(">") or typed[:7].lower() == "mailto:":
        return
    assert (short.address, bool(short.reason)) == (slow.address, bool(slow.reason))


@given(st.text(max_size=60))
def test_nothing_that_is_typed_makes_the_reader_fall_over(typed: str) -> None:
    found = read_address(typed + "@example.org")
    assert bool(found.address) != bool(found.reason)
    assert found.address.isascii()
    assert not set(found.address) & set(" \r\n\t\x00")


def test_what_came_out_goes_in_unchanged() -> None:
    read = address_reader()
    for typed in ("Mara@B\u00dcCHER.Example", "o'Mara+x@EXAMPLE.org"):
        assert read(read(typed).address) == read(typed)
