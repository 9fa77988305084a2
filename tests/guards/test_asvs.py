"""The table of OWASP ASVS 5.0 is whole, and each test that it names exists."""

import ast
import re
from collections import Counter
from functools import cache
from itertools import pairwise

from tests.guards.sources import ROOT

ROW = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| ([12]) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ANSWERS = ("**Deviation:** ", "**Does not apply:** ", "**Written down:** ", "**Held by:** ")
CHAPTERS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16, 17: 7}
"""How many requirements of level 1 and 2 each chapter of version 5.0.0 has."""


def rows() -> list[tuple[tuple[int, int, int], int, str]]:
    """Number, level, answer."""
    text = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
    return [((int(a), int(b), int(c)), int(level), answer) for a, b, c, level, _words, answer in ROW.findall(text)]


@cache
def functions_of(file: str) -> frozenset[str]:
    """Functions of a file of tests."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8")) if (ROOT / file).exists() else ast.Module([], [])
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_requirement_of_level_one_and_two_stands_there_once_and_in_order() -> None:
    numbers = [number for number, _level, _answer in rows()]
    assert Counter(number[0] for number in numbers) == CHAPTERS
    assert all(before < after for before, after in pairwise(numbers))
    assert Counter(level for _number, level, _answer in rows()) == {1: 70, 2: 183}


def test_every_test_that_it_names_exists() -> None:
    named = [(number, *found) for number, _level, answer in rows() for found in TEST.findall(answer)]
    assert [one for one in named if one[2] not in functions_of(one[1]) or not one[2].startswith("test_")] == []
    assert len(named) > 200


def test_every_requirement_has_an_answer_and_a_deviation_its_reason() -> None:
    answers = [(number, part) for number, _level, answer in rows() for part in answer.split("<br>")]
    bare = [(number, part) for number, part in answers if not TEST.fullmatch(part) and not part.startswith(ANSWERS)]
    assert bare == [] and [number for number, part in answers if part.startswith(ANSWERS) and len(part.partition(":** ")[2]) < 7] == []
    assert any(number == (6, 2, 5) and part.startswith("**Deviation:**") for number, part in answers)
