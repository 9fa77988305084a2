"""Time stamps of checkpoints (RFC 3161) from an authority outside: asked for in the round, exported, proven offline, never in the way."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError

from siegelpost.base.controls import AMBER, GREEN, Around
from siegelpost.base.settings import SettingsWrong, process_settings, read_settings
from siegelpost.delivery.models import Outgoing
from siegelpost.evidence import timestamps
from siegelpost.evidence.controls import is_whole
from siegelpost.evidence.models import Checkpoint, Stamp
from siegelpost.flows.sealing import Sealing
from siegelpost.flows.stamping import Stamping
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db
from tests.cli.typed import Typed
from tests.evidence.authority import Authority, answering, make_authority, openssl
from tests.evidence.logs import NOW, exported, write
from tests.evidence.test_sealing import told
from tests.mailings.making import some_sender
from tests.templates import Template


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


@pytest.fixture(scope="session")
def _authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority") / "one")


@pytest.fixture
def authority(_authority: Authority) -> Iterator[Authority]:
    """Answers, and has not been asked yet."""
    _authority.answers, _authority.asked, _authority.first = "stamps", 0, b""
    with answering(_authority) as found:
        yield found


def go_round(url: str, *tenants: TenantDB, now: datetime = NOW) -> None:
    Sealing(url, first=0.0).look(list(tenants), now=now)


@pytest.fixture
def file(alpha: TenantDB, authority: Authority, tmp_path: Path) -> Path:
    """The exported log of alpha, with two checkpoints that were stamped and one that was not."""
    for _twice in range(2):
        write(alpha, 3)
        go_round(authority.url, alpha)
    exported(alpha, tmp_path / "log")
    return tmp_path / "log"


@pytest.mark.slow
def test_each_log_gets_one_stamp_for_its_newest_checkpoint_and_asks_once(alpha: TenantDB, authority: Authority) -> None:
    for _twice in range(2):
        go_round(authority.url, alpha)
    assert alpha.objects(Stamp).count() == operator_db().objects(Stamp).count() == 1 and authority.asked == 2
    write(alpha)
    go_round(authority.url, alpha)
    stamped, signed = (list(alpha.objects(one).order_by("size").values_list("size", flat=True)) for one in (Stamp, Checkpoint))
    assert stamped == signed and len(signed) == 2


@pytest.mark.slow
def test_an_export_with_stamps_is_proven_by_the_certificate_of_the_authority(file: Path, authority: Authority, typed: Typed) -> None:
    code, answer = typed("evidence", "verify", file, "--tsa", authority.root)
    assert (code, answer["valid"], answer["checkpoints"], answer["stamps"], answer["stamps_proven"]) == (0, True, 3, 2, 2)
    code, answer = typed("evidence", "verify", file)
    assert (code, answer["valid"], answer["stamps"], answer["stamps_proven"]) == (0, True, 2, 0)


def lines_of(file: Path) -> list[tuple[str, str]]:
    """Kind and text of the lines before the entries."""
    found = [json.loads(line) for line in file.read_bytes().splitlines()]
    return [(kind, text) for line in found if len(line) == 1 for kind, text in line.items() if kind != "hash"]


@pytest.mark.slow
def test_a_stamp_is_one_that_openssl_proves_too(file: Path, authority: Authority, tmp_path: Path) -> None:
    lines = lines_of(file)
    at = [kind for kind, _text in lines].index("stamp")
    (tmp_path / "answer").write_bytes(base64.b64decode(lines[at][1]))
    (tmp_path / "text").write_text(lines[at - 1][1], encoding="utf-8")
    words = ("ts", "-verify", "-data", "text", "-in", "answer", "-untrusted", str(authority.folder / "tsa.pem"))
    openssl(tmp_path, *words, "-CAfile", str(authority.root))
    (tmp_path / "text").write_text(lines[at - 1][1] + "x", encoding="utf-8")
    with pytest.raises(AssertionError):
        openssl(tmp_path, *words, "-CAfile", str(authority.root))


@pytest.mark.slow
def test_a_stamp_that_was_touched_or_exchanged_or_is_nobodys_is_named(
    file: Path, authority: Authority, typed: Typed, tmp_path: Path
) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    first, second = (number for number, line in enumerate(lines) if line.startswith(b'{"stamp"'))
    exchanged = [*lines]
    exchanged[first], exchanged[second] = lines[second], lines[first]
    touched = [*lines]
    touched[first] = lines[first][:-20] + b"AAAAAAAAAAAA" + lines[first][-8:]
    broken = [*lines]
    broken[first] = b'{"stamp":"x"}\n'
    stranger = make_authority(tmp_path / "stranger")
    for changed, root, n in ((exchanged, authority, 2), (touched, authority, 1), (broken, authority, 1), (lines, stranger, 2)):
        file.write_bytes(b"".join(changed))
        code, answer = typed("evidence", "verify", file, "--tsa", root.root)
        assert (code, answer["counts"]) == (4, {"stamp": n})


@pytest.mark.slow
def test_without_a_certificate_a_stamp_of_another_checkpoint_is_named_too(file: Path, typed: Typed) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    first, second = (number for number, line in enumerate(lines) if line.startswith(b'{"stamp"'))
    lines[first] = lines[second]
    file.write_bytes(b"".join(lines))
    code, answer = typed("evidence", "verify", file)
    assert (code, answer["counts"], answer["stamps"]) == (4, {"stamp": 1}, 1)


@pytest.mark.slow
def test_an_answer_to_an_earlier_question_about_the_same_text_is_none_to_this_one(authority: Authority) -> None:
    earlier, later = timestamps.ask("text"), timestamps.ask("text")
    answer = authority.answer(earlier.content)
    assert timestamps.accept(answer, "text", earlier.nonce) == timestamps.accept(answer, "text")
    with pytest.raises(timestamps.StampWrong):
        timestamps.accept(answer, "text", later.nonce)


@pytest.mark.touches_beta
@pytest.mark.parametrize("how", ["500", "garbage", "replays", "is gone"])
@pytest.mark.slow
def test_an_authority_that_fails_is_asked_once_a_round_and_holds_up_nothing(
    alpha: TenantDB, beta: TenantDB, authority: Authority, how: str
) -> None:
    tenant = told(alpha, "dpo@example.org")
    some_sender(tenant)
    url = authority.url
    if how == "replays":
        go_round(url)  # the operator's log, whose stamp is what comes again
        assert operator_db().objects(Stamp).count() == 1
    authority.answers, authority.asked = how, 0
    if how == "is gone":
        url = "http://127.0.0.1:9/tsr"
    go_round(url, tenant, beta)
    assert tenant.objects(Stamp).count() == beta.objects(Stamp).count() == 0
    assert tenant.objects(Checkpoint).count() == beta.objects(Checkpoint).count() == 1
    assert tenant.objects(Outgoing).filter(kind="checkpoint").count() == 1
    assert authority.asked == (how != "is gone")
    authority.answers = "stamps"
    go_round(authority.url, tenant, beta)
    assert tenant.objects(Stamp).count() == beta.objects(Stamp).count() == 1


@pytest.mark.slow
def test_without_an_address_nobody_is_asked(alpha: TenantDB, authority: Authority) -> None:
    go_round("", alpha)
    assert authority.asked == 0 and not alpha.objects(Stamp).exists()
    assert not Stamping("").stamp(alpha, now=NOW)


@pytest.mark.slow
def test_a_checkpoint_that_waits_for_its_stamp_for_an_hour_is_amber(alpha: TenantDB, authority: Authority) -> None:
    go_round("", alpha)

    def state(url: str, minutes: int) -> str:
        around = Around(replace(process_settings(), timestamp_url=url), NOW + timedelta(minutes=minutes))
        return is_whole.run(alpha, around).state

    assert [state(authority.url, 59), state(authority.url, 61), state("", 61)] == [GREEN, AMBER, GREEN]
    go_round(authority.url, alpha)
    assert state(authority.url, 61) == GREEN


@pytest.mark.slow
def test_a_stamp_is_neither_changed_nor_removed(alpha: TenantDB, authority: Authority) -> None:
    go_round(authority.url, alpha)
    for statement in ("UPDATE evidence_stamp SET size = 9", "DELETE FROM evidence_stamp"):
        with pytest.raises(DatabaseError), alpha.atomic(), alpha.cursor() as cursor:
            cursor.execute(statement)
    assert alpha.objects(Stamp).count() == 1


@pytest.mark.parametrize(
    "url", ["ftp://tsa.example.org", "tsa.example.org", "http://", "http://user:word@tsa.example.org/", "http://tsa.example.org/ü"]
)
def test_an_address_that_is_none_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(SettingsWrong, match="SIEGELPOST_TIMESTAMP_URL"):
        read_settings({"SIEGELPOST_TIMESTAMP_URL": url})


def test_a_test_system_asks_nobody_elsewhere() -> None:
    test = {"SIEGELPOST_ENVIRONMENT": "test", "SIEGELPOST_RELAY_URL": "smtp://127.0.0.1:25"}
    with pytest.raises(SettingsWrong, match="SIEGELPOST_TIMESTAMP_URL"):
        read_settings({**test, "SIEGELPOST_TIMESTAMP_URL": "https://tsa.example.org"})
    assert read_settings({**test, "SIEGELPOST_TIMESTAMP_URL": "http://127.0.0.1:9"}).timestamp_url == "http://127.0.0.1:9"
    assert read_settings({"SIEGELPOST_TIMESTAMP_URL": "https://tsa.example.org/a?b=c"}).timestamp_url == "https://tsa.example.org/a?b=c"
