"""TLS to the relay: what an operator demands, what a tenant demands, and that nothing of it ever goes out in clear."""

import json
import ssl
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace

import pytest

from siegelpost.cli.main import main
from siegelpost.delivery import breaker, desk
from siegelpost.delivery.models import Delivery, Outgoing
from siegelpost.delivery.reads import plan_of
from siegelpost.delivery.relay import Relay, RelayFault
from siegelpost.delivery.routing import Routing
from siegelpost.evidence.reads import entries
from siegelpost.feedback import reads as feedback
from siegelpost.flows.change_tenant import change_tenant
from siegelpost.flows.send_again import send_again
from siegelpost.flows.waiting import relay_out
from siegelpost.tenancy.change import words_of
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_tenant
from siegelpost.tenancy.relays import break_relay, broken_relays, troubles, try_soon
from tests.delivery.certificates import Authority
from tests.delivery.smtp_server import HANG_UP, PIPELINING, Say, Script, Server, serving
from tests.delivery.support import NOON, WHO, counts, launched, send_all, sending, state_of, system_mail, until
from tests.delivery.test_wire import first_times

pytestmark = [pytest.mark.wire, pytest.mark.sqlite]  # about servers of others, not about engines
WITH_TLS = (*PIPELINING, "STARTTLS", "AUTH PLAIN")
MODES = ("required", "opportunistic", "off")
SECRET = b64encode(b"\0user\0word")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True)
def _believed(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(desk, "TLS_PATIENCE", 0.3)
    monkeypatch.setattr(desk, "TLS_PAUSE", 0.1)
    with authority.believed(monkeypatch):
        yield


def relay(port: int, tls: str = "opportunistic", user: str = "", scheme: str = "smtp") -> Relay:
    return Relay.parse(f"{scheme}://{user}127.0.0.1:{port}?tls={tls}")


def demanding(tenant: TenantDB, *, tls: bool = True) -> TenantDB:
    """The tenant, which demands TLS from now on (or no more)."""
    words = words_of(tenant)
    return change_tenant(tenant, replace(words, demands_tls=tls), version=words.version, actor=WHO, now=NOON)


def in_clear(server: Server) -> list[bytes]:
    """Envelopes and secrets that were said without TLS."""
    words = [line for talk in server.talks if not talk.secure for line in talk.lines]
    return [line for line in words if line.upper().startswith((b"MAIL", b"RCPT", b"DATA", b"AUTH")) or SECRET in line]


def broken(kind: str, authority: Authority) -> tuple[tuple[str, ...], ssl.SSLContext | None, Script]:
    """Features, certificate and script of a relay whose TLS cannot be used."""
    certificates = {"expired": authority.expired, "wrong host": authority.of_another, "self-signed": authority.self_signed}
    answers: dict[str, Say | bytes] = {
        "refused": b"454 4.7.0 TLS not available\r\n",
        "not understood": b"502 5.5.1 what\r\n",
        "hangs up": HANG_UP,
        "hangs up after yes": Say(b"220 go\r\n", hang_up=True),
        "injected": b"220 go\r\n250 injected\r\n",
        "injected nonsense": b"220 go\r\nMAIL FROM:<>\r\n",
        "clear text instead": b"220 go\r\n",
    }
    if kind == "not offered":
        return PIPELINING, None, lambda _stage, _talk: None
    if kind in certificates:
        return WITH_TLS, certificates[kind](), lambda _stage, _talk: None
    return WITH_TLS, None, lambda stage, _talk: answers[kind] if stage == "starttls" else None


KINDS = (
    "not offered", "refused", "not understood", "hangs up", "hangs up after yes", "injected", "injected nonsense", "clear text instead",
    "expired", "wrong host", "self-signed",
)  # fmt: skip
BEFORE_TLS = ("hangs up",)
"""The connection breaks before anybody can say that it is because of TLS."""
EACH_KIND = [
    *((kind, "off") for kind in KINDS if kind not in BEFORE_TLS),
    *((kind, mode) for kind in ("not offered", "clear text instead", "expired") for mode in ("opportunistic", "required")),
]
"""With the relay that the operator wants without TLS, which is the farthest from a demand; one kind of each sort with the others."""


# the operator


def test_a_certificate_that_fits_is_believed(alpha: TenantDB, authority: Authority) -> None:
    mailing = launched(alpha, 20)
    with serving(features=WITH_TLS, tls=authority.good()) as server:
        assert send_all(alpha, mailing, 0, relay=relay(server.port, "required", "user:word@")) == {"audience": 20, "sent": 20}
    assert in_clear(server) == [] and all(talk.secure for talk in server.talks)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in BEFORE_TLS])
