"""The operator has a log, too: what is done to the whole installation stands there, and the tenants are its witnesses."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import DatabaseError, connections

from siegelpost.base.settings import process_settings
from siegelpost.delivery.models import Outgoing
from siegelpost.delivery.pace_rules import Limits
from siegelpost.evidence.models import Checkpoint, Entry
from siegelpost.evidence.reads import entries
from siegelpost.evidence.verify import verify
from siegelpost.flows.change_tenant import change_tenant
from siegelpost.flows.make_tenant import make_tenant
from siegelpost.flows.operator_acts import write_down
from siegelpost.flows.pace import limit_receivers
from siegelpost.flows.routing import remove_relay, set_relay
from siegelpost.flows.sealing import Sealing
from siegelpost.flows.set_up import set_up
from siegelpost.flows.staff import let_operate, set_active
from siegelpost.tenancy.change import words_of
from siegelpost.tenancy.errors import HomeMissing, SlugWrong
from siegelpost.tenancy.handle import OperatorDB, TenantDB
from siegelpost.tenancy.installation import operator_db
from siegelpost.tenancy.models import Installation
from siegelpost.tenancy.provision import NewTenant
from tests.evidence.logs import NOW, WHO, exported
from tests.mailings.making import some_sender

SET_UP = ["installation.environment", "installation.set_up"]


@pytest.fixture
def operator(alpha: TenantDB) -> OperatorDB:
    """An installation that `init` made, beside the tenant alpha."""
    set_up("0" * 32, "", process_settings(), language="en", now=NOW)
    return operator_db()


def acts(operator: OperatorDB) -> list[str]:
    """What stands in the log, the oldest first."""
    return [one["act"] for one in reversed(entries(operator))]


@pytest.mark.slow
def test_what_is_done_to_the_installation_is_written_down(operator: OperatorDB) -> None:
    settings = process_settings()
    for name in ("operator", "second"):  # the last one cannot be blocked
        let_operate(f"{name}@example.org", language="en", now=NOW)
    set_active("operator@example.org", active=False, now=NOW)
    set_relay("spare", "smtp://127.0.0.1:2525?tls=off", settings=settings, now=NOW)
    remove_relay("spare", now=NOW)
    limit_receivers("big", ["example.net"], Limits(per_hour=10), now=NOW)
    make_tenant(NewTenant(slug="gamma", name="Gamma GmbH"), settings, now=NOW)
    staff = ["staff.operator_made", "staff.operator_made", "staff.shut_out"]
    wanted = [*SET_UP, *staff, "relay.set", "relay.removed", "pace.set", "tenancy.created"]
    assert acts(operator) == wanted
    assert not [one for one in entries(operator) if "@" in str(one)]


def test_an_act_that_fails_is_not_written_down(operator: OperatorDB) -> None:
    with pytest.raises(Exception, match="pace"):
        limit_receivers("", [], Limits(per_hour=10), now=NOW)
    assert acts(operator) == SET_UP


def test_its_file_proves_itself_and_the_mails_of_tenants_are_witnesses_of_it(operator: OperatorDB, alpha: TenantDB, tmp_path: Path) -> None:
    before = words_of(alpha)
    alpha = change_tenant(alpha, replace(before, data_protection="dpo@example.org"), version=before.version, actor=WHO, now=NOW)
    some_sender(alpha)
    Sealing(first=0.0).look([alpha], now=NOW)
    mail = alpha.objects(Outgoing).get(kind="checkpoint").text.encode()
    write_down("relay.set", subject="relay:x", now=NOW)
    for log in (operator, alpha):
        found = verify(exported(log, tmp_path / log.slug).splitlines(keepends=True), [mail])
        assert (found.counts, found.witnessed) == ({}, 1)
        assert found.origin.endswith(f"/{log.slug}")


def test_a_log_that_was_written_anew_with_the_operators_own_key_is_found(operator: OperatorDB, alpha: TenantDB, tmp_path: Path) -> None:
    before = words_of(alpha)
    alpha = change_tenant(alpha, replace(before, data_protection="dpo@example.org"), version=before.version, actor=WHO, now=NOW)
    some_sender(alpha)
    write_down("relay.set", subject="relay:x", now=NOW)
    Sealing(first=0.0).look([alpha], now=NOW)
    mail = alpha.objects(Outgoing).get(kind="checkpoint").text.encode()
    _forget_everything()
    write_down("installation.set_up", subject="installation", now=NOW)
    write_down("relay.set", subject="relay:another", now=NOW)
    found = verify(exported(operator, tmp_path / "anew").splitlines(keepends=True), [mail])
    assert found.counts == {"rewritten": 1}


def test_nobody_changes_an_entry_or_takes_one_out(operator: OperatorDB) -> None:
    for statement in ("UPDATE evidence_entry SET act = 'x'", "DELETE FROM evidence_entry"):
        with pytest.raises(DatabaseError, match="append-only"), operator.atomic(), operator.cursor() as cursor:
            cursor.execute(statement)
    assert acts(operator) == SET_UP


def test_a_tenant_cannot_take_its_name(operator: OperatorDB) -> None:
    with pytest.raises(SlugWrong):
        make_tenant(NewTenant(slug=operator.slug, name="Not the operator"), process_settings(), now=NOW)
    assert acts(operator) == SET_UP


def test_before_init_there_is_none(alpha: TenantDB) -> None:
    Installation.objects.all().delete()
    with pytest.raises(HomeMissing):
        operator_db()
    Sealing(first=0.0).look([alpha], now=NOW)
    assert alpha.objects(Checkpoint).count() == 1


def test_its_entries_are_in_no_log_of_a_tenant(operator: OperatorDB, alpha: TenantDB) -> None:
    write_down("relay.set", subject="relay:x", now=NOW)
    assert not alpha.objects(Entry).filter(act="relay.set").exists()
    assert operator.objects(Entry).filter(act="relay.set").count() == 1


def _forget_everything() -> None:
    """As whoever owns the database can."""
    connection = connections["default"]
    tables = ("evidence_entry", "evidence_leaf", "evidence_checkpoint")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("SET session_replication_role = replica")
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
        if connection.vendor != "sqlite":
            cursor.execute("SET session_replication_role = origin")
