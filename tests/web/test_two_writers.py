"""Two people change the same thing: the second one is told, keeps what was typed, and overwrites nothing unseen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest

from siegelpost.audience.reads import list_by_id
from siegelpost.evidence.reads import entries
from siegelpost.tenancy.handle import TenantDB
from tests.web.keeping import objects
from tests.web.visiting import Visitor, colleague

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Thing:
    """Its page, what a form of it sends, in which field two people disagree, and the act that is written down."""

    path: str
    values: Mapping[str, Any]
    field: str
    act: str
    goes_to: str = ""

    def send(self, client: Visitor, found: Mapping[str, int], text: str, version: str, status: int = 303) -> str:
        """Save `text` after having seen `version`."""
        values = {name: value.format(**found) for name, value in self.values.items()}
        sent = {**values, self.field: text, "version": version}
        return str(client.send(self.path.format(**found) + self.goes_to, sent, status).content.decode())

    def version(self, client: Visitor, found: Mapping[str, int]) -> str:
        """As its page carries it."""
        return version_in(client.see(self.path.format(**found)))


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="([^"]+)"', page)
    assert found, "the page carries no version"
    return found[1]


def compared(page: str) -> list[str]:
    """The cells of the table that shows both."""
    alert = re.search(r'<div class="alert alert-warning" role="alert">.*?</table>', page, re.DOTALL)
    assert alert, "nobody is told"
    return [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", alert[0])][3:]


CONSENT = "I want this mail. I can unsubscribe at any time."
FORM = {"lifetime": "14", "name": "Weekly", "lists": "{list}", "language": "en", "active": "on", "text": CONSENT}
THINGS = {
    "list": Thing("lists/{list}/edit", {"name": "Journal", "folder": ""}, "description", "audience.list_changed"),
    "folder": Thing("folders/{folder}", {"parent": ""}, "name", "audience.folder_changed"),
    "field": Thing("fields/{field}", {"name": "Salutation"}, "purpose", "audience.field_changed"),
    "segment": Thing("segments/{segment}", {"text": "language is empty", "act": "save"}, "name", "audience.segment_changed"),
    "sign-up form": Thing("forms/{form}/edit", FORM, "title", "form.changed"),
    "tenant": Thing("settings", {"imprint": "Musterweg 1", "language": "de"}, "name", "tenancy.changed"),
    "person": Thing("subscribers/{person}", {}, "field_first_name", "audience.subscriber_changed", "/fields"),
}


@pytest.fixture
def both(alpha: TenantDB) -> tuple[Visitor, Visitor]:
    return tuple(Visitor(colleague(alpha, "admin", f"{name}@staff.example"), alpha) for name in ("ann", "bob"))  # type: ignore[return-value]


@pytest.mark.parametrize("name", THINGS)
def test_the_second_sees_what_the_first_saved_and_keeps_what_was_typed(alpha: TenantDB, both: tuple[Visitor, Visitor], name: str) -> None:
    thing, found, (ann, bob) = THINGS[name], objects(alpha), both
    seen = thing.version(bob, found)
    thing.send(ann, found, "<b>Ann's</b>", thing.version(ann, found))
    page = thing.send(bob, found, "Bob's & mine", seen, 409)
    told = compared(page)
    assert (told[1], told[2]) == ("<b>Ann's</b>", "Bob's & mine") and "<b>Ann" not in page, told
    assert "Bob&#x27;s &amp; mine" in page.partition("data-keep")[2], "what was typed is not in the form"
    assert "<b>Ann's</b>" in unescape(ann.see(thing.path.format(**found))) and len(entries(alpha, act=thing.act)) == 1
    thing.send(bob, found, "Bob's & mine", version_in(page))
    assert "Bob's & mine" in unescape(ann.see(thing.path.format(**found))) and len(entries(alpha, act=thing.act)) == 2


@pytest.mark.parametrize("name", THINGS)
def test_the_same_form_twice_is_no_second_person(alpha: TenantDB, both: tuple[Visitor, Visitor], name: str) -> None:
    thing, found, (ann, _bob) = THINGS[name], objects(alpha), both
    seen = thing.version(ann, found)
    for _click in range(2):
        thing.send(ann, found, "Once", seen)
    assert len(entries(alpha, act=thing.act)) == 1


@pytest.mark.parametrize("name", THINGS)
@pytest.mark.parametrize("version", ["", "0", "x" * 32, "\x00", "9" * 30])
@pytest.mark.slow
def test_who_cannot_say_what_they_saw_overwrites_nothing(alpha: TenantDB, both: tuple[Visitor, Visitor], name: str, version: str) -> None:
    thing, found, (ann, _bob) = THINGS[name], objects(alpha), both
    refused = ann.post(ann.start + thing.path.format(**found) + thing.goes_to, {
        **{key: value.format(**found) for key, value in thing.values.items()}, thing.field: "Unseen", "version": version,
    })  # fmt: skip
    assert refused.status_code == 409 and compared(refused.content.decode()), name
    assert entries(alpha, act=thing.act) == []


def test_a_change_of_another_tenant_is_no_reason(alpha: TenantDB, beta: TenantDB, both: tuple[Visitor, Visitor]) -> None:
    thing, found, (ann, _bob) = THINGS["list"], objects(alpha), both
    assert thing.version(ann, found) == list_by_id(alpha, found["list"]).version != list_by_id(beta, 1).version
