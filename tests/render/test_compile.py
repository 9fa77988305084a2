"""From a source to pieces: MJML, HTML, Markdown and plain text, with Liquid in all of them."""

from itertools import pairwise

import pytest

from siegelpost.render.compile import Compiled, Source, compile_variant, prepare
from siegelpost.render.errors import LiquidAcross, LiquidAroundMjml, LiquidMisplaced
from siegelpost.render.loads import loads
from siegelpost.render.pieces import Slot, join

VALUES = {
    "first_name": "Ann & <Bo>",
    "email": "ann@example.org",
    "vip": True,
    "imprint": "Muster GmbH\nWeg 1",
    "unsubscribe_url": "https://news.example/u/a?x=1&y=2",
    "preferences_url": "https://news.example/p/a",
    "web_version_url": "https://news.example/w/a",
}
MJML = """<mjml>
<mj-head>
<mj-preview>Kurz: {{ first_name }}</mj-preview>
<mj-style>.red { color: red } a:hover { color: blue } @media (max-width: 300px) { .red { color: green } }</mj-style>
</mj-head>
<mj-body>
{% if vip %}
<mj-section><mj-column><mj-text>Hi <b class="red">{{ first_name | default: "Leser" }}</b></mj-text></mj-column></mj-section>
{% else %}
<mj-section><mj-column><mj-text>Guten Tag</mj-text></mj-column></mj-section>
{% endif %}
<mj-section>
  <mj-column>{% if vip %}<mj-button href="https://shop.example/vip">Los</mj-button>{% endif %}<mj-divider/></mj-column>
  <mj-column>
    <mj-text><a href="https://shop.example/?a=1&amp;b=2">Shop</a> <a href="{{ unsubscribe_url }}">Ab</a><br/>{{ imprint }}</mj-text>
    <mj-table>{% for n in (1..3) %}<tr><td>Zeile {{ n }}</td></tr>{% endfor %}</mj-table>
  </mj-column>
</mj-section>
</mj-body>
</mjml>"""


def compiled(body: str, form: str = "html", **more: str) -> Compiled:
    return compile_variant(Source(format=form, body=body, subject="S", **more))


def page(body: str, form: str = "html", **more: str) -> str:
    html = compiled(body, form, **more).html
    assert html is not None
    return join(html, VALUES)


def text(body: str, form: str = "html", **more: str) -> str:
    return join(compiled(body, form, **more).text, VALUES)


def test_mjml_loads_nothing_from_anywhere() -> None:
    """mrml by default links fonts of Google and icons of Mailjet."""
    rich = (
        MJML.replace(
            "<mj-divider/>",
            '<mj-hero><mj-text font-family="Roboto, Ubuntu">x</mj-text></mj-hero>'
            '<mj-navbar><mj-navbar-link href="https://a.example">n</mj-navbar-link></mj-navbar><mj-spacer height="9px"/>'
            '<mj-social><mj-social-element name="facebook" src="cid:icon" href="https://a.example">f</mj-social-element></mj-social>',
        )
        .replace("<mj-hero><mj-text", "<mj-text")
        .replace("</mj-text></mj-hero>", "</mj-text>")
    )
    found = [load for load in loads(page(rich, "mjml")) if load.host]
    assert found == []


def test_conditions_may_enclose_whole_sections_and_components() -> None:
    html = compiled(MJML, "mjml").html or ()
    vip, other = join(html, VALUES), join(html, {**VALUES, "vip": False})
    assert "Hi <b" in vip
    assert "Guten Tag" not in vip
    assert "shop.example/vip" in vip
    assert "Guten Tag" in other
    assert "Hi <b" not in other
    assert "shop.example/vip" not in other
    for one in (vip, other):
        assert one.count("<table") == one.count("</table>")
        assert one.count("<!--[if") == one.count("<![endif]-->")
        assert [f"Zeile {n}" in one for n in (1, 2, 3)] == [True, True, True]
        assert "lqx" not in one


