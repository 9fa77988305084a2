"""People are asked whether they want to go on: one mailing with “keep” and “end”, and silence ends. Nothing of it is measured.

Launched, claimed and counted like any mailing; whose consent is recent enough is left out of its audience.

Source: Art. 5(2), 7(1) GDPR; § 7(2) UWG.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siegelpost.audience.leaving import hold_lists
from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import find_subscriber
from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput, NotFound, Refused
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent import renewals
from siegelpost.consent.grants import Proof
from siegelpost.consent.renewals import Old, RenewalView, renewal_of
from siegelpost.consent.rules import text_digest
from siegelpost.consent.texts import NEWSLETTER, ensure_text
from siegelpost.delivery.browse import Forecast, forecast
from siegelpost.delivery.launch import RECENT, last_subscriber, leave_out
from siegelpost.delivery.reads import recipients
from siegelpost.flows.leaving import Leaver, Leaving, leave
from siegelpost.mailings.browse import standing
from siegelpost.mailings.reads import MailingFacts
from siegelpost.mailings.rules import header_text
from siegelpost.mailings.services import Content, NewMailing, create_mailing
from siegelpost.mailings.state import FINISHED
from siegelpost.measure.modes import OFF
from siegelpost.tenancy.handle import TenantDB

GROUND: Final = "renewed"
BATCH: Final = 50
"""People whose silence ends in one transaction: each takes about half a millisecond."""
LONGEST_NAME: Final = 150
NAME: Final = _("Do you want to go on? {list}")
SUBJECT: Final = _("Do you still want our e-mails?")
BODY: Final = _(
    "# Do you still want our e-mails?\n\nYou signed up for “{list}” quite a while ago. We do not want to send you anything that you do not "
    "want any more.\n\n[Yes, keep sending]({{{{ preferences_url }}}})\n\n[No, please end it]({{{{ unsubscribe_url }}}})\n\n"
    "If you do nothing, we send you nothing more after {days} days.\n\n{{{{ imprint }}}}\n"
)
TEXT: Final = _(
    "I agree that {tenant} goes on sending me the e-mails of “{list}”. I can withdraw this consent at any time with effect for the future, "
    "for example through the link in each e-mail."
)


class TermWrong(BadInput):
    """Months or days out of bounds."""

    code = "renewal.term_wrong"
    message = _("A consent can be asked about after 1 to 120 months, with 7 to 90 days for an answer.")
    hint = _("Choose other numbers.")
    nothing = _("Nothing was prepared.")


class NobodyOld(Refused):
    """Whom should it go to?"""

    code = "renewal.nobody"
    message = _("No consent for this list is that old.")
    hint = _("Choose fewer months, or another list.")
    nothing = _("Nothing was prepared.")


class OtherList(Refused):
    """Somebody changed where the mailing goes."""

    code = "renewal.other_list"
    message = _("This mailing asks people of one list, and goes to another one now.")
    hint = _("Choose the list again for which it was prepared, and no other.")
    nothing = _("Nothing was sent.")


class NothingToKeep(NotFound):
    """Too late, or never asked."""

    code = "renewal.over"
    message = _("There is nothing to keep any more: the time for an answer is over, or you have unsubscribed since.")
    hint = _("If you want the e-mails, please sign up again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Whom to ask: consents for a list older than `months`; `days` for an answer; who asks."""

    list_id: int
    months: int
    days: int
    sender_id: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page asks: the declaration, the list, and whether it was answered with yes."""

    text: str
    list_name: str
    kept: bool


def preview(tenant: TenantDB, list_id: int, months: int, *, now: datetime) -> Old:
    """Counts, before anything exists. Raises TermWrong, ListUnknown."""
    _check(months, renewals.DAYS[0])
    with tenant.atomic():
        hold_lists(tenant, [list_id])
    return renewals.count_old(tenant, list_id, months, now=now)


def prepare(tenant: TenantDB, order: Order, *, actor: Actor, now: datetime) -> int:
    """Make the draft of the mailing, in our words, and return its number; it is looked at, changed and sent like any other.

    Raises TermWrong, ListUnknown, NobodyOld, SenderUnknown; then nothing is made.
    """
    _check(order.months, order.days)
    if not preview(tenant, order.list_id, order.months, now=now).writable:
        raise NobodyOld
    name = list_names(tenant)[order.list_id]
    language = tenant.language
    content = Content(
        subject=translate(SUBJECT, language), format="md", source=translate(BODY, language).format(list=_safe(name), days=order.days)
    )
    new = NewMailing(
        content=content, sender_id=order.sender_id, list_ids=(order.list_id,), measure=OFF,
        name=header_text(translate(NAME, language).format(list=name[:LONGEST_NAME]), "name", 200),
    )  # fmt: skip
    with tenant.atomic():
        hold_lists(tenant, [order.list_id])
        mailing_id = create_mailing(tenant, new, actor=actor, now=now)
        renewals.create_renewal(tenant, mailing_id, order.list_id, months=order.months, days=order.days, actor=actor, now=now)
    return mailing_id


def _check(months: int, days: int) -> None:
    if not (renewals.MONTHS[0] <= months <= renewals.MONTHS[1] and renewals.DAYS[0] <= days <= renewals.DAYS[1]):
        raise TermWrong


def _safe(name: str) -> str:
    """A list's name as plain words in Markdown with Liquid."""
    return "".join(sign for sign in name if sign not in "{}[]()<>*_`#|\\!%").strip()


