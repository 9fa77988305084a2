"""The commands, as people and scripts type them."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from siegelpost.audience.services import create_list, ensure_standard_fields
from siegelpost.base import clock
from siegelpost.base.i18n import use_language
from siegelpost.cli.status import STATES, law, show_status
from siegelpost.delivery.reads import plan_of
from siegelpost.mailings.models import Mailing
from siegelpost.mailings.reads import senders_of
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from tests.mailings.making import NOON, WHO, some_sender
from tests.shell import Shell

pytestmark = pytest.mark.slow

GOOD = "# Hi {{ first_name }}\n\n[Leave]({{ unsubscribe_url }})\n\n{{ imprint }}\n"


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def draft(alpha: TenantDB, tmp_path: Path, shell: Shell) -> list[str]:
    """The words that create a mailing; sender and list exist."""
    some_sender(alpha)
    ensure_standard_fields(alpha, NOON)
    create_list(alpha, "Letter", actor=WHO, now=NOON)
    (tmp_path / "may.md").write_text(GOOD)
    options = {"--file": str(tmp_path / "may.md"), "--subject": "May", "--sender": "News <news@example.org>", "--list": "Letter"}
    return ["mailing", "create", "alpha", *(word for pair in options.items() for word in pair)]


def test_a_mailing_is_created_checked_copied_and_tested(alpha: TenantDB, draft: list[str], shell: Shell) -> None:
    one = shell.json(*draft)["id"]

    assert shell.json("mailing", "check", "alpha", str(one)) == {"id": one, "sendable": True, "findings": []}
    copy = shell.json("mailing", "copy", "alpha", str(one), "--name", "June")
    assert copy["id"] != one
    assert alpha.objects(Mailing).get(pk=copy["id"]).name == "June"
    assert shell.json("mailing", "test", "alpha", str(one), "mara@example.net")["outgoing"] > 0


def test_a_draft_has_a_status_full_of_zeros(draft: list[str], shell: Shell) -> None:
    one = shell.json(*draft)["id"]

    found = shell.json("mailing", "status", "alpha", str(one))
    assert (found["id"], found["state"], found["audience"], found["excluded"]) == (one, "draft", 0, {})
    assert {name: found[name] for name in STATES} == dict.fromkeys(STATES, 0)
    assert "draft" in shell("mailing", "status", "alpha", str(one))[1]


WRONG = [
    (["--measure", "personalised"], 3, "measure.instruction_missing"),
    (["--sender", "Other <other@example.org>"], 4, "mailing.sender_unknown"),
    (["--sender", "News <news@example.org>\nBcc: x@example.org"], 4, "mailing.header_refused"),
    (["--subject", "May\r\nBcc: x@example.org"], 4, "mailing.header_refused"),
    (["--list", "Nobody"], 4, "list.unknown"),
    (["--file", "/none.md"], 4, "mailing.file_missing"),
    (["--file", "/none.pdf"], 4, "mailing.format_unknown"),
    (["--allow-host", "https://img.example.net"], 4, "mailing.host_refused"),
    (["--measure", "secretly"], 2, "measure.mode_unknown"),
]


def test_what_cannot_be_created_ends_with_its_code(alpha: TenantDB, draft: list[str], shell: Shell) -> None:
    for more, code, said in WRONG:
        ended, out, err = shell(*draft, *more, "--json")

        assert (ended, out) == (code, ""), said
        assert json.loads(err)["error"]["code"] == said
        assert "Bcc" not in err
    assert not alpha.objects(Mailing).exists()


def test_a_check_that_blocks_ends_with_3_and_names_what_to_mend(draft: list[str], tmp_path: Path, shell: Shell) -> None:
    (tmp_path / "may.md").write_text("Hi {{ shoe_size }}")
    one = shell.json(*draft)["id"]

    code, out, _err = shell("mailing", "check", "alpha", str(one))
    assert code == 3
    assert "render.unknown_field" in out
    code, _out, err = shell("mailing", "send", "alpha", str(one))
    assert code == 3
    assert "mailing.check_failed" in err


def test_steps_that_do_not_fit_the_state_end_with_3(draft: list[str], shell: Shell) -> None:
    one = str(shell.json(*draft)["id"])

    for step in ("pause", "resume"):
        code, _out, err = shell("mailing", step, "alpha", one)
        assert code == 3
        assert "mailing.state_refused" in err
    assert shell("mailing", "status", "alpha", "4711")[0] == 4


def test_a_start_by_itself_is_shown_and_taken_back(draft: list[str], shell: Shell) -> None:
    one = str(shell.json(*draft)["id"])
    day = clock.now().date() + timedelta(days=30)

    found = shell.json("mailing", "send", "alpha", one, "--at", f"{day}T09:00+01:00")
    assert (found["state"], found["waits_until"], found["waits_for"]) == ("scheduled", f"{day}T08:00:00+00:00", "start")
    said = shell("mailing", "status", "alpha", one)[1]
    assert re.search(rf"Waits until {day} (09:00 \+0100|10:00 \+0200): it starts by itself at that time", said)
    assert shell.json("mailing", "cancel", "alpha", one)["state"] == "draft"


@pytest.mark.parametrize(("at", "code"), [("soon", "mailing.start_wrong"), ("2001-01-01T09:00", "mailing.start_refused")])
def test_a_start_that_cannot_be_is_refused_and_the_draft_stays(draft: list[str], shell: Shell, at: str, code: str) -> None:
    one = str(shell.json(*draft)["id"])

    ended, out, err = shell("mailing", "send", "alpha", one, "--at", at, "--json")
    assert (ended, out, json.loads(err)["error"]["code"]) == (4, "", code)
    assert shell.json("mailing", "status", "alpha", one)["state"] == "draft"


def test_a_pace_is_frozen_with_the_launch(alpha: TenantDB, draft: list[str], shell: Shell) -> None:
    one = shell.json(*draft)["id"]

    words = ("--per-hour", "500", "--per-day", "3000", "--window", "Mo-Fr 08:00-18:00", "--window", "Sa 10:00-12:00")
    assert shell.json("mailing", "send", "alpha", str(one), *words)["state"] == "sending"
    pace = plan_of(alpha, one).pace
    assert (pace.per_hour, pace.per_day, pace.zone) == (500, 3000, "Europe/Berlin")
    assert pace.windows == (((0, 1, 2, 3, 4), 480, 1080), ((5,), 600, 720))


def test_what_is_no_window_is_refused(draft: list[str], shell: Shell) -> None:
    one = str(shell.json(*draft)["id"])

    code, out, err = shell("mailing", "send", "alpha", one, "--window", "office hours", "--json")
    assert (code, out, json.loads(err)["error"]["code"]) == (4, "", "pace.window_wrong")
    assert shell.json("mailing", "status", "alpha", one)["state"] == "draft"


def test_another_controllers_people_are_not_touched(draft: list[str], shell: Shell, tmp_path: Path) -> None:
    one = str(shell.json(*draft)["id"])
    Tenant.objects.filter(slug="alpha").update(own=False)

    for words in (
        ["test", "alpha", one, "a@example.net"],
        ["recipients", "alpha", one, "--csv", str(tmp_path / "r.csv")],
    ):
        code, _out, err = shell("mailing", *words)
        assert code == 3
        assert "access.not_open" in err
    assert not (tmp_path / "r.csv").exists()
    assert shell("mailing", "status", "alpha", one)[0] == 0
    assert shell("mailing", "send", "alpha", one)[0] == 0, "a mailing that was prepared is sent without a look at anybody"


def test_a_sender_whose_domain_was_not_checked_is_added_with_what_to_publish(alpha: TenantDB, shell: Shell) -> None:
    code, out, _err = shell("sender", "add", "alpha", "Neues <neu@Bücher.example>")
    assert code == 0
    assert "has not passed the check; nothing is sent from it before it does" in out
    assert '_domainkey.xn--bcher-kva.example. IN TXT "v=DKIM1; k=rsa; p=' in out
    assert [one.email for one in senders_of(alpha)] == ["neu@xn--bcher-kva.example"]
    assert shell("sender", "check", "alpha", "bücher.example")[0] == 3

    found = shell.json("sender", "add", "alpha", "Neues <neu@Bücher.example>", "--unverified-ok")
    assert (found["unverified_ok"], found["verified"], found["checked"]) == (True, False, False)
    again = shell.json("sender", "check", "alpha", "bücher.example")
    assert (again["state"], again["checked"], again["records"]) == ("failed", False, found["records"])  # localhost takes no bounces
    assert shell("sender", "check", "alpha", "example.com")[0] == 4


NUMBERS = {"id": 7, "state": "finished", "audience": 1234, "excluded": {"no_consent": 200, "opted_out": 34}, **dict.fromkeys(STATES, 0)}


def test_the_law_is_shown_as_a_sum() -> None:
    assert law({**NUMBERS, "sent": 990, "bounced": 10}) == "1,234 = 234 left out + 990 sent + 10 bounced"


def test_a_sum_that_does_not_hold_is_said_loudly() -> None:
    said = law({**NUMBERS, "sent": 990})
    assert said.startswith("1,234 ≠ 234 left out + 990 sent")
    assert "do not add up" in said


def test_numbers_are_written_as_the_reader_writes_them(capsys: pytest.CaptureFixture[str]) -> None:
    use_language("de")
    try:
        show_status({**NUMBERS, "sent": 1000})
    finally:
        use_language("en")
    out = capsys.readouterr().out
    assert "1.234 = 234 " in out
    assert "ohne Einwilligung" in out
