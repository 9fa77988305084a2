"""An installation is told who it is and who runs it."""

from datetime import datetime

from siegelpost.base.settings import Settings
from siegelpost.flows.apart import know_environment, note_environment, told_by_the_log
from siegelpost.flows.operator_acts import write_down
from siegelpost.flows.staff import let_operate
from siegelpost.tenancy.installation import record_installation


def set_up(installation_id: str, operator_email: str, settings: Settings, *, language: str, now: datetime) -> None:
    """Record the installation, its environment and, unless it is "", the operator's address (checked by the caller); safe to run again.

    Raises EnvironmentOther, EnvironmentForged.
    """
    record_installation(installation_id, operator_email, now=now)
    know_environment(settings, now=now)
    if not told_by_the_log():
        note_environment(settings.environment, now=now)
    write_down("installation.set_up", subject="installation", details={"operator_named": bool(operator_email)}, now=now)
    if operator_email:
        let_operate(operator_email, language=language, now=now)
