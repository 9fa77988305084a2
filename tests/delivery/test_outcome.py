"""What became of mailings: arrivals by hour, answers, progress, what waits for the staff."""

from siegelpost.delivery import outcome
from siegelpost.delivery.models import Delivery, Tally
from siegelpost.tenancy.handle import TenantDB

HOUR = 3600


def rows(tenant: TenantDB, *found: tuple[int, str, int, str], mailing: int = 1) -> None:
    """variant, state, second, code"""
    with tenant.atomic():
        tenant.objects(Delivery).bulk_create(
            Delivery(mailing_id=mailing, variant_id=variant, subscriber_id=number, state=state, due_at=0, at=at, code=code)
            for number, (variant, state, at, code) in enumerate(found)
        )


def tallies(tenant: TenantDB, mailing: int, **states: int) -> None:
    with tenant.atomic():
        for state, n in states.items():
            tenant.objects(Tally).create(mailing_id=mailing, state=state.replace("__", ":"), n=n)


def test_arrivals_are_counted_by_variant_and_hour(alpha: TenantDB) -> None:
    rows(alpha, (1, "sent", 5, ""), (1, "sent", HOUR - 1, ""), (1, "sent", HOUR, ""), (2, "sent", 3 * HOUR, ""), (2, "bounced", 7, "550"))
    rows(alpha, (3, "sent", 5, ""), mailing=2)
    assert outcome.arrivals(alpha, 1) == {1: {0: 2, 1: 1}, 2: {3: 1}}


def test_answers_are_those_that_say_nothing_about_the_recipients(alpha: TenantDB) -> None:
    refused = [(1, "blocked", 1, "550 5.7.1")] * 3
    rows(alpha, *refused, (1, "expired", 1, "451 4.7.0"), (1, "bounced", 1, "550 5.1.1"), (1, "sent", 1, "250"))
    assert outcome.answers(alpha, 1) == [("blocked", "550 5.7.1", 3), ("expired", "451 4.7.0", 1)]


def test_progress_leaves_out_who_was_excluded(alpha: TenantDB) -> None:
    tallies(alpha, 1, audience=120, excluded__no_consent=20, due=10, claimed=5, retry=5, sent=78, bounced=2)
    tallies(alpha, 2, audience=0)
    found = outcome.progress(alpha, [1, 2])
    assert (found[1].wanted, found[1].done, found[1].percent) == (100, 80, "80.0")
    assert (found[2].wanted, found[2].percent) == (0, "0")


def test_what_asks_for_the_staff_is_named_with_its_mailing(alpha: TenantDB) -> None:
    tallies(alpha, 1, blocked=3, unsure=0, sent=9)
    tallies(alpha, 2, unsure=1)
    tallies(alpha, 3, unsure=7)
    assert outcome.asks_staff(alpha, [1, 2]) == [(2, "unsure", 1), (1, "blocked", 3)]
    assert outcome.waiting_mails(alpha) == 0
