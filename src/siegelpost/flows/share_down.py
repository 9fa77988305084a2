"""A mailing is shared down: it becomes a draft in sub-accounts, with the lists and fields that stand for those here.

All or nothing for each of them: where a substitute is missing, that account gets nothing and is told by name what is missing.
Nothing but the mailing goes down: no people, no sender, no figures.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import Error

from siegelpost.audience.fields import STANDARD
from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import fields_of
from siegelpost.base.actor import Actor
from siegelpost.base.errors import Refused, SiegelpostError
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.services import append
from siegelpost.flows.check_mailing import source_of
from siegelpost.flows.sub_accounts import child_of
from siegelpost.mailings.reads import MailingFacts, VariantFacts, mailing
from siegelpost.mailings.services import Content
from siegelpost.mailings.shared import Handed, Taken, is_from_above, take_in
from siegelpost.mailings.substitutes import FIELD, LIST, MAILING, set_substitute, substitutes, things
from siegelpost.render.fieldnames import names_read, renamed
from siegelpost.tenancy.errors import TenantEnded
from siegelpost.tenancy.handle import TenantDB

SHARED: Final = "mailing.shared_down"


class SubstitutesMissing(Refused):
    """Something that the mailing needs has no substitute, here or below."""

    code = "mailing.substitutes_missing"
    message = _("These have no substitute: {names}.")
    hint = _("Give each list and field of the mailing a substitute, the same here and there.")
    nothing = _("The mailing was not shared there.")


class AccountAway(Refused):
    """Its database cannot be reached."""

    code = "mailing.account_away"
    status = 503
    message = _("The database of this account cannot be reached.")
    hint = _("Share the mailing with it again in a minute.")
    nothing = _("The mailing was not shared there.")


@dataclass(frozen=True, slots=True)
class Shared:
    """What became of it in one sub-account: the draft there, or why there is none."""

    slug: str
    taken: Taken | None = None
    fault: SiegelpostError | None = None


@dataclass(frozen=True, slots=True)
class _Needs:
    """Substitutes of what a mailing needs: of its lists in their order, and alias -> substitute of the fields that it reads."""

    lists: tuple[str, ...]
    fields: Mapping[str, str]


def share_down(tenant: TenantDB, mailing_id: int, slugs: Collection[str], *, actor: Actor, now: datetime) -> list[Shared]:
    """Share a mailing, sent or not, with some sub-accounts; what became of it in each, by slug.

    Raises MailingUnknown, SourceUnusable, SubstitutesMissing (what is missing here), TenantUnknown (no sub-account of this one).
    """
    children = [child_of(tenant, slug) for slug in sorted(set(slugs))]
    facts = mailing(tenant, mailing_id)
    needs = _needs(tenant, facts)
    own = substitutes(tenant, MAILING).get(mailing_id, "")
    done = [_share_with(child, facts, needs, own, actor, now) for child in children]
    with tenant.atomic():
        told = {str(child.number): _told(one) for child, one in zip(children, done, strict=True)}
        append(tenant, SHARED, subject=f"mailing:{mailing_id}", details={"with": told}, actor=actor, at=now)
    return done


def _told(one: Shared) -> object:
    return one.fault.code if one.fault else one.taken.version if one.taken else None


def _needs(tenant: TenantDB, facts: MailingFacts) -> _Needs:
    """Raises SubstitutesMissing for what has none here."""
    lists, names = substitutes(tenant, LIST), list_names(tenant)
    missing = [names.get(one, str(one)) for one in facts.list_ids if one not in lists or one not in names]
    named, fields = substitutes(tenant, FIELD), {one.alias: one for one in fields_of(tenant)}
    read = {name for one in facts.variants for name in names_read(source_of(one))} & set(fields)
    known = {alias: named.get(fields[alias].id, alias if alias in STANDARD else "") for alias in sorted(read)}
    missing += [fields[alias].name for alias, name in known.items() if not name]
    if missing:
        raise SubstitutesMissing(names=", ".join(missing))
    return _Needs(tuple(lists[one] for one in facts.list_ids), known)


def _share_with(child: TenantDB, facts: MailingFacts, needs: _Needs, own: str, actor: Actor, now: datetime) -> Shared:
    try:
        if child.ended:
            raise TenantEnded
        lists, aliases = _matched(child, needs)
        handed = Handed(
            origin=facts.id, kind=facts.kind, name=facts.name, measure=facts.measure, list_ids=lists, allowed_hosts=facts.allowed_hosts,
            variants=tuple((one.name, _content(one, aliases)) for one in facts.variants),
        )  # fmt: skip
        with child.atomic():
            taken = take_in(child, handed, actor=actor, now=now)
            if own:
                _pass_on(child, taken.mailing_id, own, actor, now)
    except SiegelpostError as fault:
        return Shared(child.slug, fault=fault)
    except Error:  # one that is away must not take the report about the others along
        return Shared(child.slug, fault=AccountAway())
    finally:
        child.close()
    return Shared(child.slug, taken)


def _matched(child: TenantDB, needs: _Needs) -> tuple[tuple[int, ...], dict[str, str]]:
    """The lists there, and alias here -> alias there. Raises SubstitutesMissing for what has none there."""
    lists, there = things(child, LIST, needs.lists), list_names(child)
    missing = [name for name in needs.lists if lists.get(name) not in there]
    fields = {one.id: one.alias for one in fields_of(child)}
    by_name = {alias: alias for alias in fields.values() if alias in STANDARD}
    by_name |= {name: fields[number] for name, number in things(child, FIELD, needs.fields.values()).items() if number in fields}
    missing += [name for name in needs.fields.values() if name not in by_name]
    if missing:
        raise SubstitutesMissing(names=", ".join(dict.fromkeys(missing)))
    return tuple(lists[name] for name in needs.lists), {alias: by_name[name] for alias, name in needs.fields.items()}


def _content(one: VariantFacts, aliases: Mapping[str, str]) -> Content:
    """Raises SubstitutesMissing where the names of fields cannot be told from other words: better nothing than another field."""
    before = source_of(one)
    after = renamed(before, aliases)
    if names_read(after) != {aliases.get(name, name) for name in names_read(before)}:
        raise SubstitutesMissing(names=", ".join(sorted(aliases)))
    return Content(subject=after.subject, preheader=after.preheader, format=one.format, source=after.body, text_source=after.text)


def _pass_on(child: TenantDB, number: int, name: str, actor: Actor, now: datetime) -> None:
    """The newest draft has the substitute of the mailing above; where something of the child's own has it, that keeps it."""
    known = things(child, MAILING, [name]).get(name)
    if known is None or is_from_above(child, known):
        set_substitute(child, MAILING, number, name, there=(), actor=actor, now=now)
