"""The checks before sending: what blocks, what warns, where and in whose words."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.render import checks, errors
from siegelpost.render.checks import Facts, Finding, check
from siegelpost.render.compile import Source

KNOWN = frozenset(("first_name", "vip", "website"))
GOOD = '<p>{{ imprint }} <a href="{{ unsubscribe_url }}">off</a></p>'
HOSTS = frozenset(("pictures.example",))


def found(body: str, form: str = "html", *, sender: bool = True, imprint: bool = True, **more: str) -> list[Finding]:
    source = Source(format=form, body=body, **{"subject": "S", **more})
    return check(source, known=KNOWN, facts=Facts(sender=sender, imprint=imprint, allowed_hosts=HOSTS))


def codes(body: str, form: str = "html", **more: str) -> list[str]:
    return [one.code for one in found(body, form, sender=True, imprint=True, **more)]


def test_a_good_mailing_has_no_findings() -> None:
    assert found(GOOD) == []
    assert found("{{ imprint }} {{ unsubscribe_url }} {{ email }} {{ first_name }}", "txt") == []
    assert found("{{ imprint }} [off]({{ unsubscribe_url }})", "md", preheader="{{ first_name }}") == []


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("<p>{{ imprint }}", ["render.no_unsubscribe", "render.no_unsubscribe"]),
        (f"{{% if vip %}}{GOOD}{{% endif %}}", ["render.no_unsubscribe", "render.no_imprint"] * 2),
        (f"<!-- {GOOD} -->", ["render.no_unsubscribe", "render.no_imprint"] * 2),
        (f'<div style="display:none">{GOOD}</div>', ["render.no_unsubscribe", "render.no_imprint"]),  # the text has none
        (
            '<img alt="{{ imprint }}"><a title="{{ unsubscribe_url }}">off</a>',
            ["render.no_unsubscribe", "render.no_imprint", "render.no_unsubscribe"],
        ),
    ],
)  # fmt: skip
def test_everyone_needs_an_unsubscribe_link_and_an_imprint(body: str, wanted: list[str]) -> None:
    assert codes(body) == wanted


def test_an_edited_text_needs_them_too() -> None:
    assert codes(GOOD, text="nothing") == ["render.no_unsubscribe", "render.no_imprint"]
    assert {one.place for one in found(GOOD, text="nothing")} == {"text"}


def test_what_the_tenant_lacks_is_named() -> None:
    assert [(one.code, one.place) for one in found(GOOD, sender=False, imprint=False, subject=" \n")] == [
        ("render.no_sender", "sender"),
        ("render.no_subject", "subject"),
        ("render.imprint_empty", "imprint"),
    ]


def test_unknown_fields_are_named_with_their_place() -> None:
    got = found(
        f"{GOOD}\n{{% if nope %}}{{{{ first_name | default: other }}}}{{% endif %}}{{% assign mine = 1 %}}{{{{ mine }}}}",
        subject="{{ subj }}",
        text=GOOD,
    )
    assert [(one.code, one.facts["name"], one.place) for one in got] == [
        ("render.unknown_field", "subj", "subject"),
        ("render.unknown_field", "nope", "html line 2"),
        ("render.unknown_field", "other", "html line 2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("bit", "code"),
    [
        ('<img alt="" src="https://pictures.example/{{ email }}.png">', "render.slot_in_image"),
        ('<img alt="" src="{{ website }}">', "render.slot_in_image"),
        ('<img alt="" src="cid:a" srcset="{{ website }} 2x">', "render.slot_in_image"),
        ('<table background="{{ website }}"></table>', "render.slot_in_image"),
        ('<img alt="" src="{% if vip %}cid:a{% else %}cid:b{% endif %}">', "render.slot_in_image"),
        ("<p style=\"background: url('https://pictures.example/{{ email }}')\">", "render.slot_in_style"),
        ("<style>.a { background: url(https://pictures.example/{{ email }}) }</style><p class=a>", "render.slot_in_style"),
        ("<style>p { color: {{ first_name }} }</style>", "render.slot_in_style"),
        ("<script>{{ first_name }}</script>", "render.slot_in_script"),
        ('<p onclick="{{ first_name }}">', "render.slot_in_script"),
        ('<a href="https://shop.example/?u={{ email }}">x</a>', "render.slot_in_link"),
        ('<a href="{% if vip %}https://shop.example/{% endif %}">x</a>', "render.slot_in_link"),
    ],
)
def test_a_slot_where_it_would_tell_who_reads_blocks(bit: str, code: str) -> None:
    got = found(f"{GOOD}\n{bit}")
    assert {one.code for one in got} == {code}
    assert {(one.level, one.place) for one in got} == {("block", "html line 2")}


@pytest.mark.parametrize(
    "bit",
    [
        '<a href="{{ web_version_url }}">x</a>',
        '<a href="mailto:{{ email }}">x</a>',
        '<p style="color: {{ first_name }}">x</p>',
        '<img alt="{{ first_name }}" src="cid:a">',
        '<img alt="" src="https://pictures.example/a.png"><img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    ],
)
def test_harmless_slots_and_pictures_pass(bit: str) -> None:
    assert found(GOOD + bit) == []


@pytest.mark.parametrize(
    "bit, code, said",
    [
        ('<a href="{{ website }}">x</a>', "render.link_of_person", "{{ website }}"),
        ('{% if vip %}<a href="https://shop.example/vip">x</a>{% endif %}', "render.link_in_block", "https://shop.example/vip"),
        ('{% if vip %}<img alt="" src="https://pictures.example/a.png">{% endif %}', "render.load_in_block", "pictures.example"),
        ('<img alt="" width="1" height="1" src="https://pictures.example/a.gif">', "render.foreign_pixel", "pictures.example"),
        ('<img alt="" style="display:none" src="https://pictures.example/a.gif">', "render.foreign_pixel", "pictures.example"),
        ('<a href="https://shop.example/?a=1&amp;mc_eid=0a1b">x</a>', "render.tracking_parameter", "mc_eid"),
        ('<a href="https://shop.example/?email=ann%40example.org">x</a>', "render.tracking_parameter", "email"),
    ],
)
def test_what_may_tell_who_reads_is_named_with_its_place(bit: str, code: str, said: str) -> None:
    [got] = found(f"{GOOD}\n{bit}")
    assert (got.code, got.level, got.place) == (code, "warn", "html line 2")
    assert said in got.text("en") and said in got.text("de") and got.text("de") != got.text("en")


@pytest.mark.parametrize(
    "address", ["https://shop.example/?utm_source=letter&utm_medium=mail", "https://shop.example/?mail=", "https://shop.example/mc_eid"]
)
def test_parameters_that_are_the_same_for_everybody_are_no_trackers(address: str) -> None:
    assert found(f'{GOOD}<a href="{address}">x</a>') == []


def test_addresses_of_the_plain_text_are_compared_for_two_people_too() -> None:
    text = "{{ imprint }} {{ unsubscribe_url }}\nhttps://shop.example/?who={{ email }}"
    for got, place in ((found(text, "txt"), "txt line 2"), (found(GOOD, text=text), "text")):
        assert [(one.code, one.level, one.place) for one in got] == [("render.differs", "block", place)]
        assert "https://shop.example/?who=" in got[0].text("de")


@given(st.sampled_from(["email", "first_name", "website"]), st.sampled_from(["?x={}", "{}/a", "#{}", "a{}b"]))
def test_wherever_a_field_stands_in_an_address_it_blocks(name: str, where: str) -> None:
    address = "https://shop.example/" + where.format("{{ " + name + " }}")
    for body, form in ((f'{GOOD}<img alt="" src="{address}">', "html"), (f'{GOOD}<a href="{address}">x</a>', "html")):
        assert "block" in {one.level for one in found(body, form)}


@pytest.mark.parametrize(
    "bit",
    [
        '<img alt="" src="https://evil.example/a.png">',
        '<img alt="" src="//EVIL.example/a.png">',
        '<img alt="" src="ht\ntps://evil.example/a.png">',
        '<img alt="" src="\\\\evil.example\\a.png">',
        '<img alt="" src="cid:a" srcset="https://pictures.example/a 1x, https://evil.example/b 2x">',
        '<table background="https://evil.example/a"><tr><td></table>',
        '<video poster="https://evil.example/a"></video>',
        '<source src="https://evil.example/a">',
        '<object data="https://evil.example/a"></object>',
        '<iframe src="https://evil.example/a"></iframe>',
        '<link rel="stylesheet" href="https://evil.example/a.css">',
        '<link rel="preload" href="https://evil.example/a">',
        '<base href="https://evil.example/">',
        '<meta http-equiv="refresh" content="0; url=https://evil.example/">',
        '<svg><image xlink:href="https://evil.example/a"/></svg>',
        "<p style=\"background: url('https://evil.example/a')\">",
        '<p style="background: url(https://evil.example/a)">',
        '<p style="background: u\\72l(https://evil.example/a)">',
        '<style>@import "https://evil.example/a.css";</style>',
        "<style>@import url(//evil.example/a.css);</style>",
        "<style>@font-face { font-family: x; src: url(https://evil.example/f.woff) }</style>",
        "<style>.a { background: image-set('https://evil.example/a' 1x) }</style>",
        '<!--[if mso]><v:fill src="https://evil.example/a" /><![endif]-->',
        '{% if vip %}<img alt="" src="https://evil.example/a">{% endif %}',
    ],
)
def test_a_host_that_the_tenant_did_not_name_blocks(bit: str) -> None:
    assert "render.foreign_host" in codes(f"{GOOD}\n{bit}"), bit
    (finding,) = (one for one in found(f"{GOOD}\n{bit}") if one.code == "render.foreign_host")
    assert str(finding.facts["host"]) == "evil.example"


def test_fonts_of_mjml_count_as_foreign() -> None:
    body = (
        '<mjml><mj-head>\n<mj-font name="R" href="https://fonts.example/r.css"/></mj-head><mj-body><mj-section><mj-column>'
        '<mj-text font-family="R">{{ imprint }} <a href="{{ unsubscribe_url }}">off</a></mj-text></mj-column></mj-section></mj-body></mjml>'
    )
    assert [(one.code, one.place) for one in found(body, "mjml")] == [("render.foreign_host", "mjml line 2")]


def test_warnings_do_not_block() -> None:
    bits = '<img src="https://pictures.example/a.png">\n<a href="http://plain.example/">x</a><img alt="" src="a.png">' + "x" * 103_000
    got = found(GOOD + bits)
    assert {one.level for one in got} == {"warn"}
    assert sorted((one.code, one.place) for one in got) == [
        ("render.big", "html"),
        ("render.http_link", "html line 2"),
        ("render.no_alt", "html line 1"),
        ("render.relative_address", "html line 2"),
    ]


@pytest.mark.parametrize(
    ("body", "form", "code", "place"),
    [
        ("a\n{% if vip %}b", "html", "render.liquid_broken", "html line 2"),
        ("a\n\n{{ x", "txt", "render.liquid_broken", "txt line 3"),
        ("<mjml><mj-body>\n<mj-foo/></mj-body></mjml>", "mjml", "render.mjml_unknown_tag", "mjml line 2"),
        ("<mjml><mj-body><mj-section>\n</mj-body></mjml>", "mjml", "render.mjml_broken", "mjml line 2"),
        ("{% for i in (1..9000000) %}x{% endfor %}", "html", "render.liquid_failed", "html line 1"),
        ("<p>\n{{ vip | divided_by: 0 }}", "html", "render.liquid_failed", "html line 2"),
        ("x", "doc", "render.format_unknown", "doc"),
    ],
)
def test_what_cannot_be_rendered_is_a_finding_with_a_place(body: str, form: str, code: str, place: str) -> None:
    (finding,) = (one for one in found(body, form) if one.code == code)
    assert (finding.level, finding.place) == ("block", place)
    assert finding.text()


def test_every_message_exists_in_german_with_the_same_facts() -> None:
    catalogue = (Path(checks.__file__).parent / "locale/de/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    pairs = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', catalogue, re.MULTILINE))
    classes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.SourceUnusable)]
    messages = [text for one in classes for text in (one.message, one.hint, one.nothing) if text]
    messages += [message for _, message in checks._SAYS.values()]
    for message in messages:
        german = pairs.get(message.replace('"', '\\"'), "")
        assert german, message
        assert set(re.findall(r"\{\w+\}", german)) == set(re.findall(r"\{\w+\}", message)), message
