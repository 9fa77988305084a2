"""Test and production apart: what a home folder and its key say, and who is refused."""

import json
from pathlib import Path

import pytest

from siegelpost.tenancy.environment import FILE, EnvironmentForged, environment_of, write_environment
from tests.cli.shell import Shell

KEY = bytes(range(32))
PRODUCTION = {"SIEGELPOST_ENVIRONMENT": "production"}


@pytest.fixture
def made(tmp_path: Path) -> Shell:
    """A data folder of production, fresh from `init`."""
    shell = Shell(tmp_path / "home", PRODUCTION)
    assert shell("init").code == 0
    return shell


def code_of(shell: Shell, *words: str | Path, environment: str) -> str:
    said = shell(*words, "--json", SIEGELPOST_ENVIRONMENT=environment)
    assert said.code == 3 and not said.out, said
    return said.error["code"]


def test_the_word_is_known_again_and_a_changed_one_is_not(tmp_path: Path) -> None:
    assert environment_of(tmp_path, KEY) == ""
    write_environment(tmp_path, KEY, "test")
    assert environment_of(tmp_path, KEY) == "test"
    with pytest.raises(EnvironmentForged):
        environment_of(tmp_path, bytes(32))
    said = json.loads((tmp_path / FILE).read_text())
    changed: list[object] = [{**said, "environment": "production"}, {**said, "proof": ""}, {"environment": "test"}, [], None]
    for wrong in changed:
        (tmp_path / FILE).write_text(json.dumps(wrong))
        with pytest.raises(EnvironmentForged):
            environment_of(tmp_path, KEY)


def test_a_production_home_serves_no_test_process_and_says_what_to_do(made: Shell) -> None:
    for words in (("tenant", "list"), ("init",), ("serve",), ("worker",), ("edge",), ("tenant", "create", "x", "--name", "X")):
        said = made(*words, SIEGELPOST_ENVIRONMENT="test")
        assert (said.code, said.out) == (3, ""), said
        assert "environment.other" in said.err and "SIEGELPOST_ENVIRONMENT=production" in said.err
    assert made.json("tenant", "list") == []


def test_a_copy_of_a_production_home_with_its_key_is_refused_by_a_test_system(made: Shell, tmp_path: Path) -> None:
    copy = Shell(tmp_path / "copy" / "home")
    (tmp_path / "copy").mkdir()
    made.home.rename(copy.home)
    assert code_of(copy, "tenant", "list", environment="test") == "environment.other"
    (copy.home / FILE).unlink()  # the key says it, too
    assert code_of(copy, "tenant", "list", environment="test") == "environment.other"


def test_a_home_without_its_word_is_told_by_the_log(made: Shell) -> None:
    key = made.home / "keys" / "master"
    key.write_text(key.read_text().split()[0] + "\n")
    (made.home / FILE).unlink()
    assert code_of(made, "tenant", "list", environment="test") == "environment.other"
    assert not (made.home / FILE).exists()
    assert made.json("tenant", "list") == [] and json.loads((made.home / FILE).read_text())["environment"] == "production"


def test_a_word_that_was_changed_by_hand_stops_everything(made: Shell) -> None:
    path = made.home / FILE
    path.write_text(path.read_text().replace("production", "test"))
    assert code_of(made, "tenant", "list", environment="test") == "environment.forged"
    assert code_of(made, "tenant", "list", environment="production") == "environment.forged"
