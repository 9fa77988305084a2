"""Fill a tenant with people who do not exist, through the same import that real ones come by."""

import csv
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from siegelpost.audience import made_up
from siegelpost.audience.made_up import PLANS, MadeUp
from siegelpost.audience.reads import FieldView, fields_of, lists_of
from siegelpost.audience.real_people import holds_real_people
from siegelpost.audience.reserved import judge_of
from siegelpost.audience.services import FieldSpec, create_field, create_list
from siegelpost.base.actor import Actor
from siegelpost.base.errors import Refused
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.settings import Settings
from siegelpost.flows.import_subscribers import import_subscribers
from siegelpost.intake.headings import Mapped
from siegelpost.intake.orders import ImportOrder, Tally
from siegelpost.tenancy.environment import TEST
from siegelpost.tenancy.errors import NotOwn
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home

LISTS: Final = ((1, _("Made-up people")), (3, _("Made-up people: offers")), (10, _("Made-up people: events")))
"""Everybody is on the first list, every third on the second, every tenth on the third."""
NAMES: Final = {"city": _("City"), "birthday": _("Birthday"), "points": _("Points"), "member": _("Member"), "plan": _("Plan")}
"""Fields that are made where the tenant has none of that alias; the other cells go into those that every tenant has."""
KINDS: Final = {"birthday": "date", "points": "number", "member": "boolean", "plan": "choice"}
"""All others are texts."""
MOST: Final = 10_000_000
"""People of one call; ten times as many as this version is measured with."""
BYTES: Final = 130
"""Of the files, for each person, about."""


class MadeUpRefused(Refused):
    """Made-up people beside real ones would falsify every figure, and mail to them bounces."""

    code = "testdata.production"
    message = _("This is a production system, and the tenant holds real people.")
    hint = _(
        "Take an empty tenant (`siegelpost tenant create … --own`) or a test system: SIEGELPOST_ENVIRONMENT=test with a home of its own."
    )
    nothing = _("Nobody was made up.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How many people (1…MOST), and of which seed: the same seed makes the same ones."""

    count: int
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """One list and what became of its rows."""

    id: int
    name: str
    tally: Tally


def make_test_data(
    tenant: TenantDB, wanted: Wanted, settings: Settings, *, actor: Actor, now: datetime, progress: Callable[[int], None] | None = None
) -> list[Filled]:
    """Make up people and import them into LISTS; those of a seed who are there already stay as they are.

    progress  is told how many bytes of the files are done, of count x BYTES or so

    On a production system only in an own tenant that holds nobody with a real address: such a tenant is a test tenant for as long as
    that is so. Raises MadeUpRefused, NotOwn and the errors of the import. Needs about BYTES of disk for each person meanwhile.
    """
    ensure_may_make_up(tenant, settings)
    columns = _columns(tenant, actor, now)
    filled, done = [], 0
    place = home().tenant(tenant.slug)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)  # a tenant on PostgreSQL has no folder before its first file
    with tempfile.TemporaryDirectory(prefix=".testdata-", dir=place) as folder:
        for name, file in _files(tenant, Path(folder), wanted).items():
            list_id = _list(tenant, name, actor, now)
            order = ImportOrder(list_id=list_id, ground=translate(_("none: nobody is real")), source="siegelpost testdata", columns=columns)
            tell = _further(progress, done)
            filled.append(Filled(list_id, name, import_subscribers(tenant, file, order, actor=actor, now=now, progress=tell).tally))
            done += file.stat().st_size
    return filled


def _further(progress: Callable[[int], None] | None, done: int) -> Callable[[int], None] | None:
    return None if progress is None else lambda so_far: progress(done + so_far)


def ensure_may_make_up(tenant: TenantDB, settings: Settings) -> None:
    """Raise MadeUpRefused, NotOwn where real people are, or might be."""
    if settings.environment == TEST:
        return
    if not tenant.own:
        raise NotOwn
    if holds_real_people(tenant, judge_of(settings)):
        raise MadeUpRefused


def _columns(tenant: TenantDB, actor: Actor, now: datetime) -> Mapped:
    """Where the cells go. A field of the tenant's own that has the alias and another kind is left alone."""
    known = {field.alias for field in fields_of(tenant)}
    for alias, name in NAMES.items():
        if alias not in known:
            spec = FieldSpec(
                name=translate(name, tenant.language), alias=alias, kind=KINDS.get(alias, "text"),
                purpose=translate(_("To try things out."), tenant.language), options=PLANS if alias == "plan" else (),
            )  # fmt: skip
            create_field(tenant, spec, actor=actor, now=now)
    fit = {field.alias for field in fields_of(tenant) if _fits(field)}
    return Mapped(0, tuple((place, alias) for place, alias in enumerate(MadeUp._fields) if alias in fit), (), len(MadeUp._fields))


def _fits(field: FieldView) -> bool:
    return field.kind == KINDS.get(field.alias, "text") and (field.alias != "plan" or set(PLANS) <= set(field.options))


def _files(tenant: TenantDB, folder: Path, wanted: Wanted) -> dict[str, Path]:
    """Name of each list and its file, all written in one go."""
    files = {translate(name, tenant.language): folder / f"{every}.csv" for every, name in LISTS}
    with ExitStack() as stack:
        texts = [stack.enter_context(file.open("w", encoding="utf-8", newline="")) for file in files.values()]
        outs = [(every, csv.writer(text)) for (every, _name), text in zip(LISTS, texts, strict=True)]
        for _every, out in outs:
            out.writerow(MadeUp._fields)
        for number, person in enumerate(made_up.people(wanted.count, wanted.seed)):
            for every, out in outs:
                if number % every == 0:
                    out.writerow(person)
    return files


def _list(tenant: TenantDB, name: str, actor: Actor, now: datetime) -> int:
    found = [one.id for one in lists_of(tenant) if one.name == name]
    return found[0] if found else create_list(tenant, name, actor=actor, now=now)
