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
