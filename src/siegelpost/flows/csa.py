"""The criteria of the Certified Senders Alliance as a check list: what this tenant keeps, by live figures.

A member of the alliance must keep them; keeping them makes nobody a member. What only the operator can know stands as unknown.
Source: certified-senders.org, criteria 2.1 to 2.22.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from siegelpost.base.brakes import Level, read_brake
from siegelpost.base.i18n import marked as _
from siegelpost.base.settings import Settings
from siegelpost.consent.rules import COMPLAINT
from siegelpost.feedback.brakes import HARD, WINDOW
from siegelpost.flows.brake import figures
from siegelpost.flows.own_addresses import complaint_address
from siegelpost.flows.routing import weakest_tls
from siegelpost.mailings.domain_checks import last_check
from siegelpost.mailings.reads import DomainFacts, domains_of
from siegelpost.mailings.recent import launched_since
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_email

GOES_ON: Final = timedelta(days=2)
"""For so long after its launch a mailing is still tried (retries end then); its messages of the last seven days count."""
COMPLAINTS: Final = read_brake("0.3@1000/3")
HARD_BOUNCES: Final = read_brake("1@300/10")
"""The shares of the alliance, which the brakes of an installation may be softer than."""
MEMBER: Final = _("Criteria kept; member until {day}.")
NO_MEMBER: Final = _("Criteria kept, not a member.")
NOT_KEPT: Final = _("{n} of the criteria are not kept.")
WORDS: Final = {
    "unsubscribe": _("Each mailing can be left with one click over https (List-Unsubscribe, RFC 8058)"),
    "complaint_address": _("Each mailing says where complaints go (X-CSA-Complaints)"),
    "imprint": _("Each mailing carries an imprint"),
    "authentication": _("SPF, DKIM and DMARC of all sender domains pass, they take mail (MX), the relay has a name (PTR)"),
    "signature": _("Mail is signed with RSA-2048"),
    "tls": _("Mail goes to the relay with TLS"),
    "complaints": _("Complaints of the last seven days, by receiving provider"),
    "hard_bounces": _("Hard bounces of the last seven days, by receiving provider"),
    "hosts": _("All hosts that send are named to the alliance and are ours alone"),
    "consent": _("People agreed actively and separately, to what they get"),
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the list.

    key    of WORDS
    kept   None for what only a person can judge
    facts  figures and names behind it
    """

    key: str
    kept: bool | None
    facts: str = ""


@dataclass(frozen=True, slots=True)
class CheckList:
    """All criteria; `member_until` is the operator's own statement."""

    criteria: tuple[Criterion, ...]
    member_until: date | None

    @property
    def broken(self) -> int:
        """How many are not kept."""
        return sum(one.kept is False for one in self.criteria)

    def verdict(self) -> tuple[str, dict[str, object]]:
        """A sentence to be translated, and its facts."""
        if self.broken:
            return NOT_KEPT, {"n": self.broken}
        return (MEMBER, {"day": self.member_until.isoformat()}) if self.member_until else (NO_MEMBER, {})


def check_list(tenant: TenantDB, *, settings: Settings, now: datetime) -> CheckList:
    """Judge all criteria by what is so now; reads all deliveries of the mailings of the last seven days."""
    attested = date.fromisoformat(settings.csa_until) if settings.csa_until else None
    return CheckList(tuple(_criteria(tenant, settings, now)), attested if attested and attested >= now.date() else None)


def _criteria(tenant: TenantDB, settings: Settings, now: datetime) -> Iterator[Criterion]:
    domains = [one for one in domains_of(tenant) if one.senders]
    yield Criterion("unsubscribe", settings.public_url.startswith("https://"), settings.public_url)
    # where nobody chose an address, mail names abuse@ our domain, and nobody knows whether somebody reads that
    yield Criterion("complaint_address", bool(settings.complaint_address or operator_email()), complaint_address(settings))
    yield Criterion("imprint", bool(tenant.imprint.strip()))
    yield _authentication(tenant, domains, now)
    yield Criterion("signature", None if settings.signatures == "none" else True, settings.signatures)
    yield _tls(tenant, domains)
    yield from _rates(tenant, now)
    yield Criterion("hosts", None)
    yield Criterion("consent", None)


def _authentication(tenant: TenantDB, domains: list[DomainFacts], now: datetime) -> Criterion:
    failing = [one.domain for one in domains if not last_check(tenant, one.id).counts(now)]
    return Criterion("authentication", bool(domains) and not failing, ", ".join(failing))


def _tls(tenant: TenantDB, domains: list[DomainFacts]) -> Criterion:
    """With TLS "where it can" a relay without it gets mail in clear: nobody knows beforehand."""
    weakest = {weakest_tls(tenant, one.domain) for one in domains}
    demanded = tenant.demands_tls or weakest <= {"required"}
    return Criterion("tls", False if "off" in weakest and not tenant.demands_tls else demanded or None, ", ".join(sorted(weakest)))


def _rates(tenant: TenantDB, now: datetime) -> Iterator[Criterion]:
    """The worst provider of each cause; where too few messages went out for a share to mean something, it is only shown."""
    cases, messages = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for mailing_id in launched_since(tenant, now - WINDOW - GOES_ON):
        for provider, causes in figures(tenant, mailing_id, now - WINDOW).items():
            for cause, (some, of) in causes.items():
                cases[cause, provider] += some
                messages[cause, provider] += of
    for key, cause, brake in (("complaints", COMPLAINT, COMPLAINTS), ("hard_bounces", HARD, HARD_BOUNCES)):
        shares = {of: cases[of] / n for of, n in messages.items() if of[0] == cause and n}
        worst = max(shares, key=lambda of: (brake.judge(cases[of], messages[of]), shares[of]), default=None)
        if worst is None:
            yield Criterion(key, True, "0")
            continue
        facts = f"{worst[1]}: {cases[worst]} / {messages[worst]}" if cases[worst] else "0"
        yield Criterion(key, brake.judge(cases[worst], messages[worst]) < Level.STOP, facts)
