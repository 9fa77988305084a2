"""What a process loads: the engine stays light, and importing a room does nothing else."""

import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

from siegelpost import __version__
from tests.guards.sources import PACKAGE, rooms
from tests.patience import PATIENCE

HEAVY = {"typst", "pyhanko", "pikepdf", "celery", "ninja", "dns", "publicsuffixlist"}


def fresh(code: str) -> str:
    """What `code` prints in a process of its own."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def modules_of(room: str) -> list[str]:
    """Names of the modules of one room but for its migrations."""
    found = pkgutil.walk_packages([str(PACKAGE / room)], f"siegelpost.{room}.")
    return [
        f"siegelpost.{room}",
        *(module.name for module in found if ".migrations" not in module.name and not module.name.endswith("__main__")),
    ]


def loaded_with(names: list[str], first: str = "") -> set[str]:
    """Names of all modules that a process holds after importing `names`; `first` is code to begin with."""
    code = (
        f"import importlib, json, sys\n{first}\nfor name in {names!r}: importlib.import_module(name)\nprint(json.dumps(list(sys.modules)))"
    )
    return set(json.loads(fresh(code)))


def test_the_sending_engine_loads_nothing_heavy() -> None:
    loaded = loaded_with(modules_of("delivery"), "import django; django.setup()")
    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()


@pytest.mark.parametrize(
    "modules",
    [
        ["siegelpost.flows.sender_process"],
        ["siegelpost.public.server", "siegelpost.public.urls", "siegelpost.public.edge"],
        ["siegelpost.flows.launch", "siegelpost.flows.add_sender", "siegelpost.flows.worker"],
    ],
    ids=["senders", "edge", "launch"],
)
def test_who_sends_answers_strangers_or_launches_loads_nothing_heavy(modules: list[str]) -> None:
    """The DNS is asked by few, and dnspython takes a fifth of a second to load."""
    loaded = loaded_with(modules, "import django; django.setup()")
    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()


def test_pure_rooms_load_neither_django_nor_a_database() -> None:
    for room in ("base", "sign", "render"):
        loaded = {name.partition(".")[0] for name in loaded_with(modules_of(room))}
        assert loaded & {"django", "psycopg", "sqlite3"} == set(), room


def test_the_version_is_said_without_loading_a_framework() -> None:
    code = (
        "import json, sys\nfrom siegelpost.cli.main import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit as end:\n    assert not end.code\nprint(json.dumps(list(sys.modules)))"
    )
    said, loaded = fresh(code).splitlines()
    assert said == f"siegelpost {__version__}"
    assert {"django", "typer", "rich", "uvicorn"} & set(json.loads(loaded)) == set()


def test_the_command_is_installed_beside_python() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("siegelpost")), "--version"], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stdout) == (0, f"siegelpost {__version__}\n")


def test_every_room_says_in_one_docstring_what_it_is_for() -> None:
    for room in rooms():
        text = (room / "__init__.py").read_text(encoding="utf-8")
        assert re.match(r'"""[A-Z].{20,}', text), room.name
