"""Before people of a large import get mail, some of them are drawn, and it is shown that they agreed."""

import hashlib
import io
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from siegelpost.base.actor import Actor
from siegelpost.consent.imported import counted, end_unproven, people_of
from siegelpost.delivery.upkeep import pause
from siegelpost.evidence.services import append
from siegelpost.flows.scanned import ensure_clean
from siegelpost.governance.instructions.reads import require
from siegelpost.governance.instructions.rules import OTHER
from siegelpost.intake import jobs, kept, proof_files, samples
from siegelpost.intake.errors import DrawnUnknown, ImportNotOver, NobodyDrawn, ProofMissing, SampleLimitWrong
from siegelpost.intake.reads import ImportView, import_by_id
from siegelpost.intake.sample_rules import ABOVE, CLOSED, MISSING, MOST_ABOVE, OPEN, SAMPLE, SHOWN, WAITING, bunches, draw
from siegelpost.intake.samples import SampleView
from siegelpost.mailings.browse import standing
from siegelpost.mailings.reads import in_state, mailing
from siegelpost.mailings.state import PREPARING, SENDING
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home

DRAWN: Final = "intake.sample_drawn"
ACCEPTED: Final = "intake.proof_accepted"
REFUSED: Final = "intake.proof_refused"
SETTLED: Final = "intake.sample_settled"
LIMITED: Final = "intake.sample_limit_set"


class Verdict(NamedTuple):
    """What was found of some who were drawn, what the log calls it, and the SHA-256 of the document; "" for none."""

    state: str
    act: str
    digest: str = ""


def ensure_proven(tenant: TenantDB, list_ids: Collection[int], *, actor: Actor, now: datetime) -> None:
    """Stand before a mailing to these lists: nobody's consent waits for its proof. Raises ProofMissing.

    Source: Art. 7(1) GDPR; control 4.3-02 (consent is shown, not said).
    """
    whole = tenant.unlimited
    draw_due(whole, actor=actor, now=now)
    for sample in samples.closed(whole):
        end_unproven(whole, sample.imports, now=now)  # goes on where somebody stopped half-way
    for sample in samples.waiting(whole):
        touched = _touching(whole, sample, list_ids)
        if touched:
            imports = ", ".join(str(one) for one in touched)
            raise ProofMissing(imports=imports, first=touched[0], open=sample.open, drawn=len(sample.drawn))


def ensure_still_proven(tenant: TenantDB, mailing_id: int, *, actor: Actor, now: datetime) -> None:
    """Stand between the frozen audience and the first message: an import may have ended meanwhile. Raises ProofMissing."""
    try:
        ensure_proven(tenant, mailing(tenant, mailing_id).list_ids, actor=actor, now=now)
    except ProofMissing:
        pause(tenant, mailing_id, ProofMissing.code, frm=(PREPARING,))
        raise


def _touching(tenant: TenantDB, sample: SampleView, list_ids: Collection[int]) -> list[int]:
    """Imports of a sample through which people are on these lists."""
    mine = [one for one in sample.imports if import_by_id(tenant, one).list_id in list_ids]
    return sorted(counted(tenant, mine))


def draw_due(tenant: TenantDB, *, actor: Actor, now: datetime) -> None:
    """Draw for all imports that together brought more people than the limit, and hold mailings that are on their way to them.

    Nobody chooses who is drawn: the seed comes from the operating system, the log has its hash at once and the seed at the end.
    """
    tenant = tenant.unlimited
    limit = samples.limit_of(tenant)
    if not limit:
        return
    drawn = []
    with tenant.atomic():
        parts = samples.parts(tenant, now)
        people = counted(tenant, [one.id for one in parts])
        known = {one: sample for sample in samples.waiting(tenant) for one in sample.imports}
        for bunch in bunches(one for one in parts if one.id in people):
            waits = {known[one].id: known[one] for one in bunch if one in known}
            if waits or sum(people[one] for one in bunch) > limit:
                drawn += _draw(tenant, bunch, list(waits.values()), people, actor, now)
        for sample in samples.waiting(tenant):
            if not sample.open:  # whoever was, is erased, and nobody is left to be drawn
                _settle(tenant, sample.id, actor, now)
    for imports in drawn:
        hold_mailings(tenant, imports)


def _draw(
    tenant: TenantDB, bunch: frozenset[int], waits: Sequence[SampleView], people: Mapping[int, int], actor: Actor, now: datetime
) -> list[frozenset[int]]:
    """Draw for one bunch; of several samples that wait, each keeps the imports that it has, and the first takes the new ones."""
    if not waits:
        return [_drawn(tenant, None, bunch, people, actor, now)]
    new = bunch - {one for sample in waits for one in sample.imports}
    done = []
    for sample in waits:
        mine = frozenset(sample.imports) | (new if sample is waits[0] else frozenset())
        total = sum(people.get(one, 0) for one in mine)
        if total > sample.people or mine != frozenset(sample.imports) or sample.present < min(SAMPLE, total):
            done.append(_drawn(tenant, sample, mine, people, actor, now))
    return done


def _drawn(
    tenant: TenantDB, sample: SampleView | None, imports: frozenset[int], people: Mapping[int, int], actor: Actor, now: datetime
) -> frozenset[int]:
    seed = sample.seed if sample else secrets.token_bytes(32)
    before = [one.subscriber_id for one in sample.drawn if one.subscriber_id is not None] if sample else []
    chosen = draw(seed, people_of(tenant, imports), before)
    total = sum(people.get(one, 0) for one in imports)
    number = samples.keep_draw(tenant, sample.id if sample else None, imports, total, chosen, seed, now)
    details = {"imports": sorted(imports), "people": total, "drawn": len(chosen), "seed_hash": hashlib.sha256(seed).hexdigest()}
    append(tenant, DRAWN, subject=f"sample:{number}", details=details, actor=actor, at=now)
    return imports


