"""What must not stand anywhere: hosts of package registries, paths of one machine, people who exist."""

import re

from tests.guards.sources import PACKAGE, shown, text_files

# written apart, so that this file does not find itself
REGISTRIES = [
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"))
]
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:root|Users|work|srv)/|(?<![\w.])/home/[a-z]")
ADDRESS = re.compile(r"[\w.+-]+@((?:\w[\w-]*\.)+[a-z]{2,})\b", re.IGNORECASE)
LONGEST = 254  # RFC 5321 section 4.5.3.1.3: a longer one is nobody's
RESERVED = re.compile(r"(?:^|\.)(?:example|test|invalid|localhost|local|example\.(?:com|net|org))$")  # RFC 2606, RFC 6762


def test_no_package_registry_is_named() -> None:
    assert [f"{shown(path)}: {host}" for path, text in text_files() for host in REGISTRIES if host in text] == []


def test_no_path_of_one_machine_is_named() -> None:
    here = "test_words.py"
    assert [f"{shown(path)}: {found[0]}" for path, text in text_files() if path.name != here and (found := MACHINE_PATH.search(text))] == []


def test_every_address_is_made_up() -> None:
    faults = []
    for path, text in text_files():
        found = [match for match in ADDRESS.finditer(text) if len(match[0]) <= LONGEST]
        faults += [f"{shown(path)}: {match[0]}" for match in found if not RESERVED.search(match[1].lower())]
    assert faults == []


def test_pages_carry_no_style_attributes_no_inline_scripts_and_nothing_from_elsewhere() -> None:
    """The pages' Content-Security-Policy would refuse them: the reader would see a broken page."""
    faults = []
    pages = [path for path in sorted(PACKAGE.glob("**/templates/**/*.html")) if not path.stem.endswith("_mail")]
    for path in pages:
        text = path.read_text(encoding="utf-8")
        for what in (
            r"\sstyle\s*=",
            r"<style\b",
            r"<script(?![^>]*\bsrc=)",
            r"\son\w+\s*=\s*[\"']",
            r"(?:src|href)\s*=\s*[\"'](?:https?:)?//",
        ):
            faults += [f"{shown(path)}: {found[0]}" for found in re.finditer(what, text, re.IGNORECASE)]
    assert faults == []
