"""Made-up people for measurements: the same ones each time, at domains that nobody can own (RFC 2606)."""

import csv
from pathlib import Path

FIRST = ("Mira", "Jonas", "Lene", "Tilo", "Wanda", "Enno", "Ylva", "Bruno", "Senta", "Kuno", "Alma", "Falk")
LAST = ("Beispiel", "Muster", "Probe", "Erfunden", "Platzhalter", "Vorlage", "Entwurf", "Fiktiv")
CITIES = ("Musterstadt", "Beispielhausen", "Probedorf", "Neu-Erfunden")
COLUMNS = ("E-Mail", "Anrede", "Vorname", "Nachname", "Ort", "Kundennummer", "Geburtstag", "Sprache", "Quelle", "Bemerkung")


def address(number: int) -> str:
    """Of the person with this number, 0…"""
    return f"{FIRST[number % len(FIRST)].lower()}.{number}@{'example.org' if number % 3 else 'mail.example.com'}"


def write_people(file: Path, size: int, first: int = 0) -> None:
    """Write a CSV of `size` people, from the one with number `first` on, with ten columns, UTF-8, semicolons."""
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, delimiter=";")
        rows.writerow(COLUMNS)
        for n in range(first, first + size):
            given, last = FIRST[n % len(FIRST)], f"{LAST[n % len(LAST)]}-{n // 97}"
            rows.writerow((
                address(n), "Frau" if n % 2 else "Herr", given, last,
                CITIES[n % len(CITIES)], f"K{n:07}", f"{n % 28 + 1:02}.{n % 12 + 1:02}.19{n % 60 + 40}", "de", "Messe", "",
            ))  # fmt: skip
