"""What people read about acts, states and refusals."""

from typing import Final

from siegelpost.accounts import approval_rules as rules
from siegelpost.accounts.approvals.acts import ERASE, EXIT, EXPORT, GRANT, INSTRUCT, LOOSEN, MEASURE, ROTATE, SEND
from siegelpost.base.i18n import marked as _

ACTS: Final = {
    SEND: _("Send a mailing"),
    EXPORT: _("Export people"),
    GRANT: _("Give rights to somebody"),
    ERASE: _("Erase a person"),
    EXIT: _("Erase the tenant with everything in it"),
    INSTRUCT: _("Record an instruction"),
    MEASURE: _("Measure people one by one"),
    ROTATE: _("Change the keys of a sender domain"),
    LOOSEN: _("Loosen a rule of approval"),
}
STATES: Final = {
    rules.WAITING: _("waits for a second person"),
    rules.AGREED: _("approved, not done yet"),
    rules.REFUSED: _("refused"),
    rules.DONE: _("carried out"),
    rules.ENDED: _("taken back"),
    rules.EXPIRED: _("expired"),
}
WHY_NOT: Final = {
    "": "",
    rules.OVER: _("its time is over."),
    rules.PROGRAM: _("only people who logged in decide."),
    rules.OWN: _("you made it yourself, or your address leads to the same mailbox."),
    rules.CONCERNED: _("it is about you."),
    rules.CIRCLE: _("you asked for the same yourself."),
    rules.NEWCOMER: _("you came here after it was made."),
    rules.HELPED: _("the person who asks made a one-time link to your account, since then or within a day before."),
    rules.UNENTITLED: _("you do not have the right for it."),
    rules.UNPROVED: _("show your password or passkey first."),
}
