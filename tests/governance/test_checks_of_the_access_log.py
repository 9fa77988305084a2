"""The checks of the access log see that it stopped, that it was changed, and that it keeps for too long."""

from datetime import timedelta

import pytest

from siegelpost.evidence.access import Access, record
from siegelpost.evidence.access_proof import forget, vouch
from siegelpost.evidence.seal import seal
from siegelpost.flows.access_log import keep_access_log, keep_access_logs
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db, record_installation
from tests.evidence.logs import past_the_system
from tests.governance.watching import NOW, WHO, seen

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_an_hour_without_its_entry_is_seen(alpha: TenantDB) -> None:
    assert seen("2.2-02", alpha).state == "amber"
    keep_access_log(alpha, now=NOW - HOUR)
    assert seen("2.2-02", alpha).state == "green"


def test_content_that_somebody_deleted_before_its_time_is_seen(alpha: TenantDB) -> None:
    keep_access_log(alpha, now=NOW - 46 * DAY)
    keep_access_log(alpha, now=NOW - HOUR)
    vouch(alpha, actor=WHO, now=NOW)
    forget(alpha, actor=WHO, now=NOW)
    assert seen("2.2-03", alpha).state == "green"
    past_the_system(alpha, "UPDATE evidence_accessentry SET content = NULL")
    found = seen("2.2-03", alpha)
    assert (found.state, found.evidence["lost_early"]) == ("red", 1)


def test_an_entry_of_somebody_else_is_not_the_hourly_one(alpha: TenantDB) -> None:
    record(alpha, Access(NOW - HOUR, "staff:1", "lists", "read"))
    keep_access_log(alpha, now=NOW - 3 * HOUR)
    assert seen("2.2-02", alpha).state == "amber"


def test_a_changed_access_log_is_seen(alpha: TenantDB) -> None:
    keep_access_log(alpha, now=NOW - HOUR)
    record(alpha, Access(NOW, "staff:1", "lists", "read"))
    vouch(alpha, actor=WHO, now=NOW)
    assert seen("2.2-02", alpha).state == "green"
    past_the_system(alpha, "DELETE FROM evidence_accessentry WHERE id = 2")
    found = seen("2.2-02", alpha)
    assert (found.state, found.evidence["changed_batches"]) == ("red", 1)


@pytest.mark.parametrize(("days", "wanted"), [(0, "green"), (45, "green"), (46, "red")])
def test_content_that_is_kept_for_too_long_is_seen(alpha: TenantDB, days: int, wanted: str) -> None:
    record(alpha, Access(NOW - days * DAY, "staff:1", "lists", "read"))
    assert seen("2.2-03", alpha).state == wanted
    vouch(alpha, actor=WHO, now=NOW)
    forget(alpha, actor=WHO, now=NOW)
    assert seen("2.2-03", alpha).state == "green"


@pytest.mark.touches_beta
def test_the_hourly_entry_comes_everywhere_though_one_log_is_broken(alpha: TenantDB, beta: TenantDB) -> None:
    past_the_system(alpha, "ALTER TABLE evidence_accessentry RENAME TO elsewhere")
    keep_access_logs([alpha, beta], now=NOW)
    assert seen("2.2-02", beta).state == "green"
    vouched = vouch(operator_db(), actor=WHO, now=NOW)
    assert vouched == 1


def test_the_operators_own_logs_are_watched_too(no_tenants: None) -> None:
    record_installation("0" * 32, "", now=NOW)
    log = operator_db()
    assert (seen("2.2-01").state, seen("2.2-02").state) == ("amber", "amber"), "nothing was signed or marked yet"
    keep_access_log(log, now=NOW - HOUR)
    vouch(log, actor=WHO, now=NOW)
    seal(log, now=NOW)
    assert (seen("2.2-01").state, seen("2.2-02").state) == ("green", "green")
    with log.atomic(), log.cursor() as cursor:
        cursor.execute("UPDATE evidence_accessentry SET content = hash")
        free = "DROP TRIGGER evidence_entry_no_update" if log.vendor == "sqlite" else "SET LOCAL session_replication_role = replica"
        cursor.execute(free)
        cursor.execute("UPDATE evidence_entry SET actor = 'staff:9' WHERE id = (SELECT max(id) FROM evidence_entry)")
    whole, access = seen("2.2-01"), seen("2.2-02")
    assert (whole.state, whole.evidence["operator_faults"]) == ("red", {"changed": 1})
    assert (access.state, access.evidence["operator_changed_batches"]) == ("red", 1)
