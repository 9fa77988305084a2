"""`siegelpost webhook`: addresses are made, shown once, listed with what is to be done, and removed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine

from siegelpost.cli.main import main
from siegelpost.evidence.reads import entries
from siegelpost.feedback.hooks import services
from siegelpost.feedback.hooks.gates import MAILGUN, POSTMARK, SENDGRID, SES
from siegelpost.flows.receive_hook import knock, take
from siegelpost.sign.hooks import basic_holds
from siegelpost.tenancy.handle import TenantDB
from tests.feedback import hook_posts as posts
from tests.feedback.hook_posts import NOON, About


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Any:
    def said(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end, time_machine.travel(NOON, tick=False):
            main(("webhook", *map(str, words)))
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return said


def document(said: tuple[int, str, str]) -> Any:
    assert said[0] == 0, said
    return json.loads(said[1])


def test_an_address_is_shown_once_and_opens_for_its_provider_alone(alpha: TenantDB, shell: Any) -> None:
    made = document(shell("add", "postmark", "--tenant", "alpha", "--json"))
    address, _slash, token = made["url"].rpartition("/")
    assert address == "http://localhost:8001/hooks/postmark" and len(token) == 32
    hook = knock(POSTMARK, token)
    assert hook and knock(MAILGUN, token) is None
    assert basic_holds(made["password"], posts.basic(b"", made["password"], made["user"]).authorization)
    listed = shell("list")[1] + shell("list", "--json")[1]
    assert token not in listed and made["password"] not in listed and "alpha" in listed
    assert [(one["act"], one["subject"]) for one in entries(alpha, limit=1)] == [("feedback.hook_added", "hook:1")]


@pytest.mark.parametrize("provider", [MAILGUN, SENDGRID])
def test_a_key_comes_from_a_file_and_proves_posts(alpha: TenantDB, shell: Any, tmp_path: Path, provider: str) -> None:
    file = tmp_path / "key"
    file.write_text(f"  {posts.SECRETS[provider].key}\n", encoding="ascii")
    made = document(shell("add", provider, "--secret-file", file, "--json"))
    hook = knock(provider, made["url"].rpartition("/")[2])
    assert hook and take(hook, posts.bounce(provider, About()), now=NOON) == "taken"


@pytest.mark.slow
def test_amazon_is_set_up_in_three_steps_none_of_which_calls_it(alpha: TenantDB, shell: Any, tmp_path: Path) -> None:
    made = document(shell("add", "ses", "--topic", posts.TOPIC, "--json"))
    token = made["url"].rpartition("/")[2]
    hook = knock(SES, token)
    assert hook and take(hook, posts.subscription(), now=NOON) == "refused"
    assert posts.CERTIFICATE_URL in shell("list")[1]
    file = tmp_path / "sns.pem"
    file.write_text(posts.certificate(), encoding="ascii")
    shown = document(shell("certificate", "1", file, "--json"))["hooks"]
    assert [(one["id"], one["certificates"], one["notice"]) for one in shown] == [(1, 1, "")]
    hook = knock(SES, token)
    assert hook and take(hook, posts.subscription(), now=NOON) == "taken"
    for start in range(4):  # the next ones; the oldest go
        file.write_text(posts.certificate(days=100 + start), encoding="ascii")
        shell("certificate", "1", file)
    assert services.hook(1).secret.certificates == tuple(posts.certificate(days=days).strip() for days in (101, 102, 103))


@pytest.mark.parametrize(
    "words, code",
    [
        (("add", "sparkpost"), "hooks.provider_unknown"),
        (("add", "mailgun"), "hooks.secret_wrong"),
        (("add", "sendgrid", "--secret-file", "KEY"), "hooks.secret_wrong"),
        (("add", "ses"), "hooks.secret_wrong"),
        (("add", "ses", "--topic", "news"), "hooks.secret_wrong"),
        (("add", "ses", "--topic", posts.TOPIC, "--secret-file", "KEY"), "hooks.secret_wrong"),
        (("add", "postmark", "--topic", posts.TOPIC), "hooks.secret_wrong"),
        (("add", "mailgun", "--secret-file", "missing"), "hooks.secret_wrong"),
        (("add", "postmark", "--tenant", "nobody"), "tenancy.unknown"),
        (("certificate", "7", "KEY"), "hooks.unknown"),
        (("remove", "7"), "hooks.unknown"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_made(
    alpha: TenantDB, shell: Any, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    key = tmp_path / "key"
    key.write_text("some key", encoding="ascii")
    exit_code, out, err = shell(*(str(key) if word == "KEY" else word for word in words), "--json")
    assert (exit_code, out, json.loads(err)["error"]["code"]) == (4, "", code)
    assert services.hooks() == []


def test_a_certificate_that_ran_out_or_belongs_elsewhere_is_refused(alpha: TenantDB, shell: Any, tmp_path: Path) -> None:
    old, good = tmp_path / "old.pem", tmp_path / "good.pem"
    old.write_text(posts.certificate(days=3), encoding="ascii")
    good.write_text(posts.certificate(), encoding="ascii")
    document(shell("add", "ses", "--topic", posts.TOPIC, "--json"))
    document(shell("add", "postmark", "--json"))
    assert shell("certificate", "1", old)[0] == 4
    assert shell("certificate", "2", good)[0] == 4
    assert services.hook(1).secret.certificates == services.hook(2).secret.certificates == ()


def test_a_removed_address_takes_nothing_and_forgets_what_waited(alpha: TenantDB, shell: Any) -> None:
    document(shell("add", "postmark", "--tenant", "alpha", "--json"))
    hook = services.hook(1)
    secret = replace(posts.SECRETS[POSTMARK])
    services.change_secret(1, secret)
    take(services.hook(1), posts.bounce(POSTMARK, About()), now=NOON)
    assert document(shell("list", "--json"))["hooks"][0]["waiting"] == 1
    assert document(shell("remove", "1", "--json")) == {"hooks": [], "refused_elsewhere": 0}
    assert services.take_post(now=NOON) is None and services.counts(hook.number) == {}
    assert [one["act"] for one in entries(alpha, limit=1)] == ["feedback.hook_removed"]
    assert "No provider posts here." in shell("list")[1]