def test_where_the_operator_demands_tls_mailings_wait_for_it(alpha: TenantDB, authority: Authority, kind: str) -> None:
    mailing = launched(alpha, 20)
    features, tls, script = broken(kind, authority)
    with serving(script, features=features, tls=tls) as server, sending(alpha, port=0, relay=relay(server.port, "required")):
        until(broken_relays, 10, "the relay counts as broken")
        until(lambda: "claimed" not in counts(alpha, mailing), 5, "what was claimed is given back")
    assert broken_relays()[0].code == "relay.tls_missing"
    assert counts(alpha, mailing) == {"audience": 20, "due": 20} and in_clear(server) == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in BEFORE_TLS])
def test_where_tls_is_only_a_wish_the_mail_goes_out_but_no_password_in_clear(alpha: TenantDB, authority: Authority, kind: str) -> None:
    mailing = launched(alpha, 20)
    features, tls, script = broken(kind, authority)
    with serving(script, features=features, tls=tls) as server:
        assert send_all(alpha, mailing, 0, relay=relay(server.port)) == {"audience": 20, "sent": 20}
    second = launched(alpha, 20)
    with (
        serving(script, features=(*features, "AUTH PLAIN"), tls=tls) as server,
        sending(alpha, port=0, relay=relay(server.port, user="user:word@")),
    ):
        until(lambda: broken_relays() or counts(alpha, second).get("sent") == 20, 20, "sent, or the relay counts as broken")
    assert in_clear(server) == []
    assert bool(broken_relays()) == (kind not in ("expired", "wrong host", "self-signed"))


def test_tls_from_the_first_byte_is_checked_too(alpha: TenantDB, authority: Authority) -> None:
    mailing = launched(alpha, 5)
    with serving() as server, sending(alpha, port=0, relay=relay(server.port, "required", scheme="smtps")):
        until(broken_relays, 10, "the relay counts as broken")
    assert broken_relays()[0].code == "relay.tls_missing" and counts(alpha, mailing) == {"audience": 5, "due": 5}


# the tenant


@pytest.mark.parametrize("mode", MODES)
def test_mail_that_demands_tls_goes_out_through_a_relay_that_has_it(alpha: TenantDB, authority: Authority, mode: str) -> None:
    mailing = launched(demanding(alpha), 20)
    with serving(features=WITH_TLS, tls=authority.good()) as server:
        assert send_all(alpha, mailing, 0, relay=relay(server.port, mode)) == {"audience": 20, "sent": 20}
    assert in_clear(server) == [] and all(talk.secure for talk in server.talks)


@pytest.mark.parametrize(("kind", "mode"), EACH_KIND)
def test_mail_that_demands_tls_bounces_where_there_is_none(alpha: TenantDB, authority: Authority, kind: str, mode: str) -> None:
    mailing = launched(demanding(alpha), 20)
    features, tls, script = broken(kind, authority)
    with serving(script, features=features, tls=tls) as server:
        assert send_all(alpha, mailing, 0, relay=relay(server.port, mode)) == {"audience": 20, "bounced": 20}
    assert set(alpha.objects(Delivery).values_list("code", flat=True)) == {"tls"}
    assert in_clear(server) == [] and server.accepted == []
    assert feedback.bounces(alpha, mailing) == {"hard": 0, "soft": 20}, "nothing is said against an address"
    assert broken_relays() == [], "what one tenant demands does not stop the others"


