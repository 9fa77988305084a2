"""One day with every way in and out: what the input log says of each is what must be there, no less and no more."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import override_settings

from siegelpost.audience.models import Membership, Subscriber
from siegelpost.audience.reads import find_by_email
from siegelpost.consent.suppression import reason_for
from siegelpost.evidence.input_check import compare
from siegelpost.evidence.input_reads import newest
from siegelpost.evidence.input_switch import switch
from siegelpost.evidence.models import InputEntry
from siegelpost.flows.delete_list import clear_lists, delete_list
from siegelpost.project import settings as edge_settings
from siegelpost.tenancy.handle import TenantDB
from tests.api.calling import program
from tests.cli.typed import Typed
from tests.evidence.logs import WHO, past_the_system
from tests.evidence.test_input_log import handed_out, now
from tests.inbound.delivered import deliver
from tests.inbound.test_receive import take
from tests.public.world import World, browser, fill_in, make_world
from tests.templates import Template
from tests.web.test_bounces import latest
from tests.web.townsfolk import STAFF
from tests.web.visiting import visitor

pytestmark = pytest.mark.slow

Said = tuple[str, str, str, str]
"""Whose record (the name in the address), activity, fields, actor."""
SUBJECT, INBOUND, WORKER, COMMAND, PAST = "subject", "system:inbound", "system:worker", "operator", "past the system"


@contextmanager
def on_the_edge() -> Iterator[None]:
    """The settings of the public pages; otherwise this process has those of the staff's."""
    names = ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES", "FILE_UPLOAD_HANDLERS", "DATA_UPLOAD_MAX_MEMORY_SIZE", "TIME_ZONE")
    with override_settings(**{name: getattr(edge_settings, name) for name in names}):
        yield


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


@pytest.fixture
def world(alpha: TenantDB) -> World:
    """Alpha with lists and a form, its input log just switched on."""
    made = make_world(alpha)
    switch(alpha, True, instruction_id=1, actor=WHO, now=now())
    return made


class Day:
    """Asks after each act what the log has gained; a person keeps the name of the address also after erasure."""

    def __init__(self, tenant: TenantDB) -> None:
        self.tenant, self.seen, self.known = tenant, 0, dict[int, str]()

    def gained(self) -> list[Said]:
        people = self.tenant.objects(Subscriber).values_list("pk", "email")
        self.known |= {number: email.partition("@")[0] for number, email in people if number not in self.known}
        total = self.tenant.objects(InputEntry).count()
        lines = newest(self.tenant, total - self.seen) if total > self.seen else []
        self.seen = total
        return sorted((self.known[one.subscriber_id or 0], one.kind, one.fields, one.actor) for one in lines)


def changes(person: str, actor: str, *fields: str) -> list[Said]:
    return sorted((person, "change", one, actor) for one in fields)


def number_of(tenant: TenantDB, email: str) -> int:
    found = find_by_email(tenant, email)
    assert found is not None
    return found.id


def found(tenant: TenantDB) -> dict[str, int]:
    compared = compare(tenant, now=now())
    assert compared is not None
    return {kind: facts["n"] for kind, facts in compared.differences.items()}


