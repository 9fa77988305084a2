"""Receiving domains with a limit of their own: known from the launch on, never exceeded, and in nobody's way."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.base.sqlfile import sql
from siegelpost.delivery.errors import DomainTaken, ReceiversUnknown
from siegelpost.delivery.limits import groups, receiving_domains
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.pace.models import Gauge
from siegelpost.delivery.pace_rules import Limits
from siegelpost.delivery.statements import ids
from siegelpost.flows.pace import limit_receivers
from siegelpost.flows.status import pacing
from siegelpost.mailings.errors import HostRefused
from siegelpost.tenancy.handle import TenantDB, control_store
from tests.delivery.smtp_server import serving
from tests.delivery.support import NOON, asks_in_vain, counts, launched, sending, state_of, states, until

GMAIL = [f"g{n}@{'GoogleMail.com' if n % 2 else 'gmail.com'}" for n in range(6)]
OTHERS = [f"o{n}@example.org" for n in range(8)]
NEAR = [f"n@{domain}" for domain in ("gmail.com.example", "notgmail.com", "mail.example.org")]


def test_a_launch_judges_to_which_group_each_address_goes(alpha: TenantDB) -> None:
    limit_receivers("gmail", (), Limits(per_hour=5), now=NOON)
    limit_receivers("two", ("example.org", "Bücher.example"), Limits(per_day=5), now=NOON)
    groups = receiving_domains()
    gmail, two = groups["gmail.com"], groups["example.org"]
    assert groups == {"gmail.com": gmail, "googlemail.com": gmail, "example.org": two, "xn--bcher-kva.example": two} and gmail != two
    mailing = launched(alpha, [*GMAIL, *OTHERS, *NEAR])
    found = alpha.objects(Delivery).filter(mailing_id=mailing).values_list("receivers", flat=True)
    assert Counter(found) == {0: 3, gmail: 6, two: 8}


@pytest.mark.wire
def test_a_group_gets_what_is_allowed_and_holds_up_nobody_else(alpha: TenantDB) -> None:
    limit_receivers("gmail", (), Limits(per_day=2), now=NOON)
    mailing = launched(alpha, [*GMAIL, *OTHERS])
    with serving() as server, sending(alpha, port=server.port) as sender:
        until(lambda: len(server.accepted) >= 10, 20, "all others and two of the group are sent")
        asks_in_vain(sender)
        assert sorted(one.recipient for one in server.accepted if one.recipient.startswith("o")) == OTHERS
        assert len(server.accepted) == 10
        found = pacing(alpha, mailing, "sending", settings=process_settings(), now=datetime.now(UTC))
        assert found and found.why == "receivers" and found.until > datetime.now(UTC)
        assert counts(alpha, mailing) == {"audience": 14, "sent": 10, "due": 4}
        with control_store.atomic():  # as if a day had passed
            row = control_store.objects(Gauge).get(name=f"receivers:{receiving_domains()['gmail.com']}")
            row.day -= 1
            row.save(using="default")
        until(lambda: len(server.accepted) >= 12, 10, "two more are sent")
        limit_receivers("gmail", (), Limits(), now=NOON)
        until(lambda: state_of(alpha, mailing)[0] == "finished", 10, "without the limit the rest is sent")
    assert counts(alpha, mailing) == {"audience": 14, "sent": 14}
    assert set(states(alpha, mailing).values()) == {"sent"} and set(server.recipients().values()) == {1}


@pytest.mark.wire
def test_each_group_has_a_limit_of_its_own(alpha: TenantDB) -> None:
    limit_receivers("gmail", (), Limits(per_day=2), now=NOON)
    limit_receivers("others", ("example.org",), Limits(per_day=5), now=NOON)
    mailing = launched(alpha, [*GMAIL, *OTHERS])
    with serving() as server, sending(alpha, port=server.port) as sender:
        until(lambda: len(server.accepted) >= 7, 20, "seven are sent")
        asks_in_vain(sender)
    assert sorted(one.recipient[0] for one in server.accepted) == ["g"] * 2 + ["o"] * 5
    assert counts(alpha, mailing) == {"audience": 14, "sent": 7, "due": 7}


@pytest.mark.wire
@pytest.mark.touches_beta
def test_the_limit_of_a_group_holds_for_all_tenants_together(alpha: TenantDB, beta: TenantDB) -> None:
    limit_receivers("gmail", (), Limits(per_day=7), now=NOON)
    both = [(tenant, launched(tenant, GMAIL)) for tenant in (alpha, beta)]
    with serving() as server, sending(alpha, beta, port=server.port) as sender:
        until(lambda: len(server.accepted) >= 7, 20, "seven are sent")
        asks_in_vain(sender)
    assert sum(counts(tenant, mailing).get("sent", 0) for tenant, mailing in both) == 7 == len(server.accepted)


@pytest.mark.wire
def test_system_mails_and_mailings_launched_before_are_not_held_up(alpha: TenantDB) -> None:
    mailing = launched(alpha, GMAIL)
    limit_receivers("gmail", (), Limits(per_day=1), now=NOON)
    with serving() as server, sending(alpha, port=server.port):
        until(lambda: state_of(alpha, mailing)[0] == "finished", 20, "it is sent")
    assert counts(alpha, mailing) == {"audience": 6, "sent": 6}


def test_a_domain_is_in_one_group(alpha: TenantDB) -> None:
    limit_receivers("gmail", (), Limits(per_day=1), now=NOON)
    with pytest.raises(DomainTaken):
        limit_receivers("mine", ("example.com", "googlemail.com"), Limits(per_day=1), now=NOON)
    with pytest.raises(DomainTaken):
        limit_receivers("mine", ("example.com",), Limits(per_day=1), now=NOON, hosts=("google.com",))
    assert limit_receivers("gmail", ("gmail.com",), Limits(per_day=2), now=NOON) == ("gmail.com",)
    assert limit_receivers("mine", ("googlemail.com",), Limits(per_day=1), now=NOON) == ("googlemail.com",)
    assert [(group.number, group.name) for group in groups()] == [(1, "gmail"), (2, "mine")]


@pytest.mark.parametrize(
    ("name", "domains", "fault"),
    [("nobody", (), ReceiversUnknown), ("", (), ReceiversUnknown), ("x", ("https://example.org",), HostRefused)],
)
def test_what_names_no_domains_is_refused(alpha: TenantDB, name: str, domains: tuple[str, ...], fault: type[SiegelpostError]) -> None:
    with pytest.raises(fault):
        limit_receivers(name, domains, Limits(per_day=1), now=NOON)
    with pytest.raises(ReceiversUnknown):
        limit_receivers("gmail", (), Limits(), now=NOON)


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("claim", "delivery_due"),
        ("claim_receivers", "delivery_due_receivers"),
        ("due", "delivery_due"),
        ("due_receivers", "delivery_due_receivers"),
        ("due_outgoing", "delivery_outgoing_due"),
        ("next_due", "delivery_due"),
        ("next_due", "delivery_due_receivers"),
    ],
)
def test_what_is_due_is_found_by_its_index(alpha: TenantDB, engine: str, statement: str, index: str) -> None:
    wanted = {"mailing": 1, "now": 5, "slice": 1, "limit": 9, "group": 3, "groups": ids(alpha, [3, 4])}
    with alpha.atomic(), alpha.cursor() as cursor:
        if engine == "postgresql":
            for way in ("seqscan", "bitmapscan"):
                cursor.execute(f"SET LOCAL enable_{way} = off")  # with so few rows they would rightly be cheaper
        cursor.execute(("EXPLAIN " if engine == "postgresql" else "EXPLAIN QUERY PLAN ") + sql("delivery", statement, engine), wanted)
        plan = " ".join(str(row[-1]) for row in cursor.fetchall())
    assert f"{index} " in plan + " " and "SCAN delivery" not in plan and "Seq Scan on delivery" not in plan
