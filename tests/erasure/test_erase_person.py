"""One person goes from every store; what stays is said, and nobody else is touched."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from siegelpost.audience.models import Membership, Subscriber
from siegelpost.consent.models import Consent, Suppression
from siegelpost.consent.signups.models import SignUp
from siegelpost.consent.suppression import lift_opt_out, may_be_asked, reason_for
from siegelpost.delivery.models import Outgoing
from siegelpost.erasure import keeping
from siegelpost.erasure.errors import AddressWrong, NobodyStored, Unfinished
from siegelpost.erasure.models import Erasure, Kept
from siegelpost.erasure.reads import by_receipt
from siegelpost.erasure.rules import CONSENT
from siegelpost.evidence.models import Entry
from siegelpost.evidence.reads import entries
from siegelpost.feedback.models import BounceCount, Event, Reply, ReturnedText
from siegelpost.flows.disclosed import told_to
from siegelpost.flows.erase_person import begin_erasing, erase_person, finish_open
from siegelpost.flows.person_stores import STORES
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import CONTACT, EVERYBODY, EXPORT, SURE
from siegelpost.governance.disclosures.services import Outflow, record
from siegelpost.intake.refused import open_refused
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.registry import DATA_FILE
from siegelpost.tenancy.signups import open_sign_ups
from tests.delivery.support import a_list, claimed, counts, people
from tests.erasure.scene import ADDRESS, EMAIL, NAMES, NOW, WHO, Scene, a_scene, refused_row
from tests.patience import patient

pytestmark = pytest.mark.slow


@pytest.fixture
def scene(alpha: TenantDB, tmp_path: Path) -> Scene:
    return a_scene(alpha, tmp_path)


def erase(tenant: TenantDB, email: str = EMAIL) -> dict[str, Any]:
    return erase_person(tenant, email, actor=WHO, now=NOW).certificate


def figures(certificate: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    """Found, removed, kept of the stores in which there was something."""
    return {one["store"]: (one["found"], one["removed"], one["kept"]) for one in certificate["stores"] if one["found"]}


def test_every_store_is_stripped_and_the_certificate_says_how_and_names_nobody(scene: Scene) -> None:
    tenant = scene.tenant
    assert scene.bytes_left() or tenant.vendor == "postgresql"
    certificate = erase(tenant)
    found = figures(certificate)
    removed = {code: figure for code, figure in found.items() if figure[1]}
    assert removed == {
        "delivery.Delivery": (1, 1, 0), "delivery.Outgoing": (1, 1, 0), "feedback.ReturnedText": (1, 1, 0), "feedback.Event": (1, 1, 0),
        "feedback.Reply": (1, 1, 0), "feedback.BounceCount": (1, 1, 0), "consent.Consent": (3, 3, 0),
        "consent.Suppression.pattern": (1, 1, 0), "signups.SignUp": (1, 1, 0), "audience.Membership": (3, 3, 0),
        "audience.Subscriber": (1, 1, 0), "intake.ImportJob": (1, 1, 0),
    }  # fmt: skip
    kept = {one["store"]: one["because"] for one in certificate["stores"] if one["kept"]}
    assert set(kept) == {"consent.Suppression", "consent.OptOut", "evidence.Entry", "erasure.Kept", "erasure.Erasure"}
    assert all(kept.values()) and certificate["state"] == "done" and certificate["search"]["files"] > 0
    assert not any(one in str(certificate) for one in (ADDRESS, EMAIL, *NAMES.values()))
    assert scene.bytes_left() == set()
    (entry,) = entries(tenant, act="erasure.certified")
    assert entry["details"] == certificate
    known = by_receipt(tenant, certificate["receipt"].lower().replace("-", " "))
    assert known is not None and known.certificate == certificate
    assert bytes(tenant.objects(Erasure).get().sealed) == b""


def test_others_and_what_is_only_counted_stay(scene: Scene) -> None:
    tenant = scene.tenant
    erase(tenant)
    assert tenant.objects(Subscriber).get().email == "bob@example.org" and tenant.objects(Membership).count() == 1
    assert tenant.objects(Event).get().subscriber_id is None and not tenant.objects(ReturnedText).exists()
    reply = tenant.objects(Reply).get()
    assert (reply.subscriber_id, bytes(reply.key), bytes(reply.sealed)) == (None, b"", b"")
    assert not tenant.objects(BounceCount).exists() and not open_sign_ups(tenant).objects(SignUp).exists()
    with open_refused(home().tenant(tenant.slug), 1, tenant.keys.files) as file:
        rows = file.read().decode("utf-8-sig").splitlines()
    assert len(rows) == 2 and "nobody" in rows[1] and "Nora" in rows[1]
    assert not tenant.objects(Suppression).filter(pattern__gt="").exists()


def test_in_the_middle_of_a_running_mailing_nothing_is_sent_to_them_and_the_sum_holds(scene: Scene) -> None:
    tenant = scene.tenant
    assert counts(tenant, scene.mailing) == {"audience": 2, "due": 2}
    erase(tenant)
    assert counts(tenant, scene.mailing) == {"audience": 2, "due": 2}
    taken = claimed(tenant, scene.mailing)
    assert [one.email for one in taken.rows] == ["bob@example.org"] and [one.email for one in taken.withdrawn] == [""]
    assert counts(tenant, scene.mailing) == {"audience": 2, "claimed": 2}
    taken.journal.end()
    mails = claimed(tenant, 0, table="outgoing")
    assert [one.email for one in mails.rows] == [] and len(mails.withdrawn) == 1
    mails.journal.end()
    mail = tenant.objects(Outgoing).get()
    assert (mail.to, mail.subject, mail.text) == ("", "", "")


def test_what_is_on_its_way_is_settled_as_ever(scene: Scene) -> None:
    """The slice was claimed before: its rows keep their number, and only lose their person."""
    tenant = scene.tenant
    with tenant.atomic():
        tenant.objects(Suppression).all().delete()  # of the scene
    taken = claimed(tenant, scene.mailing)
    assert {one.email for one in taken.rows} == {ADDRESS, "bob@example.org"}
    erase(tenant)
    assert counts(tenant, scene.mailing) == {"audience": 2, "claimed": 2}
    taken.journal.end()


def test_an_import_does_not_bring_them_back_and_they_themselves_can_come(scene: Scene, tmp_path: Path) -> None:
    tenant, key = scene.tenant, address_key(ADDRESS, scene.tenant.keys.addresses)
    with tenant.atomic():
        tenant.objects(Suppression).all().delete()  # of the scene: the erasure alone is asked here
    erase(tenant)
    refused_row(tenant, tmp_path, scene.lists[0])
    assert not tenant.objects(Subscriber).filter(email=ADDRESS).exists()
    assert reason_for(tenant, ADDRESS, scene.lists[1]) == "opted_out" and may_be_asked(tenant, key, ADDRESS, scene.lists)
    with tenant.atomic():
        lift_opt_out(tenant, key, [scene.lists[0]], actor=WHO, now=NOW)
    assert reason_for(tenant, ADDRESS, scene.lists[0]) == ""


def test_whoever_came_back_is_erased_again_and_whoever_did_not_gets_the_old_certificate(scene: Scene) -> None:
    tenant = scene.tenant
    first = erase(tenant)
    again = erase_person(tenant, EMAIL, actor=WHO, now=NOW + timedelta(days=1))
    assert again.before and again.certificate == first
    people(tenant, [ADDRESS], scene.lists[0])
    second = erase_person(tenant, EMAIL, actor=WHO, now=NOW + timedelta(days=2))
    assert second.certificate["id"] != first["id"] and second.certificate["receipt"] != first["receipt"]
    assert figures(second.certificate)["audience.Subscriber"] == (1, 1, 0)


def test_nobody_and_nonsense_are_refused_and_nothing_is_written(alpha: TenantDB) -> None:
    with pytest.raises(NobodyStored):
        erase(alpha, "nobody@example.org")
    with pytest.raises(AddressWrong):
        erase(alpha, "nonsense")
    assert not alpha.objects(Erasure).exists() and not alpha.objects(Suppression).exists()


def test_the_same_address_in_another_tenant_stays(alpha: TenantDB, beta: TenantDB) -> None:
    """Beta has Ann, too; the fixture compares all of it afterwards."""
    people(alpha, ["ann@example.org"], a_list(alpha))
    certificate = erase(alpha, "ann@example.org")
    assert certificate["state"] == "done" and beta.objects(Subscriber).filter(email="ann@example.org").exists()


@pytest.mark.slow
def test_a_copy_that_lies_about_keeps_the_certificate_back_until_it_is_gone(scene: Scene) -> None:
    tenant, lying = scene.tenant, home().tenant(scene.tenant.slug) / "list.csv"
    lying.parent.mkdir(exist_ok=True)
    lying.write_text(f"name,{EMAIL}\n", encoding="utf-8")
    with pytest.raises(Unfinished) as told:
        erase(tenant)
    assert told.value.exit_code == 5 and "list.csv" in str(told.value) and EMAIL not in str(told.value)
    assert not tenant.objects(Subscriber).filter(email=ADDRESS).exists() and tenant.objects(Erasure).get().done_at is None
    assert finish_open(tenant, actor=WHO, now=NOW) == (0, 1)
    lying.unlink()
    assert finish_open(tenant, actor=WHO, now=NOW) == (1, 0) and finish_open(tenant, actor=WHO, now=NOW) == (0, 0)
    assert figures(tenant.objects(Erasure).get().certificate or {})["audience.Subscriber"] == (1, 1, 0)


def test_the_proof_of_consent_stays_sealed_and_goes_in_time(scene: Scene) -> None:
    tenant, key = scene.tenant, address_key(ADDRESS, scene.tenant.keys.addresses)
    erase(tenant)
    assert not tenant.objects(Consent).filter(subscriber_id=scene.person).exists()
    (proof,) = keeping.opened(tenant, key, CONSENT)
    assert len(proof["consents"]) == 3 and proof["consents"][0]["ground"] == "double opt-in"
    assert ADDRESS.encode() not in b"".join(bytes(row.sealed) for row in tenant.objects(Kept).all())
    until = proof["until"]
    assert keeping.forget(tenant, now=until - timedelta(seconds=1)) == 0
    assert keeping.forget(tenant, now=until) == 2 and keeping.opened(tenant, key, CONSENT) == []
    assert len(entries(tenant, act=keeping.FORGOTTEN)) == 1


def test_who_received_their_data_can_still_be_told(scene: Scene) -> None:
    tenant, roll = scene.tenant, Roll(scene.tenant)
    roll.add(scene.person, ADDRESS)
    with tenant.atomic():
        for people_of, marks in (("list:1", roll), (EVERYBODY, None), (f"subscriber:{scene.person}", None), ("subscriber:99", None)):
            outflow = Outflow(kind=EXPORT, categories=(CONTACT,), records=1, people=people_of, channel="page", act="x", roll=marks)
            record(tenant, outflow, actor=WHO, now=NOW)
    before = told_to(tenant, EMAIL, actor=WHO, now=NOW)
    erase(tenant)
    after = told_to(tenant, EMAIL, actor=WHO, now=NOW)
    assert {one.one.people for one in after.answers} == {"list:1", EVERYBODY, f"subscriber:{scene.person}"} | {
        one.one.people for one in before.answers
    }
    assert {one.how for one in after.answers if one.one.people != "system-mails"} == {SURE}


def test_two_erasures_at_once_are_one(scene: Scene) -> None:
    """The second one comes when the first has stripped the stores: it goes on with it, and both have one certificate."""
    tenant = scene.tenant
    begin_erasing(tenant, ADDRESS, actor=WHO, now=NOW)
    second = erase_person(tenant, EMAIL, actor=WHO, now=NOW)
    assert second.continued and tenant.objects(Erasure).count() == 1
    assert figures(second.certificate)["consent.Consent"] == (3, 3, 0)
    assert tenant.objects(Entry).filter(act__in=("erasure.begun", "erasure.continued", "erasure.certified")).count() == 3


def test_two_that_begin_in_the_same_moment_get_the_same_certificate(scene: Scene) -> None:
    tenant, both = scene.tenant, threading.Barrier(2)

    def one() -> dict[str, Any]:
        both.wait(patient(10))
        try:
            return erase(tenant)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first, second = [asked.result() for asked in [pool.submit(one), pool.submit(one)]]
    assert first == second and figures(first)["audience.Membership"] == (3, 3, 0)
    assert tenant.objects(Erasure).count() == 1 and len(entries(tenant, act="erasure.certified")) == 1


@pytest.mark.sqlite
def test_bytes_that_nobody_overwrote_are_found_and_the_file_is_written_anew(scene: Scene) -> None:
    """As a full page leaves them that was split, or a program that deletes without overwriting."""
    path = home().tenant(scene.tenant.slug) / DATA_FILE
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA secure_delete = OFF")
        for statement in ("CREATE TABLE old (email TEXT)", f"INSERT INTO old VALUES ('{ADDRESS}')", "DROP TABLE old"):
            other.execute(statement)
    certificate = erase(scene.tenant)
    assert certificate["search"]["rewritten"] == [f"tenants/alpha/{DATA_FILE}"] and scene.bytes_left() == set()


def test_each_store_names_itself_once() -> None:
    codes = [store.code for store in STORES]
    assert len(codes) == len(set(codes)) and all(store.remove or store.kept for store in STORES)
