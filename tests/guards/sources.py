"""Reads the repository for the guards: its files, its functions, their sizes.

By hand, `python -m tests.guards.sources` prints the sizes.
"""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "siegelpost"
TEXT = {
    ".py",
    ".md",
    ".sh",
    ".sql",
    ".html",
    ".txt",
    ".toml",
    ".po",
    ".css",
    ".js",
    ".csv",
    ".json",
    ".mjml",
    ".yaml",
    ".yml",
    ".cfg",
    ".svg",
    "",
}

LEFT_BEHIND = {
    ".git",
    ".venv",
    "node_modules",
    "var",
    "__pycache__",
    "dist",
    "build",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Place:
    """One function in one file."""

    path: Path
    node: Function

    @property
    def lines(self) -> int:
        """Length with its decorators."""
        first = min([self.node.lineno, *(decorator.lineno for decorator in self.node.decorator_list)])
        return (self.node.end_lineno or self.node.lineno) - first + 1

    @property
    def parameters(self) -> int:
        """How many values a caller may pass; `self` and `cls` are not passed."""
        arguments = self.node.args
        names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        return len(names) - (names[:1] in (["self"], ["cls"])) + bool(arguments.vararg) + bool(arguments.kwarg)

    @property
    def is_command(self) -> bool:
        """A command's parameters are the options that people type, not arguments that a caller must keep apart."""
        return any("command" in ast.unparse(decorator) for decorator in self.node.decorator_list)

    def __str__(self) -> str:
        return f"{shown(self.path)}:{self.node.lineno} {self.node.name}"


def shown(path: Path) -> str:
    """Path as people read it."""
    return str(path.relative_to(ROOT))


@cache
def repository_files() -> tuple[Path, ...]:
    """Everything that is or would be committed; without git, everything but what tools leave behind."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, check=False, text=True) if shutil.which("git") else None
    if listed and listed.returncode == 0:
        names = sorted({name for name in listed.stdout.split("\0") if name})
        return tuple(path for name in names if (path := ROOT / name).is_file())
    return tuple(path for path in sorted(ROOT.rglob("*")) if path.is_file() and not LEFT_BEHIND & set(path.relative_to(ROOT).parts))


def text_files() -> Iterator[tuple[Path, str]]:
    """Files that people write, with their text; the licence and the pinned requirements are written by others."""
    for path in repository_files():
        if path.suffix in TEXT and path.name != "LICENSE" and path.parent.name != "requirements":
            yield path, path.read_text(encoding="utf-8", errors="replace")


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Python files below `folders` of the repository, by default all."""
    wanted = [ROOT / folder for folder in folders or ("src", "tests", "tools", "scripts")]
    return tuple(path for path in repository_files() if path.suffix == ".py" and any(path.is_relative_to(folder) for folder in wanted))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=shown(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All of that tree; a dozen guards look through it."""
    return tuple(ast.walk(tree(path)))


@cache
def functions(*folders: str) -> tuple[Place, ...]:
    """All functions and methods below `folders`."""
    return tuple(Place(path, node) for path in python_files(*folders) for node in nodes(path) if isinstance(node, Function))


def line_count(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text(encoding="utf-8", errors="replace").splitlines())


def rooms() -> list[Path]:
    """Folders of the package that are rooms or doors."""
    return sorted(path for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


def sizes(*folders: str) -> str:
    """One line about files and functions below `folders`."""
    files = [(line_count(path), shown(path)) for path in python_files(*folders) if line_count(path)]
    places = [(place.lines, str(place)) for place in functions(*folders)]
    return (
        f"{len(files)} files, median {median(n for n, _ in files):.0f} lines, longest {max(files)[0]} ({max(files)[1]}); "
        f"{len(places)} functions, median {median(n for n, _ in places):.0f}, longest {max(places)[0]} ({max(places)[1]})"
    )


if __name__ == "__main__":
    for folder in ("src", "tools", "tests"):
        print(f"{folder:6} {sizes(folder)}")
