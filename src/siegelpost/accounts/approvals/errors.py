"""What can be wrong with approvals."""

from dataclasses import dataclass, field
from typing import Any

from siegelpost.base.errors import BadInput, NotFound, Refused
from siegelpost.base.i18n import marked as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to do: exactly that is approved, or it is not approved.

    act     code of the act
    matter  what it is done to, by id: "mailing:3"
    what    small JSON of all that matters about it
    size    how many people it reaches; 1 for acts without a number
    """

    act: str
    matter: str
    what: dict[str, Any] = field(default_factory=dict)
    size: int = 1


class ApprovalNeeded(Refused):
    """A rule of the tenant asks for a second person, and nobody agreed to exactly this."""

    code = "approval.needed"
    message = _("This needs the approval of a second person.")
    hint = _(
        "Ask for it: its page leads there, a command takes --ask-approval --reason, a program “ask_approval” where there is one. Once "
        "somebody agreed, do it again; a command then takes --approval."
    )

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        super().__init__(act=wish.act)


class ApprovalWaits(ApprovalNeeded):
    """Somebody asked for exactly this already."""

    code = "approval.waits"
    message = _("This waits for the approval of a second person.")
    hint = _("Whoever may decide finds the request on the page “Approvals”.")


class ApprovalDiffers(ApprovalNeeded):
    """What is about to be done is not what was approved."""

    code = "approval.differs"
    message = _("An approval exists, but for something else: it was changed after that, or it reaches more people now.")
    hint = _("Look at it again, and ask for the approval of what it is now.")


class ApprovalUnknown(NotFound):
    """No request has this number."""

    code = "approval.unknown"
    message = _("There is no such request.")
    hint = _("The page “Approvals” shows those that exist.")


class ApprovalOver(Refused):
    """Decided, done, taken back or too old."""

    code = "approval.over"
    status = 409
    message = _("This request is over: somebody decided it, took it back or carried it out, or {days} days have passed.")
    hint = _("Ask anew if it is still needed.")


class NotSecond(Refused):
    """Whoever wants to decide is no second person for this."""

    code = "approval.not_second"
    message = _("You cannot decide about this request: {why}")
    hint = _("Ask somebody else who may approve.")


class NotYours(Refused):
    """Requests are taken back and carried out by whoever made them."""

    code = "approval.not_yours"
    message = _("Only the person who asked can do this.")
    hint = _("Ask that person, or make a request of your own.")


class AskerGone(Refused):
    """Whoever asked may not do it any more."""

    code = "approval.asker_gone"
    message = _("Whoever asked for this may not do it any more.")
    hint = _("Somebody who may do it asks anew.")


class SecondGone(Refused):
    """Whoever agreed could not do so any more."""

    code = "approval.second_gone"
    message = _("Whoever agreed to this may not decide about it any more.")
    hint = _("Take the request back and ask anew: somebody else agrees.")


class ApprovalReasonMissing(BadInput):
    """A request without a reason cannot be judged."""

    code = "approval.reason_missing"
    message = _("Say why, in 10 to {limit} characters.")
    hint = _("Whoever decides reads it, and it stays on record.")


class NobodyToAsk(Refused):
    """A rule that asks for a second person where there is none would end all work."""

    code = "approval.nobody_to_ask"
    message = _("Besides you nobody here could decide, so nothing could be done any more.")
    hint = _("First let in somebody who may approve, then set the rule.")


class RuleWrong(BadInput):
    """A number that is none."""

    code = "approval.rule_wrong"
    message = _("The number of people is between 0 and {most}.")
    hint = _("Choose another one.")


class BulkRefused(Refused):
    """More people than the tenant lets anybody read or export without the right to it."""

    code = "approval.bulk_right"
    message = _("More than {n} people are read or exported with the right “Many people at once” only.")
    hint = _("Ask somebody who administers the tenant; a token gets it as the word “bulk”.")
    nothing = _("Nobody's data left.")


class BulkReasonMissing(BadInput):
    """Whoever takes many people's data says why."""

    code = "approval.bulk_reason"
    message = _("More than {n} people are read or exported with a reason only, in 10 to {limit} characters.")
    hint = _("Say what it is for: it stands in the register and stays on record.")
    nothing = _("Nobody's data left.")
