"""The people of one list, or of a tenant, as rows of a CSV file; streams, so that any number fits."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from random import Random
from typing import Final

from siegelpost.audience.csvcells import defuse
from siegelpost.audience.fieldtypes import FieldType, field_type
from siegelpost.audience.models import LeavingList, Membership, Subscriber, SubscriberList
from siegelpost.audience.reads import ListView, fields_of
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.evidence import inputs
from siegelpost.evidence.input_switch import is_on
from siegelpost.tenancy.handle import TenantDB

PAGE: Final = 2_000  # people read at a time
EMAIL: Final = _("E-mail")
EVERYBODY: Final = (_("No."), EMAIL, _("Language"), _("Stored since"), _("Lists"))


def rows(tenant: TenantDB, wanted: ListView, actor: Actor, seen: Callable[[int, str], None]) -> Iterator[list[str]]:
    """The headings, then one row per person: values in the tenant's language, formulas defused; an import reads them back unchanged.

    seen  told of each person before the row: number and address
    """
    fields = fields_of(tenant)
    types = [(field.alias, field_type(field.kind, tenant.language, field.options)) for field in fields]
    yield [translate(EMAIL, tenant.language), *(defuse(field.name) for field in fields)]
    for person in _people(tenant, wanted.id, actor):
        seen(person.pk, person.email)
        yield [defuse(tenant.scope.email(person.email)), *(_shown(person, alias, kind, tenant.language) for alias, kind in types)]


def everybody(tenant: TenantDB) -> Iterator[list[str]]:
    """The headings, then one row per person of the tenant: number, address, language, since when, lists, and every field.

    Whoever hands that out has said so in the input log before (`note_copies`): this only reads, and the handle may be a snapshot.
    """
    fields, names = fields_of(tenant), all_list_names(tenant)
    types = [(field.alias, field_type(field.kind, tenant.language, field.options)) for field in fields]
    heads = [translate(head, tenant.language) for head in EVERYBODY]
    yield [*heads, *(defuse(field.name) for field in fields)]
    for page in _pages(tenant):
        lists = _lists_of(tenant, [person.pk for person in page])
        for person in page:
            known = ", ".join(names[one] for one in lists[person.pk] if one in names)
            came = person.created_at.isoformat(timespec="seconds")
            about = [str(person.pk), defuse(person.email), person.language, came, defuse(known)]
            yield [*about, *(_shown(person, alias, kind, tenant.language) for alias, kind in types)]


def pages_of_people(tenant: TenantDB) -> Iterator[tuple[list[Subscriber], dict[int, list[int]]]]:
    """Everybody, a page at a time, with the lists of each by number; for whoever only counts."""
    for page in _pages(tenant):
        yield page, _lists_of(tenant, [person.pk for person in page])


def keys_of_people(tenant: TenantDB) -> Iterator[list[bytes]]:
    """The keyed hashes of everybody's address, a page at a time."""
    for page in _pages(tenant):
        yield [bytes(person.address_key) for person in page]


def numbers_of(tenant: TenantDB, emails: Collection[str]) -> dict[str, int]:
    """Numbers of some people, at most a page of them, by address."""
    return dict(tenant.objects(Subscriber).filter(email__in=emails).values_list("email", "pk"))


def note_copies(tenant: TenantDB, actor: Actor, act: str) -> None:
    """Say in the input log, if it is on, that everybody's record leaves; in small transactions, for others write beside it."""
    if not is_on(tenant):
        return
    for page in _pages(tenant):
        with tenant.atomic():
            inputs.name(tenant, str(actor), act)
            inputs.copied(tenant, [person.pk for person in page], "export")


def how_many(tenant: TenantDB) -> int:
    """People who are stored."""
    return tenant.objects(Subscriber).count()


def addresses_of(tenant: TenantDB, numbers: Collection[int]) -> dict[int, str]:
    """Addresses of some people, at most a page of them, by number."""
    return dict(tenant.objects(Subscriber).filter(pk__in=numbers).values_list("pk", "email"))


def some_addresses(tenant: TenantDB, most: int, chance: Random) -> list[str]:
    """Addresses of a few people, drawn by chance; all of them where there are no more."""
    last = tenant.objects(Subscriber).order_by("-pk").values_list("pk", flat=True).first() or 0
    found = dict[int, str]()
    for start in sorted(chance.randrange(last) for _turn in range(most)) if last else ():
        found.update(tenant.objects(Subscriber).filter(pk__gt=start).order_by("pk").values_list("pk", "email")[:1])
    if last <= most:
        found.update(tenant.objects(Subscriber).values_list("pk", "email"))
    return list(found.values())


def all_list_names(tenant: TenantDB) -> dict[int, str]:
    """Names of all lists by number, also of those that are going."""
    return {row.pk: row.name for model in (SubscriberList, LeavingList) for row in tenant.objects(model)}


def _lists_of(tenant: TenantDB, numbers: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = tenant.objects(Membership).filter(subscriber_id__in=numbers).order_by("subscriber_id", "list_id")
    for person, one in rows.values_list("subscriber_id", "list_id"):
        found[person].append(one)
    return found


def _pages(tenant: TenantDB) -> Iterator[list[Subscriber]]:
    last = 0
    while page := list(tenant.objects(Subscriber).filter(pk__gt=last).order_by("pk")[:PAGE]):
        yield page
        last = page[-1].pk


def _shown(person: Subscriber, alias: str, kind: FieldType, language: str) -> str:
    value = person.fields.get(alias)
    return "" if value is None else defuse(kind.show(value, language))


def _people(tenant: TenantDB, list_id: int, actor: Actor) -> Iterator[Subscriber]:
    """In the order of their numbers, a page at a time: no statement stays open while the file is written."""
    last = 0
    while True:
        page = list(tenant.objects(Subscriber).filter(membership__list_id=list_id, pk__gt=last).order_by("pk")[:PAGE])
        with tenant.atomic():  # before they leave
            inputs.name(tenant, str(actor), "audience.exported")
            inputs.copied(tenant, [person.pk for person in page], "export")
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1].pk
