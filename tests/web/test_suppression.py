"""Suppressions: one address, patterns, many addresses at once."""

import pytest

from siegelpost.consent.blacklist import counts, patterns
from siegelpost.consent.suppression import check, suppress
from siegelpost.evidence.reads import entries
from siegelpost.tenancy.handle import TenantDB
from tests.consent.people import key_of
from tests.web.townsfolk import HOSTILE, ROLES_THAT_MAY, STAFF, a_list, a_person
from tests.web.visiting import NOON, visitor

PASTE = {"kind": "blacklist", "source": "letter of May", "list": ""}


def test_an_address_is_looked_up_exactly(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    ann = a_person(alpha, "ann@example.org", letter)
    with alpha.atomic():
        suppress(alpha, kind="complaint", key=key_of(alpha, "ann@example.org"), source="arf", list_id=letter, actor=STAFF, now=NOON)
    client = visitor(alpha, "viewer")
    page = client.send("suppression/look-up", {"address": " Ann@EXAMPLE.org "}, 200).content.decode()
    assert "Complained about a mailing" in page and "2026-03-02 12:00:00 UTC" in page and "Letter" in page and f"subscribers/{ann}" in page
    assert "This address is not blocked" in client.send("suppression/look-up", {"address": "an@example.org"}, 200).content.decode()


def test_another_tenants_suppressions_say_nothing_here(alpha: TenantDB, beta: TenantDB) -> None:
    page = visitor(alpha).send("suppression/look-up", {"address": "ann@example.org"}, 200).content.decode()
    assert "This address is not blocked" in page


@pytest.mark.parametrize("address", ["", "nobody", HOSTILE, "x" * 10_000])
def test_what_is_no_address_is_said_at_the_field(alpha: TenantDB, address: str) -> None:
    page = visitor(alpha).send("suppression/look-up", {"address": address}, 422).content.decode()
    assert page.count("invalid-feedback") == 1 and "<script>alert" not in page


@pytest.mark.slow
def test_patterns_come_and_go(alpha: TenantDB) -> None:
    client = visitor(alpha)
    client.send("suppression/patterns", {"pattern": "%@Firm.example"})
    client.send("suppression/patterns", {"pattern": "%@firm.example"})
    (one,) = patterns(alpha)
    assert (
        "%@firm.example" in client.see("suppression")
        and "On the blacklist" in client.send("suppression/look-up", {"address": "x@firm.example"}, 200).content.decode()
    )
    for _twice in range(2):
        client.send(f"suppression/patterns/{one.id}/remove")
    assert patterns(alpha) == [] and len(entries(alpha, act="suppression.lifted")) == 1
    client.send(f"suppression/patterns/{2**63}/remove")


def test_a_keyed_hash_of_our_own_file_is_taken_and_any_other_is_not(alpha: TenantDB) -> None:
    client = visitor(alpha)
    client.send("suppression/add", {**PASTE, "kind": "optout", "lines": "ann@example.org"})
    letter, known = a_list(alpha), key_of(alpha, "ann@example.org").hex()
    client.send("suppression/add", {**PASTE, "kind": "optout", "list": str(letter), "lines": f"hash:{known}\r\nhash:{'ab' * 16}"})
    assert [(one.kind, one.list_id) for one in check(alpha, "ann@example.org")] == [("optout", None), ("optout", letter)]
    assert counts(alpha)["optout"] == 2


@pytest.mark.parametrize("pattern", ["", "%", "ann@example.org", "a b%@example.org", "%a" * 9, HOSTILE, "%" + "x" * 10_000])
def test_a_pattern_that_cannot_be_is_refused_at_its_field(alpha: TenantDB, pattern: str) -> None:
    page = visitor(alpha).send("suppression/patterns", {"pattern": pattern}, 422).content.decode()
    assert page.count("invalid-feedback") == 1 and "<script>alert" not in page
    assert patterns(alpha) == []


@pytest.mark.slow
def test_only_what_the_tenant_decided_can_be_lifted(alpha: TenantDB) -> None:
    client = visitor(alpha)
    for kind in ("blacklist", "complaint"):
        client.send("suppression/add", {**PASTE, "kind": kind, "lines": "ann@example.org"})
    assert "Take off the blacklist" in client.send("suppression/look-up", {"address": "ann@example.org"}, 200).content.decode()
    for _twice in range(2):
        client.send("suppression/lift", {"address": "ann@example.org"})
    client.send("suppression/lift", {"address": "nobody"})
    assert [one.kind for one in check(alpha, "ann@example.org")] == ["complaint"]
    assert "Take off the blacklist" not in client.send("suppression/look-up", {"address": "ann@example.org"}, 200).content.decode()


def test_pasted_addresses_are_added_and_wrong_lines_come_back(alpha: TenantDB) -> None:
    client = visitor(alpha)
    lines = f"ann@example.org\r\nno address\r\n%@firm.example\r\n{HOSTILE}"
    page = client.send("suppression/add", {**PASTE, "lines": lines}, 422).content.decode()
    assert "2 added, 0 were there already." in page and "These lines cannot be used" in page and "<script>alert" not in page
    box = page.partition('name="lines"')[2].partition("</textarea>")[0]
    assert "no address" in box and "ann@example.org" not in box
    assert counts(alpha)["blacklist"] == 2
    client.send("suppression/add", {**PASTE, "lines": "ann@example.org"})
    assert counts(alpha)["blacklist"] == 2


@pytest.mark.parametrize(
    "changes",
    [{"lines": ""}, {"lines": "a@example.org\n" * 1_001}, {"kind": "retained"}, {"source": ""}, {"source": "x" * 100}, {"list": "999"}],
)
def test_a_paste_that_cannot_be_taken_changes_nothing(alpha: TenantDB, changes: dict[str, str]) -> None:
    page = visitor(alpha).send("suppression/add", {**PASTE, "lines": "ann@example.org", **changes}, 422).content.decode()
    assert page.count("invalid-feedback") == 1
    assert sum(counts(alpha).values()) == 0


def test_a_paste_for_one_list_holds_for_it_alone(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    visitor(alpha).send("suppression/add", {**PASTE, "kind": "optout", "list": letter, "lines": "ann@example.org"})
    assert [(one.kind, one.list_id) for one in check(alpha, "ann@example.org")] == [("optout", letter)]


@pytest.mark.parametrize("role", ["viewer", *ROLES_THAT_MAY])
def test_roles_look_up_and_change_only_with_the_right(alpha: TenantDB, role: str) -> None:
    client = visitor(alpha, role)
    page = client.see("suppression")
    for words in ("suppression/add", "suppression/patterns"):
        assert (words in page) is (role in ROLES_THAT_MAY)
    if role not in ROLES_THAT_MAY:
        for path in ("suppression/add", "suppression/patterns", "suppression/patterns/1/remove", "suppression/lift"):
            client.send(path, {}, 403)
