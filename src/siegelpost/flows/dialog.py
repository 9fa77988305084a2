"""A dialog mailing answers one person's act: written in their language, queued with what it answers, and known by its version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.delivery.outgoing import SystemMail, dialog_counts
from siegelpost.flows.post import post
from siegelpost.mailings.dialog_rules import Words, compiled
from siegelpost.mailings.dialogs import going_out, versions_of
from siegelpost.mailings.rules import MAX_SUBJECT
from siegelpost.render.pieces import join
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a mail, and in which language ("de" or "en") they speak with us."""

    email: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dialog mailing for one person; `version` is the id of the version that it was made from, None for our own words."""

    version: int | None
    act: str
    sender_id: int | None
    subject: str
    text: str
    html: str

    def to(self, email: str) -> SystemMail:
        """The mail to this address."""
        return SystemMail(
            kind=self.act,
            to=email,
            subject=self.subject,
            text=self.text,
            html=self.html,
            sender_id=self.sender_id,
            dialog_version=self.version,
        )


def write_letter(tenant: TenantDB, dialog_id: int | None, act: str, *, language: str, values: Mapping[str, object]) -> Letter | None:
    """Write the dialog mailing for one person; None where there is none, or it is paused.

    language  in which the person speaks with us; where it has no such text, that of the tenant's own language is taken
    values    those of `dialog_rules.ACTS` and the person's fields; what is missing is empty
    """
    found = going_out(tenant, dialog_id, act)
    if found is None:
        return None
    dialog, version = found
    words = version.words.get(language) or version.words.get(tenant.language) or next(iter(version.words.values()))
    subject, text, html = filled_in(version.format, words, values)
    return Letter(version=version.id, act=act, sender_id=dialog.sender_id, subject=subject, text=text, html=html)


def filled_in(format: str, words: Words, values: Mapping[str, object]) -> tuple[str, str, str]:
    """Subject, plain text and page ("" for plain text alone) with these values. Raises SourceUnusable."""
    made = compiled(format, words)
    return join(made.subject, values)[:MAX_SUBJECT], join(made.text, values), join(made.html, values) if made.html else ""


def answer_act(
    tenant: TenantDB, dialog_id: int | None, act: str, who: Addressee, values: Mapping[str, object], *, actor: Actor, now: datetime
) -> int | None:
    """Queue the dialog mailing that answers an act, in the transaction of the act: both happen, or neither does, and neither twice.

    Returns the number of the queued mail, None where no mailing is chosen or it is paused. Raises PasswordInText.
    """
    letter = write_letter(tenant, dialog_id, act, language=who.language, values=values)
    return None if letter is None else post(tenant, letter.to(who.email), actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class Went:
    """How many mails of one version were queued, and what became of them: queued = sent + waiting + failed."""

    queued: int
    sent: int
    waiting: int
    failed: int


def went_out(tenant: TenantDB, dialog_id: int) -> dict[int, Went]:
    """By number of the version."""
    versions = versions_of(tenant, dialog_id)
    counts = dialog_counts(tenant, [one.id for one in versions])
    return {one.number: _went(counts.get(one.id, {})) for one in versions}


def _went(states: Mapping[str, int]) -> Went:
    total = sum(states.values())
    sent = states.get("sent", 0)
    waiting = sum(states.get(one, 0) for one in ("due", "claimed", "retry"))
    return Went(total, sent, waiting, total - sent - waiting)
