"""The runner makes what is due, bounds each check, keeps what was found, and writes every change into the tenant's log."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from siegelpost.base.controls import BASES, DECLARED, EVIDENCED, INSTALLATION, TESTED, Around, Check, Finding, finding
from siegelpost.base.settings import process_settings
from siegelpost.evidence.reads import about
from siegelpost.flows.controls.collected import CHECKS
from siegelpost.flows.controls.judge import FAULT
from siegelpost.flows.controls.rounds import Rounds, run_all
from siegelpost.flows.controls.standing import Standing, standings
from siegelpost.flows.controls.words import BASES as WORDS
from siegelpost.flows.controls.words import FACTS
from siegelpost.governance.models import Result
from siegelpost.governance.results import keep, results, results_of_installation
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db, record_installation
from tests.evidence.logs import past_the_system
from tests.governance.watching import NOW, WHO, watching
from tests.patience import PATIENCE

MINUTE = timedelta(minutes=1)


def make(tenant: TenantDB, *checks: Check, now: datetime = NOW) -> None:
    """Make these checks now, as the command does."""
    run_all([tenant], process_settings(), actor=WHO, now=now, checks=checks)


def logged(tenant: TenantDB, control: str = "3-11") -> list[tuple[str, str]]:
    """States before and after, the oldest first."""
    return [(one.details["before"], one.details["state"]) for one in reversed(about(tenant, (f"control:{control}",)))]


def one_of(found: list[Standing], control: str = "3-11") -> Standing:
    (one,) = (one for one in found if one.control.id == control)
    return one


def raises(*_: object) -> Finding:
    raise ValueError("ann@example.org has no list")


def test_each_change_of_state_is_an_entry_and_the_rest_one_a_day(alpha: TenantDB) -> None:
    for hours, state in enumerate(("green", "green", "red", "red", "green")):
        make(alpha, watching(lambda *_, state=state: Finding(state)), now=NOW + timedelta(hours=hours))
    assert logged(alpha) == [("", "green"), ("green", "red"), ("red", "green")]
    make(alpha, watching(), now=NOW + timedelta(hours=27))
    assert len(logged(alpha)) == 3
    make(alpha, watching(), now=NOW + timedelta(hours=28))
    assert logged(alpha)[3:] == [("green", "green")]
    found = results(alpha)["3-11"]
    assert (found.state, found.since, found.evidence) == ("green", NOW + timedelta(hours=4), {"n": 1})


def test_a_result_and_its_entry_come_and_go_together(alpha: TenantDB) -> None:
    with pytest.raises(TypeError):
        keep(alpha, "3-11", Finding("red", {"people": {1, 2}}), actor=WHO, now=NOW)
    assert logged(alpha) == [] and results(alpha) == {}


def test_a_check_that_raises_is_amber_by_name_and_stops_no_other(alpha: TenantDB) -> None:
    make(alpha, watching(raises), watching(control="4.3-07"))
    found = results(alpha)
    assert (found["3-11"].state, found["3-11"].evidence) == ("amber", {"fault": "ValueError"}), "no word of what it said"
    assert found["4.3-07"].state == "green"


@pytest.mark.parametrize("found", [None, Finding("grün"), Finding("green", {"much": "x" * 5000}), Finding("green", {"what": object()})])
def test_a_check_that_finds_nothing_that_can_be_kept_is_amber(alpha: TenantDB, found: Finding) -> None:
    make(alpha, watching(lambda *_: found))
    assert results(alpha)["3-11"].state == "amber"


def hanging() -> tuple[Callable[..., Finding], threading.Event, list[int]]:
    """A check that hangs until it is let go, and how often it was begun."""
    go, begun = threading.Event(), list[int]()

    def run(*_: object) -> Finding:
        begun.append(1)
        go.wait(PATIENCE)
        return finding()

    return run, go, begun


def test_a_check_that_hangs_is_amber_and_the_others_go_on_beside_it(alpha: TenantDB) -> None:
    run, go, begun = hanging()
    rounds = Rounds(process_settings(), checks=(watching(run, limit=0.05), watching(control="4.3-07")), first=0.0)
    try:
        for minutes in (0, 10, 20):
            rounds._not_before = 0.0
            rounds.look([alpha], now=NOW + minutes * MINUTE, seconds=20)
            found = results(alpha)
            assert (found["3-11"].state, found["3-11"].evidence["fault"]) == ("amber", "hung")
            assert (found["4.3-07"].state, found["4.3-07"].checked_at) == ("green", NOW + minutes * MINUTE)
        assert len(begun) == 1, "one that hangs is not begun once more beside itself"
    finally:
        go.set()
    for running in rounds._left_behind.values():
        running._thread.join(PATIENCE)
    rounds._not_before = 0.0
    rounds.look([alpha], now=NOW + 30 * MINUTE, seconds=20)
    assert results(alpha)["3-11"].state == "green"


def test_a_long_check_does_not_hold_up_the_worker(alpha: TenantDB) -> None:
    run, go, _begun = hanging()
    rounds = Rounds(process_settings(), checks=(watching(run),), first=0.0)
    rounds.look([alpha], now=NOW, seconds=0.01)
    assert results(alpha) == {}
    go.set()
    rounds.look([alpha], now=NOW, seconds=20)
    assert results(alpha)["3-11"].state == "green"


def test_only_what_is_due_is_made_and_nothing_in_the_first_minute(alpha: TenantDB) -> None:
    made: list[str] = []

    def check(control: str, minutes: int) -> Check:
        def run(*_: object) -> Finding:
            made.append(control)
            return finding()

        return watching(run, control, every=minutes * MINUTE)

    checks = (check("3-11", 10), check("4.3-07", 60))
    Rounds(process_settings(), checks=checks).look([alpha], now=NOW, seconds=20)
    assert made == []
    for minutes in (0, 9, 10, 60):
        Rounds(process_settings(), checks=checks, first=0.0).look([alpha], now=NOW + minutes * MINUTE, seconds=20)
    assert made == ["3-11", "4.3-07", "3-11", "3-11", "4.3-07"]


@pytest.mark.touches_beta
def test_a_tenant_whose_results_cannot_be_read_holds_up_no_other(alpha: TenantDB, beta: TenantDB) -> None:
    past_the_system(alpha, "DROP TABLE governance_result")
    Rounds(process_settings(), checks=(watching(),), first=0.0).look([alpha, beta], now=NOW, seconds=20)
    assert results(beta)["3-11"].state == "green"


def test_what_was_found_about_the_installation_lies_in_the_control_database_and_in_the_operators_log(alpha: TenantDB) -> None:
    record_installation("0" * 32, "", now=NOW)
    make(alpha, watching(lambda around: finding(red=around.now != NOW), scope=INSTALLATION))
    make(alpha, watching(lambda around: finding(red=around.now != NOW), scope=INSTALLATION), now=NOW + MINUTE)
    found = results_of_installation()["3-11"]
    assert (found.state, found.since, found.checked_at) == ("red", NOW + MINUTE, NOW + MINUTE)
    acts = reversed(about(operator_db(), ("control:3-11",)))
    assert [(one.details["before"], one.details["state"]) for one in acts] == [("", "green"), ("green", "red")]
    assert results(alpha) == {} and logged(alpha) == []


def test_a_result_that_is_twice_as_old_as_its_interval_has_expired_without_anybody_writing_it(alpha: TenantDB) -> None:
    check = watching()
    make(alpha, check)
    for age, state in ((20 * MINUTE, "green"), (21 * MINUTE, "expired"), (-21 * MINUTE, "expired")):
        found = one_of(standings([alpha], now=NOW + age, checks=(check,)))
        assert (found.state, found.checked_at, found.basis) == (state, NOW, "tested")
    assert alpha.objects(Result).get().state == "green"


def test_without_a_check_or_before_its_first_run_a_control_is_not_set_up(alpha: TenantDB) -> None:
    found = standings([alpha], now=NOW, checks=(watching(),))
    assert len(found) == 134 and {one.state for one in found} == {"not_set_up"}
    assert (one_of(found).basis, one_of(found, "1.1-09").basis) == ("tested", "")


@pytest.mark.touches_beta
def test_a_control_of_all_tenants_is_as_good_as_the_worst_of_them(alpha: TenantDB, beta: TenantDB) -> None:
    check = watching()
    keep(alpha, "3-11", finding(n=1), actor=WHO, now=NOW)
    found = one_of(standings([alpha, beta], now=NOW, checks=(check,)))
    assert (found.state, found.tenants) == ("not_set_up", {"green": 1, "not_set_up": 1})
    keep(beta, "3-11", finding(red=True, n=2), actor=WHO, now=NOW + MINUTE)
    found = one_of(standings([alpha, beta], now=NOW + MINUTE, checks=(check,)))
    assert (found.state, found.tenants, found.checked_at, found.since) == ("red", {"green": 1, "red": 1}, NOW, NOW + MINUTE)
    assert found.evidence == {"tenant": "beta", "n": 2}
    alone = one_of(standings([alpha], now=NOW, checks=(check,)))
    assert (alone.state, alone.evidence) == ("green", {"n": 1}), "whoever looks at one tenant sees nothing of another"


def test_one_that_is_watched_in_two_ways_is_as_good_as_the_worse_and_says_what_both_found(alpha: TenantDB) -> None:
    checks = (watching(), watching(lambda _around: finding(amber=True, m=3), scope=INSTALLATION, whole=False))
    make(alpha, *checks)
    found = one_of(standings([alpha], now=NOW, checks=checks))
    assert (found.state, found.evidence, found.whole) == ("amber", {"n": 1, "m": 3}, False)


def test_a_control_rests_on_the_weakest_of_its_checks_and_each_basis_has_its_words(alpha: TenantDB) -> None:
    for both, basis in (((TESTED, EVIDENCED), EVIDENCED), ((DECLARED, TESTED), DECLARED), ((TESTED, TESTED), TESTED)):
        checks = (watching(basis=both[0]), watching(lambda _around: finding(), scope=INSTALLATION, basis=both[1]))
        assert one_of(standings([alpha], now=NOW, checks=checks)).basis == basis
    assert set(BASES) == set(WORDS) == {"tested", "evidenced", "declared"} and {one.basis for one in CHECKS} <= set(BASES)


def test_checks_get_settings_and_time_in_a_thread_of_their_own(alpha: TenantDB) -> None:
    got: list[object] = []

    def run(tenant: TenantDB, around: Around) -> Finding:
        got.extend((tenant.slug, around.settings, around.now, threading.current_thread().name))
        return finding(rows=tenant.objects(Result).count())

    make(alpha, watching(run))
    assert got == ["alpha", process_settings(), NOW, "control 3-11"]


@pytest.mark.slow
def test_everything_that_checks_say_has_words_for_it(alpha: TenantDB) -> None:
    record_installation("0" * 32, "", now=NOW)
    make(alpha, *CHECKS)
    evidence = [one.evidence for one in (*results(alpha).values(), *results_of_installation().values())]
    assert len(evidence) == len(CHECKS)
    assert {key for one in evidence for key in one} <= set(FACTS)
    assert [one for one in evidence if FAULT in one] == []
