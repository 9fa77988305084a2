"""The checks of measuring attack a real mailing and find nobody; each thing that could go wrong turns one of them red."""

from datetime import UTC, datetime, timedelta

import pytest

from siegelpost.base.controls import Finding
from siegelpost.base.settings import process_settings
from siegelpost.delivery.models import Delivery, Launch, Tally
from siegelpost.flows.measuring import choose_measuring
from siegelpost.flows.self_attack import attacked, loot_of
from siegelpost.mailings.models import Mailing
from siegelpost.mailings.services import Content
from siegelpost.measure.aggregate import aggregate, hour_at
from siegelpost.measure.attack.tried import ATTACKS
from siegelpost.measure.models import Frozen, Unique
from siegelpost.measure.reads import targets
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.registry import open_by_number
from tests.delivery.support import WHO, launched
from tests.governance.test_checks_of_rooms import as_superuser
from tests.governance.watching import seen
from tests.mailings.making import some_sender

pytestmark = pytest.mark.slow

SOURCE = "# Hi {{ first_name }}\n\n[Offer](https://example.com/offer)\n\n[Leave]({{ unsubscribe_url }})\n\n{{ imprint }}\n"
CONTENT = Content(subject="News for {{ first_name }}", format="md", source=SOURCE)
PEOPLE = [f"p{n}@example.net" for n in range(60)]
THEN = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)


def went_out(tenant: TenantDB, emails: list[str] = PEOPLE, *, opened: int = 20, hour: int = 0) -> int:
    """A mailing to people who all got it within one hour, of whom some opened and clicked."""
    mailing = launched(tenant, emails, content=CONTENT, measure="anonymous", at=THEN)
    with tenant.atomic():
        n = tenant.objects(Delivery).filter(mailing_id=mailing).update(state="sent", at=int(THEN.timestamp()))
        tenant.objects(Tally).filter(mailing_id=mailing, state="due").update(state="sent", n=n)
        tenant.objects(Mailing).filter(pk=mailing).update(state="finished", finished_at=THEN)
    asked(tenant, opened, hour)
    return mailing


def asked(tenant: TenantDB, times: int, hour: int = 0) -> None:
    lines = [f"h {tenant.number} {variant} {position}\n" for variant, position, _url in targets(tenant)]
    (home().root / "spool" / f"e1-{hour_at(THEN) + hour}-1.spool").write_text("".join(lines) * times)
    aggregate(home().root, open_by_number, now=datetime.now(UTC))


def check(tenant: TenantDB, control: str) -> Finding:
    return seen(control, tenant, now=datetime.now(UTC))


def state(tenant: TenantDB, control: str) -> str:
    return check(tenant, control).state


def test_nobody_is_found_in_a_real_mailing_and_the_check_names_its_attacks(alpha: TenantDB) -> None:
    mailing = went_out(alpha)
    loot = loot_of(alpha, mailing, settings=process_settings(), now=datetime.now(UTC))
    assert sum(row.n for row in loot.rows) == 40
    assert len(loot.urls) == 40 and len(set(loot.urls.values())) == 1 and len(loot.targets) == 2
    assert {url for held in loot.urls.values() for url in held} == set(loot.targets)  # what is in the messages is in the table
    found = attacked(alpha, settings=process_settings(), now=datetime.now(UTC), days=30)
    assert found == {mailing: {name: [] for name in ATTACKS}}
    said = check(alpha, "1.5-02")
    assert (said.state, said.evidence["mailings_attacked"], set(said.evidence["traces_found"])) == ("green", 1, set(ATTACKS))
    assert state(alpha, "1.5-03") == "green"


def test_a_message_that_arrives_late_and_alone_is_not_read_from_the_counters(alpha: TenantDB) -> None:
    mailing = went_out(alpha, opened=0)
    last = alpha.objects(Delivery).filter(mailing_id=mailing).order_by("-pk").values_list("pk", flat=True)[0]
    with alpha.atomic():
        alpha.objects(Delivery).filter(pk=last).update(at=int((THEN + timedelta(hours=2)).timestamp()))
    asked(alpha, 1, hour=2)
    assert attacked(alpha, settings=process_settings(), now=datetime.now(UTC), days=30)[mailing]["timing"] == []
    with alpha.atomic(), alpha.cursor() as cursor:  # as if it had been counted all the same
        cursor.execute(
            "INSERT INTO measure_counter (variant_id, position, hour, n) SELECT variant_id, position, %s, 1 FROM measure_link",
            [hour_at(THEN) + 2],
        )
    assert state(alpha, "1.5-02") == "red"


def test_an_address_of_ones_own_is_found_in_the_messages(alpha: TenantDB) -> None:
    mailing = went_out(alpha)
    row = alpha.objects(Launch).get(mailing_id=mailing)
    row.plan["variants"][0]["source"] = SOURCE.replace("https://example.com/offer", "http://localhost:8001/c/{{ first_name }}")
    with alpha.atomic():
        row.save()
    found = attacked(alpha, settings=process_settings(), now=datetime.now(UTC), days=30)
    assert found[mailing]["urls"] and state(alpha, "1.5-02") == "red"


def test_own_people_that_were_measured_are_no_crowd(alpha: TenantDB) -> None:
    went_out(alpha, [*[f"a{n}@example.com" for n in range(19)], *PEOPLE])
    assert state(alpha, "1.5-02") == "green"
    some_sender(alpha, "Team <team@example.net>")  # as if their domain had been the tenant's own all along
    found = check(alpha, "1.5-02")
    assert (found.state, found.evidence["traces_found"]["padding"] > 0) == ("red", True)


def test_a_column_nobody_accounts_for_turns_the_check_red(alpha: TenantDB) -> None:
    went_out(alpha)
    column = "ALTER TABLE measure_counter ADD COLUMN subscriber_id bigint"
    if alpha.vendor == "postgresql":
        as_superuser(alpha, column)
    else:
        with alpha.atomic(), alpha.cursor() as cursor:
            cursor.execute(column)
    assert check(alpha, "1.5-02").evidence["columns_unknown"] == ["measure_counter.subscriber_id"]
    assert state(alpha, "1.5-02") == "red"


def test_estimates_that_nobody_wanted_turn_the_check_red(alpha: TenantDB) -> None:
    went_out(alpha)
    variant = targets(alpha)[0][0]
    with alpha.atomic():
        alpha.objects(Unique).create(variant_id=variant, position=0, epoch="e1", day=1, estimate=3)
    assert check(alpha, "1.5-03").evidence["estimates_unwanted"] == 1
    assert state(alpha, "1.5-03") == "red"


@pytest.mark.parametrize("chosen", [True, False])
def test_a_mode_that_is_not_that_of_the_log_is_red_and_one_that_nobody_chose_amber(alpha: TenantDB, *, chosen: bool) -> None:
    if chosen:
        choose_measuring(alpha, "anonymous", actor=WHO, now=THEN)
    mailing = went_out(alpha)
    assert state(alpha, "1.5-01") == ("green" if chosen else "amber")
    with alpha.atomic():
        alpha.objects(Frozen).filter(mailing_id=mailing).update(mode="personalised")
    assert check(alpha, "1.5-01").evidence["modes_differing"] == [mailing]
    assert state(alpha, "1.5-01") == "red"
