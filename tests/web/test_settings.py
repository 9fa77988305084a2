"""The settings of a tenant in the browser: its words, and two people who change them at the same time."""

import re

import pytest

from siegelpost.evidence.reads import entries
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_tenant
from tests.web.visiting import visitor


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\w+)"', page)
    assert found
    return found[1]


def words(page: str, **changes: str) -> dict[str, str]:
    return {"name": "Alpha Verlag", "imprint": "Alpha Verlag\r\nMusterweg 2", "language": "en", "version": version(page), **changes}


def test_an_administrator_changes_what_recipients_read(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    page = client.see("settings")
    assert "Alpha GmbH, Musterweg 1" in page and "/f/alpha/" in page
    client.send("settings", words(page))
    now = open_tenant("alpha")
    assert (now.name, now.imprint, now.language, now.slug) == ("Alpha Verlag", "Alpha Verlag\nMusterweg 2", "en", "alpha")
    assert entries(alpha, act="tenancy.changed")[0]["details"] == {"fields": ["name", "imprint", "language"]}
    assert "Alpha Verlag" in client.see("settings")


@pytest.mark.slow
def test_an_administrator_demands_tls_and_the_log_says_so(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    page = client.see("settings")
    assert "Send our mail through TLS only" in page and "unknown here" in page and "checked" not in page.split('name="demands_tls"')[1][:60]
    same = {"name": "Alpha GmbH", "imprint": "Alpha GmbH, Musterweg 1, 00000 Musterstadt", "language": "de"}
    client.send("settings", {**same, "version": version(page), "demands_tls": "on"})
    assert open_tenant("alpha").demands_tls
    page = client.see("settings")
    assert "checked" in page.split('name="demands_tls"')[1][:120]
    client.send("settings", {**same, "version": version(page)})
    assert not open_tenant("alpha").demands_tls
    acts = [act["details"] for act in entries(alpha, act="tenancy.changed")]
    assert sorted(acts, key=str) == [{"fields": ["demands_tls"], "demands_tls": value} for value in (False, True)]
    german = visitor(alpha, "admin", language="de")
    assert "Unsere Mail nur über TLS senden" in german.see("settings")


@pytest.mark.slow
def test_an_administrator_says_how_many_hard_bounces_retire_an_address_and_the_log_says_so(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    page = client.see("settings")
    assert "Empty: 3, as this installation has it" in page
    same = {"name": "Alpha GmbH", "imprint": "Alpha GmbH, Musterweg 1, 00000 Musterstadt", "language": "de"}
    for wrong in ("0", "21", "-1", "many"):
        client.send("settings", {**same, "version": version(page), "hard_bounces": wrong}, 422)
    assert open_tenant("alpha").hard_bounces is None
    client.send("settings", {**same, "version": version(page), "hard_bounces": "1"})
    assert open_tenant("alpha").hard_bounces == 1
    assert "after 1 such answer." in client.see("bounces")
    page = client.see("settings")
    assert 'value="1"' in page.split('name="hard_bounces"')[1][:80]
    client.send("settings", {**same, "version": version(page), "hard_bounces": ""})
    assert open_tenant("alpha").hard_bounces is None
    acts = [act["details"] for act in entries(alpha, act="tenancy.changed")]
    assert sorted(acts, key=str) == [{"fields": ["hard_bounces"], "hard_bounces": value} for value in (1, None)]


def test_an_administrator_names_who_keeps_checkpoints_and_no_entry_holds_the_address(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    same = {"name": "Alpha GmbH", "imprint": "Alpha GmbH, Musterweg 1, 00000 Musterstadt", "language": "de"}
    page = client.see("settings")
    client.send("settings", {**same, "version": version(page), "data_protection": "nobody"}, 422)
    client.send("settings", {**same, "version": version(page), "data_protection": "dpo@example.org"})
    assert open_tenant("alpha").data_protection == "dpo@example.org"
    assert [act["details"] for act in entries(alpha, act="tenancy.changed")] == [{"fields": ["data_protection"]}]


def test_an_editor_cannot_take_the_demand_back(alpha: TenantDB) -> None:
    admin = visitor(alpha, "admin")
    admin.send("settings", words(admin.see("settings"), demands_tls="on"))
    assert open_tenant("alpha").demands_tls
    page = admin.see("settings")
    visitor(alpha, "editor").send("settings", words(page), status=403)
    assert open_tenant("alpha").demands_tls


@pytest.mark.slow
def test_who_saves_over_the_change_of_another_sees_it_first(alpha: TenantDB) -> None:
    one, other = visitor(alpha, "admin"), visitor(alpha, "operator")
    page = one.see("settings")
    other.send("settings", words(other.see("settings"), name="Theirs"))
    answer = one.send("settings", words(page, name="Mine"), status=409).content.decode()
    assert "Theirs" in answer and 'value="Mine"' in answer and open_tenant("alpha").name == "Theirs"
    one.send("settings", words(answer, name="Mine"))
    assert open_tenant("alpha").name == "Mine"


@pytest.mark.slow
def test_the_same_words_again_change_nothing(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    client.send("settings", words(client.see("settings")))
    client.send("settings", words(client.see("settings")))
    assert len(entries(alpha, act="tenancy.changed")) == 1


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"name": "x" * 201}, {"name": "a\u202eb"}, {"imprint": "x" * 10_000}, {"imprint": "a\x07b"}, {"language": "fr"}],
)
def test_what_cannot_stand_on_a_page_is_said_at_the_field(alpha: TenantDB, changes: dict[str, str]) -> None:
    client = visitor(alpha, "admin")
    page = client.send("settings", words(client.see("settings"), **changes), status=422).content.decode()
    assert "invalid-feedback" in page and open_tenant("alpha").name == "Alpha GmbH"


@pytest.mark.slow
def test_hostile_words_are_shown_as_text(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    client.send(
        "settings", words(client.see("settings"), name="<script>alert(1)</script>🎈", imprint="</textarea><script>alert(1)</script>")
    )
    assert "<script>alert" not in client.see("settings") and "<script>alert" not in client.see()


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_others_neither_see_nor_change_it(alpha: TenantDB, role: str) -> None:
    client = visitor(alpha, role)
    client.see("settings", status=403)
    client.send("settings", {"name": "x"}, status=403)
    assert "/t/alpha/settings" not in client.see("senders")


@pytest.mark.slow
def test_a_demand_for_tls_is_not_taken_back_by_a_page_that_is_older_than_it(alpha: TenantDB) -> None:
    one, other = visitor(alpha, "admin"), visitor(alpha, "operator")
    page, same = one.see("settings"), {"name": "Alpha GmbH", "imprint": "", "language": "de"}
    other.send("settings", words(other.see("settings"), **same, demands_tls="on"))
    answer = one.send("settings", words(page, **same), status=409).content.decode()
    assert re.search(r"Send our mail through TLS only</th><td[^>]*>Yes</td><td[^>]*>No</td>", answer) and open_tenant("alpha").demands_tls
