"""Sizes stay small: beauty is lost late, in one file."""

import ast
from statistics import median

from tests.guards.sources import Place, functions, line_count, nodes, python_files, repository_files, shown, sizes, tree

FILE_LINES = 500
FUNCTION_LINES = 80
PARAMETERS = 7
MEDIAN_FILE = 100
MEDIAN_FUNCTION = 9
CODE = ("src", "tools", "scripts")


def test_no_file_is_longer_than_500_lines() -> None:
    kinds = {".py", ".sql", ".html", ".js", ".css", ".sh"}
    faults = [f"{shown(path)}: {line_count(path)}" for path in repository_files() if path.suffix in kinds and line_count(path) > FILE_LINES]
    assert faults == []


def test_no_function_is_longer_than_80_lines() -> None:
    assert [f"{place}: {place.lines}" for place in functions() if place.lines > FUNCTION_LINES] == []


def test_no_function_takes_more_than_7_parameters() -> None:
    assert [str(place) for place in functions(*CODE) if place.parameters > PARAMETERS and not place.is_command] == []


def test_the_usual_file_and_function_stay_small() -> None:
    files = [line_count(path) for path in python_files(*CODE) if line_count(path)]
    lengths = [place.lines for place in functions(*CODE)]
    assert median(files) <= MEDIAN_FILE, sizes(*CODE)
    assert median(lengths) <= MEDIAN_FUNCTION, sizes(*CODE)


def _imports_inside(place: Place) -> list[str]:
    lines = place.path.read_text(encoding="utf-8").splitlines()
    found = [node for node in ast.walk(place.node) if isinstance(node, ast.Import | ast.ImportFrom)]
    return [f"{place} imports in line {node.lineno}" for node in found if "noqa: PLC0415 - " not in lines[node.lineno - 1]]


def test_no_import_stands_inside_a_function_unless_its_line_says_why() -> None:
    assert [fault for place in functions(*CODE) for fault in _imports_inside(place)] == []


def test_no_except_is_bare_or_blind() -> None:
    faults = []
    for path in python_files():
        for node in nodes(path):
            if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) == "BaseException"):
                cleans_up = bool(node.body) and isinstance(node.body[-1], ast.Raise)
                if node.type is None or not cleans_up:
                    faults.append(f"{shown(path)}:{node.lineno}")
    assert faults == []


def test_nothing_prints_but_the_command_line() -> None:
    faults = []
    for path in python_files("src"):
        if "cli" not in path.parts:
            calls = [node for node in nodes(path) if isinstance(node, ast.Call)]
            faults += [f"{shown(path)}:{call.lineno}" for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
    assert faults == []


def test_names_of_tests_are_sentences() -> None:
    faults = []
    for path in python_files("tests"):
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name.count("_") < 3:
                faults.append(f"{shown(path)}:{node.lineno} {node.name}")
    assert faults == []