def test_whoever_signs_up_changes_leaves_and_comes_back_by_the_public_pages(world: World) -> None:
    day, news, offers = Day(world.tenant), world.news, world.offers
    with on_the_edge():
        fill_in(browser("de"))
        assert day.gained() == []  # nobody has said yes
        browser().post(world.sign_up_link(world.pending()[0].id))
        assert day.gained() == [("zoe", "create", "", SUBJECT)]
        zoe = number_of(world.tenant, "zoe@example.com")
        browser().get(world.link("p", zoe))
        browser().get(world.link("u", zoe))
        assert day.gained() == []
        browser().post(world.link("u", zoe), data=b"List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert day.gained() == changes("zoe", SUBJECT, f"consent:{news}", f"list:{news}", "suppression")
        browser().post(world.link("p", zoe), {"save": "1", "list": [str(news)]})
        assert day.gained() == changes("zoe", SUBJECT, f"consent:{news}", f"list:{news}", "suppression")
        browser().post(world.link("p", zoe), {"nothing": "1"})
        assert day.gained() == changes("zoe", SUBJECT, f"consent:{news}", f"list:{news}", "suppression")
    assert offers and found(world.tenant) == {}


def test_mail_that_comes_back_retires_an_address_and_staff_lets_it_be_written_to_again(alpha: TenantDB) -> None:
    tenant = alpha
    deliver(tenant)  # makes Ann, before the log is on
    switch(tenant, True, instruction_id=1, actor=WHO, now=now())
    day = Day(tenant)
    for number in (1, 2, 3):
        assert day.gained() == []
        sent = deliver(tenant, number=number + 1)
        take(sent.verp, sent.sample("postfix_unknown"))
    assert reason_for(tenant, "ann@example.org", None) == "retained"
    assert day.gained() == changes("ann", INBOUND, "suppression")
    visitor(tenant, "admin").send(f"bounces/{latest(tenant)}/reactivate")
    (line,) = day.gained()
    assert line[:3] == ("ann", "change", "suppression") and line[3].startswith("staff:")
    on = tenant.objects(Membership).values_list("list_id", flat=True)
    lists = [f"{what}:{number}" for number in on for what in ("consent", "list")]
    assert len(lists) == 4
    take(sent.verp, sent.sample("arf_abuse"))
    assert day.gained() == changes("ann", INBOUND, *lists, "suppression", "suppression")  # complained, and left for good
    assert found(tenant) == {}


def test_what_staff_enters_changes_and_ends_names_who_did_it(world: World) -> None:
    tenant, news, offers = world.tenant, world.news, world.offers
    day, client = Day(tenant), visitor(tenant, "admin")
    client.send("subscribers/new", {"email": "eve@example.org", "ground": "fair", "source": "fair", "list": str(news)})
    ((*said, who),) = day.gained()
    assert said == ["eve", "create", ""] and who.startswith("staff:")
    client.send("subscribers/new", {"email": "eve@example.org", "ground": "fair", "source": "fair", "list": str(offers)})
    assert day.gained() == sorted([("eve", "change", f"consent:{offers}", who), ("eve", "copy", f"list:{offers}", who)])
    eve = number_of(tenant, "eve@example.org")
    client.send(f"subscribers/{eve}/unsubscribe/{news}")
    assert day.gained() == changes("eve", who, f"consent:{news}", f"list:{news}", "suppression")
    client.send(f"subscribers/{eve}/blacklist")
    assert day.gained() == changes("eve", who, "suppression")
    delete_list(tenant, offers, typed="Offers", actor=STAFF, now=now())
    clear_lists(tenant, now=now())
    assert day.gained() == changes("eve", WORKER, f"consent:{offers}", f"list:{offers}")
    assert found(tenant) == {}


def test_what_commands_bring_and_take_out_is_theirs(world: World, typed: Typed, tmp_path: Path) -> None:
    tenant, news = world.tenant, world.news
    day, people, out = Day(tenant), tmp_path / "people.csv", tmp_path / "out.csv"
    people.write_text("E-Mail;Vorname\nann@example.org;Ann\nbob@example.org;Bob\n", encoding="utf-8")
    words = ("import", "alpha", people, "--list", "News", "--ground", "fair", "--source", "fair")
    assert typed(*words)[0] == 0
    assert day.gained() == [("ann", "create", "", COMMAND), ("bob", "create", "", COMMAND)]
    assert typed(*words)[0] == 0 and day.gained() == []  # nothing differs
    people.write_text("E-Mail;Vorname\nann@example.org;Anna\n", encoding="utf-8")
    assert typed(*words, "--mode", "update")[0] == 0
    assert day.gained() == changes("ann", COMMAND, "first_name")
    assert typed("export", "alpha", out, "--list", "News")[0] == 0
    assert day.gained() == [("ann", "copy", "export", COMMAND), ("bob", "copy", "export", COMMAND)]
    out.write_text("bob@example.org\nnobody@example.org\n", encoding="utf-8")
    assert typed("suppression", "import", "alpha", out, "--source", "blacklist")[0] == 0
    assert day.gained() == changes("bob", COMMAND, "suppression")
    assert news and found(tenant) == {}


def test_what_a_program_reads_brings_and_ends_names_its_token(world: World) -> None:
    tenant, news = world.tenant, world.news
    day, shop = Day(tenant), program(tenant, "read", "export", "people")
    eve = shop.told("POST", "subscribers", {"email": "eve@example.org", "list": news, "ground": "order 7", "source": "shop"}, 201)["id"]
    assert day.gained() == [("eve", "create", "", shop.actor)]
    shop.told("PATCH", f"subscribers/{eve}", {"fields": {"first_name": "Eve"}})
    assert day.gained() == changes("eve", shop.actor, "first_name")
    for read in (f"subscribers/{eve}", "subscribers", f"subscribers?list={news}"):
        shop.see(read)
        assert day.gained() == [("eve", "copy", "api", shop.actor)], read
    shop.told("POST", f"lists/{news}/subscribers/{eve}/unsubscribe")
    assert day.gained() == changes("eve", shop.actor, f"consent:{news}", f"list:{news}", "suppression")
    shop.told("POST", "subscribers", {"email": "eve@example.org", "list": world.offers, "ground": "order 8", "source": "shop"}, 201)
    assert day.gained() == changes("eve", shop.actor, f"consent:{world.offers}", f"list:{world.offers}")
    shop.told("DELETE", f"lists/{world.offers}/subscribers/{eve}")
    assert day.gained() == changes("eve", shop.actor, f"consent:{world.offers}", f"list:{world.offers}")
    assert found(tenant) == {}


def test_erasure_and_hands_in_the_database_close_the_day_and_the_file_holds_all_of_it(world: World, typed: Typed, tmp_path: Path) -> None:
    tenant = world.tenant
    day, _ann, bob = Day(tenant), world.person("ann@example.org"), world.person("bob@example.org", world.news, world.offers)
    assert day.gained() == [("ann", "create", "", COMMAND), ("bob", "create", "", COMMAND)]
    assert typed("subscriber", "export", "alpha", "ann@example.org", tmp_path / "ann.json")[0] == 0
    assert day.gained() == [("ann", "copy", "export", COMMAND)]
    assert typed("subscriber", "erase", "alpha", "ann@example.org")[0] == 0
    gone = changes("ann", COMMAND, f"consent:{world.news}", f"list:{world.news}", "suppression")
    assert day.gained() == sorted([*gone, ("ann", "delete", "", COMMAND)]) and found(tenant) == {}
    past_the_system(
        tenant,
        f"UPDATE audience_subscriber SET email = 'robert@example.org' WHERE id = {bob}",
        f"DELETE FROM audience_membership WHERE subscriber_id = {bob} AND list_id = {world.offers}",
        f"DELETE FROM consent_consent WHERE subscriber_id = {bob} AND list_id = {world.offers}",
    )
    assert day.gained() == changes("bob", PAST, "email", f"list:{world.offers}", f"consent:{world.offers}")
    assert found(tenant) == {"past": 3}
    lines = handed_out(tenant, tmp_path / "log.csv")
    kept = [one for one in lines if one["activity"] not in ("log_on", "log_off")]
    assert len(kept) == tenant.objects(InputEntry).count() and all(one["actor"] for one in kept)
    assert {one["activity"] for one in kept} == {"create", "change", "copy", "delete"}
    assert sum(one["actor"] == PAST for one in kept) == 3
