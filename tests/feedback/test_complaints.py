"""A complaint is for good: no tenant takes it back, and of the report itself nothing stays."""

from collections.abc import Callable
from pathlib import Path

import pytest

from siegelpost.audience.reads import find_by_email
from siegelpost.base.actor import Actor
from siegelpost.consent.blacklist import counts, lift_address, lift_retained
from siegelpost.consent.returning import come_back
from siegelpost.consent.suppression import check, lift_opt_out, reason_for, suppress, take_back_reply
from siegelpost.feedback.hooks.gates import PROVIDERS
from siegelpost.feedback.models import ReturnedText
from siegelpost.flows.delete_list import clear_lists, delete_list
from siegelpost.flows.reactivate import reactivate
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.feedback import hook_posts as posts
from tests.inbound.delivered import NOON, Sent, deliver
from tests.inbound.hooked import by_all, opened, posted, sends_from
from tests.inbound.test_receive import ANN, COMPLAINTS, take

STAFF = Actor.staff(1)
SECRET_WORDS = b"Nobody-May-Keep-These-Words"


def everything_a_tenant_can_lift(tenant: TenantDB, sent: Sent, key: bytes) -> list[Callable[[], object]]:
    """Each act that takes entries away, with the widest choice it knows."""
    lists = [sent.list_id, sent.list_id + 1]
    return [
        lambda: lift_address(tenant, key, actor=STAFF, now=NOON),
        lambda: lift_retained(tenant, key, actor=STAFF, now=NOON),
        lambda: lift_opt_out(tenant, key, lists, actor=STAFF, now=NOON),
        lambda: take_back_reply(tenant, key, [None, *lists], actor=STAFF, now=NOON),
        lambda: come_back(tenant, key, subscriber_id=sent.subscriber_id, list_ids=lists, all_lists=lists, actor=STAFF, now=NOON),
        lambda: reactivate(tenant, key, actor=STAFF, now=NOON),
    ]


def test_nothing_that_a_tenant_can_do_lifts_a_complaint(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    ann = find_by_email(alpha, ANN)
    assert ann
    take(COMPLAINTS, sent.sample("arf_abuse"))
    for act in everything_a_tenant_can_lift(alpha, sent, ann.key):
        with alpha.atomic():
            for kind in ("optout", "blacklist", "retained"):  # what is beside it may go
                suppress(alpha, kind=kind, key=ann.key, source="test", actor=STAFF, now=NOON)
            act()
        assert reason_for(alpha, ANN, None) == "complained"
    assert "complaint" in {one.kind for one in check(alpha, ANN)}
    assert counts(alpha)["complaint"] == 1


def test_a_deleted_list_takes_no_complaint_along(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    take(COMPLAINTS, sent.sample("arf_abuse"))
    remove(alpha, sent.list_id)
    assert reason_for(alpha, ANN, None) == "complained"


def remove(tenant: TenantDB, list_id: int) -> None:
    delete_list(tenant, list_id, typed="News", actor=STAFF, now=NOON)
    clear_lists(tenant, now=NOON, seconds=10)


def holding(words: bytes) -> list[str]:
    """Files of the data folder in which these words stand."""
    return [path.name for path in Path(home().root).rglob("*") if path.is_file() and words in path.read_bytes()]


@pytest.mark.sqlite
def test_nothing_of_the_report_is_kept_not_even_for_a_day(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    report = sent.sample("arf_abuse").replace(b"Subject: ", b"X-Words: " + SECRET_WORDS + b"\r\nSubject: ")
    assert report.count(SECRET_WORDS) >= 2  # around the report, and in our message within it
    take(COMPLAINTS, report)
    assert reason_for(alpha, ANN, None) == "complained"
    assert holding(SECRET_WORDS) == [] and alpha.objects(ReturnedText).count() == 0


@pytest.mark.sqlite
@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_a_provider_tells_of_a_complaint_lies_sealed_until_it_is_worked_off_and_then_nowhere(alpha: TenantDB, provider: str) -> None:
    sends_from(alpha)
    about = by_all(deliver(alpha))
    words = about.link.encode() if provider == "postmark" else about.message_id.encode()
    assert words in posts.complaint(provider, about).body.replace(b"\\", b"")
    posted(opened(provider), posts.complaint(provider, about))
    assert reason_for(alpha, ANN, None) == "complained"
    assert holding(words) == []
