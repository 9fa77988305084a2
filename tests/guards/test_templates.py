"""Templates of the staff's pages: no word outside translation, no style and no script inline, nothing unescaped."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.guards.sources import PACKAGE, shown

TEMPLATES = sorted((PACKAGE / "web" / "templates").rglob("*.html"))
SPOKEN = ("aria-label", "placeholder", "title", "alt")
NAMES = {
    "Siegelpost",
    "English",
    "Deutsch",
    "MJML",
    "HTML",
    "Markdown",
    "CSV",
    "DKIM",
    "SPF",
    "DMARC",
    "DNS",
    "RSA",
    "Ed25519",
    "TXT",
    "CNAME",
    "MX",
    "UTC",
    "SHA",
}
"""Said alike in every language."""


KEPT_NOWHERE = {
    "web:forgotten": "nobody is known before the login",
    "web:hand_over_mail": "whoever types the password here by mistake must not find it in the browser later",
    "web:hand_over_password": "the same",
    "web:input_log_file": "a period, which stands there already",
    "web:leaver_task": "a few words about what is done in the same moment",
    "web:login": "nobody is known before the login",
    "web:mailing_send": "the time of a start is chosen anew, beside the count of that moment",
    "{{ request.path }}": "passwords are kept nowhere",
    "web:measuring": "nothing is typed: one of a few is chosen",
    "web:off_board": "the word that confirms what cannot be undone is typed anew",
    "web:password": "passwords are kept nowhere",
    "web:public_host_bring": "browsers keep no chosen files, and a key is kept nowhere",
    "web:public_host_remove": "the word that confirms what cannot be undone is typed anew",
    "web:share_down": "nothing is typed: a mailing and accounts are chosen",
    "web:substitute_set": "one short name, typed beside the thing that it stands for",
    "web:suppression_lists": "a file and its day, both at hand, which are chosen anew",
    "web:suppression_look_up": "a search, with somebody's address",
    "mfa_authenticate": "a code counts once",
    "web:again": "passwords and codes are kept nowhere",
    "web:approval_rules": "boxes and one number",
    "web:entry_rules": "boxes and one number",
    "web:list_export": "the page stays when the file comes",
    "web:renewal_new": "boxes and two numbers",
    "web:opt_outs_file": "the page stays when the file comes",
    "web:second_factor_app": "a code counts once",
    "web:second_factor_passkey": "a name for a key that does not exist yet",
    "{{ url }}": "the word that confirms what cannot be undone is typed anew",
}
"""Forms by the address that they are sent to, and why nobody misses what was typed into them."""
FORM = re.compile(r"<form\b(?P<head>.*?)>(?P<body>.*?)</form>", re.DOTALL)
TYPED = re.compile(
    r"<textarea|<input(?![^>]*type=\"(?:hidden|checkbox|radio|file|submit)\")|parts/form_field\.html|\{\{ form\.(?!version)\w+ \}\}"
)


class _Words(HTMLParser):
    """Collects what a reader would read or hear, and what the Content-Security-Policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.forbidden: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._silent += tag in ("code", "pre", "script", "style")
        self.forbidden += [f"{name}= in <{tag}>" for name in found if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in found):
            self.forbidden.append(f"inline <{tag}>")
        self.words += [text for name in SPOKEN if (text := found.get(name))]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("code", "pre", "script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def read(path: Path) -> _Words:
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%\s*blocktranslate.*?endblocktranslate\s*%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL)
    found = _Words()
    found.feed(text)
    return found


def bare(words: list[str]) -> list[str]:
    """Words of a human language that no translation could reach."""
    spoken = [word for text in words for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", " ", text))]
    return [word for word in spoken if word not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_every_word_can_be_translated(path: Path) -> None:
    assert bare(read(path).words) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_nothing_inline_and_nothing_unescaped(path: Path) -> None:
    assert read(path).forbidden == []
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape\s+off|javascript:", text)


def test_the_guard_sees_a_word_a_style_and_a_script(tmp_path: Path) -> None:
    page = tmp_path / "x.html"
    page.write_text('<p style="x">Hello {{ name }}</p><img alt="Picture"><script>1</script><b onclick="x">{% translate "Fine" %}</b>')
    found = read(page)
    assert sorted(bare(found.words)) == ["Hello", "Picture"]
    assert found.forbidden == ["style= in <p>", "inline <script>", "onclick= in <b>"]


def whole(text: str) -> str:
    """A template with what it includes."""

    def included(found: re.Match[str]) -> str:
        path = PACKAGE / "web" / "templates" / found[1]
        return found[0] + (whole(path.read_text(encoding="utf-8")) if "parts/form_field" not in found[1] else "")

    return re.sub(r'\{% include "([^"]+)"[^%]*%\}', included, text)


def address(head: str) -> str:
    """What a form's action says: the route, or the text where it is no route."""
    found = re.search(r'action="(?:\{% url "([^"]+)"[^%]*%\}|([^"]*))', head)
    return (found[1] or found[2]) if found else ""


def unkept(text: str) -> list[str]:
    """Forms in which people type and which forget it when the session or the connection is lost."""
    posts = [one for one in FORM.finditer(whole(text)) if 'method="post"' in one["head"] and TYPED.search(one["body"])]
    return [one["head"] for one in posts if not re.search(r" data-keep(?!\S)", one["head"]) and address(one["head"]) not in KEPT_NOWHERE]


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_every_form_in_which_people_type_keeps_it(path: Path) -> None:
    assert unkept(path.read_text(encoding="utf-8")) == [], "give it data-keep (assets/source/keep.js), or say in KEPT_NOWHERE why not"


def test_no_exception_is_left_over() -> None:
    forms = [address(one["head"]) for path in TEMPLATES for one in FORM.finditer(path.read_text(encoding="utf-8"))]
    assert set(KEPT_NOWHERE) <= set(forms)


@pytest.mark.parametrize(
    "body",
    [
        '<input name="a">', '<input type="email" name="a">', "<textarea></textarea>", "{{ form.name }}",
        '{% for field in form %}{% include "web/parts/form_field.html" %}{% endfor %}', '{% include "web/imports/new_field.html" %}',
    ],
)  # fmt: skip
def test_the_guard_sees_a_form_that_forgets(body: str) -> None:
    assert unkept(f'<form class="card" method="post" data-once>{{% csrf_token %}}{body}</form>') != []
    assert unkept(f'<form method="post" data-keep data-once>{body}</form>') == unkept(f'<form method="get">{body}</form>') == []
    assert unkept('<form method="post">{{ form.version }}<input type="hidden" name="a"><input type="checkbox" name="b"></form>') == []
