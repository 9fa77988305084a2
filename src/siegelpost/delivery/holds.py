"""Receiving domains of one mailing that get nothing for now: they said that they refuse us, or that we are too fast.

Only the domain waits, no address is blamed. What one process learns the others read with their next slice.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from siegelpost.delivery.health import STRIKES
from siegelpost.delivery.models import Hold as HoldRow
from siegelpost.delivery.rules import EXPIRES_AFTER, Outcome, held_text
from siegelpost.tenancy.handle import TenantDB

FIRST, MOST = 60, 3600
"""Seconds for which a domain that is asked too fast is left alone; doubles with each new refusal."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One domain that waits.

    code   what it said, "550 5.7.26"
    until  seconds since 1970; 0 until the staff sends again or gives up
    since  seconds since 1970
    times  put off so often in a row; 0 where it has taken a message since
    """

    domain: str
    code: str
    until: int
    since: int
    times: int = 1

    def outcome(self, now: int) -> tuple[Outcome, str, int] | None:
        """What becomes of a message to it that was not begun: outcome, kept code, time; None where it may go out."""
        if not self.until:
            return Outcome.BLOCKED, held_text(self.code), now
        if self.until <= now:
            return None
        if self.until > self.since + EXPIRES_AFTER:
            return Outcome.EXPIRED, held_text(self.code), now
        return Outcome.LATER, "", self.until


def domain_of(email: str) -> str:
    """The receiving domain of an address."""
    return email.rpartition("@")[2].lower()


@dataclass(slots=True)
class Holds:
    """The domains of one mailing that wait; shared by its slices in this process.

    for_staff  whether somebody can send again what was blocked; not so for system mails, each of which is tried for itself
    strikes    refusals because of us in a row, by domain
    changed    what the thread of the database has to keep
    """

    for_staff: bool = True
    by_domain: dict[str, Hold] = field(default_factory=dict)
    strikes: dict[str, int] = field(default_factory=dict)
    changed: deque[Hold] = field(default_factory=deque)

    def block(self, email: str, code: str, now: int) -> None:
        """The domain refuses us: the rest waits for the staff."""
        domain = domain_of(email)
        old = self.by_domain.get(domain)
        if self.for_staff and (old is None or old.until):
            self._note(Hold(domain, code, 0, old.since if old else now))

    def strike(self, email: str, code: str, now: int) -> None:
        """A message was refused because of us: chance once or twice, the domain's opinion after STRIKES in a row."""
        domain = domain_of(email)
        self.strikes[domain] = self.strikes.get(domain, 0) + 1
        if self.strikes[domain] >= STRIKES:
            self.block(email, code, now)

    def put_off(self, email: str, code: str, now: int) -> None:
        """The domain says that we are too fast: leave it alone, longer each time."""
        domain = domain_of(email)
        old = self.by_domain.get(domain)
        if old is not None and (not old.until or old.until > now):
            return  # this one was under way
        times = old.times + 1 if old and old.until + EXPIRES_AFTER > now else 1  # what was long ago is over
        since = old.since if old and times > 1 else now
        self._note(Hold(domain, code, now + min(FIRST * 2 ** min(times - 1, 20), MOST), since, times))

    def arrived(self, email: str) -> None:
        """A message was taken: the domain has nothing against us."""
        domain = domain_of(email)
        self.strikes.pop(domain, None)
        held = self.by_domain.get(domain)
        if held is not None and held.until and held.times:
            self._note(replace(held, times=0))

    def _note(self, hold: Hold) -> None:
        self.by_domain[hold.domain] = hold
        self.changed.append(hold)

    def keep(self, tenant: TenantDB, mailing_id: int) -> None:
        """Write what changed; its own transaction."""
        while self.changed:
            hold = self.changed[0]
            values = {"code": hold.code, "until": hold.until, "since": hold.since, "times": hold.times}
            with tenant.atomic():
                tenant.objects(HoldRow).update_or_create(mailing_id=mailing_id, domain=hold.domain, defaults=values)
            self.changed.popleft()

    def refresh(self, tenant: TenantDB, mailing_id: int) -> None:
        """Read what other processes learned, and what the staff lifted."""
        self.keep(tenant, mailing_id)
        before, self.by_domain = self.by_domain, {hold.domain: hold for hold in holds_of(tenant, mailing_id)}
        for domain in before.keys() - self.by_domain.keys():
            self.strikes.pop(domain, None)


def holds_of(tenant: TenantDB, mailing_id: int) -> list[Hold]:
    """Domains of a mailing that wait, by name."""
    rows: Iterable[HoldRow] = tenant.objects(HoldRow).filter(mailing_id=mailing_id).order_by("domain")
    return [Hold(row.domain, row.code, row.until, row.since, row.times) for row in rows]


def lift(tenant: TenantDB, mailing_id: int) -> None:
    """Let all domains of a mailing be tried again, inside the caller's transaction."""
    tenant.objects(HoldRow).filter(mailing_id=mailing_id).delete()
