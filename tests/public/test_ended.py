"""The time of an account is over: whoever wants to leave always can, and nobody comes."""

from siegelpost.base import clock
from siegelpost.consent.reads import running_lists
from siegelpost.flows.tenant_end import end
from tests.public.world import FORM, NOW, OPERATOR, World, browser, fill_in

ONE_CLICK = "List-Unsubscribe=One-Click"


def test_whoever_wants_to_leave_always_can_and_nobody_comes(world: World) -> None:
    people = [world.person(f"{name}@example.org") for name in ("ann", "bob", "cyd")]
    fill_in(browser())
    link = world.sign_up_link(world.pending()[0].id)
    end(world.tenant, clock.now(), actor=OPERATOR, now=NOW)
    assert browser().get(FORM).status_code == 404
    assert browser().post(link).status_code in (404, 410)
    click = browser().post(world.link("u", people[0]), ONE_CLICK, content_type="application/x-www-form-urlencoded")
    assert click.status_code == 200
    assert browser().get(world.link("p", people[1])).status_code == 200
    assert browser().post(world.link("p", people[1]), {"nothing": "1"}).status_code == 200
    assert browser().post(world.link("u", people[2])).status_code == 200
    assert [running_lists(world.tenant, one) for one in people] == [frozenset()] * 3
    assert world.pending() != [] and running_lists(world.tenant, max(people) + 1) == frozenset(), "the sign-up stays as it was"
