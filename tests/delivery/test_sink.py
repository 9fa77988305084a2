"""Mail through Postfix's own sink, a server that knows nothing of us: what it wrote down and what we counted are the same."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import pytest

from siegelpost.delivery.models import Delivery
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.relays import broken_relays
from siegelpost.workbench.tools import ToolMissing, need, smtp_sink
from tests.delivery.support import counts, launched, send_all, sending, until


def missing() -> str:
    try:
        need("smtp-sink", "postfix")
    except ToolMissing as fault:
        return str(fault)
    return ""


pytestmark = [pytest.mark.wire, pytest.mark.skipif(bool(missing()), reason=missing() or "present")]


@dataclass
class Sink:
    """Its port and the folder of the messages that it took, a file each."""

    port: int
    folder: Path

    def messages(self) -> list[str]:
        return [file.read_text(encoding="utf-8") for file in self.folder.glob("taken.*")]

    def recipients(self) -> list[str]:
        return sorted(re.findall(r"^X-Rcpt-Args: <(.+)>$", "\n".join(self.messages()), re.MULTILINE))


@contextmanager
def sink(*options: str) -> Iterator[Sink]:
    folder = Path(mkdtemp(prefix="sink"))  # not below pytest's own: the sink gives up its rights and could not go there
    folder.chmod(0o777)
    try:
        with smtp_sink(folder, "-d", "taken.", *options) as port:
            yield Sink(port, folder)
    finally:
        shutil.rmtree(folder)


def addresses(n: int) -> list[str]:
    return [f"p{number:05d}@example.org" for number in range(n)]


@pytest.mark.parametrize(
    "options", [(), ("-p",), ("-e",), ("-E",), ("-8", "-N")], ids=["usual", "no pipelining", "HELO only", "bare codes", "few features"]
)
def test_each_person_gets_exactly_one_message(alpha: TenantDB, options: tuple[str, ...]) -> None:
    mailing = launched(alpha, 150)
    with sink(*options) as relay:
        found = send_all(alpha, mailing, relay.port)
        taken = relay.recipients()
        bodies = relay.messages()
    assert found == {"audience": 150, "sent": 150}
    assert taken == addresses(150)
    for text in bodies:
        number = int(re.findall(r"^X-Rcpt-Args: <p(\d+)@", text, re.MULTILINE)[0])
        assert f"\nSubject: Hello Name{number}\n" in text
        assert re.search(r"^X-Mail-Args: <b-[0-9a-f]+@localhost>$", text, re.MULTILINE)


@pytest.mark.parametrize("command", ["RCPT", "DATA", "."])
def test_a_command_refused_for_now_leaves_everybody_to_be_tried_again(alpha: TenantDB, command: str) -> None:
    mailing = launched(alpha, 12)
    with sink("-r", command) as relay, sending(alpha, port=relay.port):
        until(lambda: counts(alpha, mailing) == {"audience": 12, "retry": 12}, 15, "everybody was refused once")
    assert set(alpha.objects(Delivery).filter(mailing_id=mailing).values_list("code", flat=True)) == {"450 4.3.0"}


@pytest.mark.parametrize("command", ["RCPT", "DATA", "."])
def test_a_domain_that_refuses_what_we_say_hears_no_more_of_it(alpha: TenantDB, command: str) -> None:
    mailing = launched(alpha, 40)
    with sink("-f", command) as relay:
        assert send_all(alpha, mailing, relay.port) == {"audience": 40, "blocked": 40}
    assert codes(alpha, mailing) == {"500 5.3.0", "held 500 5.3.0"}


@pytest.mark.parametrize("options", ["-f", "-r"], ids=["for good", "for now"])
def test_a_relay_that_takes_mail_of_nobody_makes_the_mailing_wait(alpha: TenantDB, options: str) -> None:
    mailing = launched(alpha, 200)
    with sink(options, "MAIL") as relay, sending(alpha, port=relay.port):
        until(broken_relays, 15, "the relay counts as broken")
        until(lambda: "claimed" not in counts(alpha, mailing), 10, "what was claimed is given back")
    assert broken_relays()[0].code == "relay.refuses" and broken_relays()[0].said in ("500 5.3.0", "450 4.3.0")
    assert counts(alpha, mailing)["due"] > 180


def codes(alpha: TenantDB, mailing: int) -> set[str]:
    return set(alpha.objects(Delivery).filter(mailing_id=mailing).values_list("code", flat=True))


def test_a_sink_that_hangs_up_after_the_dot_leaves_each_begun_message_unsure(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    with sink("-q", ".") as relay:
        assert send_all(alpha, mailing, relay.port, lanes=1) == {"audience": 3, "unsure": 3}


def test_a_sink_that_hangs_up_before_the_text_leaves_everybody_due(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    with sink("-q", "DATA") as relay, sending(alpha, port=relay.port, lanes=1) as sender:
        until(lambda: [one for one in sender.outlets if one.desk.health.faults_in_a_row > 1], 10, "it was called twice")
        until(lambda: [one for one in sender.outlets if one.desk.health.fault is not None], 10, "the fault is known")
    assert counts(alpha, mailing) == {"audience": 3, "due": 3}
