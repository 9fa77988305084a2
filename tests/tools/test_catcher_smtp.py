"""The catcher's SMTP side, over real sockets."""

import smtplib
import socket
import time
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.tools.catcher import Running, deliver, mailing, running, tell

pytestmark = pytest.mark.wire


def exchange(catcher: Running, data: bytes, answers: int) -> list[bytes]:
    """Send `data` in one piece and read that many lines of answer."""
    with socket.create_connection(("127.0.0.1", catcher.port), timeout=PATIENCE) as connection:
        connection.sendall(data)
        file = connection.makefile("rb")
        return [file.readline() for _ in range(answers)]


def test_a_message_arrives_byte_by_byte_as_it_was_sent(tmp_path: Path) -> None:
    content = mailing("ann@example.org")
    with running(tmp_path / "caught") as catcher:
        deliver(catcher, ["ann@example.org"])
        assert catcher.contents() == [content]
        (envelope,) = catcher.envelopes()
    assert (envelope["sender"], envelope["recipients"]) == ("b+0@bounce.example", ["ann@example.org"])
    assert envelope["faults"] == []


def test_a_whole_conversation_in_one_packet_is_answered_in_order(tmp_path: Path) -> None:
    one = b"MAIL FROM:<a@sender.example>\r\nRCPT TO:<ann@example.org>\r\nDATA\r\n"
    conversation = b"EHLO test.example\r\n" + (one + b"Subject: x\r\n\r\n..dot\r\n.\r\n") * 2 + one + b".\r\nQUIT\r\n"
    with running(tmp_path / "caught") as catcher:
        lines = exchange(catcher, conversation, 1 + 6 + 4 * 3 + 1)
        contents = catcher.contents()
    codes = [line[:3] for line in lines]
    assert codes == [b"220"] + [b"250"] * 6 + [b"250", b"250", b"354", b"250"] * 3 + [b"221"]
    assert b"250-PIPELINING\r\n" in lines
    assert contents == [b"Subject: x\r\n\r\n.dot\r\n"] * 2 + [b""]


