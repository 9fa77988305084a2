"""On the test system: people who were made up in the shape of real ones are taken in, from a file that a production system signed."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, Final

from siegelpost.audience.bulk import add_members, find_many, insert_many
from siegelpost.audience.export import numbers_of
from siegelpost.audience.reads import fields_of, lists_of
from siegelpost.audience.reserved import judge_of
from siegelpost.audience.services import FieldSpec, create_field, create_list, ensure_standard_fields
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.settings import Settings
from siegelpost.consent.grants import Proof, grant_many, withdraw
from siegelpost.consent.suppression import suppress
from siegelpost.evidence.services import append
from siegelpost.flows.made_up_file import NotMadeUp, check, content
from siegelpost.flows.pseudonymise import FileUnusable
from siegelpost.flows.testdata import ensure_may_make_up
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB

ACT: Final = "audience.made_up_taken"
SOURCE: Final = "siegelpost pseudonymise"
AT_ONCE: Final = 500
"""People of one transaction."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How many people were stored, and how many were there already."""

    people: int
    known: int


def take_in(
    tenant: TenantDB,
    path: Path,
    signer: str,
    settings: Settings,
    *,
    actor: Actor,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> Taken:
    """Check the file to its end, then store lists, fields and people; whoever is there already stays.

    signer  the line that `pseudonymise` printed on the production system

    Raises MadeUpRefused and NotOwn as `make_test_data`, NotMadeUp, SignerUnknown, FileUnusable.
    """
    ensure_may_make_up(tenant, settings)
    try:
        with path.open("rb") as file:
            check(file, signer)
            file.seek(0)
            head, people = content(file)
            return _store(tenant, head, people, settings, actor, now, progress or (lambda done: None))
    except OSError as fault:
        raise FileUnusable(why=fault.strerror or path.name) from fault


def _store(
    tenant: TenantDB, head: Mapping[str, Any], people: Iterator[dict[str, Any]], settings: Settings, actor: Actor, now: datetime,
    progress: Callable[[int], None],
) -> Taken:  # fmt: skip
    is_real, done, known = judge_of(settings), 0, 0
    lists = _lists(tenant, head, actor, now)
    _fields(tenant, head, actor, now)
    while page := list(islice(people, AT_ONCE)):
        if any(is_real(str(one["email"])) for one in page):
            raise NotMadeUp  # whoever signed it: nobody real comes in
        with tenant.atomic():
            stored = _page(tenant, page, lists, actor, now)
        done, known = done + stored, known + len(page) - stored
        progress(done + known)
    with tenant.atomic():
        append(tenant, ACT, details={"people": done, "known": known}, actor=actor, at=now)
    return Taken(done, known)


def _page(tenant: TenantDB, page: list[dict[str, Any]], lists: Mapping[str, int], actor: Actor, now: datetime) -> int:
    keys = {str(one["email"]): address_key(str(one["email"]), tenant.keys.addresses) for one in page}
    there = find_many(tenant, list(keys.values()), next(iter(lists.values()), 0))
    new = [one for one in page if keys[one["email"]] not in there]
    insert_many(tenant, [one["email"] for one in new], [keys[one["email"]] for one in new], [one["fields"] for one in new], now)
    numbers = numbers_of(tenant, [one["email"] for one in new])
    members: dict[int, list[int]] = defaultdict(list)
    granted: dict[tuple[int, str], list[int]] = defaultdict(list)
    for one in new:
        for name in one["lists"]:
            members[lists[name]].append(numbers[one["email"]])
        for name, consent in one["consents"].items():
            granted[lists[name], consent["at"]].append(numbers[one["email"]])
    for list_id, ids in members.items():
        add_members(tenant, ids, list_id, now)
    for (list_id, day), ids in granted.items():
        at = datetime.combine(date.fromisoformat(day), time(12), UTC)
        proof = Proof(ground="none: nobody is real", source=SOURCE)
        grant_many(tenant, ids, list_id, proof=proof, import_id=None, at=at)
    for one in new:
        _end(tenant, one, numbers[one["email"]], keys[one["email"]], lists, actor, now)
    return len(new)


def _end(tenant: TenantDB, one: Mapping[str, Any], number: int, key: bytes, lists: Mapping[str, int], actor: Actor, now: datetime) -> None:
    left = [lists[name] for name, consent in one["consents"].items() if consent["withdrawn"]]
    if left:
        withdraw(tenant, subscriber_id=number, list_ids=left, how="operator", actor=actor, now=now)
    if one["suppressed"]:
        suppress(tenant, kind=one["suppressed"], key=key, source=SOURCE, actor=actor, now=now)


def _lists(tenant: TenantDB, head: Mapping[str, Any], actor: Actor, now: datetime) -> dict[str, int]:
    """Names in the file -> lists here, made where they are new."""
    there = {one.name: one.id for one in lists_of(tenant)}
    named = {str(name): translate(_("Test {name}"), tenant.language).format(name=name) for name in head["lists"]}
    return {short: there.get(name) or create_list(tenant, name, actor=actor, now=now) for short, name in named.items()}


def _fields(tenant: TenantDB, head: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    ensure_standard_fields(tenant, now)
    there = {one.alias for one in fields_of(tenant)}
    for one in head["fields"]:
        if one["alias"] not in there:
            purpose = translate(_("To try things out."), tenant.language)
            spec = FieldSpec(
                name=translate(_("Test {name}"), tenant.language).format(name=one["alias"]), alias=one["alias"], kind=one["kind"],
                purpose=purpose, options=tuple(one["options"]),
            )  # fmt: skip
            create_field(tenant, spec, actor=actor, now=now)
