"""Pause, resume and cancel in the middle: whoever has no message yet waits or gets none, and the numbers add up at each step."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from siegelpost.flows import steer
from siegelpost.flows.recipients import write_recipients
from siegelpost.mailings.errors import StateRefused
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.smtp_server import USUAL, Say, Server, Talk, serving
from tests.delivery.support import WHO, counts, launched, sending, state_of, until

pytestmark = pytest.mark.wire


def slow(stage: str, _talk: Talk) -> Say | None:
    return Say(USUAL["dot"], after=0.1) if stage == "dot" else None


def stands_at_twenty(server: Server) -> None:
    """Wait until it has taken twenty; it answers nobody any more, however long the test takes for what comes next."""
    server.stands_at = 20
    until(lambda: len(server.accepted) >= 20, 10, "twenty are sent")


def now() -> datetime:
    return datetime.now(UTC)


def test_a_pause_stops_and_a_resume_goes_on_with_the_rest(alpha: TenantDB) -> None:
    mailing = launched(alpha, 200)
    with serving(slow) as server, sending(alpha, port=server.port):
        stands_at_twenty(server)
        steer.pause(alpha, mailing, actor=WHO, now=now())
        server.stands_at = None
        counts(alpha, mailing)
        until(lambda: "claimed" not in counts(alpha, mailing), 12, "what was claimed is given back")
        sent = len(server.accepted)
        assert sent < 200, "the pause came too late for this test"
        assert counts(alpha, mailing) == {"audience": 200, "sent": sent, "due": 200 - sent}
        assert state_of(alpha, mailing) == ("paused", "staff")
        steer.resume(alpha, mailing, actor=WHO, now=now())
        until(lambda: state_of(alpha, mailing)[0] == "finished", 20, "the mailing is finished")
    assert counts(alpha, mailing) == {"audience": 200, "sent": 200}
    assert set(server.recipients().values()) == {1} and len(server.recipients()) == 200


def test_a_cancelled_mailing_sends_nothing_more(alpha: TenantDB) -> None:
    mailing = launched(alpha, 200)
    with serving(slow) as server, sending(alpha, port=server.port):
        stands_at_twenty(server)
        steer.cancel(alpha, mailing, actor=WHO, now=now())
        server.stands_at = None
        counts(alpha, mailing)
        until(lambda: "claimed" not in counts(alpha, mailing), 12, "what was claimed is given back")
        steer.sweep_cancelled(alpha, now=now())
        sent = len(server.accepted)
    assert len(server.accepted) == sent < 200
    assert counts(alpha, mailing) == {"audience": 200, "sent": sent, "cancelled": 200 - sent}
    with pytest.raises(StateRefused):
        steer.resume(alpha, mailing, actor=WHO, now=now())


def test_a_cancelled_mailing_may_be_paused_or_prepared_before(alpha: TenantDB) -> None:
    mailing = launched(alpha, 10)
    steer.pause(alpha, mailing, actor=WHO, now=now())
    steer.cancel(alpha, mailing, actor=WHO, now=now())
    assert counts(alpha, mailing) == {"audience": 10, "cancelled": 10}
    with pytest.raises(StateRefused):
        steer.pause(alpha, mailing, actor=WHO, now=now())


def test_a_stopped_sender_gives_back_what_it_did_not_begin(alpha: TenantDB) -> None:
    mailing = launched(alpha, 200)
    with serving(slow) as server, sending(alpha, port=server.port) as sender:
        stands_at_twenty(server)
        sender.stop()
        server.stands_at = None
        until(lambda: "claimed" not in counts(alpha, mailing), 12, "what was claimed is given back")
    sent = len(server.accepted)
    assert counts(alpha, mailing) == {"audience": 200, "sent": sent, "due": 200 - sent}


def test_the_file_of_recipients_is_private_and_runs_nothing(alpha: TenantDB, tmp_path: Path) -> None:
    mailing = launched(alpha, ["=cmd@example.org", "+1@example.org", "plain@example.org"])
    file = tmp_path / "out.csv"
    assert write_recipients(alpha, mailing, None, file, actor=WHO, now=now()) == 3
    assert file.stat().st_mode & 0o777 == 0o600
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "email,state,code,at"
    assert sorted(lines[1:]) == ["'+1@example.org,due,,", "'=cmd@example.org,due,,", "plain@example.org,due,,"]
    assert write_recipients(alpha, mailing, "sent", file, actor=WHO, now=now()) == 0
