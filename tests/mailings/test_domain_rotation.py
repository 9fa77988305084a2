"""The keys of a domain change without a gap: dkimpy verifies mail from before and after, by real look-ups."""

import re
from datetime import UTC, datetime, timedelta

import dkim
import pytest

from siegelpost.base.settings import Settings
from siegelpost.delivery.kitchen import Kitchen
from siegelpost.evidence.reads import entries
from siegelpost.flows.check_domain import check_domain, due_domains
from siegelpost.flows.rotate_keys import PREPARED, SWITCHED, WAITING, ensure_switched, rotate_keys
from siegelpost.mailings.domain_checks import Checked
from siegelpost.mailings.domain_rotation import KEPT, idle_pairs, prepare_keys, switch_keys
from siegelpost.mailings.errors import DomainUnknown, NextKeysUnseen
from siegelpost.mailings.models import IdleKeys, SenderDomain
from siegelpost.mailings.reads import dkim_keys, signing_selector
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.smtp_server import PIPELINING, serving
from tests.delivery.support import claimed, launched, sending, state_of, until
from tests.dns_server import DnsServer, asked_by_everybody
from tests.mailings.making import WHO
from tests.mailings.published import NOON, asking, published

pytestmark = pytest.mark.wire


@pytest.fixture
def domain_id(alpha: TenantDB, server: DnsServer, settings: Settings) -> int:
    """A domain in order."""
    found = published(server, alpha, settings).domain_id
    assert checked(alpha, found, settings).state == "passed"
    return found


def checked(tenant: TenantDB, domain_id: int, settings: Settings, at: datetime = NOON) -> Checked:
    return check_domain(tenant, domain_id, settings=settings, actor=WHO, now=at)


def rotated(tenant: TenantDB, domain_id: int, settings: Settings, *, permitted: bool = False, at: datetime = NOON) -> str:
    return rotate_keys(tenant, domain_id, settings=settings, permitted=permitted, actor=WHO, now=at)[0]


def codes(found: Checked) -> list[str]:
    return [one.code for one in found.findings if one.topic == "dkim"]


def publish_next(server: DnsServer, tenant: TenantDB, domain_id: int, settings: Settings) -> None:
    """Do what the findings say."""
    server.publish(one for finding in checked(tenant, domain_id, settings).findings for one in finding.publish if "_domainkey" in one.name)


def sent(tenant: TenantDB, people: list[str]) -> bytes:
    """Send a mailing through the engine with both signatures; one of its messages as it arrived."""
    mailing = launched(tenant, people)
    with serving(features=PIPELINING) as relay, sending(tenant, port=relay.port, signatures="both"):
        until(lambda: state_of(tenant, mailing)[0] == "finished", 20, "the mailing is sent")
    return relay.accepted[0].message


def selectors(message: bytes) -> list[str]:
    return [name.decode() for name in re.findall(rb"\bs=([a-z0-9-]+);", message.partition(b"\r\n\r\n")[0])]


def verdicts(message: bytes, server: DnsServer) -> list[bool]:
    """What dkimpy, asking the name server, says about each of the two signatures."""
    with asked_by_everybody(server):
        return [_verified(message, place) for place in range(2)]


def _verified(message: bytes, place: int) -> bool:
    try:
        return bool(dkim.DKIM(message).verify(place))
    except dkim.DKIMException:
        return False


def test_mail_from_before_and_after_a_change_of_keys_verifies(
    alpha: TenantDB, server: DnsServer, settings: Settings, domain_id: int
) -> None:
    first = dkim_keys(alpha, domain_id)
    before = sent(alpha, ["before@example.net"])
    assert selectors(before) == [first.rsa_selector, first.ed_selector]
    assert verdicts(before, server) == [True, True]

    assert rotated(alpha, domain_id, settings) == PREPARED
    assert rotated(alpha, domain_id, settings) == WAITING
    meanwhile = sent(alpha, ["meanwhile@example.net"])
    assert selectors(meanwhile) == selectors(before)

    publish_next(server, alpha, domain_id, settings)
    found = checked(alpha, domain_id, settings)
    assert codes(found) == ["dkim.ok", "dkim.ok", "dkim.old_kept", "dkim.old_kept"]
    after = sent(alpha, ["after@example.net"])
    second = dkim_keys(alpha, domain_id)
    assert selectors(after) == [second.rsa_selector, second.ed_selector]
    assert not {first.rsa_selector, first.ed_selector} & {second.rsa_selector, second.ed_selector}
    assert [verdicts(one, server) for one in (before, meanwhile, after)] == [[True, True]] * 3
    assert verdicts(after.replace(b"news.", b"nose."), server) == [False, False]

    week = NOON + KEPT
    assert codes(checked(alpha, domain_id, settings, week))[2:] == ["dkim.old_removable"] * 2
    for selector in (first.rsa_selector, first.ed_selector):
        server.hold(f"{selector}._domainkey.example.org", "TXT")
    assert codes(checked(alpha, domain_id, settings, week))[2:] == ["dkim.old_removed"] * 2
    assert codes(checked(alpha, domain_id, settings, week)) == ["dkim.ok", "dkim.ok"]
    assert not alpha.objects(IdleKeys).exists()
    assert [verdicts(one, server) for one in (before, after)] == [[False, False], [True, True]]


def test_a_running_mailing_takes_up_the_new_keys_with_its_next_slice(
    alpha: TenantDB, server: DnsServer, settings: Settings, domain_id: int
) -> None:
    mailing = launched(alpha, 4)
    kitchen = Kitchen(bounce_domain="bounce.example.org", complaints="abuse@example.org", signatures="both")

    def signed_by() -> list[str]:
        taken = claimed(alpha, mailing, limit=1)
        composer = kitchen.composer(alpha, taken)
        return selectors(composer.compose(taken.rows[0], int(datetime.now(UTC).timestamp())))

    before = signed_by()
    rotated(alpha, domain_id, settings)
    assert signed_by() == before
    publish_next(server, alpha, domain_id, settings)
    checked(alpha, domain_id, settings)
    after = signed_by()
    assert after != before and after[0] == signing_selector(alpha, domain_id)


