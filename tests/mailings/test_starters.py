"""Whoever begins with one of our templates can send it as it is."""

import pytest

from siegelpost.mailings.errors import FormatUnknown
from siegelpost.mailings.rules import FORMATS
from siegelpost.mailings.starters import starter
from siegelpost.render.checks import Facts, check
from siegelpost.render.compile import Source


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("format", FORMATS)
def test_a_template_passes_all_checks(format: str, language: str) -> None:
    source = Source(format=format, body=starter(format, language), subject="News")
    assert check(source, known=frozenset({"first_name"}), facts=Facts(sender=True, imprint=True)) == []


def test_other_languages_get_the_english_one() -> None:
    assert starter("txt", "fr") == starter("txt", "en") != starter("txt", "de")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(FormatUnknown):
        starter("docx", "en")
