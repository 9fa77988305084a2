"""Several relays: mail goes by the one that was chosen for its sender domain, and by the next where that fails."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.cli.main import main
from siegelpost.delivery import breaker
from siegelpost.delivery.limits import limits_set, relay_name, set_limit
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.pace_rules import Limits
from siegelpost.delivery.relay import Relay, RelayFault
from siegelpost.delivery.routing import Routing
from siegelpost.evidence.reads import entries
from siegelpost.flows import routing as flow
from siegelpost.flows.status import pacing, status
from siegelpost.flows.waiting import route_of, takes_mail
from siegelpost.tenancy import relays
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import BrokenRelay, RelayEntry
from siegelpost.tenancy.relays import broken_relays
from tests.delivery.smtp_server import HANG_UP, Server, serving
from tests.delivery.support import NOON, WHO, counts, launched, sending, state_of, system_mail, until
from tests.mailings.making import some_sender

SETTINGS = process_settings()
A, B, C = Relay("a.example", 25), Relay("b.example", 25, label="b"), Relay("c.example", 25, label="c")


def known(name: str, port: int) -> None:
    flow.set_relay(name, f"smtp://127.0.0.1:{port}?tls=off", settings=SETTINGS, now=NOON)


def use(tenant: TenantDB, *names: str, domain: str = "") -> None:
    flow.use(tenant, domain, names, actor=WHO, now=NOON)


def rules_to(default: Server) -> Routing:
    """As the settings would say it with this relay."""
    found = flow.routing(SETTINGS)
    return Routing(Relay("127.0.0.1", default.port, tls="off"), found.others, found.routes)


def is_finished(tenant: TenantDB, mailing: int) -> bool:
    return state_of(tenant, mailing)[0] == "finished"


# the rule


def test_a_domain_without_a_route_takes_that_of_its_tenant_and_a_tenant_without_one_the_default() -> None:
    found = Routing(A, {"b": B, "c": C}, {(1, ""): ("b",), (1, "news.example"): ("default", "c", "b")})
    assert found.route(1, "news.example") == (A, C, B)
    assert found.route(1, "other.example") == (B,) == found.route(1, "")
    assert found.route(2, "news.example") == (A,)


def test_mail_does_not_go_elsewhere_where_a_route_names_unknown_relays_only() -> None:
    found = Routing(A, {}, {(1, ""): ("gone",)})
    assert found.route(1, "") == ()


# what is kept


@pytest.mark.slow
def test_the_address_of_a_relay_is_kept_sealed(alpha: TenantDB) -> None:
    flow.set_relay("one", "smtp://me:geheim@127.0.0.1:2525?tls=off", settings=SETTINGS, now=NOON)
    assert b"geheim" not in bytes(RelayEntry.objects.get().wrapped_url)
    assert flow.routing(SETTINGS).others["one"] == Relay("127.0.0.1", 2525, "me", "geheim", "off", label="one")


def test_what_was_known_of_a_relay_goes_with_it(alpha: TenantDB) -> None:
    known("one", 2525)
    set_limit(relay_name("one"), Limits(per_day=4), now=NOON)
    relays.break_relay("one", "relay.unreachable", "", pause=60, now=int(NOON.timestamp()))
    assert [one.works for one in flow.relays(SETTINGS)] == [True, False]
    flow.remove_relay("one", now=NOON)
    assert limits_set() == {} and broken_relays() == []


def test_a_relay_keeps_what_is_signed_for_it_when_it_moves(alpha: TenantDB) -> None:
    signing = flow.signing_of("", ("Reply-To",), 1)
    flow.set_relay("one", "smtp://127.0.0.1:2525?tls=off", settings=SETTINGS, now=NOON, signing=signing)
    known("one", 2526)
    assert (flow.routing(SETTINGS).others["one"].port, flow.routing(SETTINGS).others["one"].signing) == (2526, signing)


def test_a_copy_that_became_a_test_system_knows_no_relay_elsewhere(alpha: TenantDB) -> None:
    live = replace(SETTINGS, environment="production")
    flow.set_relay("far", "smtp://relay.example:25", settings=live, now=NOON)
    known("near", 2525)
    use(alpha, "far", "near")
    assert set(flow.routing(live).others) == {"far", "near"}
    assert flow.routing(SETTINGS).route(alpha.number, "") == (flow.routing(SETTINGS).others["near"],)


@pytest.mark.parametrize(
    ("name", "url", "code"),
    [
        ("default", "smtp://127.0.0.1:25", "relay.name_wrong"),
        ("A b", "smtp://127.0.0.1:25", "relay.name_wrong"),
        ("one", "http://127.0.0.1", "relay.url_wrong"),
        ("one", "smtp://relay.example:25", "relay.url_wrong"),
    ],
    ids=["default", "blank", "no relay", "not on this machine"],
)
def test_what_is_no_relay_is_refused(alpha: TenantDB, name: str, url: str, code: str) -> None:
    with pytest.raises(SiegelpostError) as refused:
        flow.set_relay(name, url, settings=SETTINGS, now=NOON)
    assert refused.value.code == code and not RelayEntry.objects.exists()


# the sender


@pytest.mark.wire
@pytest.mark.touches_beta
def test_each_sender_domain_goes_by_the_relay_that_was_chosen_for_it(alpha: TenantDB, beta: TenantDB) -> None:
    some_sender(alpha)
    with serving() as default, serving() as mine, serving() as of_domain:
        known("mine", mine.port)
        known("of-domain", of_domain.port)
        use(alpha, "mine")
        use(alpha, "of-domain", domain="example.org")
        notice, mailing, other = system_mail(alpha), launched(alpha, 6), launched(beta, 4)
        with sending(alpha, beta, port=default.port, routing=lambda: rules_to(default)):
            until(lambda: state_of(alpha, mailing)[0] == state_of(beta, other)[0] == "finished", 20, "both are sent")
            until(lambda: mine.accepted, 10, f"notice {notice} is sent")
    assert [len(one.accepted) for one in (default, mine, of_domain)] == [4, 1, 6]


@pytest.mark.wire
def test_where_a_relay_fails_the_next_one_takes_its_mail_until_it_works_again(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "GIVE_UP_SECONDS", 1.0)
    monkeypatch.setattr(RelayFault, "first_pause", 1)
    with serving(lambda stage, _talk: HANG_UP if stage == "connect" else None) as first, serving() as second:
        known("first", first.port)
        known("second", second.port)
        use(alpha, "first", "second")
        mailing = launched(alpha, 30)
        with sending(alpha, port=second.port, routing=lambda: rules_to(second)):
            until(lambda: state_of(alpha, mailing)[0] == "finished", 30, "the second relay takes all")
            assert [one.name for one in BrokenRelay.objects.all()] == ["first"]
            assert len(second.accepted) == 30 and status(alpha, mailing)["relay"] is None
            assert takes_mail(route_of(alpha, mailing), broken_relays()) == "second"
            first.script = lambda _stage, _talk: None
            relays.try_soon(now=int(time.time()), pause=1)
            while BrokenRelay.objects.exists():  # new mail comes now and then, and is soon gone
                assert len(second.accepted) < 3000, "the first one is not called again"
                some = launched(alpha, 30)
                until(partial(is_finished, alpha, some), 30, "it is sent")
            last = launched(alpha, [f"last{n}@example.org" for n in range(30)])
            until(lambda: state_of(alpha, last)[0] == "finished", 30, "it is sent")
    assert len(first.accepted) + len(second.accepted) == alpha.objects(Delivery).filter(state="sent").count()
    assert sum(n for email, n in first.recipients().items() if email.startswith("last")) >= 30


@pytest.mark.wire
def test_mail_waits_where_all_its_relays_fail_and_that_of_others_goes_on(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "GIVE_UP_SECONDS", 1.0)
    some_sender(alpha)
    with serving(lambda stage, _talk: HANG_UP if stage == "connect" else None) as out, serving() as works:
        known("out", out.port)
        use(alpha, "out", domain="example.org")
        mailing = launched(alpha, 5)
        with sending(alpha, port=works.port, routing=lambda: rules_to(works)):
            until(lambda: status(alpha, mailing)["waits_for"] == "relay", 20, "it waits")
            system_mail(alpha)
            until(lambda: works.accepted, 10, "the notice is sent")
            until(lambda: counts(alpha, mailing) == {"audience": 5, "due": 5}, 10, "all is given back, no try is used up")
    assert len(works.accepted) == 1


@pytest.mark.wire
def test_a_relay_has_a_limit_of_its_own(alpha: TenantDB) -> None:
    with serving() as default, serving() as mine:
        known("mine", mine.port)
        use(alpha, "mine")
        set_limit(relay_name("mine"), Limits(per_day=4), now=NOON)
        set_limit(relay_name(""), Limits(per_day=1), now=NOON)
        mailing = launched(alpha, 10)
        with sending(alpha, port=default.port, routing=lambda: rules_to(default)):
            until(lambda: len(mine.accepted) >= 4, 20, "four are sent")
            until(lambda: status_says(alpha, mailing) == "relay_limit", 10, "it says what it waits for")
    assert len(mine.accepted) == 4 and not default.accepted


@pytest.mark.wire
def test_a_relay_that_moved_is_left_for_its_new_address(alpha: TenantDB) -> None:
    with serving() as before, serving() as now:
        known("mine", before.port)
        use(alpha, "mine")
        mailing = launched(alpha, 6)
        with sending(alpha, port=now.port, routing=lambda: rules_to(now)) as sender:
            until(lambda: state_of(alpha, mailing)[0] == "finished", 20, "the old address takes it")
            known("mine", now.port)
            until(lambda: {one.relay.port for one in sender.outlets} == {now.port}, 20, "nobody calls there any more")
            until(lambda: before.open == 0, 10, "the old connections are closed")
            after = launched(alpha, 1)  # to the same six people
            until(lambda: state_of(alpha, after)[0] == "finished", 20, "the new address takes it")
    assert (len(before.accepted), len(now.accepted)) == (6, 6)


def status_says(tenant: TenantDB, mailing: int) -> str | None:
    found = pacing(tenant, mailing, "sending", settings=SETTINGS, now=datetime.now(UTC))
    return found.why if found else None


# the command


def shell(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as end:
        main(("relay", *words, "--json"))
    said = capsys.readouterr()
    return int(end.value.code or 0), said.out or said.err


def test_relays_are_added_chosen_shown_and_removed(alpha: TenantDB, capsys: pytest.CaptureFixture[str]) -> None:
    some_sender(alpha)
    code, out = shell(capsys, "add", "eu", "smtp://me:geheim@127.0.0.1:2525?tls=off")
    assert code == 0 and [one["name"] for one in json.loads(out)] == ["default", "eu"] and "geheim" not in out
    code, out = shell(capsys, "use", "alpha", "eu", "default", "--domain", "Example.org")
    assert json.loads(out) == [{"domain": "example.org", "relays": ["eu", "default"]}]
    assert entries(alpha, act="relay.route_set")[0]["details"] == {"domain": "example.org", "relays": ["eu", "default"]}
    assert shell(capsys, "routes", "beta") == (0, "[]\n")
    code, out = shell(capsys, "remove", "eu")
    assert (code, json.loads(out)["error"]["code"]) == (3, "relay.in_use")
    assert shell(capsys, "use", "alpha", "--domain", "example.org") == (0, "[]\n")
    code, out = shell(capsys, "remove", "eu")
    assert code == 0 and [one["name"] for one in json.loads(out)] == ["default"]


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (("use", "alpha", "nobody"), 4, "relay.unknown"),
        (("use", "alpha", "default", "--domain", "other.example"), 4, "pace.sender_unknown"),
        (("remove", "nobody"), 4, "relay.unknown"),
        (("add", "x", "ftp://a"), 4, "relay.url_wrong"),
    ],
)
def test_what_cannot_be_chosen_is_refused(
    alpha: TenantDB, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], exit_code: int, code: str
) -> None:
    ended, err = shell(capsys, *words)
    assert (ended, json.loads(err)["error"]["code"]) == (exit_code, code)
