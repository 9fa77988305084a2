"""Mail that is fetched from a mailbox counts as mail that was delivered, once, and is deleted only when it is on disk."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
from django.db import OperationalError

from siegelpost.base.mailbox_url import MailboxUrl, is_mailbox, read_mailbox_url
from siegelpost.base.settings import Settings, process_settings
from siegelpost.consent.suppression import reason_for
from siegelpost.feedback.models import Event
from siegelpost.flows.mailbox import AT_ONCE, MAX_MESSAGE, MOST_ADDRESSES, Desk, MailboxFailed, addresses, desk_of, fetch
from siegelpost.flows.mailbox_process import EVERY, visit_for_ever
from siegelpost.flows.receive_mail import Outcome
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.certificates import Authority
from tests.delivery.support import until
from tests.inbound.delivered import Sent, deliver
from tests.inbound.imap_server import MISSING, PASSWORD, ImapServer, imap_server
from tests.patience import PATIENCE

pytestmark = [pytest.mark.wire, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
COMPLAINTS = "complaints@alpha.example"
SETTINGS = replace(process_settings(), complaint_address=COMPLAINTS)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[ImapServer]:
    with imap_server(authority) as found:
        yield found


@pytest.fixture(autouse=True)
def _believed_and_empty(authority: Authority, server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with authority.believed(monkeypatch):
        yield
    with server.box("box") as box:
        if box.search(None, "ALL")[1][0]:
            box.store("1:*", "+FLAGS", r"\Deleted")
            box.expunge()


def place(server: ImapServer, *, tls: str = "at once", user: str = "box", password: str = PASSWORD, folder: str = "INBOX") -> MailboxUrl:
    return MailboxUrl("127.0.0.1", server.secure if tls == "at once" else server.plain, user, password, folder, tls)


def addressed(to: str, content: bytes, field: str = "Delivered-To") -> bytes:
    """A message as a server stores it: it writes down to whom it delivered."""
    return f"{field}: {to}\r\n".encode() + content


def visit(server: ImapServer, **options: str) -> dict[str, int]:
    return dict(fetch(place(server, **options), desk_of(SETTINGS)))


def visiting(server: ImapServer, folder: str = "") -> Settings:
    """Settings with this mailbox; a folder is that of another user, as the one of the tests is emptied and not removed."""
    user, word = ("other" if folder else "box"), quote(PASSWORD, safe="")
    return replace(SETTINGS, mailbox_url=f"imap://{user}:{word}@127.0.0.1:{server.plain}/{folder}?tls=off")


def events(tenant: TenantDB) -> list[str]:
    return list(tenant.objects(Event).order_by("id").values_list("kind", flat=True))


@pytest.mark.parametrize("tls", ["at once", "starttls", "off"])
def test_a_bounce_a_complaint_and_a_withdrawal_act_and_are_deleted(alpha: TenantDB, server: ImapServer, tls: str) -> None:
    first, second = deliver(alpha, number=1), deliver(alpha, number=2)
    server.put(
        "box",
        addressed(first.verp, first.sample("postfix_unknown")),
        addressed(COMPLAINTS, second.sample("arf_abuse")),
        addressed(second.mailto, b"From: ann@example.org\r\nSubject: unsubscribe\r\n\r\n\r\n", "X-Original-To"),
    )
    assert visit(server, tls=tls) == {"bounce": 1, "complaint": 1, "unsubscribed": 1}
    assert sorted(events(alpha))[:2] == ["complaint", "hard"]
    assert reason_for(alpha, "ann@example.org", None) == "complained"
    assert server.left("box") == []
    assert visit(server, tls=tls) == {}


def test_the_address_that_the_server_wrote_down_comes_before_what_anybody_writes(alpha: TenantDB, server: ImapServer) -> None:
    first, second = deliver(alpha, number=1), deliver(alpha, number=2)
    bounce = addressed(second.verp, first.sample("postfix_unknown"), "To")
    server.put("box", addressed(first.verp, bounce))
    assert visit(server) == {"bounce": 1}
    assert alpha.objects(Event).get().delivery_id == first.delivery_id


def test_of_very_many_addresses_some_are_asked_for() -> None:
    many = ", ".join(f"p{n}@example.org" for n in range(1000))
    assert addresses(f"To: {many}\r\n\r\n".encode()) == [f"p{n}@example.org" for n in range(MOST_ADDRESSES)]


def test_a_bounce_is_known_by_to_where_the_server_writes_nothing_down(alpha: TenantDB, server: ImapServer) -> None:
    sent = deliver(alpha)
    server.put("box", addressed(f"Mail <{sent.verp}>", sent.sample("postfix_unknown"), "To"))
    assert visit(server) == {"bounce": 1}


def test_letters_for_people_and_forged_addresses_stay_and_are_looked_at_once(alpha: TenantDB, server: ImapServer) -> None:
    sent = deliver(alpha)
    forged = sent.verp[:9] + ("a" if sent.verp[9] != "a" else "b") + sent.verp[10:]
    bounce = sent.sample("postfix_unknown").replace(sent.verp.partition("@")[0].encode(), forged.partition("@")[0].encode())
    letter = b"To: colleague@example.org\r\nSubject: Lunch?\r\n\r\nAt one?\r\n"
    server.put("box", letter, addressed(forged, bounce), addressed(COMPLAINTS, letter), b"no header at all")
    assert visit(server) == {"refused": 4}
    left = server.left("box")
    assert [rb"\Seen" in flags for flags, _text in left] == [True] * 4
    assert [rb"\Deleted" in flags for flags, _text in left] == [False] * 4
    assert left[0][1] == letter and events(alpha) == []
    assert visit(server) == {}


def test_a_message_of_any_size_costs_no_more_than_we_take_by_smtp(alpha: TenantDB, server: ImapServer) -> None:
    sent = deliver(alpha)
    huge = addressed(sent.verp, sent.sample("postfix_unknown")) + b"x" * 76 * (MAX_MESSAGE // 76 + 1)
    server.put("box", huge, addressed(sent.verp, sent.sample("postfix_unknown")))
    assert visit(server) == {"too_big": 1, "bounce": 1}
    assert len(server.left("box")) == 1
    assert visit(server) == {}


def test_what_could_not_be_stored_stays_unseen_and_the_others_are_taken(alpha: TenantDB, server: ImapServer) -> None:
    one, two = deliver(alpha, number=1), deliver(alpha, number=2)
    server.put("box", *(addressed(sent.verp, sent.sample("postfix_unknown")) for sent in (one, two)))
    real, failures = desk_of(SETTINGS), [1]

    def receive(address: str, content: bytes) -> Outcome:
        if failures and failures.pop():
            raise OperationalError("the database is away")
        return real.receive(address, content)

    assert dict(fetch(place(server), Desk(real.accepts, receive))) == {"failed": 1, "bounce": 1}
    assert [rb"\Seen" in flags for flags, _text in server.left("box")] == [False]
    assert visit(server) == {"bounce": 1}
    assert events(alpha) == ["hard", "hard"]


def test_it_is_deleted_only_after_it_was_stored(alpha: TenantDB, server: ImapServer) -> None:
    sent = deliver(alpha)
    server.put("box", addressed(sent.verp, sent.sample("postfix_unknown")))
    real, there = desk_of(SETTINGS), []

    def receive(address: str, content: bytes) -> Outcome:
        outcome = real.receive(address, content)
        there.append((events(alpha), [rb"\Deleted" in flags or rb"\Seen" in flags for flags, _text in server.left("box")]))
        return outcome

    fetch(place(server), Desk(real.accepts, receive))
    assert there == [(["hard"], [False])]


def test_two_visits_at_once_count_nobody_twice(alpha: TenantDB, server: ImapServer) -> None:
    sent = [deliver(alpha, number=number) for number in range(1, 6)]
    server.put("box", *(addressed(one.verp, one.sample("postfix_unknown")) for one in sent))
    threads = [threading.Thread(target=fetch, args=(place(server), desk_of(SETTINGS))) for _visitor in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    visit(server)
    assert events(alpha) == ["hard"] * 5
    assert server.left("box") == []


def test_messages_that_others_marked_are_not_removed(alpha: TenantDB, server: ImapServer) -> None:
    sent = deliver(alpha)
    server.put("box", b"To: colleague@example.org\r\n\r\nkeep\r\n", addressed(sent.verp, sent.sample("postfix_unknown")))
    box = server.box("box")
    box.store("1", "+FLAGS", r"\Deleted")
    assert visit(server) == {"bounce": 1}
    assert [text for _flags, text in server.left("box")] == [b"To: colleague@example.org\r\n\r\nkeep\r\n"]
    box.shutdown()


def test_where_one_message_cannot_be_removed_alone_it_is_only_marked(alpha: TenantDB, authority: Authority) -> None:
    sent = deliver(alpha)
    with imap_server(authority, capability="IMAP4rev1 LITERAL+") as plain:
        plain.put("box", b"To: colleague@example.org\r\n\r\nkeep\r\n", addressed(sent.verp, sent.sample("postfix_unknown")))
        with plain.box("box") as box:
            box.store("1", "+FLAGS", r"\Deleted")
            assert visit(plain) == {"bounce": 1}
            box.noop()
            assert box.search(None, "DELETED")[1] == [b"1 2"]
        assert visit(plain) == {}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"password": "wrong"}, "AUTHENTICATIONFAILED"),
        ({"folder": "Nowhere"}, "doesn't exist"),
        ({"user": "nobody"}, "AUTHENTICATIONFAILED"),
    ],
)
def test_what_the_server_refuses_is_said_without_the_password(server: ImapServer, options: dict[str, str], reason: str) -> None:
    with pytest.raises(MailboxFailed) as failed:
        visit(server, **options)
    assert reason in failed.value.text() and PASSWORD not in failed.value.text() and "wrong" not in failed.value.text()


def test_a_server_that_nobody_vouches_for_gets_no_password(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    for tls in ("at once", "starttls"):
        with pytest.raises(MailboxFailed, match="certificate"):
            visit(server, tls=tls)
    assert "Login: user=" not in (server.folder / "log").read_text().rpartition("SSL_accept")[2]


def test_where_nobody_listens_that_is_said(server: ImapServer) -> None:
    with pytest.raises(MailboxFailed, match="ConnectionRefusedError"):
        fetch(replace(place(server), port=1), desk_of(SETTINGS))


def test_the_process_visits_by_itself_and_goes_on_after_a_fault(
    alpha: TenantDB, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = deliver(alpha)
    monkeypatch.setattr("siegelpost.flows.mailbox_process.EVERY", 0.1)
    stop = threading.Event()
    thread = threading.Thread(target=visit_for_ever, args=(visiting(server, "Later"), stop), daemon=True)
    before = server.logins("other")
    thread.start()
    try:
        until(lambda: server.logins("other") >= before + 2, 20, "it looks again for a folder that is not there")
        with server.box("other") as box:
            box.create("Later")
            box.append("Later", "", "", addressed(sent.verp, sent.sample("postfix_unknown")))
            until(lambda: events(alpha) == ["hard"], 20, "the bounce counts")
            until(lambda: box.status("Later", "(MESSAGES)")[1] == [b"Later (MESSAGES 0)"], 20, "it is deleted")
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


class OneTurn(threading.Event):
    """Ends the visits after the first one, and tells after how many seconds the next one would have come."""

    pause = -1.0

    def wait(self, timeout: float | None = None) -> bool:
        self.pause = timeout or 0.0
        self.set()
        return True


def pause_after(server: ImapServer) -> float:
    """Seconds until the next visit."""
    stop = OneTurn()
    visit_for_ever(visiting(server), stop)
    return stop.pause


@pytest.mark.sqlite
def test_a_full_mailbox_is_visited_again_at_once_but_not_while_nothing_can_be_stored(
    alpha: TenantDB, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place_of_it in ("mailbox", "mailbox_process"):
        monkeypatch.setattr(f"siegelpost.flows.{place_of_it}.AT_ONCE", 2)
    sent = [deliver(alpha, number=number) for number in range(1, 6)]
    server.put("box", *(addressed(one.verp, one.sample("postfix_unknown")) for one in sent))
    assert pause_after(server) == 0
    with alpha.atomic():
        alpha.cursor().execute("CREATE TRIGGER away BEFORE INSERT ON feedback_event BEGIN SELECT RAISE(ABORT, 'away'); END")
    assert pause_after(server) == EVERY
    with alpha.atomic():
        alpha.cursor().execute("DROP TRIGGER away")
    assert [pause_after(server), pause_after(server)] == [0, EVERY]
    assert events(alpha) == ["hard"] * 5


def test_more_than_one_visit_takes_wait_for_the_next(alpha: TenantDB, server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert AT_ONCE == 500
    monkeypatch.setattr("siegelpost.flows.mailbox.AT_ONCE", 2)
    sent: list[Sent] = [deliver(alpha, number=number) for number in range(1, 4)]
    server.put("box", *(addressed(one.verp, one.sample("postfix_unknown")) for one in sent))
    assert [visit(server), visit(server), visit(server)] == [{"bounce": 2}, {"bounce": 1}, {}]


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("imaps://user:word@mail.example.org", True),
        ("imaps://user%40example.org:p%22w@mail.example.org:9993/Bounces", True),
        ("imap://user:word@mail.example.org", True),
        ("imap://user:word@127.0.0.1?tls=off", True),
        ("imap://user:word@mail.example.org?tls=off", False),
        ("imaps://user:word@mail.example.org?tls=off", False),
        ("imaps://user@mail.example.org", False),
        ("imaps://mail.example.org", False),
        ("pop3://user:word@mail.example.org", False),
        ("imaps://us%0Aer:word@mail.example.org", False),
        ("imaps://user:word@mail.example.org/%C3%BC", False),
        ("imaps://user:word@mail.example.org:99999", False),
    ],
)
def test_an_address_that_would_send_the_password_in_clear_is_none(url: str, fits: bool) -> None:
    assert is_mailbox(url) is fits
    if fits:
        found = read_mailbox_url(url)
        assert found.password not in repr(found)
