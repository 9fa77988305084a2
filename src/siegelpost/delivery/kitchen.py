"""Keeps what messages are made from: frozen plans, opened signing keys, compiled variants; once per mailing and process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from siegelpost.delivery.claim import Claimed
from siegelpost.delivery.compose import Composer
from siegelpost.delivery.models import Launch
from siegelpost.delivery.outgoing import Letterhead, OutgoingComposer, attached_to
from siegelpost.delivery.personal import own_links
from siegelpost.delivery.plan import LaunchPlan
from siegelpost.delivery.settle import OUTGOING
from siegelpost.delivery.signing import ALL, Signing
from siegelpost.mailings.reads import dkim_keys, first_sender, sender, signing_selector
from siegelpost.sign.dkim import DkimKey
from siegelpost.tenancy.handle import TenantDB

SIGNATURES: Final[Mapping[str, int]] = {"both": 2, "rsa": 1, "none": 0}
KEPT = 64
"""Mailings whose compiled templates are kept; more running at once compile again."""


@dataclass(frozen=True, slots=True)
class Launched:
    """A frozen plan and when it was frozen, seconds since 1970."""

    plan: LaunchPlan
    launched: int


class Kitchen:
    """One per process.

    signatures  "both" (RSA and Ed25519), "rsa" or "none", for all relays; one of them may accept fewer (see Signing)
    """

    def __init__(self, *, bounce_domain: str, complaints: str, signatures: str = "both") -> None:
        self._bounce_domain, self._complaints, self._signatures = bounce_domain, complaints, signatures
        self._plans: dict[tuple[str, int], Launched] = {}
        self._composers: dict[tuple[str, int, str, Signing], Composer] = {}

    def plan(self, tenant: TenantDB, mailing_id: int) -> Launched:
        """The frozen plan of a mailing."""
        name = (tenant.alias, mailing_id)
        if name not in self._plans:
            self._trim()
            row = tenant.objects(Launch).get(mailing_id=mailing_id)
            self._plans[name] = Launched(LaunchPlan.from_dict(row.plan), int(row.launched_at.timestamp()))
        return self._plans[name]

    def composer(self, tenant: TenantDB, taken: Claimed, signing: Signing = ALL) -> Composer | OutgoingComposer:
        """What makes the messages of a claimed slice; `signing` is that of the relay by which it goes."""
        if taken.lease.table == OUTGOING:
            return self._outgoing(tenant, taken, signing)
        plan = self.plan(tenant, taken.lease.mailing_id).plan
        # keys may change while a mailing runs: the former ones stay published for days, not for as long as a process lives
        name = (tenant.alias, taken.lease.mailing_id, signing_selector(tenant, plan.domain_id), signing)
        if name not in self._composers:
            keys, own = self._keys(tenant, plan.domain_id, signing), own_links(tenant, plan)
            self._composers[name] = Composer(plan, tenant.number, tenant.keys, keys, signing, own)
        return self._composers[name]

    def _outgoing(self, tenant: TenantDB, taken: Claimed, signing: Signing) -> OutgoingComposer:
        wanted = {mail.sender_id for mail in taken.outgoing.values()}
        papers = {sender_id: self._letterhead(tenant, sender_id, signing) for sender_id in wanted}
        files = attached_to(tenant, taken.outgoing)
        return OutgoingComposer(tenant, taken.outgoing, papers, self._bounce_domain, self._complaints, signing, files)

    def _letterhead(self, tenant: TenantDB, sender_id: int | None, signing: Signing) -> Letterhead:
        who = sender(tenant, sender_id) if sender_id else first_sender(tenant)
        return Letterhead.of(who.name, who.email, self._keys(tenant, who.domain_id, signing))

    def _keys(self, tenant: TenantDB, domain_id: int, signing: Signing) -> tuple[DkimKey, ...]:
        wanted = min(SIGNATURES[self._signatures], signing.most)
        if not wanted:
            return ()
        kept = dkim_keys(tenant, domain_id)
        rsa = DkimKey.load(kept.domain, kept.rsa_selector, kept.rsa_private)
        ed = DkimKey.load(kept.domain, kept.ed_selector, kept.ed_private)
        return (rsa, ed)[:wanted]

    def _trim(self) -> None:
        if len(self._plans) >= KEPT:
            self._plans.clear()
            self._composers.clear()
