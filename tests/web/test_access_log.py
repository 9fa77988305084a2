"""Each request of the staff leaves a line in the access log, before anything else happens, or nothing happens."""

from collections.abc import Sequence
from datetime import timedelta

from django.test import Client
from django.urls import URLPattern, URLResolver

from siegelpost.accounts.catalogue import CATALOGUE
from siegelpost.accounts.models import Person
from siegelpost.audience.models import SubscriberList
from siegelpost.base import clock
from siegelpost.evidence.access import Access, accesses
from siegelpost.tenancy.handle import OperatorDB, TenantDB
from siegelpost.tenancy.installation import operator_db
from siegelpost.web.areas import AREA_OF, AREAS
from siegelpost.web.pages.access_words import AREAS as AREA_WORDS
from siegelpost.web.urls import TENANT
from tests.evidence.logs import past_the_system
from tests.web.visiting import visitor


def seen(log: TenantDB | OperatorDB) -> list[Access]:
    """The accesses of today and yesterday."""
    today = clock.now().date()
    return list(accesses(log, today - timedelta(days=1), today))


def test_every_route_has_one_area_and_every_area_has_routes() -> None:
    names = {str(one.name) for one in _flat(TENANT)}
    assert set(AREA_OF) == names
    assert sum(len({name for names in actions.values() for name in names}) for actions in AREAS.values()) == len(AREA_OF)


def test_every_area_has_words() -> None:
    assert set(AREA_WORDS) == {*AREAS, *CATALOGUE, "commands", "canary"}


def test_who_looks_and_who_changes_is_written_with_the_area(alpha: TenantDB) -> None:
    client = visitor(alpha, "editor")
    client.see("lists")
    client.post(client.start + "lists/new", {"name": "News"})
    found = [(one.area, one.verb, one.result) for one in seen(alpha)]
    assert found == [("lists", "read", "ok"), ("lists", "change", "ok")]
    assert {one.who for one in seen(alpha)} == {f"staff:{Person.objects.get().pk}"}


def test_a_missing_right_is_written_too(alpha: TenantDB) -> None:
    client = visitor(alpha, "viewer")
    assert client.get(client.start + "settings").status_code == 403
    assert [(one.area, one.result) for one in seen(alpha)] == [("settings", "refused")]


def test_where_it_cannot_be_written_nothing_happens(alpha: TenantDB) -> None:
    client = visitor(alpha, "editor")
    past_the_system(alpha, "ALTER TABLE evidence_accessentry RENAME TO elsewhere")
    client.raise_request_exception = False
    assert client.post(client.start + "lists/new", {"name": "News"}).status_code == 500
    assert not alpha.objects(SubscriberList).exists()


def test_every_login_and_logout_is_written(alpha: TenantDB) -> None:
    visitor(alpha, "editor").logout()
    client = Client()
    client.post("/login", {"login": "nobody@example.org", "password": "not the right one"})
    came, went, failed = (one for one in seen(operator_db()) if one.area == "entry")
    assert came.who.startswith("staff:") and came.verb.startswith("login:") and came.result == "ok"
    assert (went.who, went.verb) == (came.who, "logout")
    assert (failed.who, failed.verb, failed.result) == ("unknown", "login", "failed")
    assert not [one for one in seen(operator_db()) if "nobody" in str(one) or "right one" in str(one)]


def _flat(routes: Sequence[URLPattern | URLResolver]) -> list[URLPattern]:
    found = []
    for one in routes:
        found += _flat(one.url_patterns) if isinstance(one, URLResolver) else [one]
    return found
