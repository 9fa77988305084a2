"""A tenant measures single people who agreed to it: opened by an instruction and a second person, confirmed every year, ended for good."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from siegelpost.audience.reads import list_by_name
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.delivery.personal import destroy_keys, end_keys, make_key
from siegelpost.evidence.reads import Act, about
from siegelpost.evidence.services import append
from siegelpost.flows.approved_measuring import approve_personalised
from siegelpost.flows.singly_notice import give_notice
from siegelpost.governance.instructions.entitled import entitlement_of
from siegelpost.governance.instructions.reads import require, valid
from siegelpost.governance.instructions.rules import PERSONALISED
from siegelpost.governance.instructions.services import today
from siegelpost.measure.modes import Modes
from siegelpost.measure.policy import MeasurePlan
from siegelpost.measure.singly import folding, openings, rules
from siegelpost.measure.singly.certificates import certificates, keep_certificate
from siegelpost.measure.singly.openings import NewDuties, Open
from siegelpost.measure.singly.reads import stored
from siegelpost.tenancy.handle import TenantDB

FOLDED: Final = "measure.folded"
BEGUN: Final = "measure.folding"
MEASURING: Final = "measuring"
WORKER: Final = Actor.system("worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an instruction allows, in its own words; lists by name."""

    instruction_id: int
    purpose: str
    figures: Collection[str]
    lists: Collection[str]


def open_singly(tenant: TenantDB, wanted: Wanted, *, actor: Actor, now: datetime) -> Open:
    """Let mailings to these lists measure whoever agrees, until the instruction ends.

    Raises InstructionMissing, InstructionWholesale, DutiesMissing, ListUnknown, and ApprovalNeeded where a second person has not agreed
    to exactly this. Source: Art. 28(3)(a), 29 GDPR; controls 1.5-06, 4.3-04.
    """
    order = require(tenant, PERSONALISED, wanted.instruction_id, now=now)
    days = (order.valid_until - today(now)).days + 1 if order.valid_until else None
    if missing := rules.lacks(wanted.purpose, wanted.figures, wanted.lists, days):
        raise rules.InstructionWholesale(lacks=", ".join(rules.translated(missing)))
    numbers = frozenset(list_by_name(tenant, name).id for name in wanted.lists)
    ends = openings.duties_end(tenant)
    if ends is None or ends <= now:
        raise rules.DutiesMissing
    assert order.valid_until is not None  # noqa: S101 - `lacks` says so
    new = Open(0, order.id, " ".join(wanted.purpose.split()), rules.mode_of(wanted.figures), numbers, _after(order.valid_until), now, False)
    with tenant.atomic():
        approve_personalised(tenant, f"instruction:{order.id}", _matter(new, order.digest, order.given_by), actor=actor, now=now)
        openings.open_up(tenant, new, actor=actor, now=now)
    found = openings.opening(tenant)
    assert found is not None  # noqa: S101 - just written
    return found


def _matter(new: Open, digest: str, by: str) -> dict[str, Any]:
    """What a second person agrees to."""
    return {
        "kind": PERSONALISED, "by": by, "from": None, "until": new.until.date().isoformat(), "document": digest, "purpose": new.purpose,
        "mode": new.mode, "lists": sorted(new.list_ids),
    }  # fmt: skip


def _after(day: date) -> datetime:
    """The first moment after a day, where the operator is."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(process_settings().time_zone)).astimezone(UTC)


def confirm_duties(tenant: TenantDB, new: NewDuties, *, actor: Actor, now: datetime) -> datetime:
    """Somebody entitled confirms the tenant's duties for a year; returns until when. Raises NotEntitled, NameUnusable."""
    entitlement_of(tenant, new.confirmed_by)
    with tenant.atomic():
        openings.confirm_duties(tenant, new, actor=actor, now=now)
        found = openings.opening(tenant)
        if found is not None:
            openings.sleep(tenant, found, asleep=False, actor=actor, now=now)
    return now + rules.YEAR


