"""Senders in the browser: who mailings come from, and which DNS records their domains need."""

import pytest

from siegelpost.base.actor import Actor
from siegelpost.flows.add_sender import add_sender
from siegelpost.mailings.reads import SenderFacts, senders_of
from siegelpost.tenancy.handle import TenantDB
from tests.web.visiting import NOON, visitor


def sender(tenant: TenantDB, mailbox: str = "News <news@verlag.example>") -> SenderFacts:
    return add_sender(tenant, mailbox, unverified_ok=False, actor=Actor.operator(), now=NOON)


def test_an_administrator_adds_a_sender_and_sees_the_records_of_its_domain(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    where = client.send("senders/new", {"name": 'Müller, Anna & Co. <"x">', "email": "news@verlag.example"}, status=422)
    assert "invalid-feedback" in where.content.decode()
    answer = client.send("senders/new", {"name": 'Müller, Anna "Co."', "email": "news@verlag.example"})
    page = client.get(answer.headers["location"]).content.decode()
    for part in ("v=DKIM1; k=rsa; p=", "v=DKIM1; k=ed25519; p=", "v=DMARC1; p=none", "v=spf1", "_domainkey.verlag.example", "IN TXT"):
        assert part in page
    assert "has not been checked" in page and "until the operator permits" in page
    assert [one.name for one in senders_of(alpha)] == ['Müller, Anna "Co."']
    table = client.see("senders")
    assert "not checked" in table and "not permitted yet" in table and "news@verlag.example" in table


def test_the_same_sender_twice_is_one_sender(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    for _click in range(2):
        client.send("senders/new", {"name": "News", "email": "news@verlag.example"})
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
    assert "invalid-feedback" in page and senders_of(alpha) == []


def test_only_the_operator_permits_sending_without_a_check(alpha: TenantDB) -> None:
    domain = sender(alpha).domain_id
    admin, operator = visitor(alpha, "admin"), visitor(alpha, "operator")
    assert "/permit" not in admin.see(f"senders/domains/{domain}")
    admin.send(f"senders/domains/{domain}/permit", status=403)
    assert "/permit" in operator.see(f"senders/domains/{domain}")
    operator.send(f"senders/domains/{domain}/permit")
    assert "permitted sending from this domain all the same" in admin.see(f"senders/domains/{domain}")
    assert senders_of(alpha)[0].unverified_ok


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_others_look_but_add_nothing(alpha: TenantDB, role: str) -> None:
    domain = sender(alpha).domain_id
    client = visitor(alpha, role)
    assert "senders/new" not in client.see("senders") and "DKIM" in client.see(f"senders/domains/{domain}")
    client.see("senders/new", status=403)
    client.send("senders/new", {"name": "News", "email": "a@b.example"}, status=403)


@pytest.mark.touches_beta
def test_domains_of_another_tenant_do_not_exist(alpha: TenantDB, beta: TenantDB) -> None:
    there = sender(beta).domain_id
    client = visitor(alpha, "operator")
    asked = (client.get(f"{client.start}senders/domains/{there}"), client.post(f"{client.start}senders/domains/{there}/permit"))
    assert [answer.status_code for answer in asked] == [404, 404]


def test_hostile_names_are_shown_as_text(alpha: TenantDB) -> None:
    domain = sender(alpha, 'x\\" onmouseover=alert(1) & <news@verlag.example>').domain_id
    client = visitor(alpha)
    for path in ("senders", f"senders/domains/{domain}", "senders?q=%3Cscript%3E"):
        assert 'x" onmouseover' not in client.see(path)