def test_mail_that_demands_tls_waits_for_a_relay_that_cannot_be_reached(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "GIVE_UP_SECONDS", 2.0)
    mailing = launched(demanding(alpha), 20)
    with serving(lambda stage, _talk: HANG_UP if stage == "connect" else None, features=WITH_TLS) as server:
        with sending(alpha, port=0, relay=relay(server.port)):
            until(broken_relays, 40, "the relay counts as broken")
        assert counts(alpha, mailing) == {"audience": 20, "due": 20}


def test_one_handshake_that_fails_is_an_accident(alpha: TenantDB, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "TLS_PATIENCE", 60.0)  # however long two of them take
    mailing = launched(demanding(alpha), 20)
    with serving(first_times("starttls", b"454 4.7.0 not now\r\n", 2), features=WITH_TLS, tls=authority.good()) as server:
        assert send_all(alpha, mailing, 0, relay=relay(server.port), lanes=1) == {"audience": 20, "sent": 20}
    assert in_clear(server) == []


def test_an_accident_is_one_again_when_the_last_is_long_ago(alpha: TenantDB, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "TLS_FORGOTTEN", 1.0)
    first = launched(demanding(alpha), 5)
    with (
        serving(first_times("starttls", b"454 4.7.0 not now\r\n", 10**6), features=WITH_TLS, tls=authority.good()) as server,
        sending(alpha, port=0, relay=relay(server.port), lanes=1),
    ):
        until(lambda: counts(alpha, first) == {"audience": 5, "bounced": 5}, 20, "the first one bounces")
        time.sleep(1.2)  # it is forgotten
        monkeypatch.setattr(desk, "TLS_PATIENCE", 60.0)
        server.script = first_times("starttls", b"454 4.7.0 not now\r\n", 2)
        second = launched(open_tenant("alpha"), ["new@example.org"])
        until(lambda: state_of(alpha, second)[0] == "finished", 20, "the second one is through")
    assert counts(alpha, second) == {"audience": 6, "sent": 6} and in_clear(server) == []


def test_that_a_relay_lacks_tls_is_told_anew_by_who_sees_it_and_no_longer_than_it_does(
    alpha: TenantDB, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "TLS_FORGOTTEN", 0.5)
    launched(demanding(alpha), 5)
    with serving(first_times("starttls", b"454 4.7.0 not now\r\n", 10**6), features=WITH_TLS, tls=authority.good()) as server:
        long_ago = int(NOON.timestamp())  # said by a process that was killed
        break_relay(relay(server.port).name_with_tls, "relay.tls_missing", "", pause=1, now=long_ago)
        with sending(alpha, port=0, relay=relay(server.port), lanes=1):
            until(lambda: [one.since > long_ago for one in troubles()] == [True], 20, "it is told anew")
            server.script = lambda _stage, _talk: None
            until(lambda: not troubles(), 20, "it has TLS again")
    assert in_clear(server) == []


def test_what_bounced_for_want_of_tls_goes_out_again_when_there_is_some(alpha: TenantDB, authority: Authority) -> None:
    mailing = launched(demanding(alpha), 20)
    with serving() as server:
        assert send_all(alpha, mailing, 0, relay=relay(server.port)) == {"audience": 20, "bounced": 20}
    assert send_again(alpha, mailing, "bounced", actor=WHO, now=NOON) == 20
    with serving(features=WITH_TLS, tls=authority.good()) as server:
        assert send_all(alpha, mailing, 0, relay=relay(server.port)) == {"audience": 20, "sent": 20}
    assert in_clear(server) == [] and set(server.recipients().values()) == {1}


def test_the_demand_is_frozen_at_the_launch(alpha: TenantDB) -> None:
    frozen = launched(demanding(alpha), 5)
    free = launched(demanding(open_tenant("alpha"), tls=False), 5)
    assert [plan_of(alpha, one).demands_tls for one in (frozen, free)] == [True, False]
    with serving() as server, sending(alpha, port=0, relay=relay(server.port)):
        until(lambda: counts(alpha, frozen) == {"audience": 5, "bounced": 5}, 20, "the first one bounces")
        until(lambda: counts(alpha, free) == {"audience": 5, "sent": 5}, 20, "the second one is sent")


