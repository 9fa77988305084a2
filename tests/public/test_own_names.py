"""A tenant's own name for its public pages: proved by the DNS, used in links, and serving nothing of anybody else."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings, process_settings
from siegelpost.delivery.reads import plan_of
from siegelpost.evidence.reads import entries
from siegelpost.flows import public_hosts as flow
from siegelpost.flows.certificates import tenants_hosts
from siegelpost.flows.http_gate import TENANT, Gate
from siegelpost.flows.launch import launch
from siegelpost.flows.public_address import public_url_of
from siegelpost.measure.targets import Targets
from siegelpost.measure.uniques import Uniques
from siegelpost.public import tls
from siegelpost.public.edge import Edge
from siegelpost.sign.tokens import make_token
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.host_errors import HostKnown, HostTaken, HostUnknown, HostUnproved, HostWrong
from siegelpost.tenancy.host_rules import GOOD, MISSING, SILENT, WRONG, judge, proof_value, read_host
from siegelpost.tenancy.host_table import FRESH, HostTable
from siegelpost.tenancy.public_hosts import HostView, host_by_id, hosts_of, note_look, owners
from siegelpost.tenancy.registry import open_by_number
from tests.delivery.support import a_list, draft, people
from tests.dns_server import DnsServer, dns_server
from tests.public.world import NOW

WHO = Actor.operator()
OURS = "links.example.org"
NEWS = "news.alpha.example"


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    with dns_server() as server:
        server.hold(OURS, "A", "192.0.2.7")
        yield server


@pytest.fixture
def settings(dns: DnsServer) -> Settings:
    return replace(process_settings(), public_url=f"https://{OURS}", staff_url="https://staff.example.org", dns_servers=(dns.place,))


def publish(dns: DnsServer, one: HostView) -> None:
    dns.hold(f"_siegelpost.{one.host}", "TXT", f'"{proof_value(one.secret)}"')
    dns.hold(one.host, "A", "192.0.2.7")


def proved(tenant: TenantDB, dns: DnsServer, settings: Settings, host: str = NEWS) -> HostView:
    one = flow.add_host(tenant, host, settings=settings, actor=WHO, now=NOW)
    publish(dns, one)
    return flow.check_host(tenant, one.id, settings=settings, actor=WHO, now=NOW)


def test_a_name_is_the_tenants_when_the_dns_says_so_and_not_before(alpha: TenantDB, dns: DnsServer, settings: Settings) -> None:
    one = flow.add_host(alpha, f"https://{NEWS.upper()}/", settings=settings, actor=WHO, now=NOW)
    assert one.host == NEWS and flow.records_of(one, settings)[0] == (f"_siegelpost.{NEWS}", "TXT", f"siegelpost-host={one.secret}")
    with pytest.raises(HostKnown):
        flow.add_host(alpha, NEWS, settings=settings, actor=WHO, now=NOW)
    dns.hold(NEWS, "A", "192.0.2.7")  # it leads to us, and that proves nothing about whose it is
    found = flow.check_host(alpha, one.id, settings=settings, actor=WHO, now=NOW)
    assert (found.seen, found.verified, owners()) == (MISSING, False, {})
    with pytest.raises(HostUnproved):
        flow.use_host(alpha, one.id, actor=WHO, now=NOW)
    dns.hold(f"_siegelpost.{NEWS}", "TXT", '"siegelpost-host=of-another"')
    assert flow.check_host(alpha, one.id, settings=settings, actor=WHO, now=NOW).seen == WRONG
    publish(dns, one)
    found = flow.check_host(alpha, one.id, settings=settings, actor=WHO, now=NOW)
    assert (found.seen, found.verified, found.in_links, owners()) == (GOOD, True, True, {NEWS: alpha.number})
    assert tenants_hosts(settings) == ((NEWS, 443),), "its certificate is watched like ours"
    assert [one["act"] for one in entries(alpha) if "host" in one["act"]] == ["tenancy.host_proved", "tenancy.host_added"]
    dns.zone.clear()
    flow.look_again(settings, [alpha], now=NOW + timedelta(days=2))
    (later,) = hosts_of(alpha)
    assert (later.seen, later.verified) == (MISSING, True), "mails that were sent lead there"


@pytest.mark.touches_beta
def test_who_runs_the_dns_has_the_name_whoever_asked_first(alpha: TenantDB, beta: TenantDB, dns: DnsServer, settings: Settings) -> None:
    first = proved(alpha, dns, settings)
    second = flow.add_host(beta, NEWS, settings=settings, actor=WHO, now=NOW)
    both = [f'"{proof_value(one.secret)}"' for one in (first, second)]
    dns.hold(f"_siegelpost.{NEWS}", "TXT", *both)
    with pytest.raises(HostTaken):
        flow.check_host(beta, second.id, settings=settings, actor=WHO, now=NOW)
    dns.tricks[f"_siegelpost.{NEWS}"] = "servfail"
    flow.check_host(beta, second.id, settings=settings, actor=WHO, now=NOW)
    assert owners() == {NEWS: alpha.number}, "silence takes nothing away"
    dns.tricks.clear()
    dns.hold(f"_siegelpost.{NEWS}", "TXT", both[1])
    assert flow.check_host(beta, second.id, settings=settings, actor=WHO, now=NOW).verified
    assert owners() == {NEWS: beta.number} and not host_by_id(alpha, first.id).in_links
    for act in (flow.check_host, flow.remove_host):
        with pytest.raises(HostUnknown):
            act(alpha, second.id, actor=WHO, now=NOW, **({"settings": settings} if act is flow.check_host else {}))
    flow.remove_host(beta, second.id, actor=WHO, now=NOW)  # beta is as it was


def test_links_of_what_is_launched_afterwards_begin_with_it_and_those_of_before_stay(
    alpha: TenantDB, dns: DnsServer, settings: Settings
) -> None:
    letter, quiet = a_list(alpha), replace(settings, dns_servers=())
    people(alpha, 1, letter)
    before, after = draft(alpha, letter, measure="anonymous"), draft(alpha, letter, measure="anonymous")
    launch(alpha, before, settings=quiet, actor=WHO, now=NOW)
    one = proved(alpha, dns, settings)
    launch(alpha, after, settings=quiet, actor=WHO, now=NOW)
    for mailing, host in ((before, OURS), (after, NEWS)):
        plan = plan_of(alpha, mailing)
        assert plan.public_url == f"https://{host}"
        (measured,) = plan.measure["variants"].values()
        assert measured["pixel"].startswith(f"https://{host}/o/")
    flow.use_host(alpha, None, actor=WHO, now=NOW)
    assert public_url_of(alpha, settings) == f"https://{OURS}" and host_by_id(alpha, one.id).verified


def at_name_of(tenant: TenantDB) -> dict[str, Any]:
    """What the gate writes into a request that came to the own name of this tenant."""
    return {TENANT: tenant.number}


class Nothing:
    """A spool that keeps nothing."""

    def write(self, hit: Any, now: float) -> None: ...
    def turn(self, now: float) -> None: ...
    def close(self) -> None: ...


def asked(gate: Gate, host: str, path: str, **more: str) -> str:
    said: list[str] = []
    environ = {"HTTP_HOST": host, "PATH_INFO": path, "REQUEST_METHOD": "GET", "REMOTE_ADDR": "198.51.100.4", "siegelpost.tenant": 0, **more}
    b"".join(gate(environ, lambda status, _headers, *_more: said.append(status)))  # type: ignore[arg-type]
    return said[0][:3]


def test_under_a_tenants_name_nothing_of_another_answers_and_no_header_changes_that(
    alpha: TenantDB, beta: TenantDB, dns: DnsServer, settings: Settings
) -> None:
    proved(alpha, dns, settings)
    targets = Targets(open_by_number, lambda: 0.0)
    for tenant in (alpha, beta):
        targets._keys[tenant.number] = tenant.keys.tokens
        targets._locations.update({(tenant.number, 1, 0): "", (tenant.number, 1, 1): "https://example.com/"})
    edge = Edge(targets, Nothing(), Uniques(os.urandom), lambda environ, start: [], lambda: 0.0)
    gate = Gate(edge, settings.public_url, settings, HostTable(owners))
    for tenant, own in ((alpha, True), (beta, False)):
        tokens = (make_token("o", tenant.number, (1,), tenant.keys.tokens), make_token("c", tenant.number, (1, 1), tenant.keys.tokens))
        for path, status in ((f"/o/{tokens[0]}.gif", "200"), (f"/c/{tokens[1]}", "302")):
            assert asked(gate, OURS, path) == status, "the old name keeps working"
            assert asked(gate, NEWS, path) == asked(gate, NEWS.upper() + ":443", path) == (status if own else "404")
            forged = {"HTTP_X_FORWARDED_HOST": OURS, "HTTP_SIEGELPOST_TENANT": "0", "HTTP_FORWARDED": f"host={OURS}"}
            assert asked(gate, NEWS, path, **forged) == (status if own else "404")
            assert asked(gate, f"{NEWS}.evil.example", path) == asked(gate, "evil.example", path) == "421"


@pytest.mark.parametrize("path", ["u", "p", "w"])
def test_personal_pages_and_forms_of_another_are_as_what_was_never_made(
    alpha: TenantDB, beta: TenantDB, path: str, public_site: None
) -> None:
    pages = Client(raise_request_exception=False)
    token = make_token(path, beta.number, (1, 1), beta.keys.tokens)
    theirs, made_up = (pages.get(f"/{path}/{one}", **at_name_of(alpha)) for one in (token, token[:-2] + "AA"))
    assert theirs.status_code == made_up.status_code == 404
    assert [theirs.content, theirs.headers] == [made_up.content, made_up.headers]
    for slug in ("beta", "gamma"):
        assert pages.get(f"/f/{slug}/brief", **at_name_of(alpha)).status_code == 404


def test_a_proxy_is_told_which_names_get_certificates_and_not_without_end(
    alpha: TenantDB, dns: DnsServer, settings: Settings, public_site: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "_TABLE", HostTable(owners))
    monkeypatch.setattr(tls, "_LIMIT", tls._Limit(5))
    one = flow.add_host(alpha, NEWS, settings=settings, actor=WHO, now=NOW)
    pages = Client()
    assert pages.get("/tls/ask", {"domain": NEWS}).status_code == 404, "noted is not proved"
    note_look(alpha, one.id, GOOD, now=NOW)
    monkeypatch.setattr(tls, "_TABLE", HostTable(owners))
    assert [pages.get("/tls/ask", {"domain": name}).status_code for name in (NEWS.upper(), "evil.example")] == [200, 404]
    assert pages.get("/tls/ask", {"domain": NEWS}, REMOTE_ADDR="198.51.100.4").status_code == 404
    assert [pages.get("/tls/ask", {"domain": NEWS}).status_code for _each in range(3)] == [200, 200, 429]


def test_the_table_asks_the_database_once_in_a_while_and_forgets_what_was_given_up() -> None:
    rows, looks, now = {"a.example": 1}, [0], [0.0]

    def read() -> dict[str, int]:
        looks[0] += 1
        return dict(rows)

    table = HostTable(read, lambda: now[0])
    assert [table.tenant_of(name) for name in ("a.example", "b.example", *(f"{n}.example" for n in range(50)))] == [1, *[None] * 51]
    assert looks == [1]
    rows.update({"b.example": 2})
    now[0] = 1.5
    assert table.tenant_of("b.example") == 2 and looks == [2]
    rows.clear()
    now[0] = 10.0
    assert table.tenant_of("b.example") == 2 and looks == [2]
    now[0] += FRESH
    assert table.tenant_of("b.example") is None


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_host_or_nothing(text: str) -> None:
    found = read_host(text, ("links.example.org",))
    assert found == "" or (found == read_host(found, ()) and found.isascii() and "." in found and not set(found) & set(" /:@_\\"))


FINE = {"news.example.com": "news.example.com", "HTTPS://Grün.Example.com/": "xn--grn-ioa.example.com", "x.example.com.": "x.example.com"}
NONE = ("192.0.2.1", "localhost", "links.example.org", "a.links.example.org", "example.org", "a_b.example.com", "[::1]", "-a.example.com")


@pytest.mark.parametrize(("text", "host"), [*FINE.items(), *((text, "") for text in (*NONE, "straße.example.com", "a.example.com:80"))])
def test_what_can_be_a_name_of_a_tenants_own(text: str, host: str) -> None:
    assert read_host(text, ("links.example.org",)) == host


@given(st.lists(st.text(max_size=20)), st.booleans(), st.booleans())
def test_only_its_own_record_proves_a_name(texts: list[str], answered: bool, leads: bool) -> None:
    seen = judge(texts, "0" * 32, answered=answered, leads_to_us=leads)
    assert seen in (MISSING, WRONG, SILENT) and (seen == SILENT) == (not answered)


def test_a_name_that_can_be_none_is_refused(alpha: TenantDB, settings: Settings) -> None:
    with pytest.raises(HostWrong):
        flow.add_host(alpha, "staff.example.org", settings=settings, actor=WHO, now=NOW)
