"""Sources that nobody should write: each is refused with a code, quickly, and nothing crashes."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.errors import BadInput
from siegelpost.render.checks import Facts, check
from siegelpost.render.compile import Source, compile_variant
from siegelpost.render.errors import (
    HtmlBroken,
    LiquidBroken,
    MjmlBroken,
    MjmlIconMissing,
    MjmlInclude,
    MjmlUnknownTag,
    NotText,
    SlotFailed,
    SourceUnusable,
    TooBig,
    TooDeep,
)
from siegelpost.render.pieces import join

BITS = st.lists(
    st.sampled_from(
        ["{{", "}}", "{%", "%}", "{% if a %}", "{% endif %}", "{% for a in b %}", "{% else %}", "{{ a }}", "{{ a | upcase }}", "{% raw %}",
         "{% endraw %}", "<p>", "</p>", "<b", ">", "<table>", "<tr>", "<td>", "</table>", "<!--", "-->", "<![endif]-->", "<!--[if mso]>",
         '<a href="', '"', "'", "<style>", "</style>", "p{color:red}", "&amp;", "&", "lq", "lqx0x", "ä", "\n", "<mjml>", "<mj-body>",
         "</mj-body>", "</mjml>", "<mj-text>", "<mj-raw>", "<title>", "<svg>", "<![CDATA[", "{{{", "x" * 50, "# ", "- ", "[a](", ")", "`"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


def mjml(inside: str) -> str:
    return f"<mjml>\n<mj-body><mj-section><mj-column>\n{inside}</mj-column></mj-section></mj-body></mjml>"


@pytest.mark.parametrize(
    ("body", "form", "error"),
    [
        ("a\x00b", "html", NotText),
        ("a\ud800b", "html", NotText),
        ("a\x0bb", "txt", NotText),
        ("a\x1bb", "mjml", NotText),
        ("x" * 1_048_576, "html", TooBig),
        ("x" * 1_048_576, "mjml", TooBig),
        ("{{ a }}" * 1_001, "txt", TooBig),
        ("<div>" * 40_000, "html", TooDeep),
        ("<b><p>" * 20_000, "html", TooDeep),
        ("<p><b></p>" * 20_000, "html", TooDeep),
        (mjml("<mj-text>" + "<div>" * 20_000 + "</div>" * 20_000 + "</mj-text>"), "mjml", TooDeep),
        ("{" * 100_000, "html", LiquidBroken),
        ("{% raw %}" * 1_000, "html", LiquidBroken),
        ("{% if x " * 900, "html", LiquidBroken),
        ("{% if a %}" * 100 + "{% endif %}" * 100, "html", LiquidBroken),
        ("{{ a" + "[a" * 5_000 + "]" * 5_000 + " }}", "html", LiquidBroken),
        ("{% endif %}", "html", LiquidBroken),
        ("{% if a %}", "html", LiquidBroken),
        ("{% break %}", "txt", SlotFailed),
        ("{% for i in (1..999999999) %}x{% endfor %}", "txt", SlotFailed),
        ("", "mjml", MjmlBroken),
        ("no mjml", "mjml", MjmlBroken),
        ("<mjml>", "mjml", MjmlBroken),
        ("<p>x</p>", "mjml", MjmlUnknownTag),
        ("<mjml></mj-body>", "mjml", MjmlBroken),
        (mjml("<mj-text><b>x</mj-text>"), "mjml", MjmlBroken),
        (mjml("<mj-text a=>x</mj-text>"), "mjml", MjmlBroken),
        (mjml("<mj-foo/>"), "mjml", MjmlUnknownTag),
        (mjml("<p>x</p>"), "mjml", MjmlUnknownTag),
        (mjml("<mj-include path='/etc/passwd'/>"), "mjml", MjmlInclude),
        (mjml('<mj-social><mj-social-element name="facebook" href="x"/></mj-social>'), "mjml", MjmlIconMissing),
        (mjml("<mj-accordion/>"), "mjml", MjmlIconMissing),
        (mjml("<mj-carousel/>"), "mjml", MjmlIconMissing),
    ],
)
def test_bad_sources_are_refused_at_once(body: str, form: str, error: type[BadInput]) -> None:
    began = time.process_time()
    with pytest.raises(error) as caught:
        compile_variant(Source(format=form, body=body, subject="S"))
    assert time.process_time() - began < 3
    assert caught.value.code.startswith("render.")
    assert caught.value.text("en")


@pytest.mark.parametrize("part", ["subject", "preheader", "text"])
def test_the_other_parts_are_looked_at_too(part: str) -> None:
    for content, error in (("a\x00", NotText), ("{{ a", LiquidBroken), ("x" * 600_000, TooBig)):
        with pytest.raises(error) as caught:
            compile_variant(Source(format="html", **{"subject": "S", "body": "b", part: content}))
        assert caught.value.facts["part"] == part


def test_mjml_says_the_line_of_what_is_wrong() -> None:
    for inside in ("<mj-foo/>", "<mj-include path='a'/>", "<mj-carousel/>"):
        with pytest.raises(BadInput) as caught:
            compile_variant(Source(format="mjml", body=mjml(inside), subject="S"))
        assert caught.value.facts["line"] == 3


def test_a_forged_word_stays_text() -> None:
    """Whoever writes what our words look like gets it back unchanged."""
    compiled = compile_variant(Source(format="html", body="<p>lqx0x LQX0X {{ a }} lqzx0x", subject="lqx0x"))
    assert "<p>lqx0x LQX0X 1 lqzx0x</p>" in join(compiled.html or (), {"a": 1})


@pytest.mark.slow
@given(body=BITS, form=st.sampled_from(["html", "mjml", "md", "txt"]))
def test_any_source_gives_pieces_or_one_of_our_errors(body: str, form: str) -> None:
    source = Source(format=form, body=body, subject="S")
    with suppress(SourceUnusable):
        compiled = compile_variant(source)
        join(compiled.html or (), {"a": "x"}).encode()
        join(compiled.text, {"a": "x"}).encode()
    check(source, known=frozenset("a"), facts=Facts(sender=True, imprint=True))


def test_errors_are_of_the_kind_that_changes_nothing() -> None:
    assert issubclass(HtmlBroken, BadInput)
    assert HtmlBroken.exit_code == 4