def ensure_asks_its_list(tenant: TenantDB, facts: MailingFacts) -> bool:
    """Whether a mailing asks, and goes to the list that it asks about. Raises OtherList."""
    found = renewal_of(tenant, facts.id)
    if found is not None and tuple(facts.list_ids) != (found.list_id,):
        raise OtherList
    return found is not None


def expected(tenant: TenantDB, facts: MailingFacts, *, now: datetime) -> Forecast:
    """Who would get a mailing if it were launched now; of one that asks, only whose consent is old."""
    found, asks = forecast(tenant, facts.list_ids), renewal_of(tenant, facts.id)
    if asks is None or tuple(facts.list_ids) != (asks.list_id,):
        return found
    old = min(renewals.count_old(tenant, asks.list_id, asks.months, now=now).writable, found.receive)
    return Forecast(old, {**found.excluded, RECENT: found.receive - old})


def leave_recent_out(tenant: TenantDB, mailing_id: int, *, now: datetime) -> None:
    """Between the frozen audience and the first message: only whose consent is old stays. Nothing for other mailings; twice is safe."""
    if renewals.call_roll(tenant, mailing_id, last=last_subscriber(tenant), now=now):
        leave_out(tenant, mailing_id)


def look(tenant: TenantDB, subscriber_id: int, mailing_id: int, *, language: str) -> Asked | None:
    """The question for this person, or None where the mailing asks nothing of them (any more). Changes nothing."""
    found = renewals.may_keep(tenant, mailing_id, subscriber_id)
    name = list_names(tenant).get(found.list_id) if found else None
    if found is None or name is None:
        return None
    return Asked(_words(tenant, name, language), name, renewals.has_kept(tenant, found, subscriber_id))


def keep(tenant: TenantDB, subscriber_id: int, mailing_id: int, *, language: str, now: datetime) -> None:
    """Hear “yes”: the consent begins anew, with its own record. Twice is safe. Raises NothingToKeep."""
    with tenant.atomic(durable=True):
        found = renewals.may_keep(tenant, mailing_id, subscriber_id)
        name = list_names(tenant).get(found.list_id) if found else None
        if found is None or name is None:
            raise NothingToKeep
        text = _words(tenant, name, language)
        proof = Proof(
            ground=GROUND,
            source=f"renewal:{mailing_id}",
            text_id=ensure_text(tenant, text, language=language, now=now),
            snapshot={"list": name, "language": language, "mailing": mailing_id, "text_sha256": text_digest(NEWSLETTER, language, text)},
            requested_at=standing(tenant, mailing_id).launched_at,
            digests={"text_sha256": text_digest(NEWSLETTER, language, text)},
        )
        if not renewals.keep(tenant, mailing_id, subscriber_id, proof, actor=Actor.subject(), now=now):
            raise NothingToKeep


def _words(tenant: TenantDB, name: str, language: str) -> str:
    return translate(TEXT, language).format(tenant=tenant.name, list=name)


def heed_silence(tenant: TenantDB, *, actor: Actor, now: datetime) -> int:
    """End the consents of whoever got the question and did not answer in time; return how many. Goes on where it was interrupted.

    Whoever the mail did not reach was not asked: nothing ends for them, and another renewal may ask.
    """
    ended = 0
    for found in renewals.renewals(tenant):
        if found.closed_at is None and found.cutoff is not None and _is_over(tenant, found, now):
            count = sum(
                _end(tenant, found, [person for person, _line in page], actor, now) for page in recipients(tenant, found.mailing_id, "sent")
            )
            with tenant.atomic():
                renewals.close(tenant, found, count, actor=actor, now=now)
            ended += count
    return ended


def _is_over(tenant: TenantDB, found: RenewalView, now: datetime) -> bool:
    mailing = standing(tenant, found.mailing_id)
    return mailing.state == FINISHED and mailing.finished_at is not None and mailing.finished_at + timedelta(days=found.days) <= now


def _end(tenant: TenantDB, found: RenewalView, people: list[int], actor: Actor, now: datetime) -> int:
    ended, quiet = 0, renewals.silent(tenant, found, people)
    for start in range(0, len(quiet), BATCH):
        with tenant.atomic():
            for person in quiet[start : start + BATCH]:
                who = find_subscriber(tenant, person)
                if who is not None and renewals.note_silence(tenant, found, person, now=now):
                    leave(tenant, Leaver.of(who), Leaving((found.list_id,), renewals.SILENCE), actor=actor, now=now)
                    ended += 1
    return ended
