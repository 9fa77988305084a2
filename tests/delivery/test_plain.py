"""Who gets plain links and no pixel: whoever wants that, the tenant's own people, and everybody where fewer than 20 would be measured."""

import json
import re
from typing import Any

import pytest

from siegelpost.audience.models import Subscriber
from siegelpost.consent.unmeasured import wants_no_measuring
from siegelpost.delivery.kitchen import Kitchen
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.reads import plan_of
from siegelpost.flows.measuring import choose_measuring
from siegelpost.flows.preferences import choose_measuring as person_chooses
from siegelpost.mailings.services import Content
from siegelpost.measure.modes import AboveCeiling
from siegelpost.measure.reads import decided, overlapping, targets
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import NOON, WHO, a_list, claimed, launched

SOURCE = "# Hi\n\n[Offer](https://example.com/offer)\n\n[Leave]({{ unsubscribe_url }})\n\n{{ imprint }}\n"
CONTENT = Content(subject="News", format="md", source=SOURCE)
OURS = re.compile(r"http://localhost:8001/(?:o|c)/[\w-]+(?:\.gif)?")
OTHERS = [f"p{n}@example.net" for n in range(20)]


def sent_to(tenant: TenantDB, emails: list[str], **changes: Any) -> int:
    return launched(tenant, emails, content=CONTENT, measure="anonymous", **changes)


def measured(tenant: TenantDB, mailing: int) -> dict[str, frozenset[str]]:
    """What a claim composes: address -> pixel and measured links of the message."""
    taken = claimed(tenant, mailing, limit=100, plain_ends=plan_of(tenant, mailing).plain_ends)
    composer = Kitchen(bounce_domain="b.example.org", complaints="a@example.org", signatures="none").composer(tenant, taken)
    messages = {one.email: composer.compose(one, 1_750_000_000).decode().replace("=\r\n", "") for one in taken.rows}
    taken.journal.end()
    return {email: frozenset(OURS.findall(message)) for email, message in messages.items()}


def logged(tenant: TenantDB, act: str) -> list[dict[str, Any]]:
    with tenant.cursor() as cursor:
        cursor.execute("SELECT details FROM evidence_entry WHERE act = %s ORDER BY id", [act])
        return [json.loads(details) if isinstance(details, str) else details for (details,) in cursor.fetchall()]


def test_own_people_and_whoever_refused_get_plain_mail_and_all_others_the_same(alpha: TenantDB) -> None:
    own = ["ceo@example.org", "intern@team.example.org"]
    mailing = sent_to(alpha, [*OTHERS, *own, "shy@example.net"])
    shy = alpha.objects(Subscriber).get(email="shy@example.net").pk
    person_chooses(alpha, shy, unmeasured=True, now=NOON)  # after the launch, before the claim
    found = measured(alpha, mailing)
    assert {email for email, urls in found.items() if not urls} == {*own, "shy@example.net"}
    [same] = {urls for urls in found.values() if urls}
    assert len(same) == 2  # the pixel and the link
    plain = alpha.objects(Delivery).filter(mailing_id=mailing, plain=True).values_list("subscriber_id", flat=True)
    assert len(plain) == 3 and shy in plain


def test_whoever_refused_and_comes_back_is_measured_like_everybody(alpha: TenantDB) -> None:
    mailing = sent_to(alpha, OTHERS)
    person = alpha.objects(Subscriber).get(email=OTHERS[0])
    for unmeasured in (True, True, False):
        person_chooses(alpha, person.pk, unmeasured=unmeasured, now=NOON)
    assert not wants_no_measuring(alpha, bytes(person.address_key))
    assert (len(logged(alpha, "measuring.refused")), len(logged(alpha, "measuring.allowed"))) == (1, 1)
    assert all(measured(alpha, mailing).values())


@pytest.mark.parametrize("many", [19, 20, 21])
def test_nothing_is_measured_of_what_fewer_than_twenty_would_get_so(alpha: TenantDB, many: int) -> None:
    own = [f"own{n}@example.org" for n in range(25)]  # the tenant's own people make no crowd
    mailing = sent_to(alpha, [*[f"p{n}@example.net" for n in range(many)], *own])
    frozen = decided(alpha, mailing)
    assert frozen is not None
    assert frozen.mode == ("off" if many < 20 else "anonymous")
    assert (frozen.why.get("too_few", False), bool(targets(alpha))) == (many < 20, many >= 20)
    assert any(measured(alpha, mailing).values()) is (many >= 20)
    assert len(logged(alpha, "measure.too_few")) == (many < 20)


@pytest.mark.parametrize(
    "tenant_mode, list_mode, mailing_mode, holds",
    [
        ("anonymous", "", "anonymous", "anonymous"),
        ("anonymous", "clicks", "anonymous", "clicks"),
        ("anonymous", "clicks", "opens", "off"),
        ("clicks", "", "clicks", "clicks"),
        ("off", "", "off", "off"),
    ],
)
def test_the_strictest_is_frozen_and_stands_in_the_log(
    alpha: TenantDB, tenant_mode: str, list_mode: str, mailing_mode: str, holds: str
) -> None:
    letter = a_list(alpha)
    choose_measuring(alpha, tenant_mode, actor=WHO, now=NOON)
    if list_mode:
        choose_measuring(alpha, list_mode, list_name="Letter", actor=WHO, now=NOON)
    mailing = launched(alpha, OTHERS, content=CONTENT, measure=mailing_mode)
    choose_measuring(alpha, "off", actor=WHO, now=NOON)  # later words change nothing that was launched
    frozen = decided(alpha, mailing)
    assert frozen is not None and frozen.mode == holds
    [said] = logged(alpha, "measure.frozen")
    lists = {str(letter): list_mode} if list_mode else {}
    assert said["mode"] == holds
    assert said["why"] == {"tenant": tenant_mode, "chosen": True, "mailing": mailing_mode, "lists": lists}
    [urls] = set(measured(alpha, mailing).values())
    assert (any("/o/" in one for one in urls), any("/c/" in one for one in urls)) == (
        holds in ("anonymous", "opens"),
        holds in ("anonymous", "clicks"),
    )


@pytest.mark.slow
def test_two_launches_that_few_tell_apart_are_withheld_together_for_good(alpha: TenantDB) -> None:
    first = sent_to(alpha, OTHERS)
    again = sent_to(alpha, OTHERS)  # the same people
    more = sent_to(alpha, ["one.more@example.net"])  # the list has one more now
    many = sent_to(alpha, [f"q{n}@example.net" for n in range(30)])
    assert [overlapping(alpha, one) for one in (first, again, more, many)] == [[more], [more], [first, again], []]
    assert logged(alpha, "measure.withheld_together") == [{"others": [first, again]}]


def test_a_list_is_measured_no_more_than_its_tenant(alpha: TenantDB) -> None:
    a_list(alpha)
    choose_measuring(alpha, "opens", actor=WHO, now=NOON)
    with pytest.raises(AboveCeiling):
        choose_measuring(alpha, "anonymous", list_name="Letter", actor=WHO, now=NOON)
