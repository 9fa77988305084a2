"""Each spool file is added up once: not lost, not doubled, for the right tenant."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from siegelpost.base.actor import Actor
from siegelpost.measure import reads
from siegelpost.measure.aggregate import Aggregated, aggregate, hour_at
from siegelpost.measure.models import ClassCounter, Counter, SpoolDone, Unique
from siegelpost.measure.policy import plan
from siegelpost.measure.rules import Counted
from siegelpost.measure.services import register_targets
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_by_number
from tests.measure.reported import delivered_to

NOW = datetime(2026, 3, 2, 10, 20, tzinfo=UTC)
HOUR = hour_at(NOW)
OPERATOR = Actor.operator()


def file_in(home: Path, text: str, *, hour: int = HOUR - 1, epoch: str = "e1", number: int = 1) -> Path:
    path = home / "spool" / f"{epoch}-{hour}-{number}.spool"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def registered(tenant: TenantDB, mailing_id: int = 3, variant_id: int = 17, *, people: bool = True, got: int = 100) -> None:
    made = plan(tenant, mailing_id, {variant_id: ["https://example.com/a"]}, public_url="http://localhost:8001", mode="anonymous")
    register_targets(tenant, replace(made, people=people), actor=OPERATOR, now=NOW)
    delivered_to(tenant, mailing_id, variant_id, got)


def counters(tenant: TenantDB) -> list[tuple[int, int, int, int]]:
    return sorted(tenant.objects(Counter).values_list("variant_id", "position", "hour", "n"))


def test_lines_become_counters_and_the_file_goes(alpha: TenantDB, tmp_path: Path) -> None:
    n = alpha.number
    ends = f"c {n} 17 machine scanner 1\nc {n} 17 device phone 3\nu {n} 17 0 2\n"
    path = file_in(tmp_path, f"h {n} 17 0\n" * 3 + f"h {n} 17 1\n{ends}")
    assert aggregate(tmp_path, open_by_number, now=NOW) == Aggregated(files=1, lines=4)
    assert not path.exists()
    assert counters(alpha) == [(17, 0, HOUR - 1, 3), (17, 1, HOUR - 1, 1)]
    assert dict(alpha.objects(ClassCounter).values_list("name", "n")) == {"scanner": 1, "phone": 3}
    told = {(row.position, row.epoch): row.estimate for row in alpha.objects(Unique)}
    assert told == {(0, "e1"): 2, (1, "e1"): None, (-1, "e1"): None}


def test_counters_of_more_files_add_up(alpha: TenantDB, tmp_path: Path) -> None:
    for number in range(3):
        file_in(tmp_path, f"h {alpha.number} 17 0\nu {alpha.number} 17 0 {number}\n", number=number)
        aggregate(tmp_path, open_by_number, now=NOW)
    assert counters(alpha) == [(17, 0, HOUR - 1, 3)]
    assert alpha.objects(Unique).get(position=0).estimate == 2


def test_a_crash_between_commit_and_unlink_doubles_nothing(alpha: TenantDB, tmp_path: Path) -> None:
    text = f"h {alpha.number} 17 0\n"
    file_in(tmp_path, text)
    aggregate(tmp_path, open_by_number, now=NOW)
    file_in(tmp_path, text)  # as if it had not been removed
    assert aggregate(tmp_path, open_by_number, now=NOW).files == 1
    assert counters(alpha) == [(17, 0, HOUR - 1, 1)]


def test_a_crash_between_two_tenants_doubles_nothing_and_loses_nothing(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    file_in(tmp_path, f"h {alpha.number} 17 0\nh 99 17 0\n")

    def fails_for_99(number: int) -> TenantDB:
        if number == 99:
            raise OSError("as if the process died here")
        return open_by_number(number)

    with pytest.raises(OSError, match="died"):
        aggregate(tmp_path, fails_for_99, now=NOW)
    assert counters(alpha) == [(17, 0, HOUR - 1, 1)]
    assert aggregate(tmp_path, open_by_number, now=NOW).files == 1
    assert counters(alpha) == [(17, 0, HOUR - 1, 1)]


def test_lines_of_a_tenant_that_is_gone_are_dropped(alpha: TenantDB, tmp_path: Path) -> None:
    path = file_in(tmp_path, "h 99 17 0\n")
    assert aggregate(tmp_path, open_by_number, now=NOW).files == 1
    assert not path.exists()
    assert counters(alpha) == []


def test_the_running_hour_waits_in_production_and_not_in_a_test_system(alpha: TenantDB, tmp_path: Path) -> None:
    file_in(tmp_path, f"h {alpha.number} 17 0\n", hour=HOUR)
    assert aggregate(tmp_path, open_by_number, now=NOW) == Aggregated()
    assert counters(alpha) == []
    assert aggregate(tmp_path, open_by_number, now=NOW, at_once=True).files == 1
    assert counters(alpha) == [(17, 0, HOUR, 1)]


def test_the_hour_is_over_at_the_full_hour(alpha: TenantDB, tmp_path: Path) -> None:
    file_in(tmp_path, f"h {alpha.number} 17 0\n", hour=HOUR)
    assert aggregate(tmp_path, open_by_number, now=NOW + timedelta(minutes=40)).files == 1


def test_marks_of_files_that_are_gone_do_not_stay(alpha: TenantDB, tmp_path: Path) -> None:
    for number in range(4):
        file_in(tmp_path, f"h {alpha.number} 17 0\n", number=number)
        aggregate(tmp_path, open_by_number, now=NOW)
    assert alpha.objects(SpoolDone).count() == 1


def test_each_tenant_gets_its_own_lines(alpha: TenantDB, tmp_path: Path) -> None:
    file_in(tmp_path, f"h {alpha.number} 17 0\nh 99 17 0\nh 99 18 0\n")
    aggregate(tmp_path, open_by_number, now=NOW)
    assert counters(alpha) == [(17, 0, HOUR - 1, 1)]


def test_counter_rows_come_in_the_order_of_variants_and_not_of_requests(alpha: TenantDB, tmp_path: Path) -> None:
    lines = [f"h {alpha.number} {variant} {place}\n" for variant, place in [(19, 2), (17, 1), (19, 0), (17, 0)]]
    file_in(tmp_path, "".join(lines))
    aggregate(tmp_path, open_by_number, now=NOW)
    assert list(alpha.objects(Counter).order_by("id").values_list("variant_id", "position")) == [(17, 0), (17, 1), (19, 0), (19, 2)]


def test_figures_say_what_was_counted_for_each_variant(alpha: TenantDB, tmp_path: Path) -> None:
    registered(alpha)
    n = alpha.number
    ends = f"c {n} 17 device phone 1\nc {n} 17 device proxy 1\nc {n} 17 machine privacy 7\nu {n} 17 0 2\n"
    file_in(tmp_path, f"h {n} 17 0\nh {n} 17 0\nh {n} 17 1\n{ends}")
    aggregate(tmp_path, open_by_number, now=NOW)
    [figures] = reads.figures(alpha, 3, before_hour=HOUR)
    assert figures.opens == Counted(2, (2,), by_proxy=1)
    assert figures.links == (("https://example.com/a", Counted(1, (None,))),)
    assert figures.any_link == Counted(1, (None,))
    assert reads.figures(alpha, 3, before_hour=HOUR - 1)[0].opens.hits == 0
    assert (figures.machines.hits, figures.followed.hits) == (7, 0)
    assert reads.devices(alpha, 3) == {"phone": 1, "proxy": 1}


@pytest.mark.parametrize("got", [19, 20, 21])
def test_what_fewer_than_twenty_had_got_by_then_is_not_written_down(alpha: TenantDB, tmp_path: Path, got: int) -> None:
    registered(alpha, got=got)
    n = alpha.number
    file_in(tmp_path, f"h {n} 17 0\nc {n} 17 device phone 1\nu {n} 17 0 1\n")
    aggregate(tmp_path, open_by_number, now=NOW)
    kept = (len(counters(alpha)), alpha.objects(ClassCounter).count(), alpha.objects(Unique).count())
    assert kept == ((0, 0, 0) if got < 20 else (1, 1, 1))


@pytest.mark.parametrize("got, told", [(59, None), (62, 40)])
def test_an_estimate_of_nearly_everybody_is_not_written_down(alpha: TenantDB, tmp_path: Path, got: int, told: int | None) -> None:
    registered(alpha, got=got)
    file_in(tmp_path, f"h {alpha.number} 17 0\nu {alpha.number} 17 0 40\n")
    aggregate(tmp_path, open_by_number, now=NOW)
    assert alpha.objects(Unique).get(position=0).estimate == told


def test_without_estimates_no_process_is_noted_that_counted(alpha: TenantDB, tmp_path: Path) -> None:
    registered(alpha, people=False)
    file_in(tmp_path, f"h {alpha.number} 17 0\n")
    aggregate(tmp_path, open_by_number, now=NOW)
    assert alpha.objects(Unique).count() == 0
    [figures] = reads.figures(alpha, 3, before_hour=HOUR)
    assert figures.opens == Counted(1, estimated=False)


def test_each_day_has_a_number_and_two_processes_on_one_day_have_none(alpha: TenantDB, tmp_path: Path) -> None:
    registered(alpha)
    n, yesterday = alpha.number, HOUR - 25
    for hour, epoch in ((yesterday, "e1"), (HOUR - 1, "e1")):
        file_in(tmp_path, f"h {n} 17 0\n" * 9 + f"u {n} 17 0 3\n", hour=hour, epoch=epoch)
    aggregate(tmp_path, open_by_number, now=NOW)
    assert reads.figures(alpha, 3, before_hour=HOUR)[0].opens.estimates == (3, 3)
    file_in(tmp_path, f"h {n} 17 0\nu {n} 17 0 1\n", epoch="e2")
    aggregate(tmp_path, open_by_number, now=NOW)
    assert reads.figures(alpha, 3, before_hour=HOUR)[0].opens.estimates == (3, None)


def test_the_log_says_when_salts_were_thrown_away(alpha: TenantDB, tmp_path: Path) -> None:
    file_in(tmp_path, f"x {alpha.number} 4\n")
    aggregate(tmp_path, open_by_number, now=NOW)
    with alpha.cursor() as cursor:
        cursor.execute("SELECT details FROM evidence_entry WHERE act = 'measure.salts_destroyed'")
        [(details,)] = cursor.fetchall()
    assert json.loads(details)["variants"] == 4


def test_targets_are_kept_once_and_frozen(alpha: TenantDB) -> None:
    registered(alpha)
    registered(alpha, got=0)
    assert reads.targets(alpha) == [(17, 0, ""), (17, 1, "https://example.com/a")]
