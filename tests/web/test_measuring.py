"""How a tenant chooses to be measured, in the browser."""

import pytest

from siegelpost.evidence.reads import entries
from siegelpost.measure.choices import chosen, of_lists
from siegelpost.tenancy.handle import TenantDB
from tests.measure.reported import sent
from tests.web.townsfolk import a_list
from tests.web.visiting import visitor


@pytest.mark.slow
def test_until_somebody_chooses_the_pages_say_so_and_nothing_is_chosen_beforehand(alpha: TenantDB) -> None:
    one = sent(alpha, 100)
    client = visitor(alpha, "admin")
    page = client.see("measuring")
    assert "Anonymous, not yet chosen." in page and "§ 25 TDDDG" in page and "2026-042" in page
    assert not any("checked" in box.split(">")[0] for box in page.split('name="mode"')[1:])
    assert "not yet chosen" in client.see(f"mailings/{one.mailing}/report")
    client.send("measuring", {"mode": "clicks", "people": "on"})
    assert (chosen(alpha).mode, chosen(alpha).people) == ("clicks", True)
    assert entries(alpha, act="measure.chosen")[0]["details"] == {"mode": "clicks", "people": True}
    assert "not yet chosen" not in client.see("measuring") + client.see(f"mailings/{one.mailing}/report")
    assert "noch nicht gewählt" not in visitor(alpha, "admin", language="de").see("measuring")


def test_a_list_is_measured_more_strictly_and_never_less(alpha: TenantDB) -> None:
    number = a_list(alpha)
    client = visitor(alpha, "admin")
    seen = client.send("measuring", {"mode": "opens", f"list-{number}": "anonymous"}, 422)
    assert "more strictly than all mailings" in seen.text
    assert (chosen(alpha).at, of_lists(alpha, [number])) == (None, {})
    client.send("measuring", {"mode": "anonymous", f"list-{number}": "off"})
    assert of_lists(alpha, [number]) == {number: "off"}
    client.send("measuring", {"mode": "anonymous", f"list-{number}": "as-tenant"})
    assert of_lists(alpha, [number]) == {}


def test_singly_is_no_choice_and_a_mailing_offers_what_the_tenant_allows(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    client.send("measuring", {"mode": "personalised"}, 422)
    client.send("measuring", {"mode": "clicks"})
    page = client.see("mailings/new/md")
    assert 'value="clicks"' in page and 'value="off"' in page
    assert 'value="anonymous"' not in page and 'value="opens"' not in page
