"""What is set in a tenant beside what is private by default, and on which instruction each deviation rests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from siegelpost.accounts.approvals.standing import reading_limit
from siegelpost.base.actor import Actor
from siegelpost.consent.forms import forms_of
from siegelpost.consent.opt_outs import days_shown
from siegelpost.evidence.input_switch import latest
from siegelpost.evidence.reads import entries
from siegelpost.evidence.services import append
from siegelpost.governance.defaults.manifest import Setting, digest_of, fingerprint, manifest
from siegelpost.governance.handover.exceptions import deviations as weaker
from siegelpost.governance.handover.exceptions import unscanned_risk
from siegelpost.governance.instructions.reads import valid
from siegelpost.intake.samples import limit_of, said_limit
from siegelpost.mailings.reads import every_mailing, mailing
from siegelpost.measure.choices import chosen
from siegelpost.tenancy.handle import TenantDB

RECORDED: Final = "settings.recorded"
NEVER: Final = 1_000_000_000
"""A limit of 0 means "never", which is less private than any number."""


@dataclass(frozen=True, slots=True)
class Found:
    """One setting as it is: of what ("form:3", "" for the tenant), its value, and the instruction on which it says to rest."""

    setting: Setting
    of: str
    value: Any
    instruction: int | None = None


@dataclass(frozen=True, slots=True)
class Deviation:
    """A value that is less private than the default; `sound` says whether an instruction that is demanded is there, and holds."""

    found: Found
    name: str
    instruction: int | None
    sound: bool


Reader = Callable[[TenantDB, datetime], Iterator[tuple[str, str, Any, int | None]]]


def found(tenant: TenantDB, *, now: datetime) -> list[Found]:
    """Every setting that has a rank, as it is in a tenant now."""
    known = manifest()
    return [Found(known[key], of, value, number) for read in READERS for key, of, value, number in read(tenant, now)]


def deviations(tenant: TenantDB, *, now: datetime) -> list[Deviation]:
    """All that is less private than the default, in the order of the manifest.

    An instruction is demanded where the manifest says so, and somebody else than the operator is the controller. Where a setting
    does not say on which one it rests, the newest valid one of the kind counts.
    """
    lines = [_deviation(tenant, one, now) for one in found(tenant, now=now) if one.setting.is_less_private(one.value)]
    order = {key: at for at, key in enumerate(manifest())}
    return sorted(lines, key=lambda one: (order[one.found.setting.key], one.found.of))


def _deviation(tenant: TenantDB, one: Found, now: datetime) -> Deviation:
    kind, number = one.setting.demands, one.instruction
    if not kind:
        return Deviation(one, one.setting.key, number, sound=True)
    running = [view.id for view in valid(tenant, kind, now=now)]
    number = number if number is not None else next(iter(running), None)
    return Deviation(one, one.setting.key, number, sound=tenant.own or number in running)


def _measuring(tenant: TenantDB, now: datetime) -> Iterator[tuple[str, str, Any, int | None]]:
    found = chosen(tenant)
    yield "tenant.measuring", "", found.mode, None
    yield "tenant.estimates", "", found.people, None


def _words(tenant: TenantDB, now: datetime) -> Iterator[tuple[str, str, Any, int | None]]:
    yield "tenant.demands_tls", "", tenant.demands_tls, None
    yield "tenant.sub_accounts", "", tenant.sub_accounts, None
    yield "tenant.bulk_limit", "", reading_limit(tenant), None
    yield "tenant.opt_out_days", "", days_shown(tenant), None


def _samples(tenant: TenantDB, now: datetime) -> Iterator[tuple[str, str, Any, int | None]]:
    said = said_limit(tenant)
    limit = limit_of(tenant)
    if said is None and tenant.own:
        return  # off until somebody turns it on: nobody has said anything
    yield "tenant.proof_above", "", limit or NEVER, said[1] if said else None


def _input_log(tenant: TenantDB, now: datetime) -> Iterator[tuple[str, str, Any, int | None]]:
    last = latest(tenant)
    yield "tenant.input_log", "", last is not None and last.active, last.instruction_id if last and last.active else None


def _hand_overs(tenant: TenantDB, now: datetime) -> Iterator[tuple[str, str, Any, int | None]]:
    holding = [one for one in weaker(tenant, now=now) if one.holds]
    yield "tenant.weaker_hand_overs", "", len(holding), holding[0].instruction_id if holding else None
    yield "tenant.unscanned_uploads", "", unscanned_risk(tenant, now=now) is not None, None


def _mailings(tenant: TenantDB, now: datetime) -> Iterator[tuple[str, str, Any, int | None]]:
    for number in every_mailing(tenant):
        facts = mailing(tenant, number)
        yield "mailing.measure", f"mailing:{number}", facts.measure, None
        yield "mailing.allowed_hosts", f"mailing:{number}", list(facts.allowed_hosts), None


def _forms(tenant: TenantDB, now: datetime) -> Iterator[tuple[str, str, Any, int | None]]:
    for form in forms_of(tenant):
        yield "form.field_aliases", f"form:{form.id}", list(form.field_aliases), None


READERS: Final[tuple[Reader, ...]] = (_measuring, _words, _samples, _input_log, _hand_overs, _mailings, _forms)
"""Each reads some settings: key in the manifest, of what, value, instruction."""


def record_settings(tenant: TenantDB, *, actor: Actor, now: datetime) -> None:
    """Write down with which settings a tenant begins, and a hash over them. Inside `tenant.atomic()`.

    Source: Art. 25(2), 5(2) GDPR; control 4.3-01.
    """
    values = {one.setting.key: one.value for one in found(tenant, now=now)}
    details = {"settings": values, "hash": digest_of(values), "manifest": fingerprint()}
    append(tenant, RECORDED, details=details, actor=actor, at=now)


@dataclass(frozen=True, slots=True)
class Beginning:
    """With which settings a tenant began; `whole` says whether the hash fits, `less_private` names what was so even then."""

    at: datetime
    digest: str
    whole: bool
    less_private: tuple[str, ...]


def beginning(tenant: TenantDB) -> Beginning | None:
    """What was recorded when the tenant was made, None for one from before that was done."""
    kept = entries(tenant, act=RECORDED, limit=1_000)
    if not kept:
        return None
    first, known = kept[-1], manifest()
    said = first["details"]
    less = tuple(key for key, value in said["settings"].items() if key not in known or known[key].is_less_private(value))
    return Beginning(first["at"], said["hash"], digest_of(said["settings"]) == said["hash"], less)