def heed_singly(tenant: TenantDB, *, actor: Actor = WORKER, now: datetime) -> None:
    """What no longer rests on anything ends: asked every hour and before each launch.

    The instruction over, ended or objected to: closed, and from that moment no link tells of anybody. Duties overdue: asleep.
    """
    found = openings.opening(tenant)
    if found is not None:
        held = {one.id for one in valid(tenant, PERSONALISED, now=now)}
        if found.instruction_id not in held or found.until <= now:
            with tenant.atomic():
                end_keys(tenant, until=int(min(now, found.until).timestamp()))
                openings.close(tenant, found, "instruction", actor=actor, now=now)
        else:
            ends = openings.duties_end(tenant)
            overdue = ends is None or ends <= now
            with tenant.atomic():
                openings.sleep(tenant, found, asleep=overdue, actor=actor, now=now)
            give_notice(tenant, ends, found.until, now=now)


def sweep_singly(tenant: TenantDB, *, now: datetime) -> None:
    """The worker's part, every hour: what rests on nothing ends, what nobody agrees to or is old is folded, a folding goes on."""
    heed_singly(tenant, now=now)
    if stored(tenant):
        folding.fold_unconsented(tenant)
        folding.fold_old(tenant, before=now - rules.KEEP)
    if _unfinished(tenant):
        turn_anonymous(tenant, actor=WORKER, now=now)


def begin_singly(tenant: TenantDB, plan: MeasurePlan, *, now: datetime) -> None:
    """Draw the key of a mailing that measures single people; inside its launch."""
    found = openings.opening(tenant)
    if Modes.of(plan.mode).personalised and found is not None and now < found.until:
        make_key(tenant, plan.mailing_id, until=int(found.until.timestamp()))


def turn_anonymous(tenant: TenantDB, *, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """Make everything personal anonymous for good, and return the certificate; None where nothing was ever opened. Twice is safe.

    First keys and opening go: from then on nothing personal comes in. Then what is stored is folded, part by part; whatever is killed in
    between, the worker goes on. The certificate is written once nothing is left, as an entry of the signed log.

    Source: controls 1.5-03 and 1.5-05; recital 26 GDPR.
    """
    found = openings.opening(tenant)
    if found is None and not stored(tenant) and not _unfinished(tenant):
        return None
    if not _unfinished(tenant):
        with tenant.atomic(durable=True):
            before, keys = stored(tenant), destroy_keys(tenant)
            if found is not None:
                openings.close(tenant, found, "turned", actor=actor, now=now)
            append(tenant, BEGUN, subject=MEASURING, details={"rows": before, "keys": keys}, actor=actor, at=now)
    folded = folding.fold_everything(tenant)
    return _certify(tenant, folded, actor=actor, now=now)


def _unfinished(tenant: TenantDB) -> Act | None:
    """The folding that was begun and has no certificate yet."""
    last = about(tenant, (MEASURING,), acts=(BEGUN, FOLDED), limit=1)
    return last[0] if last and last[0].act == BEGUN else None


def _certify(tenant: TenantDB, folded: folding.Folded, *, actor: Actor, now: datetime) -> dict[str, Any]:
    with tenant.atomic(durable=True):
        begun = _unfinished(tenant)
        if begun is None:  # another process was first
            return certificates(tenant)[0]
        said: dict[str, Any] = {
            "tenant": tenant.slug, "begun": begun.id, "begun_at": begun.at.isoformat(), "done_at": now.isoformat(),
            "rows_before": begun.details["rows"], "rows_after": stored(tenant), "keys_destroyed": begun.details["keys"],
            "last_run": asdict(folded), "stores": ["singly_event", "delivery_personalkey"],
        }  # fmt: skip
        keep_certificate(tenant, said, now=now)
        append(tenant, FOLDED, subject=MEASURING, details=said, actor=actor, at=now)
    return said