def test_a_demand_holds_for_mailings_that_run_already(alpha: TenantDB) -> None:
    mailing = launched(alpha, 150)
    slow = Say(b"250 2.0.0 Ok: queued\r\n", after=0.3)
    with (
        serving(lambda stage, _talk: slow if stage == "dot" else None) as server,
        sending(alpha, port=0, relay=relay(server.port), lanes=2),
    ):
        server.stands_at = 4
        until(lambda: len(server.accepted) >= 4, 20, "some are sent")
        demanding(alpha)
        server.stands_at = None
        until(lambda: not {"due", "claimed"} & set(counts(alpha, mailing)), 30, "everybody was tried")
    found = counts(alpha, mailing)
    assert found["sent"] == len(server.accepted) < 75, "the slice that was claimed before ends, too"
    assert found == {"audience": 150, "sent": found["sent"], "bounced": 150 - found["sent"]}


def test_a_demand_holds_for_mailings_that_were_launched_without(alpha: TenantDB) -> None:
    mailing = launched(alpha, 5)
    demanding(alpha)
    with serving() as server:
        assert send_all(alpha, mailing, 0, relay=relay(server.port)) == {"audience": 5, "bounced": 5}
    assert in_clear(server) == []


@pytest.mark.touches_beta
def test_the_mail_of_other_tenants_goes_on(alpha: TenantDB, beta: TenantDB) -> None:
    ours, theirs = launched(demanding(alpha), 20), launched(beta, 20)
    with serving() as server, sending(alpha, beta, port=0, relay=relay(server.port)):
        until(lambda: counts(alpha, ours) == {"audience": 20, "bounced": 20}, 30, "ours bounces")
        until(lambda: counts(beta, theirs).get("sent") == 20, 30, "theirs is sent")
    assert counts(beta, theirs) == {"audience": 20, "sent": 20}
    assert len(server.accepted) == 20, "of ours nothing went out"


@pytest.mark.parametrize("kind", ["not offered", "refused", "expired"])
def test_system_mails_demand_it_too(alpha: TenantDB, authority: Authority, kind: str) -> None:
    number = system_mail(demanding(alpha))
    features, tls, script = broken(kind, authority)
    with serving(script, features=features, tls=tls) as server, sending(alpha, port=0, relay=relay(server.port)):
        until(lambda: alpha.objects(Outgoing).get(pk=number).state == "bounced", 20, "the notice bounces")
    assert alpha.objects(Outgoing).get(pk=number).code == "tls" and in_clear(server) == []


def test_system_mails_go_out_through_tls(alpha: TenantDB, authority: Authority) -> None:
    number = system_mail(demanding(alpha))
    with serving(features=WITH_TLS, tls=authority.good()) as server, sending(alpha, port=0, relay=relay(server.port)):
        until(lambda: alpha.objects(Outgoing).get(pk=number).state == "sent", 20, "the notice is sent")
    assert in_clear(server) == []


def test_a_demand_that_was_just_made_holds_for_a_sender_that_runs(alpha: TenantDB) -> None:
    with serving() as server, sending(alpha, port=0, relay=relay(server.port)):
        first = system_mail(alpha)
        until(lambda: alpha.objects(Outgoing).get(pk=first).state == "sent", 20, "the first notice is sent")
        second = system_mail(demanding(alpha))
        until(lambda: alpha.objects(Outgoing).get(pk=second).state == "bounced", 20, "the second one bounces")
    assert len(server.accepted) == 1


