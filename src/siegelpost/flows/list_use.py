"""What a list is used for, and what stands in the way of deleting it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from siegelpost.audience.leaving import on_no_other
from siegelpost.audience.reads import ListView
from siegelpost.base.errors import Refused, SiegelpostError
from siegelpost.base.i18n import marked as _
from siegelpost.consent import sign_ups
from siegelpost.consent.forms import FormView, forms_of
from siegelpost.intake.jobs import RUNNING
from siegelpost.intake.reads import imports_of
from siegelpost.mailings.reads import to_list
from siegelpost.mailings.state import ENDED, LAUNCHED, PAUSED, SCHEDULED
from siegelpost.tenancy.handle import TenantDB


class ListInUse(Refused):
    """Deleting the list would break something that runs."""

    status = 409
    nothing = _("The list was not deleted.")


class MailingRuns(ListInUse):
    """A mailing to the list is on its way, or will start by itself."""

    code = "list.mailing_runs"
    message = _("The mailing “{name}” goes to this list and has not ended.")
    hint = _("Wait until it is finished, or cancel it on its page; one that has not begun can be made a draft again there.")


class ImportRuns(ListInUse):
    """People are coming in."""

    code = "list.import_runs"
    message = _("An import into this list is running.")
    hint = _("Wait until it has ended.")


class OnlyListOfForm(ListInUse):
    """An open form would sign people up for nothing."""

    code = "list.only_of_form"
    message = _("The sign-up form “{name}” leads to this list alone.")
    hint = _("Close the form, or choose another list for it.")


class SignUpsWait(ListInUse):
    """Somebody has asked for the list and not answered the confirmation mail yet."""

    code = "list.sign_ups_wait"
    message = _("Sign-ups for this list that wait for their confirmation: {count}.")
    hint = _("Take the list out of its forms, so that no more come; those that wait are confirmed or gone by {until}.")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mailing that names the list; states as in mailings.models."""

    id: int
    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListUse:
    """Who and what depends on a list.

    forms     that lead to it, closed ones too
    drafts    mailings that are still to be sent; `running` those on their way or that start by themselves; `past` those that ended
    sign_ups  that wait for their confirmation, the last until `sign_ups_until`
    """

    forms: tuple[FormView, ...]
    drafts: tuple[Mail, ...]
    running: tuple[Mail, ...]
    past: tuple[Mail, ...]
    importing: bool
    sign_ups: int
    sign_ups_until: datetime | None

    def in_the_way(self) -> Iterator[SiegelpostError]:
        """Why the list cannot be deleted now, each with what to do."""
        for mail in self.running:
            yield MailingRuns(name=mail.name)
        if self.importing:
            yield ImportRuns()
        for form in self.forms:
            if form.active and len(form.list_ids) == 1:
                yield OnlyListOfForm(name=form.name)
        if self.sign_ups_until is not None:
            yield SignUpsWait(count=self.sign_ups, until=f"{self.sign_ups_until.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def use_of(tenant: TenantDB, list_id: int, *, now: datetime) -> ListUse:
    """What a list is used for at this moment. Some milliseconds, without the people on it."""
    mails = [Mail(*one) for one in to_list(tenant, list_id)]
    running, past = (SCHEDULED, *LAUNCHED, PAUSED), ENDED
    waiting, until = sign_ups.waiting_for(tenant, list_id, now=now)
    return ListUse(
        forms=tuple(form for form in forms_of(tenant) if list_id in form.list_ids),
        drafts=tuple(mail for mail in mails if mail.state not in (*running, *past)),
        running=tuple(mail for mail in mails if mail.state in running),
        past=tuple(mail for mail in mails if mail.state in past),
        importing=any(one.state == RUNNING and one.list_id == list_id for one in imports_of(tenant)),
        sign_ups=waiting,
        sign_ups_until=until,
    )


@dataclass(frozen=True, slots=True)
class Losing:
    """How many people lose a membership, and how many of them are on no other list then."""

    people: int
    alone: int


def losing(tenant: TenantDB, item: ListView) -> Losing:
    """Whom it would concern if a list were deleted."""
    return Losing(item.members, on_no_other(tenant, item.id))
