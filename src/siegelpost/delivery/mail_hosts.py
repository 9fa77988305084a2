"""Which hosts take mail for the receiving domains with the most recipients: kept for all tenants, so that a launch asks nobody.

Only domains with PEOPLE recipients of one tenant or more, and only while a limit goes by hosts.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from siegelpost.delivery.mail_host_rules import AGAIN, FORGET, PEOPLE, RENEW, ask_again_at, group_of
from siegelpost.delivery.pace.models import MailHosts
from siegelpost.delivery.statements import read
from siegelpost.tenancy.handle import TenantDB, control_store

MOST: Final = 5000
"""Domains that are looked after: a tenth of a second at each launch, and the look-ups of some minutes a week."""


def domains_with_most(tenants: Iterable[TenantDB]) -> list[str]:
    """Receiving domains of these tenants, those with the most recipients first."""
    found: Counter[str] = Counter()
    for tenant in tenants:
        found.update(dict(read(tenant, "receiving_domains", people=PEOPLE, most=MOST)))
    return [domain for domain, _n in found.most_common(MOST)]


def due_domains(domains: Iterable[str], *, now: datetime) -> list[str]:
    """Those of them that are to be looked up now, in their order."""
    rows = control_store.objects(MailHosts).filter(again_at__gt=now, again_at__lte=now + RENEW)  # later: by a clock that was ahead
    waiting = set(rows.values_list("domain", flat=True))
    return [one for one in domains if one not in waiting]


def keep_hosts(found: Mapping[str, tuple[str, ...] | None], *, now: datetime) -> None:
    """Write down which hosts take mail for domains; None where nobody answered, what is known of it stays then."""
    known = {domain: hosts for domain, hosts in found.items() if hosts is not None}
    rows = [MailHosts(domain=domain, hosts=hosts, seen_at=now, again_at=ask_again_at(hosts, now)) for domain, hosts in known.items()]
    silent = [domain for domain, hosts in found.items() if hosts is None]
    new = [MailHosts(domain=domain, hosts=(), seen_at=now, again_at=now + AGAIN) for domain in silent]
    store = control_store.objects(MailHosts)
    with control_store.atomic():
        store.bulk_create(rows, update_conflicts=True, unique_fields=["domain"], update_fields=["hosts", "seen_at", "again_at"])
        store.filter(domain__in=silent).update(again_at=now + AGAIN)
        store.bulk_create(new, ignore_conflicts=True)


def forget_hosts(*, now: datetime, everything: bool) -> int:
    """Remove what is too old to count, or with `everything` all of it; returns how many domains."""
    rows = control_store.objects(MailHosts)
    with control_store.atomic():
        return (rows.all() if everything else rows.filter(seen_at__lt=now - FORGET)).delete()[0]


def groups_by_hosts(groups: Mapping[str, int]) -> dict[str, int]:
    """Domain -> its group, for the domains whose mail is known to be taken by hosts of one; `groups` as `group_of` wants it."""
    if not groups:
        return {}
    rows: Collection[tuple[str, list[str]]] = control_store.objects(MailHosts).values_list("domain", "hosts")
    found = ((domain, group_of(hosts, groups)) for domain, hosts in rows)
    return {domain: group for domain, group in found if group}
