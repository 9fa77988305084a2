"""Write examples/subscribers.csv: made-up people as an old German spreadsheet would export them, messy on purpose.

Nothing is left to chance, so that the file can be made again byte for byte:  python tools/make_examples.py
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

TARGET: Final = Path(__file__).resolve().parent.parent / "examples" / "subscribers.csv"
PEOPLE: Final = 1_440
HEADINGS: Final = ("Kundennummer", "Anrede", "Vorname", "Name", "E-Mail-Adresse", "Ort", "Bemerkung")

# Spreadsheets on German Windows: this code page, semicolons, CRLF
ENCODING: Final = "cp1252"

WOMEN: Final = ("Mara", "Jördis", "Zoë", "Ida", "Änne", "Lía", "Svenja", "Chloé", "Käthe", "Ylva")
MEN: Final = ("Jörg", "Ben", "Günther", "Karl", "Özkan", "Till", "Søren", "André", "Björn", "Ole")
BEGINNINGS: Final = ("Muster", "Beispiel", "Probe", "Fantasie", "Platzhalter", "Erfunden", "Niemands", "Irgend")
ENDINGS: Final = ("mann", "frau", "berg", "huber", "müller", "bäcker", "straßer", "größl", "söhne")
PLACES: Final = ("Musterstadt", "Beispielhausen", "Neu-Ödendorf", "Größtadt am See", "Fantasingen", "Übungsheim")
DOMAINS: Final = (
    "example.com", "example.org", "example.net", "bücher.example", "müllerei.example", "shop.verein.example", "xn--strae-oqa.example",
)  # fmt: skip

ASCII: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "é": "e", "ë": "e", "í": "i", "ø": "o"})

Person = tuple[str, str, str, str]
"""Salutation, first name, last name, address."""


def person(number: int) -> Person:
    """The person with this number, always the same one."""
    woman = number % 2 == 0
    first = (WOMEN if woman else MEN)[number // 2 % 10]
    last = BEGINNINGS[number // 20 % 8] + ENDINGS[number // 160 % 9]
    address = f"{first}.{last}.{number:04d}".translate(ASCII).lower() + "@" + DOMAINS[number * 5 % 7]
    return ("Frau" if woman else "Herr"), first, last, address


def disguised(number: int, address: str) -> str:
    """A good address as people leave it in spreadsheets."""
    local, _, domain = address.partition("@")
    match number % 19:
        case 3:
            return f"  {address} "
        case 5:
            return f"{local}@{domain.upper()}"
        case 7:
            return f"\u00a0{address}"
        case 11:
            return f"mailto:{address}"
        case 13:
            return f"{local} @ {domain}"
        case 17:
            return f"Kunde {number} <{address}>"
    return address


def remark(number: int) -> str:
    """Cells that are hard to read or that a spreadsheet would run."""
    match number % 37:
        case 2:
            return '=HYPERLINK("https://example.com";"klick")'
        case 6:
            return "+49 30 000000"
        case 10:
            return "@SUMME(A1:A9)"
        case 14:
            return "erste Zeile\r\nzweite Zeile"
        case 20:
            return 'sagt "gern"; aber selten'
        case 26:
            return "-1+1"
    return ""


def row(*cells: str) -> str:
    """One line; quoted where it must be."""
    return ";".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & set(';"\r\n') else cell for cell in cells)


def good_rows() -> Iterator[str]:
    """Each of them becomes a subscriber."""
    for number in range(PEOPLE):
        salutation, first, last, address = person(number)
        if number % 53 == 4:
            first = "=cmd()" if number % 2 else first.upper() + "  "
        place = PLACES[number // 3 % 6]
        yield row(f"K-{number:05d}", salutation, first, last, disguised(number, address), place, remark(number))


def bad_rows() -> Iterator[str]:
    """Each of them is refused, each kind for its reason."""
    _, first, last, address = person(8)
    local, _, domain = address.partition("@")
    yield row("K-90001", "Frau", first, last, "", "Musterstadt", "ohne Adresse")
    yield row("K-90002", "Frau", first, last, "   ", "Musterstadt", "")
    for number, wrong in enumerate(
        (
            "mara.musterfrau",
            "mara.musterfrau@",
            "@example.org",
            "mara@@example.org",
            "mara.@example.org",
            "mara@example",
            "mara@example..org",
            "mara@-example.org",
            "jördis@example.org",
            "mara@example.org, ben@example.org",
            '"mara muster"@example.org',
            "mara@[192.0.2.7]",
            "keine",
            "http://example.org",
        )
    ):
        yield row(f"K-91{number:03d}", "Frau", first, last, wrong, "Musterstadt", "")
    yield row("K-92001", "Herr", "Ben", "Langmann", "b" * 65 + "@example.org", "Musterstadt", "")
    yield row("K-92002", "Herr", "Ben", "Langmann", "ben@" + ".".join(["x" * 60] * 4) + ".example" + "y" * 48, "Musterstadt", "300 Zeichen")
    yield row("K-93001", "Frau", first, last, address, "Musterstadt", "doppelt")
    yield row("K-93002", "Frau", first, last, address.upper(), "Musterstadt", "doppelt, groß geschrieben")
    yield row("K-93003", "Frau", first, last, f" {local}@{domain.title()}", "Musterstadt", "doppelt, mit Leerzeichen")
    yield "K-94001;Frau;Mara;Kurzfrau"
    yield "K-94002;Herr;Ben;Langmann;ben.langmann@example.org;Musterstadt;zu;viele;Zellen"
    yield row("K-95001", "Frau", "Mara" * 300, "Endlosfrau", "mara.endlos@example.org", "Musterstadt", "")
    yield row("K-95002", "Frau", "M\ufffdra", "Zeichenfrau", "mara.zeichen@example.org", "Musterstadt", "unlesbares Zeichen")
    yield ";;;;;;"
    yield ""


def lines() -> Iterator[str]:
    """The file's lines; a bad row after every fiftieth good one, the duplicates behind what they double."""
    bad = list(bad_rows())
    yield row(*HEADINGS)
    for number, line in enumerate(good_rows()):
        yield line
        if number % 50 == 49 and bad:
            yield bad.pop(0)
    yield from bad


def content() -> bytes:
    """The file, byte for byte. One byte in it is none of the code page's: that row must be refused, not guessed."""
    text = "".join(f"{line}\r\n" for line in lines())
    return b"\x81".join(part.encode(ENCODING) for part in text.split("\ufffd"))


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(content())
