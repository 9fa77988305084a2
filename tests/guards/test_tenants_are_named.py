"""Outside the room that keeps tenants apart, nobody reaches a database without naming the tenant."""

import ast
from pathlib import Path

from tests.guards.sources import PACKAGE, nodes, python_files, shown, tree

MAY = {"tenancy", "accounts", "migrations"}
BANNED = {
    "django.db": {"connection", "connections", "transaction"},
    "django.db.transaction": {"atomic", "on_commit"},
    "django.shortcuts": {"get_object_or_404", "get_list_or_404"},
}
MANAGERS = {"objects", "_default_manager", "_base_manager"}


def _faults_of(path: Path) -> list[str]:
    return faults_in(tree(path), shown(path))


def faults_in(module: ast.Module, name: str) -> list[str]:
    """Return every place in `module` that could touch a database which nobody named."""
    faults = []
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module in BANNED:
            faults += [f"{name}:{node.lineno} imports {alias.name}" for alias in node.names if alias.name in BANNED[node.module]]
        elif isinstance(node, ast.Attribute):
            whole = ast.unparse(node)
            banned = any(whole == f"{module_name}.{one}" for module_name, names in BANNED.items() for one in names)
            # `Model.objects`: an attribute of something that is written like a class
            of_a_class = node.attr in MANAGERS and ast.unparse(node.value).split(".")[-1][:1].isupper()
            if banned or of_a_class:
                faults.append(f"{name}:{node.lineno} uses {whole}")
    return faults


def test_no_query_leaves_its_tenant_to_chance() -> None:
    faults = [fault for path in python_files("src") if not MAY & set(path.parts) for fault in _faults_of(path)]
    assert faults == []


def test_this_guard_sees_what_it_is_for() -> None:
    lines = [
        "from django.db import connection",
        "django.db.transaction.atomic()",
        "models.Subscriber.objects.all()",
        "tenant.objects(Subscriber)",
        "import django.db",
    ]
    assert [bool(faults_in(ast.parse(line), "x")) for line in lines] == [True, True, True, False, False]


def test_no_room_imports_the_models_of_another() -> None:
    faults = []
    for path in python_files("src"):
        room = path.relative_to(PACKAGE).parts[0]
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("siegelpost."):
                parts = node.module.split(".")
                names = {*parts[2:], *(alias.name for alias in node.names)}
                if "models" in names and parts[1] != room:
                    faults.append(f"{shown(path)}:{node.lineno} imports {node.module}")
    assert faults == []


def test_no_foreign_key_crosses_rooms() -> None:
    faults = []
    for path in python_files("src"):
        for node in nodes(path):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("ForeignKey", "OneToOneField", "ManyToManyField"):
                to = node.args[0] if node.args else next((key.value for key in node.keywords if key.arg == "to"), None)
                app, _, model = to.value.rpartition(".") if isinstance(to, ast.Constant) and isinstance(to.value, str) else ("", "", "")
                if model and app and app not in path.parts:
                    faults.append(f"{shown(path)}:{node.lineno} points to {app}.{model}")
    assert faults == []
