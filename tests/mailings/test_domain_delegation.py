"""Owners point four names to a zone of the operator's once (CNAME); keys then change without them."""

import re
from datetime import timedelta

import pytest

from siegelpost.base.settings import Settings
from siegelpost.flows.add_sender import sender_records
from siegelpost.flows.check_domain import check_domain
from siegelpost.flows.rotate_keys import PREPARED, SWITCHED, rotate_keys
from siegelpost.mailings.domain_answers import ABSENT, EMPTY, FAILED, FOUND, Answer
from siegelpost.mailings.domain_checks import Checked
from siegelpost.mailings.domain_dkim import FORMER, NEXT, SIGNS, SPARE, PublicKey, judge_key
from siegelpost.mailings.domain_findings import OK, finding
from siegelpost.mailings.domain_records import Record
from siegelpost.mailings.domain_rotation import KEPT, prepare_keys
from siegelpost.mailings.domain_slots import other_name, pointer, target_of
from siegelpost.mailings.domain_todo import sort_out
from siegelpost.mailings.errors import FormerKeysNeeded
from siegelpost.mailings.models import IdleKeys
from siegelpost.mailings.reads import dkim_keys
from siegelpost.tenancy.handle import TenantDB
from tests.dns_server import DnsServer
from tests.mailings.judged import KEYS
from tests.mailings.making import WHO
from tests.mailings.published import NOON, asking, published
from tests.mailings.test_domain_rotation import selectors, sent, verdicts

ZONE = "dkim.example.net"
NAME, VALUE = KEYS[0].name, KEYS[0].value
TARGET = "one.news.example.org.dkim.example.net"


@pytest.fixture
def settings(server: DnsServer) -> Settings:
    return asking(server, dkim_zone=ZONE)


@pytest.fixture
def domain_id(alpha: TenantDB, server: DnsServer, settings: Settings) -> int:
    """A domain whose owner has done their part."""
    return published(server, alpha, settings).domain_id


def checked(tenant: TenantDB, domain_id: int, settings: Settings, days: int = 0) -> Checked:
    return check_domain(tenant, domain_id, settings=settings, actor=WHO, now=NOON + timedelta(days=days))


def rotated(tenant: TenantDB, domain_id: int, settings: Settings, days: int = 0) -> str:
    now = NOON + timedelta(days=days)
    return rotate_keys(tenant, domain_id, settings=settings, permitted=False, actor=WHO, now=now)[0]


def codes(found: Checked) -> list[str]:
    return [one.code for one in found.findings if one.topic == "dkim"]


def owners(server: DnsServer) -> dict[str, dict[str, list[str]]]:
    """What stands in the domain's own zone about keys."""
    return {name: dict(kinds) for name, kinds in server.zone.items() if name.endswith("._domainkey.example.org")}


def publish_keys(server: DnsServer, tenant: TenantDB, domain_id: int, settings: Settings, days: int = 0) -> None:
    """The operator does what is theirs, and nobody else anything."""
    records = sender_records(tenant, domain_id, settings, now=NOON + timedelta(days=days))
    server.publish(one for one in records if one.name.endswith(f".{ZONE}"))


def test_the_owner_publishes_four_pointers_and_no_key(alpha: TenantDB, settings: Settings, server: DnsServer, domain_id: int) -> None:
    keys = dkim_keys(alpha, domain_id)
    names = {one for first in (keys.rsa_selector, keys.ed_selector) for one in (first, f"{first}-b")}
    assert owners(server) == {
        f"{name}._domainkey.example.org": {"CNAME": [f"{name}.example.org.{ZONE}."]} for name in names
    }  # fmt: skip
    assert codes(checked(alpha, domain_id, settings)) == ["dkim.delegated"] * 2 + ["dkim.spare_ok"] * 2


@pytest.mark.wire
def test_keys_change_back_and_forth_without_the_owner(alpha: TenantDB, server: DnsServer, settings: Settings, domain_id: int) -> None:
    untouched = owners(server)
    mails = [sent(alpha, ["first@example.net"])]
    for turn, day in enumerate((0, 8, 16)):
        assert rotated(alpha, domain_id, settings, day) == PREPARED
        publish_keys(server, alpha, domain_id, settings, day)
        assert rotated(alpha, domain_id, settings, day) == SWITCHED
        mails.append(sent(alpha, [f"turn{turn}@example.net"]))
        assert [verdicts(one, server) for one in mails[-2:]] == [[True, True]] * 2  # also what was signed just before
    assert [selectors(one) == selectors(mails[0]) for one in mails] == [True, False, True, False]
    assert all(re.search(r"-b$", one) for one in selectors(mails[1]))
    assert owners(server) == untouched
    assert verdicts(mails[0], server) == [False, False]  # its names hold other keys by now, long after it arrived
    assert alpha.objects(IdleKeys).count() == 1


