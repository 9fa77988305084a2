"""`/w/TOKEN` of a mailing that cannot be shown: an error page in our form, soon, and no row differs."""

import time
from collections.abc import Callable

import pytest

from siegelpost.audience.services import update_subscriber
from siegelpost.mailings.models import Variant
from tests.public.world import NOW, OPERATOR, World, browser, text

LOOP = "{% for i in (1..last_name) %}x{% endfor %}"
SOURCES = {
    "a loop as long as a person's field says": ("html", f"<p>{LOOP}</p>", "render.liquid_failed"),
    "a loop without end": ("txt", "{% for i in (1..999999999) %}x{% endfor %}", "render.liquid_failed"),
    "a loop that is never closed": ("md", "{% for i in (1..3) %}x", "render.liquid_broken"),
    "MJML that does not parse": ("mjml", "<mjml><mj-body>", "render.mjml_broken"),
    "an unknown tag": ("mjml", "<mjml><mj-body><mj-foo/></mj-body></mjml>", "render.mjml_unknown_tag"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_mailing_that_cannot_be_rendered_is_said_to_be_so(world: World, rows: Callable[[], str], name: str) -> None:
    format, source, code = SOURCES[name]
    person = world.person()
    with world.tenant.atomic():
        update_subscriber(world.tenant, person, {"last_name": "999999999"}, actor=OPERATOR, now=NOW)
        world.tenant.objects(Variant).update(format=format, source=source)
    before, began = rows(), time.perf_counter()

    answer = browser().get(world.link("w", person))

    assert time.perf_counter() - began < 5
    assert answer.status_code == 422
    assert all(part in text(answer) for part in (code, "Nothing was rendered or sent."))
    assert rows() == before
