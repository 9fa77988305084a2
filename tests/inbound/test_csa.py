"""The check list of the Certified Senders Alliance follows what is so: each criterion can be kept and not kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from siegelpost.base.settings import Settings, process_settings
from siegelpost.delivery.models import Delivery
from siegelpost.feedback.brakes import WINDOW
from siegelpost.flows.csa import NOT_KEPT, CheckList, check_list
from siegelpost.mailings.domain_checks import record_check
from siegelpost.mailings.models import Mailing, Sender, SenderDomain
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import record_installation
from tests.delivery.support import NOON, WHO
from tests.inbound.test_brakes import bounce, complain, mailed
from tests.mailings.making import some_sender

GOOD: dict[str, str] = {
    "public_url": "https://news.example.org",
    "complaint_address": "complaints@example.org",
    "relay_url": "smtp://127.0.0.1:9?tls=required",
}


@pytest.fixture
def good(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of an installation that keeps everything; the relay's are those of the process."""
    monkeypatch.setenv("SIEGELPOST_RELAY_URL", GOOD["relay_url"])
    process_settings.cache_clear()
    return replace(process_settings(), **GOOD)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _usual_settings() -> object:
    yield
    process_settings.cache_clear()


def judged(tenant: TenantDB, settings: Settings) -> dict[str, bool | None]:
    """Criterion -> kept."""
    return {one.key: one.kept for one in check_list(tenant, settings=settings, now=NOON).criteria}


def said(found: CheckList) -> str:
    text, facts = found.verdict()
    return text.format(**facts)


@pytest.fixture
def house(alpha: TenantDB) -> TenantDB:
    """A tenant whose sender domain passed its check."""
    domain = some_sender(alpha).domain_id
    record_check(alpha, domain, [], actor=WHO, now=NOON)
    return alpha


def test_whoever_keeps_all_is_told_so_and_that_this_makes_nobody_a_member(house: TenantDB, good: Settings) -> None:
    found = check_list(house, settings=good, now=NOON)
    assert {one.key: one.kept for one in found.criteria if one.kept is not True} == {"hosts": None, "consent": None}
    assert said(found) == "Criteria kept, not a member."
    attested = replace(good, csa_until="2026-03-02")
    assert said(check_list(house, settings=attested, now=NOON)) == "Criteria kept; member until 2026-03-02."
    assert said(check_list(house, settings=attested, now=NOON + timedelta(days=1))) == "Criteria kept, not a member.", "it ends"


def test_each_setting_that_breaks_one_is_seen(house: TenantDB, good: Settings) -> None:
    record_installation("0" * 32, "", now=NOON)
    assert judged(house, replace(good, public_url="http://localhost:8001"))["unsubscribe"] is False
    assert judged(house, replace(good, complaint_address=""))["complaint_address"] is False
    assert judged(replace(house, imprint=" "), good)["imprint"] is False
    assert judged(house, replace(good, signatures="none"))["signature"] is None
    found = check_list(replace(house, imprint=""), settings=replace(good, public_url="http://localhost:8001"), now=NOON)
    assert found.verdict() == (NOT_KEPT, {"n": 2})


@pytest.mark.parametrize(("tls", "demands", "kept"), [("off", False, False), ("opportunistic", False, None), ("opportunistic", True, True)])
def test_tls_is_kept_where_it_is_demanded(
    house: TenantDB, good: Settings, monkeypatch: pytest.MonkeyPatch, tls: str, demands: bool, kept: bool | None
) -> None:
    monkeypatch.setenv("SIEGELPOST_RELAY_URL", f"smtp://127.0.0.1:9?tls={tls}")
    process_settings.cache_clear()
    assert judged(replace(house, demands_tls=demands), good)["tls"] is kept


def test_a_domain_that_was_not_looked_at_for_a_week_or_never_does_not_pass(house: TenantDB, good: Settings) -> None:
    later = check_list(house, settings=good, now=NOON + timedelta(days=8))
    assert [one.facts for one in later.criteria if one.key == "authentication" and one.kept is False] == ["example.org"]
    with house.atomic():
        house.objects(SenderDomain).update(verified_at=None)
    assert judged(house, good)["authentication"] is False


def test_who_sends_from_no_domain_of_their_own_proves_none_and_one_that_nobody_sends_from_matters_not(
    alpha: TenantDB, house: TenantDB, good: Settings
) -> None:
    with house.atomic():
        unused = {"rsa_selector": "r", "rsa_key": b"", "ed_selector": "e", "ed_key": b"", "created_at": NOON}
        house.objects(SenderDomain).create(domain="unused.example", **unused)
    assert judged(house, good)["authentication"] is True
    with house.atomic():
        house.objects(Sender).all().delete()
    assert judged(house, good)["authentication"] is False


@pytest.mark.slow
def test_messages_of_seven_days_count_of_every_mailing_that_still_went_out_then(house: TenantDB, good: Settings) -> None:
    mailing, people = mailed(house, "gmail.com", 1_000)
    with house.atomic():
        house.objects(Mailing).filter(pk=mailing).update(launched_at=NOON - timedelta(days=8))
    complain(house, mailing, people[:10])
    assert judged(house, good)["complaints"] is False
    with house.atomic():
        house.objects(Delivery).filter(mailing_id=mailing).update(at=int(NOON.timestamp()) - WINDOW.total_seconds() - 1)
    assert judged(house, good)["complaints"] is True


@pytest.mark.slow
def test_a_provider_with_few_messages_does_not_hide_the_one_that_counts(house: TenantDB, good: Settings) -> None:
    mailing, people = mailed(house, "gmail.com", 1_000)
    _same, few = mailed(house, "firm.example", 1, mailing=mailing)
    complain(house, mailing, [*people[:3], *few])
    found = {one.key: one for one in check_list(house, settings=good, now=NOON).criteria}
    assert (found["complaints"].kept, found["complaints"].facts) == (False, "gmail: 3 / 1000")


@pytest.mark.slow
def test_complaints_and_hard_bounces_count_over_all_mailings_of_a_week(house: TenantDB, good: Settings) -> None:
    first, people = mailed(house, "gmail.com", 600)
    second, others = mailed(house, "googlemail.com", 500)
    with house.atomic():
        house.objects(Mailing).filter(pk__in=(first, second)).update(launched_at=NOON)
    complain(house, first, people[:2])
    assert judged(house, good)["complaints"] is True
    complain(house, second, others[:2])
    found = {one.key: one for one in check_list(house, settings=good, now=NOON).criteria}
    assert (found["complaints"].kept, found["complaints"].facts) == (False, "gmail: 4 / 1100")
    assert found["hard_bounces"].kept is True
    bounce(house, first, people[10:30])
    assert judged(house, good)["hard_bounces"] is False
    assert judged(house, replace(good, brake_complaints="5/6/7@1000/3"))["complaints"] is False, "softer brakes are no softer criteria"
