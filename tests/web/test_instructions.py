"""The register of instructions in the browser."""

import pytest

from siegelpost.base.actor import Actor
from siegelpost.governance.instructions.entitled import entitle
from siegelpost.governance.instructions.reads import instructions
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from tests.web.visiting import NOON, visitor

ORDER = {
    "kind": "other",
    "given_by": "Eva Muster",
    "text": "Bitte =so\nund <b>nicht</b> anders",
    "valid_from": "2026-03-01",
    "valid_until": "",
}


@pytest.mark.slow
def test_an_administrator_records_answers_and_ends_an_instruction(alpha: TenantDB) -> None:
    entitle(alpha, "Eva Muster", actor=Actor.operator(), now=NOON)
    client = visitor(alpha, "admin")
    assert "No instruction was recorded yet" in client.see("instructions")
    client.send("instructions/new", ORDER)
    (one,) = instructions(alpha, now=NOON)
    page = client.see(f"instructions/{one.id}")
    assert "und &lt;b&gt;nicht&lt;/b&gt; anders" in page and one.digest in page and "Eva Muster" in page
    client.send(f"instructions/{one.id}", {"step": "ended", "note": "Vertrag vorbei"})
    assert "Vertrag vorbei" in client.see(f"instructions/{one.id}") and "over" in client.see("instructions")
    again = client.send(f"instructions/{one.id}", {"step": "ended"}, status=409)
    assert "has ended" in again.content.decode()


def test_the_document_is_handed_out_as_it_came_and_never_shown(alpha: TenantDB) -> None:
    entitle(alpha, "Eva Muster", actor=Actor.operator(), now=NOON)
    client = visitor(alpha, "admin")
    client.send("instructions/new", {**ORDER, "text": "Bitte so"})
    answer = client.get(f"{client.start}instructions/1/document")
    assert answer.content == b"Bitte so" and answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"


def test_a_person_who_is_not_entitled_is_refused_and_nothing_is_kept(alpha: TenantDB) -> None:
    Tenant.objects.filter(slug="alpha").update(own=False)
    client = visitor(alpha, "admin")
    assert "Nobody was named yet" in client.see("instructions")
    page = client.send("instructions/new", ORDER, status=422).content.decode()
    assert "not entitled" in page and "Bitte =so" in page and instructions(alpha, now=NOON) == []


@pytest.mark.slow
def test_only_whoever_speaks_for_the_operator_answers(alpha: TenantDB) -> None:
    entitle(alpha, "Eva Muster", actor=Actor.operator(), now=NOON)
    client = visitor(alpha, "admin")
    client.send("instructions/new", ORDER)
    Tenant.objects.filter(slug="alpha").update(own=False)
    assert "We object to it" not in client.see("instructions/1")
    client.send("instructions/1", {"step": "objected", "note": ""})
    assert instructions(alpha, now=NOON)[0].answer is None
    Tenant.objects.filter(slug="alpha").update(own=True)
    assert "We object to it" in client.see("instructions/1")
    client.send("instructions/1", {"step": "objected", "note": ""})
    assert instructions(alpha, now=NOON)[0].state == "objected" and "We object to it" not in client.see("instructions/1")


@pytest.mark.slow
def test_an_editor_sees_no_instruction(alpha: TenantDB) -> None:
    client = visitor(alpha, "editor")
    for path in ("instructions", "instructions/new", "instructions/1", "instructions/1/document"):
        client.see(path, status=403)
    assert "instructions" not in client.see("")
