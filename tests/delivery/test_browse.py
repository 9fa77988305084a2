"""What the staff's pages ask of deliveries: a forecast that is the launch's own rule, and one page of recipients."""

from siegelpost.base.settings import process_settings
from siegelpost.consent.suppression import suppress
from siegelpost.delivery.browse import Forecast, Reached, excluded_of, forecast, page_of_recipients, reached
from siegelpost.delivery.reads import counts
from siegelpost.flows.launch import launch
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import NOON, WHO, a_list, draft, launched, people


def test_a_forecast_is_what_the_launch_does(alpha: TenantDB) -> None:
    letter, news = a_list(alpha), a_list(alpha, "News")
    people(alpha, ["ann@example.org", "bob@example.org", "cem@example.org"], letter)
    people(alpha, ["ann@example.org", "dan@example.org"], news, consent=False)
    blacklist(alpha, "bob@example.org")
    said = forecast(alpha, [letter, news])
    assert said == Forecast(2, {"blacklisted": 1, "no_consent": 1})
    mailing_id = draft(alpha, letter, news)
    launch(alpha, mailing_id, settings=process_settings(), actor=WHO, now=NOON)
    found = counts(alpha, mailing_id)
    assert (found["due"], excluded_of(found), found["audience"]) == (said.receive, said.excluded, said.audience)


def blacklist(tenant: TenantDB, address: str) -> None:
    """Put one address on the blacklist."""
    with tenant.atomic():
        suppress(tenant, kind="blacklist", key=address_key(address, tenant.keys.addresses), source="test", actor=WHO, now=NOON)


def test_a_forecast_of_no_lists_is_nobody(alpha: TenantDB) -> None:
    assert forecast(alpha, []) == Forecast(0, {})


def test_reached_names_launched_mailings_only(alpha: TenantDB) -> None:
    mailing_id = launched(alpha, 3)
    assert reached(alpha, [mailing_id, mailing_id + 1]) == {mailing_id: Reached(audience=3, sent=0)}


def test_pages_of_recipients_follow_each_other(alpha: TenantDB) -> None:
    mailing_id = launched(alpha, 7)
    pages = [[line.email for line in page_of_recipients(alpha, mailing_id, offset=at, limit=3)] for at in (0, 3, 6, 9)]
    assert [len(one) for one in pages] == [3, 3, 1, 0]
    assert len({email for one in pages for email in one}) == 7


def test_recipients_of_one_state_or_one_person(alpha: TenantDB) -> None:
    mailing_id = launched(alpha, ["ann@example.org", "bob@example.org"])
    (ann, _bob) = people(alpha, ["ann@example.org", "bob@example.org"], a_list(alpha))
    assert [line.email for line in page_of_recipients(alpha, mailing_id, subscriber_id=ann)] == ["ann@example.org"]
    assert page_of_recipients(alpha, mailing_id, state="bounced") == []
    assert [line.state for line in page_of_recipients(alpha, mailing_id, state="due")] == ["due", "due"]
