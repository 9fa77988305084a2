"""Documents to print: any letter that somebody typed."""

import io

from pypdf import PdfReader

from siegelpost.render.pdf import as_pdf

EMPTY = {"language": "de", "made": [2026, 5, 4], "about": [], "parts": [], "proofs": [], "page": "{} {}"}


def said(nothing: str) -> str:
    document = PdfReader(io.BytesIO(as_pdf("consent", {**EMPTY, "title": "Nachweis", "nothing": nothing})))
    return " ".join(document.pages[0].extract_text().split())


def test_a_letter_that_no_font_has_is_named_by_its_number_and_stops_nothing() -> None:
    assert "Größe – „ja“ [U+1F389] [U+6F22]" in said("Größe – „ja“ \U0001f389 \u6f22")


def test_letters_that_a_font_has_stay_what_they_are() -> None:
    assert "Привет, Ελλάδα, żółw" in said("Привет, Ελλάδα, żółw")
