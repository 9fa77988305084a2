"""An installation is told who it is and who runs it."""

from datetime import datetime

from siegelpost.flows.operator_acts import write_down
from siegelpost.flows.staff import let_operate
from siegelpost.tenancy.installation import record_installation


def set_up(installation_id: str, operator_email: str, *, language: str, now: datetime) -> None:
    """Record the installation and, unless it is "", the operator's address (checked by the caller); safe to run again."""
    record_installation(installation_id, operator_email, now=now)
    write_down("installation.set_up", subject="installation", details={"operator_named": bool(operator_email)}, now=now)
    if operator_email:
        let_operate(operator_email, language=language, now=now)
