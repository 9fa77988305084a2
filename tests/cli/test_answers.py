"""What the commands promise to scripts: exit codes, one JSON document, errors in four parts, two languages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from siegelpost.base.settings import process_settings
from siegelpost.cli.main import COMMANDS
from tests.cli.shell import Said, Shell
from tests.shell import Shell as Here

pytestmark = [pytest.mark.wire, pytest.mark.slow]

DELIVERY_STATES = ("due", "claimed", "sent", "retry", "bounced", "blocked", "withdrawn", "expired", "unsure", "cancelled")
IMPORT = ("--list", "News", "--ground", "consent at the fair", "--source", "fair")
RELEASE = ("--signature", "m.sig", "--sbom", "m.json", "--key", "m.pub")
HANDOVER = ("--to", "Kanzlei", "--purpose", "P", "--categories", "C", "--records", "1")
DISCLOSED = ("--kind", "authority", "--recipient", "R", "--ground", "G", "--purpose", "P", "--category", "contact", "--way", "letter")

# every command that needs the data folder, in a shape that is otherwise right
COMPLETE: tuple[tuple[str, ...], ...] = (
    ("serve",),
    ("edge",),
    ("worker",),
    ("tenant", "create", "new", "--name", "N"),
    ("tenant", "list"),
    ("tenant", "tls", "own", "on"),
    ("tenant", "end", "own", "--never"),
    ("tenant", "status", "own", "normal"),
    ("tenant", "sub-accounts", "own", "2"),
    ("tenant", "migrate", "--all"),
    ("staff", "create", "ann@example.org", "--tenant", "own", "--role", "editor"),
    ("staff", "link", "ann@example.org"),
    ("staff", "block", "ann@example.org"),
    ("staff", "unblock", "ann@example.org"),
    ("staff", "list"),
    ("sender", "add", "own", "A <a@example.org>"),
    ("sender", "check", "own", "example.org"),
    ("host", "add", "own", "news.own.example"),
    ("host", "list", "own"),
    ("host", "check", "own", "1"),
    ("host", "use", "own"),
    ("host", "remove", "own", "1"),
    ("list", "create", "own", "L"),
    ("list", "list", "own"),
    ("form", "create", "own", "F", "--list", "News"),
    ("segment", "create", "own", "S", "language is empty"),
    ("segment", "list", "own"),
    ("proof", "show", "own", "1"),
    ("import", "own", "people.csv", *IMPORT),
    ("refused", "own", "1", "out.csv"),
    ("export", "own", "out.csv", "--list", "News"),
    ("testdata", "own", "--subscribers", "5"),
    ("pseudonymise", "own", "made-up.jsonl", "--reason", "To try the new import"),
    ("tenant", "entitle", "own", "--name", "Eva Muster"),
    ("tenant", "export", "own", "own.age"),
    ("tenant", "look-at", "own", "own.age", "people.csv"),
    ("tenant", "erase", "own"),
    ("tenant", "erased"),
    ("instruction", "record", "own", "--kind", "other", "--text-file", "people.csv", "--by", "Eva Muster"),
    ("instruction", "list", "own"),
    ("instruction", "show", "own", "1"),
    ("instruction", "answer", "own", "1"),
    ("instruction", "end", "own", "1"),
    ("disclosures", "own"),
    ("disclosure", "record", "own", *DISCLOSED, "--people", "people.csv"),
    ("handover", "prepare", "own", "people.csv", *HANDOVER),
    ("handover", "encrypt", "own", "1"),
    ("handover", "take", "own", "1", "."),
    ("handover", "mail", "own", "1"),
    ("handover", "password", "own", "1", "--path", "letter", "--to", "Eva Muster"),
    ("handover", "scan", "own", "1"),
    ("handover", "list", "own"),
    ("handover", "deviate", "own", "unencrypted", "--instruction", "1", "--until", "2026-12-31"),
    ("handover", "unscanned", "own"),
    ("log", "input", "own", "--from", "2026-01-01", "--to", "2026-03-31", "--csv", "out.csv"),
    ("log", "access", "own", "--from", "2026-01-01", "--to", "2026-03-31", "--csv", "access.csv"),
    ("log", "access", "own", "--person", "ann@example.org", "--reason", "A list was deleted"),
    ("log", "requests", "own"),
    ("log", "agree", "own", "1"),
    ("log", "found", "own", "1"),
    ("log", "switch", "own", "on", "--instruction", "1"),
    ("log", "check", "own"),
    ("evidence", "checkpoint", "own"),
    ("evidence", "export", "own", "log.jsonl"),
    ("subscriber", "show", "own", "ann@example.org"),
    ("subscriber", "export", "own", "ann@example.org"),
    ("subscriber", "erase", "own", "ann@example.org"),
    ("opt-out", "list", "own"),
    ("opt-out", "export", "own", "opt-outs.csv"),
    ("opt-out", "enter", "own", "ann@example.org", "--way", "letter"),
    ("suppression", "import", "own", "people.csv", "--source", "blacklist"),
    ("suppression", "check", "own", "ann@example.org"),
    ("suppression", "ask-lift", "own", "ann@example.org", "--request", "people.csv"),
    ("suppression", "lift", "own", "ann@example.org", "--request", "people.csv"),
    ("mailing", "create", "own", "--file", "letter.md", "--subject", "S", "--sender", "A <a@example.org>", "--list", "News"),
    ("mailing", "copy", "own", "1"),
    ("mailing", "check", "own", "1"),
    ("mailing", "spam", "own", "1"),
    ("mailing", "test", "own", "1", "ann@example.org"),
    ("mailing", "send", "own", "1"),
    ("mailing", "pause", "own", "1"),
    ("mailing", "resume", "own", "1"),
    ("mailing", "cancel", "own", "1"),
    ("mailing", "status", "own", "1"),
    ("mailing", "recipients", "own", "1", "--csv", "out.csv"),
    ("certificates",),
    ("mailbox",),
    ("csa", "own"),
    ("controls",),
    ("controls", "check"),
    ("release", "record", "m", *RELEASE),
    ("release", "approve", "0123456789abcdef"),
    ("release", "show"),
    ("release", "holes"),
    ("release", "accept", "CVE-2026-1", "--until", "2026-12-31", "--reason", "R", "--by", "ann@example.org"),
    ("report", "own", "1"),
    ("measuring", "show", "own"),
    ("measuring", "choose", "own", "--mode", "clicks"),
    ("measuring", "personalise", "own", "--instruction", "1", "--purpose", "P", "--figure", "clicks", "--list", "Letter"),
    ("measuring", "duties", "own", "--by", "E", "--information", "I", "--consent-text", "T", "--ground", "G", "--contact", "C"),
    ("measuring", "certificates", "own"),
    ("brake", "list", "own"),
    ("brake", "release", "own", "1", "--reason", "R"),
    ("webhook", "add", "postmark", "--tenant", "own"),
    ("webhook", "list"),
    ("webhook", "certificate", "1", "certificate.pem"),
    ("webhook", "remove", "1"),
    ("pace", "relay", "--per-hour", "1000"),
    ("pace", "tenant", "own", "--per-day", "1000"),
    ("pace", "receivers", "a.example", "--per-second", "5"),
    ("pace", "warm-up", "own", "example.org", "50..20000"),
    ("pace", "show"),
    ("relay", "add", "eu", "smtp://127.0.0.1:25"),
    ("relay", "list"),
    ("relay", "use", "own", "default"),
    ("relay", "routes", "own"),
    ("relay", "remove", "eu"),
    ("approval", "list", "own"),
    ("approval", "show", "own", "1"),
    ("approval", "decide", "own", "1", "--agree"),
    ("approval", "take-back", "own", "1"),
    ("access", "list", "own"),
    ("access", "open", "own", "--reason", "Help with an import", "--approval", "1"),
    ("access", "close", "own"),
    ("access", "ask", "own", "--reason", "Help with an import"),
    ("access", "agree", "own", "1"),
    ("token", "create", "own", "--name", "Shop", "--right", "read"),
    ("token", "list", "own"),
    ("token", "revoke", "own", "1"),
)
NEED_NO_DATA = {"init", "doctor", "settings", "bench"}
ON_PEOPLES_DATA = (
    ("import", "other", "people.csv", *IMPORT),
    ("refused", "other", "1", "out.csv"),
    ("export", "other", "out.csv", "--list", "News"),
    ("subscriber", "show", "other", "ann@example.org"),
    ("subscriber", "export", "other", "ann@example.org"),
    ("subscriber", "erase", "other", "ann@example.org"),
    ("opt-out", "list", "other"),
    ("opt-out", "export", "other", "opt-outs.csv"),
    ("opt-out", "enter", "other", "ann@example.org", "--way", "letter"),
    ("suppression", "import", "other", "people.csv", "--source", "blacklist"),
    ("suppression", "check", "other", "ann@example.org"),
    ("suppression", "ask-lift", "other", "ann@example.org", "--request", "people.csv"),
    ("suppression", "lift", "other", "ann@example.org", "--request", "people.csv"),
    ("disclosures", "other", "--email", "ann@example.org"),
    ("mailing", "test", "other", "1", "ann@example.org"),
    ("mailing", "recipients", "other", "1", "--csv", "out.csv"),
    ("handover", "prepare", "other", "people.csv", *HANDOVER),
    ("handover", "encrypt", "other", "1"),
    ("handover", "take", "other", "1", "."),
    ("handover", "mail", "other", "1"),
    ("handover", "password", "other", "1", "--path", "letter", "--to", "Eva Muster"),
    ("handover", "scan", "other", "1"),
)


def in_our_form(said: Said) -> bool:
    """Code and sentences, no traceback, nothing on standard output."""
    return "Traceback" not in said.err and said.out == "" and re.match(r"[a-z_]+\.[a-z_]+: .+", said.err) is not None


def test_the_list_of_complete_commands_is_complete() -> None:
    assert {words[0] for words in COMPLETE} | NEED_NO_DATA == set(COMMANDS)


@pytest.fixture
def no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this process looks for its data folder, and there is none."""
    monkeypatch.setenv("SIEGELPOST_HOME", str(tmp_path / "home"))
    process_settings.cache_clear()
    yield tmp_path / "home"
    monkeypatch.undo()
    process_settings.cache_clear()