def test_signing_waits_for_both_keys_and_for_ours(alpha: TenantDB, server: DnsServer, settings: Settings, domain_id: int) -> None:
    rotated(alpha, domain_id, settings)
    before = signing_selector(alpha, domain_id)
    coming = alpha.objects(IdleKeys).get()
    rsa, ed = (f"{name}._domainkey.example.org" for name in (coming.rsa_selector, coming.ed_selector))
    server.hold(rsa, "TXT", f'"{coming.ed_value}"')
    server.hold(ed, "TXT", f'"{coming.ed_value}"')
    assert codes(checked(alpha, domain_id, settings))[2:] == ["dkim.next_missing", "dkim.next_seen"]
    publish_next(server, alpha, domain_id, settings)
    server.hold(ed, "TXT")
    assert codes(checked(alpha, domain_id, settings))[2:] == ["dkim.next_seen", "dkim.next_missing"]
    assert signing_selector(alpha, domain_id) == before
    checked(alpha, domain_id, asking(server, signatures="rsa"))  # where nothing is signed with the second key, the first is enough
    assert signing_selector(alpha, domain_id) == coming.rsa_selector


def test_a_door_learns_that_nothing_was_changed(alpha: TenantDB, settings: Settings, domain_id: int) -> None:
    rotated(alpha, domain_id, settings)
    step, found = rotate_keys(alpha, domain_id, settings=settings, permitted=False, actor=WHO, now=NOON)
    with pytest.raises(NextKeysUnseen) as refused:
        ensure_switched(step, found)
    assert (refused.value.code, refused.value.exit_code) == ("mailing.next_keys_unseen", 3)


def test_the_operator_may_answer_for_keys_that_nobody_saw_but_not_for_those_that_are_new(
    alpha: TenantDB, settings: Settings, domain_id: int
) -> None:
    before = signing_selector(alpha, domain_id)
    assert rotated(alpha, domain_id, settings, permitted=True) == PREPARED
    assert signing_selector(alpha, domain_id) == before
    assert rotated(alpha, domain_id, settings, permitted=True) == SWITCHED
    after = signing_selector(alpha, domain_id)
    assert after != before
    details = {"from": before, "to": after, "permitted": True}
    assert [one["details"] for one in entries(alpha, act="sender.keys_switched")] == [details]


def test_the_private_halves_of_former_keys_are_gone(alpha: TenantDB, settings: Settings, domain_id: int) -> None:
    old = alpha.objects(SenderDomain).get()
    rotated(alpha, domain_id, settings)
    coming = bytes(alpha.objects(IdleKeys).get().rsa_key)
    rotated(alpha, domain_id, settings, permitted=True)
    left, now = alpha.objects(IdleKeys).get(), alpha.objects(SenderDomain).get()
    assert (bytes(left.rsa_key), bytes(left.ed_key)) == (b"", b"")
    assert bytes(now.rsa_key) == coming != bytes(old.rsa_key)
    assert (left.rsa_selector, left.retired_at) == (old.rsa_selector, NOON)
    assert left.rsa_value.startswith("v=DKIM1; k=rsa; p=") and left.ed_value.startswith("v=DKIM1; k=ed25519; p=")


def test_two_at_once_make_one_pair_and_change_over_once(alpha: TenantDB, domain_id: int) -> None:
    made = [prepare_keys(alpha, domain_id, actor=WHO, now=NOON) for _click in range(2)]
    pair = idle_pairs(alpha, domain_id)[0]
    switched = [switch_keys(alpha, domain_id, pair.rsa_selector, permitted=True, actor=WHO, now=NOON) for _click in range(2)]
    assert (made, switched) == ([True, False], [True, False])
    assert len(entries(alpha, act="sender.keys_switched")) == len(entries(alpha, act="sender.keys_prepared")) == 1


def test_only_the_pair_that_was_looked_at_signs(alpha: TenantDB, domain_id: int) -> None:
    prepare_keys(alpha, domain_id, actor=WHO, now=NOON)
    before = signing_selector(alpha, domain_id)
    assert not switch_keys(alpha, domain_id, "another", permitted=False, actor=WHO, now=NOON)
    assert signing_selector(alpha, domain_id) == before


def test_several_changes_within_a_week_keep_every_former_pair(alpha: TenantDB, settings: Settings, domain_id: int) -> None:
    for day in range(2):
        rotated(alpha, domain_id, settings, at=NOON + timedelta(days=day))
        rotated(alpha, domain_id, settings, permitted=True, at=NOON + timedelta(days=day))
    pairs = idle_pairs(alpha, domain_id)
    assert [one.until for one in pairs] == [NOON + timedelta(days=8), NOON + KEPT]
    assert len({one.rsa_selector for one in pairs} | {signing_selector(alpha, domain_id)}) == 3


def test_a_domain_whose_next_keys_wait_is_looked_at_every_hour(alpha: TenantDB, settings: Settings, domain_id: int) -> None:
    rotated(alpha, domain_id, settings)
    assert due_domains(alpha, settings, now=NOON + timedelta(minutes=59)) == []
    assert due_domains(alpha, settings, now=NOON + timedelta(hours=1)) == [domain_id]


def test_a_domain_of_another_tenant_does_not_exist(beta: TenantDB, settings: Settings, domain_id: int) -> None:
    with pytest.raises(DomainUnknown):
        rotated(beta, domain_id, settings)
