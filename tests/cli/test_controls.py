"""`siegelpost controls` lists all controls, makes the checks on demand, and tells scripts when something is wrong."""

import json

import pytest

from tests.cli.shell import Shell

pytestmark = [pytest.mark.wire, pytest.mark.slow]


def test_it_lists_all_134_and_what_was_checked_is_kept(shell: Shell) -> None:
    before = shell("controls", "--json").data
    assert len(before) == 134 and {one["state"] for one in before} == {"not_set_up"}
    assert {"id", "kind", "state", "checked_at", "evidence"} <= set(before[0])
    made = shell("controls", "check", "--json")
    after = {one["id"]: one for one in json.loads(made.out)}
    assert (made.code, len(after)) == (5, 134), "without https not all criteria of senders are kept"
    assert shell("controls", "--json").data == list(after.values())
    assert (after["3-11"]["state"], after["3-11"]["basis"], after["3-11"]["tenants"]) == ("green", "tested", {"green": 2})
    assert after["1.1-09"] == {**after["1.1-09"], "state": "not_set_up", "basis": "", "checked_at": None, "evidence": {}}
    (shell.home / "keys" / "master").chmod(0o644)
    broken = shell("controls", "check", "--json")
    assert broken.code == 5
    found = {one["id"]: one for one in json.loads(broken.out)}["1.4-02"]
    assert (found["state"], found["evidence"]["open_to_others"]) == ("red", 1)


def test_it_speaks_both_languages_and_names_what_is_wrong(shell: Shell) -> None:
    (shell.home / "keys" / "master").chmod(0o644)
    english = shell("controls", "check", COLUMNS="200")
    assert english.code == 5
    assert "not kept" in english.out and "1.4-02  Files" in english.out and "Files that others can read: 1" in english.out
    german = shell("controls", LANGUAGE="de", COLUMNS="200")
    assert german.code == 0
    assert "nicht eingehalten" in german.out and "Dateien, die andere lesen können: 1" in german.out and "134 Maßnahmen:" in german.out
    assert "Je Mandant eine Datenbank" in german.out


def test_a_word_that_is_not_check_is_wrong_usage(standing: Shell) -> None:
    said = standing("controls", "prove")
    assert said.code == 2 and "cli.usage" in said.err