@pytest.mark.slow
def test_a_name_is_not_taken_again_while_mail_needs_its_former_key(
    alpha: TenantDB, server: DnsServer, settings: Settings, domain_id: int
) -> None:
    rotated(alpha, domain_id, settings)
    publish_keys(server, alpha, domain_id, settings)
    assert rotated(alpha, domain_id, settings) == SWITCHED
    with pytest.raises(FormerKeysNeeded) as refused:
        rotated(alpha, domain_id, settings, 6)
    assert (refused.value.code, refused.value.exit_code, refused.value.facts["until"]) == ("mailing.former_keys_needed", 3, "2026-03-09")
    assert not alpha.objects(IdleKeys).filter(retired_at=None).exists()
    assert codes(checked(alpha, domain_id, settings, 6))[2:] == ["dkim.old_kept"] * 2
    assert codes(checked(alpha, domain_id, settings, 8))[2:] == ["dkim.spare_ok"] * 2
    assert rotated(alpha, domain_id, settings, 8) == PREPARED


def test_two_at_once_take_the_other_names_once(alpha: TenantDB, domain_id: int) -> None:
    made = [prepare_keys(alpha, domain_id, zone=ZONE, actor=WHO, now=NOON) for _click in range(2)]
    assert made == [True, False] and alpha.objects(IdleKeys).count() == 1


def test_each_is_asked_for_what_is_theirs() -> None:
    key = PublicKey(KEYS[0], SIGNS, target=TARGET)
    leads, holds = Record(NAME, "CNAME", f"{TARGET}.", ""), Record(TARGET, "TXT", VALUE, "")
    for answer, code, wanted in (
        (Answer(ABSENT), "dkim.missing", [leads, holds]),
        (Answer(FOUND, ("v=DKIM1; p=",)), "dkim.revoked", [leads, holds]),
        (Answer(ABSENT, alias=TARGET), "dkim.dangling", [holds]),
        (Answer(FOUND, (KEYS[1].value,), alias=TARGET), "dkim.mismatch", [holds]),
        (Answer(EMPTY, alias="elsewhere.example"), "dkim.dangling", [leads, holds]),
        (Answer(FOUND, (VALUE,), alias=TARGET), "dkim.delegated", []),
        (Answer(FOUND, (VALUE,)), "dkim.ok", []),
    ):
        found = judge_key(key, answer, NOON)
        assert (found.code, [(one.name, one.type, one.value) for one in found.publish]) == (
            code, [(one.name, one.type, one.value) for one in wanted],
        )  # fmt: skip


@pytest.mark.parametrize("role, until", [(SPARE, None), (FORMER, NOON)])
def test_a_name_that_waits_for_a_key_has_to_lead_to_our_zone(role: str, until: object) -> None:
    key = PublicKey(KEYS[0], role, until=until, target=TARGET)  # type: ignore[arg-type]
    said = {
        answer: judge_key(key, answer, NOON + KEPT)
        for answer in (
            Answer(ABSENT, alias=TARGET),
            Answer(ABSENT),
            Answer(FOUND, (VALUE,), alias="x.example"),
            Answer(FAILED, reason="timeout"),
        )
    }
    assert [one.code for one in said.values()] == ["dkim.spare_ok", "dkim.spare_missing", "dkim.spare_missing", "dkim.spare_unchecked"]
    assert all(one.severity != "block" for one in said.values())
    assert [one.publish for one in said.values()] == [(), (pointer(NAME, TARGET),), (pointer(NAME, TARGET),), ()]


def test_what_is_asked_of_two_people_stands_with_each_of_them() -> None:
    key = PublicKey(KEYS[0], SIGNS, target=TARGET)
    todo = sort_out([judge_key(key, Answer(ABSENT), NOON)], "example.org", shared=True)
    assert [one.type for found in todo.needed for one in found.publish] == ["CNAME"]
    assert [one.type for found in todo.operator for one in found.publish] == ["TXT"] and todo.waits_for_operator
    todo = sort_out([judge_key(key, Answer(ABSENT, alias=TARGET), NOON)], "example.org", shared=True)
    assert not todo.needed and todo.waits_for_operator
    todo = sort_out([judge_key(PublicKey(KEYS[0], NEXT), Answer(ABSENT), NOON), finding("mx.ok", OK, {})], "example.org", shared=True)
    assert [len(one) for one in (todo.coming, todo.good, todo.needed, todo.better, todo.operator)] == [1, 1, 0, 0, 0]


def test_a_key_has_two_names_and_without_a_zone_no_target() -> None:
    assert [other_name(one) for one in ("sp1rsa-x", "sp1rsa-x-b")] == ["sp1rsa-x-b", "sp1rsa-x"]
    assert (target_of("s", "example.org", ZONE), target_of("s", "example.org", "")) == (f"s.example.org.{ZONE}", "")
