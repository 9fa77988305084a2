"""What can be wrong about somebody who leaves."""

from siegelpost.base.errors import BadInput, NotFound, Refused
from siegelpost.base.i18n import marked as _


class HeirMissing(Refused):
    """Somebody who alone administers a tenant leaves."""

    code = "staff.heir_missing"
    message = _("Nobody else administers this tenant.")
    hint = _("Name who takes over. Without anybody, two operators decide: `siegelpost staff leave --without-successor`.")


class HeirUnusable(BadInput):
    """Whoever takes over works in the tenant and can log in."""

    code = "staff.heir_unusable"
    message = _("This person cannot take over: they have no role in the tenant, may not log in, or are the one who leaves.")
    hint = _("Choose somebody who works there.")


class LastDayWrong(BadInput):
    """A day that nobody can have meant."""

    code = "staff.last_day_wrong"
    message = _("The last day lies more than a year back or more than five years ahead.")
    hint = _("Look at the year.")


class LeavingUnknown(NotFound):
    """No off-boarding has this number here."""

    code = "staff.leaving_unknown"
    message = _("There is no such off-boarding.")
    hint = _("`siegelpost staff leavers` shows those that exist.")


class LeavingOver(Refused):
    """What was carried out cannot be withdrawn."""

    code = "staff.leaving_over"
    status = 409
    message = _("This off-boarding was carried out or withdrawn already.")
    hint = _("Load the page anew. Whoever comes back is let in like anybody new.")


class LeavingTaskUnknown(NotFound):
    """No task of this off-boarding has this number."""

    code = "staff.leaving_task_unknown"
    message = _("This off-boarding has no such task.")
    hint = _("`siegelpost staff leavers` shows those that exist.")


class LeavingPlanWrong(BadInput):
    """Too many tasks, or too long."""

    code = "staff.leaving_plan_wrong"
    message = _("At most {tasks} tasks of one kind, each a line of at most {signs} characters, due within {days} days.")
    hint = _("Shorten the list.")


class SecondMissing(Refused):
    """What nobody does alone."""

    code = "staff.second_missing"
    message = _("This takes two different people who run the installation, and neither is the one who leaves.")
    hint = _("Both show their password.")
