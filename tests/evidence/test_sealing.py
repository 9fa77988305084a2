"""The worker signs what was logged, for every tenant, and one broken log keeps no other from being signed."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from siegelpost.delivery.models import Outgoing
from siegelpost.evidence.models import Checkpoint
from siegelpost.evidence.seal import seal, unsealed
from siegelpost.evidence.verify import verify
from siegelpost.flows.change_tenant import change_tenant
from siegelpost.flows.sealing import Sealing, mail_to_witness
from siegelpost.tenancy.change import words_of
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_tenant
from tests.evidence.logs import NOW, WHO, exported, past_the_system, write
from tests.mailings.making import some_sender


@pytest.mark.touches_beta
def test_every_tenant_gets_a_checkpoint_and_then_none_for_ten_minutes(alpha: TenantDB, beta: TenantDB) -> None:
    sealing = Sealing(first=0.0)
    sealing.look([alpha, beta], now=NOW)
    assert [unsealed(tenant).exists() for tenant in (alpha, beta)] == [False, False]
    write(alpha)
    sealing.look([alpha, beta], now=NOW)
    assert unsealed(alpha).exists() and alpha.objects(Checkpoint).count() == 1


@pytest.mark.touches_beta
def test_a_broken_log_holds_up_no_other(alpha: TenantDB, beta: TenantDB) -> None:
    seal(alpha, now=NOW)
    past_the_system(alpha, "DELETE FROM evidence_leaf WHERE id > 1")
    Sealing(first=0.0).look([alpha, beta], now=NOW)
    assert beta.objects(Checkpoint).count() == 1
    assert alpha.objects(Checkpoint).count() == 1


def test_a_worker_that_has_just_begun_has_other_things_to_do(alpha: TenantDB) -> None:
    Sealing().look([alpha], now=NOW)
    assert not alpha.objects(Checkpoint).exists()


def told(tenant: TenantDB, to: str) -> TenantDB:
    before = words_of(tenant)
    return change_tenant(tenant, replace(before, data_protection=to), version=before.version, actor=WHO, now=NOW)


def test_whoever_keeps_checkpoints_gets_one_a_day_and_can_prove_the_log_with_it(alpha: TenantDB, tmp_path: Path) -> None:
    tenant = told(alpha, "dpo@example.org")
    some_sender(tenant)
    write(tenant, 5)
    hours = [mail_to_witness(tenant, seal(tenant, now=NOW), now=NOW + timedelta(hours=n)) for n in (0, 12, 23, 24, 25)]
    assert hours == [True, False, False, True, False]
    mails = list(tenant.objects(Outgoing).filter(kind="checkpoint").order_by("id"))
    assert [mail.to for mail in mails] == ["dpo@example.org"] * 2
    assert "Alpha GmbH" in mails[0].subject and "bewahren" in mails[0].text
    lines = exported(tenant, tmp_path / "log").splitlines(keepends=True)
    found = verify(lines, [mail.text.encode() for mail in mails])
    assert (found.counts, found.witnessed) == ({}, 2)


def test_the_address_of_the_witness_stands_in_no_entry(alpha: TenantDB, tmp_path: Path) -> None:
    tenant = told(alpha, "dpo@example.org")
    some_sender(tenant)
    assert mail_to_witness(tenant, seal(tenant, now=NOW), now=NOW)
    assert b"dpo@" not in exported(tenant, tmp_path / "log")


def test_without_an_address_or_a_sender_nothing_is_mailed(alpha: TenantDB) -> None:
    note = seal(alpha, now=NOW)
    assert not mail_to_witness(told(alpha, "dpo@example.org"), note, now=NOW)
    some_sender(alpha)
    assert not mail_to_witness(told(open_tenant("alpha"), ""), note, now=NOW)
    assert not alpha.objects(Outgoing).exists()