def hold_mailings(tenant: TenantDB, imports: Collection[int]) -> None:
    """Pause what is on its way to people of these imports."""
    jobs_by_list = {job.list_id: job for job in (import_by_id(tenant, one) for one in sorted(imports, reverse=True))}
    for number in in_state(tenant, SENDING):
        for list_id in mailing(tenant, number).list_ids:
            job = jobs_by_list.get(list_id)
            launched = standing(tenant, number).launched_at
            if job is not None and launched is not None and launched >= job.started_at:
                pause(tenant, number, ProofMissing.code)


def record_proof(
    tenant: TenantDB, import_id: int, document: bytes, *, numbers: Collection[int] = (), actor: Actor, now: datetime
) -> SampleView:
    """Accept a document as proof for some who were drawn, for all who are open without `numbers`; whoever calls has looked at it.

    The document is kept sealed; the log gets its hash, who accepted it and for how many people.
    Raises NobodyDrawn, ImportNotOver, DrawnUnknown, ProofUnusable, and as `ensure_clean`: then nothing is recorded.
    """
    proof_files.check(document)
    sample = _waiting(tenant, import_id)
    chosen = _chosen(sample, numbers, import_id)
    ensure_clean(tenant, io.BytesIO(document), actor=actor, now=now)
    digest = proof_files.keep(tenant, home().tenant(tenant.slug), document)
    return _decide(tenant, sample, chosen, Verdict(SHOWN, ACCEPTED, digest), actor, now)


def refuse_proof(tenant: TenantDB, import_id: int, numbers: Collection[int], *, actor: Actor, now: datetime) -> SampleView:
    """Say that for these people nothing shows that they agreed: their consent ends. With too many of them that of the whole import does.

    Raises NobodyDrawn, ImportNotOver, DrawnUnknown.
    """
    sample = _waiting(tenant, import_id)
    chosen = [one.number for one in sample.drawn if one.number in numbers and one.state in (OPEN, SHOWN)]
    if not chosen or len(chosen) != len(set(numbers)):
        raise DrawnUnknown(id=import_id, numbers=", ".join(map(str, sorted(numbers))) or "–")
    found = _decide(tenant, sample, chosen, Verdict(MISSING, REFUSED), actor, now)
    people = [one.subscriber_id for one in found.drawn if one.state == MISSING and one.subscriber_id is not None]
    end_unproven(tenant.unlimited, found.imports, None if found.state == CLOSED else people, now=now)
    return found


def _waiting(tenant: TenantDB, import_id: int) -> SampleView:
    """The sample of an import, its people being all there. Raises NobodyDrawn, ImportNotOver."""
    import_by_id(tenant, import_id)
    sample = samples.sample_of(tenant.unlimited, import_id)
    if sample is None or sample.state != WAITING:
        raise NobodyDrawn(id=import_id)
    for one in sample.imports:
        job = import_by_id(tenant.unlimited, one)
        if may_go_on(tenant, job):
            raise ImportNotOver(id=one)
    return sample


def may_go_on(tenant: TenantDB, job: ImportView) -> bool:
    """Whether more people may still come by this import."""
    return job.state == jobs.RUNNING or (job.state != jobs.DONE and kept.is_kept(home().tenant(tenant.slug), job.id))


def _chosen(sample: SampleView, numbers: Collection[int], import_id: int) -> list[int]:
    open_ = [one.number for one in sample.drawn if one.state == OPEN]
    chosen = [one for one in open_ if one in numbers] if numbers else open_
    if not chosen or (numbers and len(chosen) != len(set(numbers))):
        raise DrawnUnknown(id=import_id, numbers=", ".join(map(str, sorted(numbers))) or "–")
    return chosen


def _decide(tenant: TenantDB, sample: SampleView, chosen: Collection[int], verdict: Verdict, actor: Actor, now: datetime) -> SampleView:
    tenant = tenant.unlimited
    with tenant.atomic():
        people = samples.decide(tenant, sample, chosen, verdict.state, verdict.digest, actor=str(actor), now=now)
        details = {"imports": list(sample.imports), "places": sorted(chosen), "people": people, "hash": verdict.digest or None}
        append(tenant, verdict.act, subject=f"sample:{sample.id}", details=details, actor=actor, at=now)
        return _settle(tenant, sample.id, actor, now)


def _settle(tenant: TenantDB, sample_id: int, actor: Actor, now: datetime) -> SampleView:
    """Say what a sample is worth once nobody is open; with its seed in the log anybody who has the keys can draw again."""
    found = samples.settle(tenant, sample_id, now=now)
    if found.state != WAITING:
        said = {"state": found.state, "missing": found.missing, "seed": found.seed.hex()}
        append(tenant, SETTLED, subject=f"sample:{sample_id}", details=said, actor=actor, at=now)
    return found


def set_limit(tenant: TenantDB, people: int, *, instruction_id: int | None = None, actor: Actor, now: datetime) -> None:
    """Draw above another number of people, 0 for never. Less than the default needs an instruction of the tenant.

    Raises SampleLimitWrong, InstructionMissing.
    """
    if not 0 <= people <= MOST_ABOVE:
        raise SampleLimitWrong(most=f"{MOST_ABOVE:,}")
    if not tenant.own and not 0 < people <= ABOVE:
        require(tenant, OTHER, instruction_id or 0, now=now)
    with tenant.atomic():
        samples.set_limit(tenant, people, instruction_id=instruction_id, actor=str(actor), now=now)
        append(tenant, LIMITED, details={"above": people, "instruction": instruction_id}, actor=actor, at=now)