def test_mj_raw_may_carry_the_tags_too() -> None:
    body = MJML.replace("{% if vip %}\n<mj-section>", "<mj-raw>{% if vip %}</mj-raw>\n<mj-section>").replace(
        "{% endif %}\n<mj-section>", "<mj-raw>{% endif %}</mj-raw><mj-section>"
    )
    assert page(body, "mjml").replace("\n", "") == page(MJML, "mjml").replace("\n", "")


def test_styles_are_inlined_and_media_queries_and_states_stay() -> None:
    html = page(MJML, "mjml")
    assert '<b class="red" style="color: red;">' in html
    assert "@media (max-width: 300px)" in html
    assert "a:hover" in html
    assert "@media only screen and (min-width:480px)" in html  # MJML's own columns


def test_a_preheader_stands_first_and_replaces_that_of_mjml() -> None:
    html = page(MJML, "mjml", preheader="Für {{ first_name }} & alle")
    assert "Kurz:" not in html
    body = html[html.index("<body") :]
    assert body.index("Für Ann &amp; &lt;Bo&gt; &amp; alle") < body.index("Hi <b")
    assert "Kurz: Ann" in page(MJML, "mjml")
    assert "Für" not in text(MJML, "mjml", preheader="Für {{ first_name }}")


@pytest.mark.parametrize(
    "body",
    [
        "<mj-section><mj-column>{{ first_name }}</mj-column></mj-section>",
        "<mj-wrapper>{% if vip %}<mj-section/>{% endif %}</mj-wrapper>",
        "<mj-section><mj-column><mj-social>{% if vip %}x{% endif %}</mj-social></mj-column></mj-section>",
    ],
)
def test_liquid_where_mjml_takes_none_is_refused_with_advice(body: str) -> None:
    with pytest.raises(LiquidAroundMjml) as caught:
        compiled(f"<mjml>\n<mj-body>\n{body}</mj-body></mjml>", "mjml")
    assert caught.value.facts["line"] == 3


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ("<div>{% if vip %}</div><div>{% endif %}</div>", "html"),
        ("<p>{% if vip %}a</p><p>b{% endif %}</p>", "html"),
        ("<p>{% if vip %}a{% else %}<b>b{% endif %}</b></p>", "html"),
        ("<a href='{% if vip %}x'>y{% endif %}</a>", "html"),
        (
            "<mjml><mj-body><mj-section>{% if vip %}<mj-column><mj-text>{% endif %}a</mj-text></mj-column></mj-section></mj-body></mjml>",
            "mjml",
        ),
        ("- a {% if vip %}\n\n# b\n\n{% endif %}", "md"),
    ],
)
def test_a_block_must_begin_and_end_in_the_same_element(body: str, form: str) -> None:
    with pytest.raises(LiquidAcross):
        compiled(body, form)


@pytest.mark.parametrize("body", ["<p {{ first_name }}>x", "<p {% if vip %}class='a'{% endif %}>x", "<{{ first_name }}>x"])
def test_liquid_among_attributes_is_refused(body: str) -> None:
    with pytest.raises(LiquidMisplaced):
        compiled(body)


def test_each_context_has_its_own_escaping() -> None:
    values = {"x": "\"><script>'&/ ä", "url": "javascript:alert(1)", "good": "https://a.example/?q=1&r=2"}
    html = compiled(
        '<p title="{{ x }}">{{ x }}</p><a href="https://a.example/{{ x }}?y={{ x }}">1</a><a href="{{ url }}">2</a>'
        '<a href="{{ good }}">3</a><p style="color: {{ x }}">4</p><!-- {{ x }} -->'
    ).html
    assert html is not None
    out = join(html, values)
    escaped = "&#34;&gt;&lt;script&gt;&#39;&amp;/ ä"
    assert f'<p title="{escaped}">{escaped}</p>' in out
    assert 'href="https://a.example/%22%3E%3Cscript%3E%27%26%2F%20%C3%A4?y=%22%3E%3Cscript%3E%27%26%2F%20%C3%A4"' in out
    assert '<a href="#">2</a>' in out
    assert '<a href="https://a.example/?q=1&amp;r=2">3</a>' in out
    assert "color: script ä" in out.replace("  ", " ")
    assert "<!-- &#34;&gt;" in out