def test_the_final_dot_is_found_however_the_bytes_are_cut(tmp_path: Path) -> None:
    content = b"Subject: cut\r\n\r\n.\r.\n\r\n"
    with running(tmp_path / "caught") as catcher, socket.create_connection(("127.0.0.1", catcher.port), timeout=PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        file = connection.makefile("rb")
        connection.sendall(b"EHLO t\r\nMAIL FROM:<>\r\nRCPT TO:<ann@example.org>\r\nDATA\r\n")
        assert [file.readline()[:3] for _ in range(10)][-1] == b"354"
        for byte in content.replace(b"\r\n.", b"\r\n..") + b".\r\n":
            connection.sendall(bytes([byte]))
        assert file.readline().startswith(b"250")
        assert catcher.contents() == [content]
        assert catcher.envelopes()[0]["faults"] == ["bare newline"]


def test_commands_out_of_order_are_refused(tmp_path: Path) -> None:
    with running(tmp_path / "caught") as catcher:
        lines = exchange(catcher, b"HELO t\r\nRCPT TO:<a@b.example>\r\nDATA\r\nMAIL <x>\r\nFLY\r\nMAIL FROM:<a@b.example>\r\nDATA\r\n", 8)
    assert [line[:3] for line in lines] == [b"220", b"250", b"503", b"503", b"501", b"500", b"250", b"554"]


def test_a_scripted_reply_answers_the_addresses_that_it_names(tmp_path: Path) -> None:
    with running(tmp_path / "caught", "--reply", "rcpt:*@gone.example=550 5.1.1 No such mailbox") as catcher, catcher.client() as smtp:
        refused = smtp.sendmail("a@sender.example", ["ann@example.org", "BEN@gone.example"], b"x\r\n")
        assert refused == {"BEN@gone.example": (550, b"5.1.1 No such mailbox")}
        assert catcher.envelopes()[0]["recipients"] == ["ann@example.org"]


def test_a_reply_once_is_given_the_first_time_for_each_address(tmp_path: Path) -> None:
    with running(tmp_path / "caught", "--reply-once", "rcpt:*=451 4.7.1 Try later") as catcher, catcher.client() as smtp:
        for recipient in ("ann@example.org", "ben@example.org"):
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                smtp.sendmail("a@sender.example", [recipient], b"x\r\n")
            assert smtp.sendmail("a@sender.example", [recipient], b"x\r\n") == {}
        assert catcher.counts()["messages"] == 2


@pytest.mark.parametrize("stage", ["mail", "data", "dot"])
def test_a_refused_message_is_not_kept(tmp_path: Path, stage: str) -> None:
    with running(tmp_path / "caught", "--reply", f"{stage}:*=554 5.7.1 Not from you") as catcher, catcher.client() as smtp:
        with pytest.raises((smtplib.SMTPSenderRefused, smtplib.SMTPDataError)):
            smtp.sendmail("a@sender.example", ["ann@example.org"], b"x\r\n")
        assert catcher.counts()["messages"] == 0


def test_close_hangs_up_without_an_answer(tmp_path: Path) -> None:
    with running(tmp_path / "caught", "--reply", "dot:ann@*=close") as catcher, catcher.client() as smtp:
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.sendmail("a@sender.example", ["ann@example.org"], b"x\r\n")
        assert catcher.counts()["messages"] == 0


def test_a_greeting_of_421_ends_the_connection(tmp_path: Path) -> None:
    with running(tmp_path / "caught", "--reply-once", "connect:*=421 4.3.2 Too busy") as catcher:
        with pytest.raises(smtplib.SMTPConnectError):
            catcher.client()
        catcher.client().quit()


def test_the_answer_after_the_dot_can_be_late_though_the_message_is_kept(tmp_path: Path) -> None:
    with running(tmp_path / "caught", "--delay-after-dot", "0.4") as catcher, catcher.client() as smtp:
        smtp.ehlo()
        smtp.mail("a@sender.example")
        smtp.rcpt("ann@example.org")
        smtp.docmd("DATA")
        began = time.monotonic()
        smtp.send(b"x\r\n.\r\n")
        while not catcher.contents() and time.monotonic() < began + PATIENCE:
            time.sleep(0.01)
        assert catcher.counts()["messages"] == 1
        assert smtp.getreply()[0] == 250
        assert time.monotonic() - began >= 0.4


def test_counts_come_from_the_files_and_go_on_after_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        with running(tmp_path / "caught") as catcher:
            deliver(catcher, ["ann@example.org", "Ben@example.org", "ben@EXAMPLE.org"])
    assert [path.stem for path in sorted((tmp_path / "caught").glob("messages/*/*.eml"))] == [f"{n:08d}" for n in range(1, 7)]
    counts = tell("counts", "--folder", str(tmp_path / "caught"), "--json")
    assert (counts["messages"], counts["recipients"], counts["duplicates"]) == (6, 2, 3)


def test_system_mails_are_counted_apart(tmp_path: Path) -> None:
    with running(tmp_path / "caught") as catcher, catcher.client() as smtp:
        for value in ("auto-generated", "no"):
            smtp.sendmail("a@sender.example", ["ann@example.org"], f"Auto-Submitted: {value}\r\n\r\nx\r\n".encode())
        counts = catcher.counts()
    assert (counts["automatic"], counts["messages"]) == (1, 1)


def test_a_rule_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    for rule in ("rcpt=550 x", "lunch:*=550 x", "rcpt:*=650 x", "rcpt:*=550\r\nx"):
        assert "STAGE:PATTERN" in tell("--folder", str(tmp_path / "caught"), "--reply", rule, code=2)["error"]


def test_no_other_host_is_ever_listened_on(tmp_path: Path) -> None:
    assert "not this machine" in tell("--folder", str(tmp_path / "caught"), "--host", "0.0.0.0", code=2)["error"]