def test_before_init_every_command_says_that_there_is_no_data_folder_and_makes_none(
    no_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first of each file as a process, the others in this one."""
    shell, first = Shell(no_home), {words[0]: words for words in reversed(COMPLETE)}
    answers = shell.all([(*words, "--json") if words[0] not in ("serve", "edge", "worker") else words for words in first.values()])
    answers += [Said(words, *Here(capsys)(*words, "--json")) for words in COMPLETE if words not in first.values()]
    assert len(answers) == len(COMPLETE)
    assert {said.words: said.code for said in answers if said.code != 3} == {}
    assert [said.words for said in answers if "tenancy.home_missing" not in said.err or said.out] == []
    assert not shell.home.exists()


def test_every_command_explains_itself_in_both_languages(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "home")
    for language, word, names in (("en", "Usage", ("tenant", "import")), ("de", "Aufruf|Verwendung|Benutzung", COMMANDS)):
        spoken = Shell(shell.home, {"LANGUAGE": language})
        answers = spoken.all([*((name, "--help") for name in names), ("--help",), ("help",)])
        assert [said.words for said in answers if said.code or said.err or not re.search(word, said.out)] == []
        assert all(name in answers[-2].out for name in COMMANDS)


def test_a_command_that_is_not_understood_ends_with_2_in_our_form(standing: Shell) -> None:
    lines = [
        ("nonsense",), ("tenant", "nonsense"), ("tenant", "create"), ("mailing", "status", "own"), ("tenant", "migrate"),
        ("mailing", "status", "own", "one"), ("mailing", "status", "own", "1", "2"), ("mailing", "status", "--colour"),
        ("mailing", "status", "own", "-1"), ("list", "create", "own", "N", "--description"), ("serve", "--port", "x"),
        ("mailing", "recipients", "own", "1", "--csv", "x.csv", "--state", "lost"),
        ("import", "own", "people.csv", "--list", "News", "--source", "x"), ("suppression", "import", "own", "f", "--source", "guess"),
    ]  # fmt: skip
    answers = standing.all(lines)
    assert {said.words: said.code for said in answers if said.code != 2} == {}
    assert [said.words for said in answers if not in_our_form(said)] == []


def test_an_error_of_usage_repeats_no_value(standing: Shell) -> None:
    said = standing("mailing", "status", "own", "ann@example.org")
    assert (said.code, "ann@example.org" in said.err) == (2, False)
    said = standing("subscriber", "show", "own", "ann@example.org", "bob@example.org", "--json")
    assert (said.code, "bob@" in said.err, said.error["code"]) == (2, False, "cli.usage")


def test_a_word_alone_shows_its_help_and_ends_with_2(standing: Shell) -> None:
    for said in (standing(), standing("tenant"), standing("mailing")):
        assert said.code == 2
        assert "Usage" in said.out + said.err


def test_errors_speak_german(standing: Shell) -> None:
    german = Shell(standing.home, {"LANGUAGE": "", "LC_ALL": "", "LANG": "de_DE.UTF-8"})
    assert german.json("tenant", "list")
    error = german("mailing", "status", "own", "4711", "--json").error
    english = standing("mailing", "status", "own", "4711", "--json").error
    assert error["code"] == english["code"] == "mailing.unknown"
    assert set(error) == {"code", "message", "hint", "nothing"}
    assert all(error[part] and error[part] != english[part] for part in ("message", "hint", "nothing"))
    assert "fehlt" in german("tenant", "create").err


def test_the_documents_have_the_keys_of_the_contract(shell: Shell, tmp_path: Path) -> None:
    assert shell.json("tenant", "create", "third", "--name", "Third")["id"] == 3
    assert shell.json("list", "create", "own", "More")["id"] == 2
    people = tmp_path / "people.csv"
    people.write_text("E-Mail;Vorname\nann@example.org;Ann\nbad;B\nann@example.org;Ann\n", encoding="utf-8")
    found = shell.json("import", "own", people, *IMPORT, "--refused", tmp_path / "refused.csv")
    assert {name: type(found[name]) for name in found if name != "ignored_columns"} == {
        "id": int, "rows": int, "added": int, "updated": int, "unchanged": int, "refused": dict, "refused_file": str,
    }  # fmt: skip
    assert found["rows"] == found["added"] + found["updated"] + found["unchanged"] + sum(found["refused"].values())
    made = shell.json("mailing", "copy", "own", "1")
    status = shell.json("mailing", "status", "own", str(made["id"]))
    assert status["state"] == "draft"
    assert {status[name] for name in ("audience", *DELIVERY_STATES)} == {0}
    assert all(type(status[name]) is int for name in ("id", "audience", *DELIVERY_STATES))
    assert set(status["excluded"].values()) <= {0}
    report = shell.json("report", "own", str(made["id"]))
    wanted = {"measure", "delivered", "opens", "unique_opens", "clicks", "unique_clicks", "links", "unsubscribes", "complaints", "bounces"}
    assert wanted <= set(report)
    assert set(report["bounces"]) == {"hard", "soft"}
    assert all(name in report["withheld"] for name in wanted if report[name] is None)
    assert {row["variable"] for row in shell.json("settings")} >= {"SIEGELPOST_HOME", "SIEGELPOST_MASTER_KEY_FILE"}


def test_commands_on_peoples_data_refuse_another_controllers_tenant(standing: Shell) -> None:
    answers = standing.all([(*words, "--json") for words in ON_PEOPLES_DATA])
    assert {said.words: said.error["code"] for said in answers if said.error["code"] != "access.not_open" or said.code != 3} == {}


def test_numbers_that_no_mailing_has_are_not_found(standing: Shell) -> None:
    huge = str(10**30)
    answers = standing.all(
        [
            *(("mailing", verb, "own", huge, "--json") for verb in ("status", "copy", "cancel", "send")),
            *(("mailing", "check", "own", number, "--json") for number in ("0", str(2**63))),
            ("report", "own", huge, "--json"),
            ("mailing", "status", "own", "--json", "--", "-1"),
        ]
    )
    assert {(said.words, said.code) for said in answers if said.code != 4 or said.error["code"] != "mailing.unknown"} == set()


def test_bench_names_the_package_that_is_missing(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    said = Shell(tmp_path / "home")("bench", "send", "--size", "100", "--json", PATH=str(programs))
    assert (said.code, said.error["code"]) == (3, "bench.tool_missing")
    assert "openssl" in said.error["hint"]


def test_settings_are_explained_even_where_they_are_wrong(tmp_path: Path) -> None:
    wrong = Shell(tmp_path / "home", {"SIEGELPOST_ENVIRONMENT": "prod", "SIEGELPOST_CONNECTIONS": "many"})
    said = wrong("tenant", "list", "--json")
    assert (said.code, said.error["code"]) == (2, "settings.wrong")
    assert "SIEGELPOST_ENVIRONMENT" in said.error["message"] and "SIEGELPOST_CONNECTIONS" in said.error["message"]
    assert json.loads(wrong("settings", "--json").out)