def test_our_own_addresses_may_be_continued() -> None:
    html = page(
        '<a href="{{ unsubscribe_url }}&z=1">a</a><a href="{% if vip %}{{ web_version_url }}{% else %}https://a.example{% endif %}">b</a>'
    )
    assert 'href="https://news.example/u/a?x=1&amp;y=2&amp;z=1"' in html
    assert 'href="https://news.example/w/a"' in html


def test_liquid_survives_in_tables() -> None:
    """Parsers move words out of a table; our tags stand there as comments."""
    html = page("<table>{% for n in (1..2) %}<tr><td>{{ n }}</td></tr>{% endfor %}</table>")
    assert "<table><tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody></table>" in html


def test_styles_reach_into_liquid_blocks() -> None:
    html = page("<style>.a { color: red }</style>{% if vip %}<p class='a'>x</p>{% endif %}")
    assert '<p class="a" style="color: red;">x</p>' in html


def test_links_are_replaced_outside_of_blocks_and_in_order() -> None:
    body = (
        '<p><a href="https://a.example/1">a</a><a href="https://a.example/2?x=1&amp;y=2">b</a><a href="https://a.example/1">c</a>'
        '{% if vip %}<a href="https://a.example/vip">d</a>{% endif %}<a href="{{ unsubscribe_url }}">e</a>'
        '<a href="mailto:a@example.org">f</a>'
        '<a href="https://a.example/{{ email }}">g</a><map><area href="http://a.example/3"></map></p>'
    )
    seen: list[tuple[str, int]] = []

    def link_for(address: str, position: int) -> str:
        seen.append((address, position))
        return f"https://m.example/c/{position}?&"

    got = compile_variant(Source(format="html", body=body, subject="S"), link_for=link_for, pixel="https://m.example/o/1.gif?a&b")
    assert got.links == ("https://a.example/1", "https://a.example/2?x=1&y=2", "http://a.example/3")
    assert set(seen) == {(address, position) for position, address in enumerate(got.links)}
    html, words = join(got.html or (), VALUES), join(got.text, VALUES)
    assert html.count("https://m.example/c/0?&amp;") == 2
    assert "https://a.example/vip" in html
    assert "https://a.example/ann%40example.org" in html
    assert html.index('<img src="https://m.example/o/1.gif?a&amp;b"') < html.index("</body>")
    assert words.count("<https://m.example/c/0?&>") == 2
    assert "<https://a.example/vip>" in words
    assert "<https://news.example/u/a?x=1&y=2>" in words
    assert "1.gif" not in words


def test_without_a_measuring_plan_addresses_stay() -> None:
    got = compiled('<a href="https://a.example/1">a</a>')
    assert got.links == ("https://a.example/1",)
    assert 'href="https://a.example/1"' in join(got.html or (), {})


def test_plain_text_links_are_replaced_unless_a_slot_continues_them() -> None:
    source = Source(
        format="txt",
        body="See https://a.example/1. Or https://a.example/2/{{ email }}, (https://a.example/3) https://a.example/1{{ email }}",
        subject="S",
    )
    got = compile_variant(source, link_for=lambda address, position: f"https://m.example/{position}")
    assert got.html is None
    assert got.links == ("https://a.example/1", "https://a.example/3")
    assert (
        join(got.text, VALUES)
        == "See https://m.example/0. Or https://a.example/2/ann@example.org, (https://m.example/1) https://a.example/1ann@example.org"
    )


def test_the_same_source_gives_the_same_pieces() -> None:
    source = Source(format="mjml", body=MJML, subject="{{ first_name }}")
    first, second = compile_variant(source), compile_variant(source)
    assert [repr(piece) for piece in first.html or ()] == [repr(piece) for piece in second.html or ()]


