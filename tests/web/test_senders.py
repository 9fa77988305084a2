"""Senders in the browser: who mailings come from, what the DNS of their domains says, and what is to be published."""

import html
import re
from collections.abc import Iterator

import pytest

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.evidence.reads import entries
from siegelpost.flows.add_sender import sender_records
from siegelpost.mailings.domain_checks import last_check
from siegelpost.mailings.domain_records import Record
from siegelpost.mailings.errors import SenderUnverified
from siegelpost.mailings.reads import domains_of, mailing, senders_of, signing_selector
from siegelpost.mailings.services import may_send
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import a_list, draft
from tests.dns_server import SERVFAIL, DnsServer, dns_server
from tests.mailings.making import some_sender
from tests.web.visiting import visitor

pytestmark = pytest.mark.slow

DOMAIN = "verlag.example"


def sender(tenant: TenantDB, mailbox: str = f"News <news@{DOMAIN}>") -> int:
    """Id of a sender's domain; nobody checked it, nobody permitted anything."""
    return some_sender(tenant, mailbox, unverified_ok=False).domain_id


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DnsServer]:
    """The name server that this installation, at news.example.net, asks."""
    with dns_server() as running:
        running.hold("news.example.net", "A", "203.0.113.5")
        running.hold(DOMAIN, "MX", "10 news.example.net.")
        monkeypatch.setenv("SIEGELPOST_DNS_SERVERS", running.place)
        monkeypatch.setenv("SIEGELPOST_PUBLIC_URL", "https://news.example.net")
        process_settings.cache_clear()
        yield running
        monkeypatch.undo()
        process_settings.cache_clear()


def dkim_records_of(tenant: TenantDB, domain_id: int) -> list[Record]:
    return [one for one in sender_records(tenant, domain_id, process_settings(), now=clock.now()) if "_domainkey" in one.name]


