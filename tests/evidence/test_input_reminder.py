"""Once a month, while the input log is on, its tenant is reminded by mail that it can be fetched."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from siegelpost.delivery.models import Outgoing
from siegelpost.evidence.input_switch import switch
from siegelpost.evidence.reads import entries
from siegelpost.flows.input_log import Comparing, switch_input_log, write_csv_file
from siegelpost.flows.input_reminder import remind
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import open_tenant
from tests.evidence.logs import WHO, exported
from tests.evidence.test_input_log import an_instruction
from tests.evidence.test_sealing import told
from tests.mailings.making import some_sender
from tests.patience import PATIENCE

URL = "https://staff.example.org"
MADE = datetime(2026, 9, 20, 12, tzinfo=UTC)
DUE = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)


@pytest.fixture
def on(alpha: TenantDB) -> TenantDB:
    """Alpha with a data protection address and a sender, and with its input log on since September."""
    switch(alpha, True, instruction_id=1, actor=WHO, now=MADE)
    some_sender(alpha)
    return told(alpha, "dpo@example.org")


def mails(tenant: TenantDB) -> list[Outgoing]:
    return list(tenant.objects(Outgoing).filter(kind="notice").order_by("id"))


def test_a_month_that_began_with_the_log_on_brings_one_mail(on: TenantDB) -> None:
    days = [DUE - timedelta(days=1), DUE, DUE, DUE + timedelta(days=30), DUE + timedelta(days=31)]
    assert [remind(on, staff_url=URL, now=day) for day in days] == [True, True, False, False, True]
    assert [one["details"] for one in entries(on, act="evidence.input_log_reminded")] == [
        {"month": "2027-01"}, {"month": "2026-12"}, {"month": "2026-11"}
    ]  # fmt: skip
    assert [mail.to for mail in mails(on)] == ["dpo@example.org"] * 3


@pytest.mark.parametrize(("language", "words"), [("de", "Eingabeprotokoll"), ("en", "Input log")])
def test_it_says_which_days_can_be_fetched_and_where_and_these_days_make_one_file(
    on: TenantDB, tmp_path: Path, language: str, words: str
) -> None:
    Tenant.objects.filter(slug="alpha").update(language=language)
    tenant = open_tenant("alpha")
    assert remind(tenant, staff_url=URL, now=DUE)
    (mail,) = mails(tenant)
    assert words in mail.subject and "Alpha GmbH" in mail.subject
    for one in ("2026-09-02", "2026-11-30", f"{URL}/t/alpha/input-log", "siegelpost evidence verify"):
        assert one in mail.text
    first, last = datetime(2026, 9, 2, tzinfo=UTC).date(), datetime(2026, 11, 30, tzinfo=UTC).date()
    assert write_csv_file(tenant, tmp_path / "log.csv", first, last, actor=WHO, now=DUE).lines > 0


def test_its_address_stands_in_no_entry(on: TenantDB, tmp_path: Path) -> None:
    assert remind(on, staff_url=URL, now=DUE)
    assert b"dpo@" not in exported(on, tmp_path / "log")


def test_nobody_is_reminded_of_a_log_that_is_off_or_has_just_been_switched_on(on: TenantDB) -> None:
    switch(on, False, instruction_id=1, actor=WHO, now=DUE - timedelta(days=2))
    assert not remind(on, staff_url=URL, now=DUE)
    switch(on, True, instruction_id=1, actor=WHO, now=DUE + timedelta(hours=1))
    assert not remind(on, staff_url=URL, now=DUE + timedelta(hours=2))
    assert remind(on, staff_url=URL, now=DUE + timedelta(days=31)) and len(mails(on)) == 1


def test_without_an_address_or_a_sender_no_mail_is_queued(alpha: TenantDB) -> None:
    switch(alpha, True, instruction_id=1, actor=WHO, now=MADE)
    assert not remind(told(alpha, "dpo@example.org"), staff_url=URL, now=DUE)
    some_sender(alpha)
    assert not remind(told(open_tenant("alpha"), ""), staff_url=URL, now=DUE)
    assert mails(alpha) == []


def test_two_workers_at_the_same_moment_bring_one_mail(on: TenantDB) -> None:
    on.close()
    together, came = threading.Barrier(4), list[bool]()

    def work() -> None:
        together.wait(PATIENCE)
        try:
            came.append(remind(on, staff_url=URL, now=DUE))
        finally:
            on.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(came) == [False, False, False, True] and len(mails(on)) == 1


def test_the_worker_reminds(alpha: TenantDB) -> None:
    some_sender(alpha)
    tenant, now = told(alpha, "dpo@example.org"), datetime.now(UTC)
    switch_input_log(tenant, True, instruction_id=an_instruction(tenant), actor=WHO, now=now)
    Comparing(URL, first=0).look([tenant], now=now + timedelta(days=62))
    (mail,) = mails(tenant)
    assert f"{URL}/t/alpha/input-log" in mail.text


def test_a_log_that_was_switched_off_in_the_month_itself_needs_no_reminder(on: TenantDB) -> None:
    switch(on, False, instruction_id=1, actor=WHO, now=DUE + timedelta(minutes=1))
    assert not remind(on, staff_url=URL, now=DUE + timedelta(hours=1)) and mails(on) == []