def test_the_subject_is_one_line_whatever_it_is_filled_with() -> None:
    got = compile_variant(Source(format="txt", body="x", subject="Hi\r\n {{ first_name | upcase }}\nBcc: {{ email }}"))
    assert join(got.subject, {"first_name": "A\r\nBcc: b@example.org", "email": "c\u2028d\x00"}) == "Hi A BCC: B@EXAMPLE.ORG Bcc: c d"


def test_the_plain_text_is_derived_and_reads_well() -> None:
    assert text(MJML, "mjml").splitlines() == [
        "Hi Ann & <Bo>",
        "",
        "Los <https://shop.example/vip>",
        "",
        "Shop <https://shop.example/?a=1&b=2> Ab <https://news.example/u/a?x=1&y=2>",
        "Muster GmbH",
        "Weg 1",
        "",
        "Zeile 1",
        "Zeile 2",
        "Zeile 3",
    ]


def test_the_derived_text_is_liquid_to_edit_and_gives_the_same_text_again() -> None:
    source = Source(format="mjml", body=MJML, subject="S")
    written = prepare(source).text
    assert "{% if vip -%}" in written
    assert "{{ unsubscribe_url }}" in written
    assert text(MJML, "mjml", text=written) == text(MJML, "mjml")


def test_an_edited_text_wins() -> None:
    assert text("<p>a</p>", text="Mine, {{ first_name }}") == "Mine, Ann & <Bo>"


def test_derived_text_keeps_lists_pictures_words_and_leaves_out_what_nobody_sees() -> None:
    words = text(
        '<style>p{}</style><title>t</title><h1>Head</h1><ul><li>one</li><li>two</li></ul><img src="cid:a" alt="A picture"><img src="cid:b">'
        '<div style="display:none">hidden <b>deep</b></div><p>a&nbsp;b &amp; {{ "{" }}{% raw %}{{ c }}{% endraw %}</p>'
        "<table><tr><th>x</th><th>y</th></tr><tr><td>1</td><td>2</td></tr></table><a href='mailto:a@example.org'>a@example.org</a>"
    )
    assert "hidden" not in words
    assert "deep" not in words
    for wanted in ("Head", "* one", "* two", "A picture", "a b & {{{ c }}", "x y\n1 2", "a@example.org"):
        assert wanted in words
    assert "<mailto:" not in words


def test_markdown_gets_a_frame_and_shows_html_as_text() -> None:
    html = page(
        "# Hi {{ first_name }}\n\n{% if vip %}\n\nFor **you** <b>x</b>\n\n{% endif %}\n\n[off]({{ unsubscribe_url }})\n\n{{ imprint }}",
        "md",
    )
    assert ">Hi Ann &amp; &lt;Bo&gt;</h1>" in html
    assert "<strong>you</strong> &lt;b&gt;x&lt;/b&gt;" in html
    assert 'href="https://news.example/u/a?x=1&amp;y=2"' in html
    assert "Muster GmbH<br>\nWeg 1" in html
    assert "prefers-color-scheme: dark" in html
    assert "<p></p>" not in html
    assert list(loads(html)) == []


def test_plain_text_stays_as_written() -> None:
    assert text("Hi {{ first_name }},\n\n  {{ imprint }}\n<b>&amp;", "txt") == "Hi Ann & <Bo>,\n\n  Muster GmbH\nWeg 1\n<b>&amp;"


def test_nothing_is_read_from_disk(tmp_path: object) -> None:
    sheet = f"{tmp_path}/a.css"
    with open(sheet, "w", encoding="utf-8") as file:
        file.write("p { color: red }")
    for address in (sheet, f"file://{sheet}"):
        assert "color" not in page(f'<html><head><link rel="stylesheet" href="{address}"></head><body><p>x</p></body></html>')


def test_slots_are_few_and_fixed_text_is_merged() -> None:
    html = compiled(MJML, "mjml").html or ()
    kinds = [isinstance(piece, Slot) for piece in html]
    assert all(left != right or left for left, right in pairwise(kinds))
    assert sum(kinds) == 6  # preview, sections, button, unsubscribe, imprint, rows