def test_the_command_demands_tls_and_takes_it_back(alpha: TenantDB, capsys: pytest.CaptureFixture[str]) -> None:
    for word, wanted in (("on", True), ("off", False)):
        with pytest.raises(SystemExit) as end:
            main(("tenant", "tls", "alpha", word, "--json"))
        assert (end.value.code or 0, json.loads(capsys.readouterr().out)) == (0, {"slug": "alpha", "demands_tls": wanted})
        assert open_tenant("alpha").demands_tls == wanted
    said = [one["details"]["demands_tls"] for one in entries(alpha, act="tenancy.changed")]
    assert sorted(said) == [False, True]


# several relays


def over(*ports: int) -> Routing:
    """All mail goes by the relays on these ports, in this order."""
    first, *others = (replace(relay(port), label="" if at == 0 else f"relay-{at}") for at, port in enumerate(ports))
    names = ("default", *(one.label for one in others))
    return Routing(first, {one.label: one for one in others}, {(number, ""): names for number in range(1, 10)})


@pytest.mark.touches_beta
def test_mail_that_demands_tls_passes_over_a_relay_that_has_none(alpha: TenantDB, beta: TenantDB, authority: Authority) -> None:
    ours, theirs = launched(demanding(alpha), 40), launched(beta, 40)
    with serving() as plain, serving(features=WITH_TLS, tls=authority.good()) as safe:
        routing = over(plain.port, safe.port)
        with sending(alpha, beta, port=0, relay=relay(plain.port), routing=lambda: routing):
            until(lambda: state_of(alpha, ours)[0] == state_of(beta, theirs)[0] == "finished", 20, "both are sent")
            until(troubles, 20, "all processes know what the first relay lacks")
    assert counts(alpha, ours) == {"audience": 40, "sent": 40} and len(safe.accepted) == 40
    assert counts(beta, theirs) == {"audience": 40, "sent": 40} and len(plain.accepted) == 40
    assert in_clear(safe) == [] and broken_relays() == []
    assert [(one.name, one.code) for one in troubles()] == [(f"127.0.0.1:{plain.port} with TLS", "relay.tls_missing")]


def test_mail_that_demands_tls_bounces_where_no_relay_of_its_route_has_any(alpha: TenantDB, authority: Authority) -> None:
    mailing = launched(demanding(alpha), 20)
    with serving() as plain, serving(features=WITH_TLS, tls=authority.expired()) as expired:
        routing = over(plain.port, expired.port)
        with sending(alpha, port=0, relay=relay(plain.port), routing=lambda: routing):
            until(lambda: counts(alpha, mailing) == {"audience": 20, "bounced": 20}, 20, "it bounces")
    assert in_clear(plain) == in_clear(expired) == []


def test_mail_that_demands_tls_waits_for_the_relay_that_may_have_some(
    alpha: TenantDB, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "GIVE_UP_SECONDS", 0.5)
    monkeypatch.setattr(RelayFault, "first_pause", 1)
    monkeypatch.setattr(desk, "TLS_FORGOTTEN", 1.0)
    mailing = launched(demanding(alpha), 20)
    out = first_times("connect", HANG_UP, 10**6)
    with serving() as plain, serving(out, features=WITH_TLS, tls=authority.good()) as safe:
        routing = over(plain.port, safe.port)
        with sending(alpha, port=0, relay=relay(plain.port), routing=lambda: routing):
            until(broken_relays, 20, "the one with TLS is out of order")
            time.sleep(1.5)  # much longer than mail waits for TLS alone; the first one is asked again meanwhile
            assert set(counts(alpha, mailing)) <= {"audience", "due", "claimed"}
            route = routing.route(alpha.number, "")
            found = until(lambda: relay_out(route, troubles(), demands_tls=True), 10, "people are told what it waits for")
            assert found.code == "relay.unreachable" and relay_out(route, troubles(), demands_tls=False) is None
            safe.script = lambda _stage, _talk: None
            try_soon(now=int(time.time()))
            until(lambda: counts(alpha, mailing) == {"audience": 20, "sent": 20}, 30, "it is sent when that one is back")
            until(lambda: not relay_out(route, troubles(), demands_tls=True), 10, "nothing waits any more")
    assert len(safe.accepted) == 20 and in_clear(plain) == in_clear(safe) == []
