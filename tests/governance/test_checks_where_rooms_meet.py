"""Checks of ways, of the log, of leaving and of the senders' rules see what they watch being broken."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from siegelpost.base.settings import process_settings
from siegelpost.consent.grants import withdraw
from siegelpost.delivery.models import Delivery, Launch, Slice
from siegelpost.evidence.models import Checkpoint
from siegelpost.evidence.seal import seal
from siegelpost.evidence.services import append
from siegelpost.flows.change_tenant import change_tenant
from siegelpost.flows.sealing import mail_to_witness
from siegelpost.mailings.domain_checks import record_check
from siegelpost.tenancy.certificates import EXPIRED, IN_CLEAR, UNREACHABLE, UNTRUSTED, WRONG_NAME, Certificate, keep
from siegelpost.tenancy.change import words_of
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db, record_installation
from siegelpost.tenancy.tls_scan import Transport
from tests.delivery.certificates import Authority
from tests.delivery.support import NOON, a_list, claimed, launched, people
from tests.evidence.logs import past_the_system, write
from tests.governance.watching import NOW, WHO, seen, state
from tests.mailings.making import some_sender

DAY = timedelta(days=1)
HTTPS: dict[str, Any] = {"staff_url": "https://staff.example.org", "public_url": "https://news.example.org"}


MODERN = Transport("TLSv1.3", "TLS_AES_256_GCM_SHA384")


def greeted(host: str, *, days: int = 60, fault: str = "", seen_at: datetime = NOW, spoke: Transport | None = MODERN) -> None:
    """What the worker saw of a host."""
    keep(Certificate(host, 443, NOW + days * DAY, fault, seen_at, spoke))


@pytest.mark.parametrize(
    ("staff", "public", "wanted", "in_clear"),
    [
        ("http://localhost:8000", "http://127.0.0.1:8001", "green", []),
        ("https://staff.example.org", "https://news.example.org", "green", []),
        ("http://staff.example.org", "https://news.example.org", "red", ["staff"]),
        ("https://staff.example.org", "http://news.example.org", "red", ["public"]),
        ("https://staff.example.org", "http://localhost.example.org", "red", ["public"]),
    ],
)
def test_an_address_in_clear_is_seen(no_tenants: None, staff: str, public: str, wanted: str, in_clear: list[str]) -> None:
    found = seen("2.1-02", staff_url=staff, public_url=public)
    assert (found.state, found.evidence["in_clear"]) == (wanted, in_clear)


@pytest.mark.parametrize(
    ("fault", "wanted"), [(EXPIRED, "red"), (WRONG_NAME, "red"), (UNTRUSTED, "red"), (UNREACHABLE, "amber"), ("", "green")]
)
def test_an_address_that_browsers_refuse_is_seen(no_tenants: None, fault: str, wanted: str) -> None:
    greeted("news.example.org", fault=fault)
    greeted("old.example.org", fault=EXPIRED)  # not in the settings any more
    assert state("2.1-02", **HTTPS) == wanted


@pytest.mark.parametrize(("days", "wanted"), [(60, "green"), (14, "green"), (13, "amber"), (1, "amber"), (0, "red"), (-1, "red")])
def test_a_certificate_that_ends_soon_is_seen(no_tenants: None, days: int, wanted: str) -> None:
    greeted("staff.example.org")
    greeted("news.example.org", days=days)
    found = seen("1.2-03", **HTTPS)
    assert (found.state, found.evidence["days_left"]) == (wanted, {"staff.example.org": 60, "news.example.org": days})


def test_a_certificate_that_nobody_has_looked_at_proves_nothing(no_tenants: None) -> None:
    assert state("1.2-03") == "amber", "both addresses are of this machine"
    greeted("staff.example.org")
    assert seen("1.2-03", **HTTPS).evidence["not_seen"] == ["news.example.org"]
    greeted("news.example.org", seen_at=NOW - 3 * DAY)
    assert (state("1.2-03", **HTTPS), seen("1.2-03", **HTTPS).evidence["not_seen"]) == ("amber", ["news.example.org"])
    greeted("news.example.org")
    assert state("1.2-03", **HTTPS) == "green"
    greeted("news.example.org", fault=UNREACHABLE)
    assert state("1.2-03", **HTTPS) == "amber"


def test_a_renewed_certificate_that_is_wrong_and_a_door_for_mail_in_clear_are_seen(no_tenants: None, tmp_path: Path) -> None:
    names = ("staff.example.org", "news.example.org")
    for host in names:
        greeted(host)
    authority = Authority(tmp_path)
    (good, key), (_other, wrong) = authority.pair("ours", *names, since=NOW - DAY, until=NOW + 90 * DAY), authority.pair("other", *names)
    assert state("1.2-03", tls_certificate=good, tls_key=key, **HTTPS) == "green"
    found = seen("1.2-03", tls_certificate=good, tls_key=wrong, **HTTPS)
    assert (found.state, found.evidence["certificate_files"]) == ("red", "tls.wrong_key")
    mail = {"inbound_host": "mx.example.org:25", **HTTPS}
    assert seen("1.2-03", **mail).evidence["not_seen"] == ["mx.example.org"]
    keep(Certificate("mx.example.org", 25, NOW + 60 * DAY, "", NOW, MODERN))
    assert state("1.2-03", **mail) == "green"
    keep(Certificate("mx.example.org", 25, None, IN_CLEAR, NOW, None))
    assert state("1.2-03", **mail) == "red"


@pytest.mark.parametrize(
    ("spoke", "wanted", "admitted"),
    [
        (replace(MODERN, older=["TLSv1.1"]), "red", {"news.example.org": ["TLSv1.1"]}),
        (replace(MODERN, weak=["RSA_3DES_EDE_CBC_SHA"]), "red", {"news.example.org": ["RSA_3DES_EDE_CBC_SHA"]}),
        (None, "amber", {}),
        (MODERN, "green", {}),
    ],
)
def test_an_address_that_admits_old_or_weak_tls_is_seen(
    no_tenants: None, spoke: Transport | None, wanted: str, admitted: dict[str, list[str]]
) -> None:
    greeted("staff.example.org")
    greeted("news.example.org", spoke=spoke)
    found = seen("1.2-03", **HTTPS)
    assert (found.state, found.evidence["admitted"]) == (wanted, admitted)
    assert found.evidence["spoken"]["staff.example.org"] == "TLSv1.3 TLS_AES_256_GCM_SHA384"


@pytest.mark.parametrize(
    ("relay", "wanted", "kind"),
    [
        ("smtp://relay.example.org?tls=required", "green", "required"),
        ("smtp://relay.example.org?tls=opportunistic", "amber", "opportunistic"),
        ("smtp://127.0.0.1:25?tls=off", "amber", "local"),
        ("smtp://relay.example.org?tls=off", "red", "off"),
    ],
)
def test_a_relay_that_gets_mail_in_clear_is_seen(alpha: TenantDB, relay: str, wanted: str, kind: str) -> None:
    some_sender(alpha)
    found = seen("1.2-03", alpha, relay_url=relay)
    assert (found.state, found.evidence["relays"]) == (wanted, {kind: 1})
    assert state("1.2-03", replace(alpha, demands_tls=True), relay_url=relay) == "green"


def witnessed(tenant: TenantDB) -> TenantDB:
    """The tenant with somebody who keeps its checkpoints, and with its log signed and mailed."""
    before = words_of(tenant)
    tenant = change_tenant(tenant, replace(before, data_protection="dpo@example.org"), version=before.version, actor=WHO, now=NOW)
    some_sender(tenant)
    assert mail_to_witness(tenant, seal(tenant, now=NOW), now=NOW)
    seal(tenant, now=NOW)
    return tenant


def test_a_log_that_nobody_witnesses_is_amber_and_one_that_nobody_signs_red(alpha: TenantDB) -> None:
    seal(alpha, now=NOW)
    assert state("1.2-02", alpha) == "amber"
    tenant = witnessed(alpha)
    assert state("1.2-02", tenant) == "green"
    assert state("1.2-02", tenant, now=NOW + 2 * DAY) == "green", "where nothing happens nothing has to be signed"
    assert state("1.2-02", tenant, now=NOW + 3 * DAY) == "amber", "the witness has heard nothing for two days"
    write(tenant)
    assert state("1.2-02", tenant, now=NOW + timedelta(minutes=20)) == "green"
    found = seen("1.2-02", tenant, now=NOW + timedelta(minutes=21))
    assert (found.state, found.evidence["waits_to_be_signed"]) == ("red", True)


@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM evidence_leaf WHERE id = 1",
        "UPDATE evidence_checkpoint SET note = 'forged'",
        "UPDATE evidence_checkpoint SET size = size + 1",
    ],
)
def test_a_log_that_does_not_go_on_from_its_last_checkpoint_is_seen(alpha: TenantDB, attack: str) -> None:
    tenant = witnessed(alpha)
    past_the_system(tenant, attack)
    found = seen("1.2-02", tenant)
    assert (found.state, found.evidence["unbroken"]) == ("red", False)


def test_the_operators_log_that_nobody_signs_or_somebody_changed_is_seen(no_tenants: None) -> None:
    record_installation("0" * 32, "", now=NOW)
    log = operator_db()

    def act(at: datetime) -> None:
        with log.atomic():
            append(log, "relay.set", subject="relay:eu", actor=WHO, at=at)

    act(NOW)
    assert seen("1.2-02", now=NOW + timedelta(minutes=20)).state == "amber", "nothing was ever signed"
    assert state("1.2-02", now=NOW + timedelta(minutes=21)) == "red"
    seal(log, now=NOW)
    assert state("1.2-02", now=NOW + 9 * DAY) == "green"
    act(NOW + DAY)
    assert state("1.2-02", now=NOW + DAY + timedelta(minutes=21)) == "red"
    seal(log, now=NOW + DAY)
    with log.atomic(), log.cursor() as cursor:
        cursor.execute("DROP TRIGGER evidence_leaf_no_delete" if log.vendor == "sqlite" else "SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM evidence_leaf WHERE id = 1")
    found = seen("1.2-02", now=NOW + DAY)
    assert (found.state, found.evidence["operator_unbroken"]) == ("red", False)


def test_an_entry_that_waited_before_the_checkpoint_of_today_is_seen(alpha: TenantDB) -> None:
    """On PostgreSQL a transaction can end after one that began later."""
    tenant = witnessed(alpha)
    write(tenant)
    with tenant.atomic():
        last = tenant.objects(Checkpoint).order_by("-size").first()
        assert last is not None
    past_the_system(tenant, f"UPDATE evidence_checkpoint SET through = {last.through + 100}")
    assert state("1.2-02", tenant, now=NOW + timedelta(hours=1)) == "red"


def answered(tenant: TenantDB, mailing: int, at: datetime, state: str = "sent") -> list[int]:
    """Let everybody have got the mailing at that time; returns who."""
    with tenant.atomic():
        rows = tenant.objects(Delivery).filter(mailing_id=mailing)
        rows.update(state=state, at=int(at.timestamp()))
    return list(rows.order_by("id").values_list("subscriber_id", flat=True))


def leaves(tenant: TenantDB, person: int, at: datetime, letter: str = "Letter") -> None:
    with tenant.atomic():
        withdraw(tenant, subscriber_id=person, list_ids=[a_list(tenant, letter)], how="page", actor=WHO, now=at)


@pytest.mark.parametrize(
    ("outcome", "after", "wanted"),
    [
        ("sent", 59, "green"),
        ("sent", 61, "red"),
        ("bounced", 61, "red"),
        ("retry", 61, "red"),
        ("blocked", 61, "red"),
        ("withdrawn", 61, "green"),
        ("due", 61, "green"),
        ("unsure", 61, "green"),
    ],
)
def test_a_message_to_somebody_who_had_left_is_seen(alpha: TenantDB, outcome: str, after: int, wanted: str) -> None:
    mailing = launched(alpha, 3, at=NOW - DAY)
    people_of = answered(alpha, mailing, NOW, outcome)
    assert state("4.3-07", alpha) == "green"
    leaves(alpha, people_of[0], NOW - timedelta(seconds=after))
    found = seen("4.3-07", alpha)
    assert (found.state, found.evidence["left"]) == (wanted, 1)
    assert found.evidence["sent_after_leaving"] == int(wanted == "red")


def test_a_claim_of_somebody_who_had_left_is_seen(alpha: TenantDB) -> None:
    now = datetime.now(UTC)
    mailing = launched(alpha, 3, at=now - DAY)
    taken = claimed(alpha, mailing)
    person = alpha.objects(Delivery).filter(mailing_id=mailing).order_by("id").values_list("subscriber_id", flat=True)[0]
    leaves(alpha, person, now - timedelta(seconds=50))
    with alpha.atomic():
        alpha.objects(Slice).filter(pk=taken.lease.slice_id).update(claimed_at=int(now.timestamp()))
    assert state("4.3-07", alpha, now=now) == "green"
    with alpha.atomic():
        alpha.objects(Slice).filter(pk=taken.lease.slice_id).update(claimed_at=int(now.timestamp()) + 20)
    assert state("4.3-07", alpha, now=now) == "red"
    taken.journal.leave()


def test_whoever_left_one_list_and_agreed_to_another_of_the_mailing_may_get_it(alpha: TenantDB) -> None:
    letter, other = a_list(alpha), a_list(alpha, "Other")
    (ann,) = people(alpha, ["ann@example.org"], other)
    mailing = launched(alpha, ["ann@example.org"], at=NOW - DAY)
    answered(alpha, mailing, NOW)
    leaves(alpha, ann, NOW - timedelta(hours=1))
    assert state("4.3-07", alpha) == "red", "the mailing goes to the list that they left"
    with alpha.atomic():
        launch = alpha.objects(Launch).get(mailing_id=mailing)
        launch.plan["list_ids"] = [letter, other]
        launch.save(using=alpha.alias)
    assert state("4.3-07", alpha) == "green"
    leaves(alpha, ann, NOW - timedelta(hours=1), "Other")
    assert state("4.3-07", alpha) == "red"


def test_whoever_left_and_came_back_before_the_mailing_may_get_it(alpha: TenantDB) -> None:
    mailing = launched(alpha, ["ann@example.org"], at=NOW - DAY)
    (ann,) = answered(alpha, mailing, NOW)
    leaves(alpha, ann, NOW - timedelta(hours=2))
    assert state("4.3-07", alpha) == "red"
    people(alpha, ["ann@example.org"], a_list(alpha))  # agrees at NOON of March, before
    assert state("4.3-07", alpha) == "green"


def test_criteria_that_are_kept_make_nobody_a_member_and_one_that_is_broken_is_seen(
    alpha: TenantDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_check(alpha, some_sender(alpha).domain_id, [], actor=WHO, now=NOON)
    good: dict[str, Any] = {"public_url": "https://news.example.org", "complaint_address": "complaints@example.org"}
    monkeypatch.setenv("SIEGELPOST_RELAY_URL", "smtp://127.0.0.1:9?tls=required")
    process_settings.cache_clear()
    try:
        found = seen("4.3-12", alpha, now=NOON, **good)
        assert (found.state, found.evidence["verdict"]) == ("green", "Criteria kept, not a member.")
        assert found.evidence["to_be_judged"] == ["hosts", "consent"]
        member = seen("4.3-12", alpha, now=NOON, csa_until="2026-12-31", **good)
        assert (member.state, member.evidence["verdict"]) == ("green", "Criteria kept, and a member by the operator's own word.")
        broken = seen("4.3-12", replace(alpha, imprint=""), now=NOON, csa_until="2026-12-31", **good)
        assert (broken.state, broken.evidence["not_kept"]) == ("red", ["imprint"])
    finally:
        process_settings.cache_clear()
