"""Markdown to a page in the built-in frame: readable, narrow screens, dark mode, nothing loaded."""

import re
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt

from siegelpost.render.tokens import Tags

_FRAME: Final = Path(__file__).with_name("frame.html").read_text(encoding="utf-8")
# HTML in Markdown is shown as text: what a writer pastes must not turn into markup by accident.
_READER: Final = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable(["table", "strikethrough"])


def to_html(source: str, tags: Tags) -> str:
    """Return the page of a Markdown source whose Liquid tags are words already."""
    words = _READER.render(source)
    # A block tag on a line of its own is no paragraph; left in one, the block would begin and end in different elements.
    alone = re.compile(rf"<p>((?:\s*{tags.pattern.pattern})+)\s*</p>\n?")
    return _FRAME.replace("<!--words-->", alone.sub(lambda match: _unpacked(match, tags), words))


def _unpacked(match: re.Match[str], tags: Tags) -> str:
    every = [tag for _, _, tag in tags.words(match.group(1))]
    return match.group(1) + "\n" if all(tag.name for tag in every) else match.group()
