"""`siegelpost pace`: limits are set, shown and removed in words that an operator understands."""

import json

import pytest

from siegelpost.delivery.limits import RELAY, limits_set
from siegelpost.delivery.pace_rules import Limits
from siegelpost.evidence.reads import entries
from siegelpost.tenancy.handle import TenantDB
from tests.mailings.making import some_sender
from tests.shell import Shell


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys, "pace")


@pytest.mark.slow
def test_limits_are_set_shown_and_removed(alpha: TenantDB, shell: Shell) -> None:
    assert "Nothing is limited." in shell("show")[1]
    (relay,) = shell.json("relay", "--per-second", "50", "--per-day", "1000")
    assert (relay["what"], relay["per_second"], relay["per_hour"], relay["per_day"], relay["used_today"]) == ("relay", 50, 0, 1000, 0)
    (mine,) = shell.json("tenant", "alpha", "--per-hour", "2000")
    assert (mine["what"], mine["name"], mine["per_hour"]) == ("tenant", "alpha", 2000)
    (gmail,) = shell.json("receivers", "Gmail", "--per-second", "5")
    assert (gmail["name"], gmail["domains"]) == ("gmail", ["gmail.com", "googlemail.com"])
    assert [one["what"] for one in shell.json("show")] == ["relay", "receivers", "tenant"]
    assert [one["what"] for one in shell.json("show", "beta")] == ["relay", "receivers"]
    assert "2,000" in shell("show")[1]
    for words in (("relay",), ("tenant", "alpha"), ("receivers", "gmail")):
        assert shell.json(*words, "--off") == []
    assert limits_set() == {}


def test_hosts_of_a_provider_come_with_its_name_are_named_or_left_out(alpha: TenantDB, shell: Shell) -> None:
    (hosted,) = shell.json("receivers", "microsoft365", "--per-hour", "9")
    assert (hosted["domains"], hosted["mx"]) == ([], ["mail.protection.outlook.com", "mx.microsoft"])
    (gmail,) = shell.json("receivers", "gmail", "--per-hour", "9", "--mx", "none")[:1]
    assert (gmail["domains"], gmail["mx"]) == (["gmail.com", "googlemail.com"], [])
    found = shell.json("receivers", "mine", "--per-hour", "9", "--mx", "*.b.example", "--mx", "a.example")
    assert {one["name"]: one["mx"] for one in found}["mine"] == ["a.example", "b.example"]
    assert "*.a.example" in shell("show")[1]


def test_what_is_not_named_is_not_limited_any_more(alpha: TenantDB, shell: Shell) -> None:
    shell.json("relay", "--per-second", "50")
    shell.json("relay", "--per-hour", "9")
    assert limits_set() == {RELAY: Limits(per_hour=9)}


@pytest.mark.parametrize("sender", ["News@Example.org", "example.org"])
def test_a_warm_up_is_planned_shown_and_ended(alpha: TenantDB, shell: Shell, sender: str) -> None:
    some_sender(alpha)
    (plan,) = shell.json("warm-up", "alpha", sender, "50..400")
    assert (plan["what"], plan["name"], plan["steps"], plan["today"]) == ("warm_up", sender.lower(), [50, 100, 200, 400], 50)
    assert "50 (1/4)" in shell("show", "alpha")[1]
    assert entries(alpha, act="pace.set")[0]["details"]["steps"] == [50, 100, 200, 400]
    assert not any("news" in name for name in limits_set()), "the address of a sender is kept as a keyed hash"
    assert shell.json("warm-up", "alpha", sender, "--off") == []


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (("relay",), 2, "pace.missing"),
        (("relay", "--per-hour", "5", "--off"), 2, "pace.missing"),
        (("tenant", "nobody", "--per-hour", "5"), 4, "tenancy.unknown"),
        (("receivers", "mine", "--per-hour", "5"), 4, "pace.receivers_unknown"),
        (("receivers", "mine", "--domain", "a b", "--per-hour", "5"), 4, "mailing.host_refused"),
        (("receivers", "mine", "--mx", "a b", "--per-hour", "5"), 4, "mailing.host_refused"),
        (("receivers", "mine", "--mx", "none", "--per-hour", "5"), 4, "pace.receivers_unknown"),
        (("receivers", "mine", "--off"), 4, "pace.receivers_unknown"),
        (("warm-up", "alpha", "news@example.org"), 2, "pace.missing"),
        (("warm-up", "alpha", "news@example.org", "9,5"), 4, "pace.warm_up_wrong"),
        (("warm-up", "alpha", "other@example.org", "5,9"), 4, "pace.sender_unknown"),
        (("show", "nobody"), 4, "tenancy.unknown"),
    ],
)
def test_what_cannot_be_set_is_refused(alpha: TenantDB, shell: Shell, words: tuple[str, ...], exit_code: int, code: str) -> None:
    some_sender(alpha)
    ended, out, err = shell(*words, "--json")
    assert (ended, out, json.loads(err)["error"]["code"]) == (exit_code, "", code)
    assert limits_set() == {}