def letter_on(page: str) -> str:
    """What the button copies."""
    found = re.search(r'<pre[^>]* id="letter"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def publish(server: DnsServer, tenant: TenantDB, domain_id: int) -> None:
    server.publish(sender_records(tenant, domain_id, process_settings(), now=clock.now()))


def test_in_a_test_system_a_new_sender_leads_to_the_permission_and_to_the_mailing(alpha: TenantDB) -> None:
    client, german = visitor(alpha, "admin"), visitor(alpha, "editor", language="de")
    refused = client.send("senders/new", {"name": 'Müller, Anna & Co. <"x">', "email": f"news@{DOMAIN}"}, status=422)
    assert "invalid-feedback" in refused.content.decode()
    answer = client.send("senders/new", {"name": 'Müller, Anna "Co."', "email": f"news@{DOMAIN}"})
    page, where = client.get(answer.headers["location"]).content.decode(), f"senders/domains/{domains_of(alpha)[0].id}"
    for part in ("v=DKIM1; k=rsa; p=", "v=DKIM1; k=ed25519; p=", "v=DMARC1; p=none", f"_domainkey.{DOMAIN}", "IN TXT"):
        assert part in page
    assert "This is a test system: it does not check domains." in page and "/mailings/new" in page
    assert "Dies ist ein Testsystem: Es prüft keine Domains." in german.see(where)
    assert f"{where}/check" not in page and f"{where}/permit" not in page
    assert re.search(rf'{where}/permit".*?btn btn-primary', visitor(alpha, "operator").see(where))
    assert [one.email for one in senders_of(alpha)] == [f"news@{DOMAIN}"]
    assert "not possible yet" in client.see("senders") and "noch nicht möglich" in german.see("senders")


@pytest.mark.wire
def test_a_newcomer_reads_one_sentence_and_what_is_missing_until_everything_is_there(alpha: TenantDB, server: DnsServer) -> None:
    client, german = visitor(alpha, "admin"), visitor(alpha, "editor", language="de")
    client.send("senders/new", {"name": "News", "email": f"news@{DOMAIN}"})
    domain_id = domains_of(alpha)[0].id
    where = f"senders/domains/{domain_id}"
    page, seite = (html.unescape(one.see(where)) for one in (client, german))
    assert f"You cannot send from {DOMAIN} at the moment" in page and "2 things are missing at the domain" in page
    assert f"Von {DOMAIN} können Sie zurzeit nicht senden" in seite and "fehlen noch 2 Einträge" in seite
    assert re.search(rf'{where}/check".*?btn btn-primary', page) and "/mailings/new" in page and f"{where}/permit" not in page
    for record in dkim_records_of(alpha, domain_id):
        assert page.count(f">{record.value}</code>") == 1 and page.index(record.value) > page.index('id="letter"')
    publish(server, alpha, domain_id)
    client.send(f"{where}/check")
    page = client.see(where)
    assert f"You can send from {DOMAIN}" in page and "Who sets this up?" not in page and "What is missing" not in page
    assert re.search(r'class="btn btn-primary" href="/t/alpha/mailings/new"', page)
    assert [one.verified for one in senders_of(alpha)] == [True]
    assert ">set up</span>" in client.see("senders")


@pytest.mark.wire
def test_what_this_installation_lacks_is_not_asked_of_the_owner_of_the_domain(alpha: TenantDB, server: DnsServer) -> None:
    domain_id, client = sender(alpha), visitor(alpha, "admin")
    server.publish(dkim_records_of(alpha, domain_id))
    client.send(f"senders/domains/{domain_id}/check")
    page = html.unescape(client.see(f"senders/domains/{domain_id}"))
    assert "Your domain is not to blame" in page and re.search(r"<details[^>]* open><summary[^>]*><span[^>]*>For whoever runs", page)
    assert "v=spf1 a:news.example.net ~all" in page and "v=spf1" not in letter_on(page)


@pytest.mark.wire
def test_where_keys_stand_with_the_operator_the_owner_is_asked_for_pointers(
    alpha: TenantDB, server: DnsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIEGELPOST_DKIM_ZONE", "dkim.example.net")
    process_settings.cache_clear()
    domain_id, client = sender(alpha), visitor(alpha, "admin")
    where = f"senders/domains/{domain_id}"
    for _before_and_after in range(2):
        text = letter_on(client.see(where))
        assert text.count(f".{DOMAIN}.dkim.example.net.") == 4 and "p=MII" not in text
        client.send(f"{where}/check")
    owners, operators = html.unescape(client.see(where)).split("For whoever runs this installation")
    assert f".{DOMAIN}.dkim.example.net.</code>" in owners and ">v=DKIM1;" not in owners and ">v=DKIM1; k=rsa; p=MII" in operators
    server.publish(one for one in sender_records(alpha, domain_id, process_settings(), now=clock.now()) if one.type == "CNAME")
    client.send(f"{where}/check")
    assert "Your domain is not to blame" in client.see(where)
    publish(server, alpha, domain_id)
    server.hold(f"_dmarc.{DOMAIN}", "TXT")
    client.send(f"{where}/rotate")
    page = client.see(where)
    assert "v=DMARC1; p=none" in letter_on(page) and "p=MII" not in letter_on(page)
    assert "Next key, RSA: not published yet" in page


@pytest.mark.wire
@pytest.mark.parametrize("language, hello, name", [("en", "Hello,", "Name:"), ("de", "Guten Tag,", "Typ: TXT")])
def test_the_text_to_hand_on_is_complete(alpha: TenantDB, server: DnsServer, language: str, hello: str, name: str) -> None:
    domain_id, client = sender(alpha), visitor(alpha, "admin", language=language)
    for round_ in ("never checked", "checked"):
        text = letter_on(client.see(f"senders/domains/{domain_id}"))
        assert text.startswith(hello) and name in text, round_
        for record in sender_records(alpha, domain_id, process_settings(), now=clock.now()):
            belongs = record.name.endswith(DOMAIN)
            assert (f" {record.name}\n" in text and f" {record.value}\n" in text) is belongs, (round_, record.name)
        client.send(f"senders/domains/{domain_id}/check")


@pytest.mark.wire
def test_what_stands_there_already_is_named_in_the_text(alpha: TenantDB, server: DnsServer) -> None:
    domain_id, client = sender(alpha), visitor(alpha, "admin")
    server.hold(f"_dmarc.{DOMAIN}", "TXT", '"v=DMARC1; p=maybe"')
    client.send(f"senders/domains/{domain_id}/check")
    text = letter_on(client.see(f"senders/domains/{domain_id}"))
    assert "Now there: v=DMARC1; p=maybe" in text and "change it: a second one beside it makes both void" in text


@pytest.mark.wire
def test_what_cannot_be_checked_is_said_in_both_languages(alpha: TenantDB, server: DnsServer) -> None:
    domain_id, admin, german = sender(alpha), visitor(alpha, "admin"), visitor(alpha, "editor", language="de")
    where = f"senders/domains/{domain_id}"
    publish(server, alpha, domain_id)
    server.tricks = dict.fromkeys(server.zone, SERVFAIL)
    admin.send(f"{where}/check")
    page, seite = admin.see(where), german.see(where)
    assert "The check got no answer, so nobody knows" in page and "the name server reports a failure" in page
    assert "Die Prüfung bekam keine Antwort" in seite and "der Nameserver meldet eine Störung" in seite
    assert 'id="letter"' in page and re.search(rf'{where}/check".*?btn btn-primary', page)
    server.tricks = {}
    admin.send(f"{where}/check")
    server.tricks = dict.fromkeys(server.zone, SERVFAIL)
    admin.send(f"{where}/check")
    page, seite = admin.see(where), german.see(where)
    assert f"You can send from {DOMAIN}" in page and "The last check got no answer. The good result of" in page
    assert "Die letzte Prüfung bekam keine Antwort. Das gute Ergebnis vom" in seite
    assert last_check(alpha, domain_id).stale


@pytest.mark.wire
def test_keys_are_changed_in_the_browser(alpha: TenantDB, server: DnsServer) -> None:
    domain_id, admin, operator = sender(alpha), visitor(alpha, "admin"), visitor(alpha, "operator")
    publish(server, alpha, domain_id)
    before = signing_selector(alpha, domain_id)
    admin.send(f"senders/domains/{domain_id}/rotate")
    page = admin.see(f"senders/domains/{domain_id}")
    assert "New keys wait under" in page and "Next key, RSA: not published yet" in page and before in page
    assert "/switch" not in page and "/switch" in operator.see(f"senders/domains/{domain_id}")
    admin.send(f"senders/domains/{domain_id}/switch", status=403)
    assert signing_selector(alpha, domain_id) == before
    publish(server, alpha, domain_id)
    admin.send(f"senders/domains/{domain_id}/check")
    page = admin.see(f"senders/domains/{domain_id}")
    assert signing_selector(alpha, domain_id) != before
    assert f"<code>{before}</code>: leave them published until" in page and "Make new keys" in page


def test_the_operator_may_sign_with_keys_that_nobody_saw(alpha: TenantDB) -> None:
    domain_id, operator = sender(alpha), visitor(alpha, "operator")
    before = signing_selector(alpha, domain_id)
    for step in ("switch", "switch"):  # the first one makes them only
        operator.send(f"senders/domains/{domain_id}/{step}")
    assert signing_selector(alpha, domain_id) != before
    assert "signed with the new keys now" in operator.see(f"senders/domains/{domain_id}")


def test_the_same_sender_twice_is_one_sender(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    for _click in range(2):
        client.send("senders/new", {"name": "News", "email": f"news@{DOMAIN}"})
    assert len(senders_of(alpha)) == 1


@pytest.mark.parametrize(
    "name, email",
    [
        ("", "a@b.example"),
        ("News", "nobody"),
        ("x" * 121, "a@b.example"),
        ("a\r\nBcc: x@y.example", "a@b.example"),
        ("\u202eNews\x07", "a@b.example"),
        ("News", "a@localhost"),
    ],
)
def test_what_cannot_stand_in_a_header_is_said_at_the_field(alpha: TenantDB, name: str, email: str) -> None:
    page = visitor(alpha, "admin").send("senders/new", {"name": name, "email": email}, status=422).content.decode()
    assert "invalid-feedback" in page and senders_of(alpha) == [] and domains_of(alpha) == []


def test_only_the_operator_permits_sending_without_a_check(alpha: TenantDB) -> None:
    domain = sender(alpha)
    admin, operator = visitor(alpha, "admin"), visitor(alpha, "operator")
    assert "/permit" not in admin.see(f"senders/domains/{domain}")
    admin.send(f"senders/domains/{domain}/permit", status=403)
    assert "/permit" in operator.see(f"senders/domains/{domain}")
    operator.send(f"senders/domains/{domain}/permit")
    page = admin.see(f"senders/domains/{domain}")
    assert "The operator has permitted it" in page and f"You can send from {DOMAIN}" in page
    assert senders_of(alpha)[0].unverified_ok


def test_the_operator_takes_the_permission_back_and_the_gate_is_shut_again(alpha: TenantDB) -> None:
    domain = sender(alpha)
    where, operator = f"senders/domains/{domain}", visitor(alpha, "operator")
    assert f"{where}/withdraw" not in operator.see(where)
    operator.send(f"{where}/permit")
    assert f"{where}/withdraw" not in visitor(alpha, "admin").see(where)
    visitor(alpha, "admin").send(f"{where}/withdraw", status=403)
    assert senders_of(alpha)[0].unverified_ok and f"{where}/withdraw" in operator.see(where)
    for said in ("The permission is withdrawn", "There was no permission"):
        operator.send(f"{where}/withdraw")
        assert said in operator.see(where)
    assert not senders_of(alpha)[0].unverified_ok
    for act in ("sender.unverified_allowed", "sender.unverified_withdrawn"):
        assert len(entries(alpha, act=act)) == 1, act
    number = draft(alpha, a_list(alpha), sender_id=senders_of(alpha)[0].id)
    with pytest.raises(SenderUnverified):
        may_send(alpha, mailing(alpha, number))


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_others_look_but_change_nothing(alpha: TenantDB, role: str) -> None:
    domain = sender(alpha)
    client = visitor(alpha, role)
    assert "senders/new" not in client.see("senders") and "DKIM" in client.see(f"senders/domains/{domain}")
    client.see("senders/new", status=403)
    client.send("senders/new", {"name": "News", "email": "a@b.example"}, status=403)
    for act in ("check", "rotate", "switch", "permit", "withdraw"):
        client.send(f"senders/domains/{domain}/{act}", status=403)
        assert f"/{act}" not in client.see(f"senders/domains/{domain}")


@pytest.mark.touches_beta
def test_domains_of_another_tenant_do_not_exist(alpha: TenantDB, beta: TenantDB) -> None:
    there = sender(beta)
    client = visitor(alpha, "operator")
    acts = [client.post(f"{client.start}senders/domains/{there}/{act}") for act in ("check", "rotate", "switch", "permit", "withdraw")]
    asked = [client.get(f"{client.start}senders/domains/{there}"), *acts]
    assert [answer.status_code for answer in asked] == [404] * 6


@pytest.mark.wire
def test_hostile_names_and_records_are_shown_as_text(alpha: TenantDB, server: DnsServer) -> None:
    domain = sender(alpha, f'x\\" onmouseover=alert(1) & <news@{DOMAIN}>')
    evil = "<script>alert(1)</script>"
    server.hold(f"{signing_selector(alpha, domain)}._domainkey.{DOMAIN}", "TXT", f'"{evil}\\000\\226\\128\\174"')
    server.hold("news.example.net", "TXT", f'"v=spf1 {evil} -all"')
    client = visitor(alpha, "admin")
    client.send(f"senders/domains/{domain}/check")
    for path in ("senders", f"senders/domains/{domain}", "senders?q=%3Cscript%3E"):
        page = client.see(path)
        assert 'x" onmouseover' not in page and evil not in page
    assert html.escape(evil) in client.see(f"senders/domains/{domain}")
