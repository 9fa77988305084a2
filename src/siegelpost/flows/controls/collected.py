"""All checks there are. A room's checks stand in its `controls.py`; those for which rooms must meet stand in this folder."""

from typing import Final

from siegelpost.accounts.controls import CHECKS as ACCOUNTS
from siegelpost.accounts.leaving_controls import CHECKS as LEAVERS
from siegelpost.base.controls import INSTALLATION, Check
from siegelpost.consent.controls import CHECKS as CONSENT
from siegelpost.delivery.controls import CHECKS as DELIVERY
from siegelpost.evidence.controls import CHECKS as EVIDENCE
from siegelpost.feedback.controls import CHECKS as FEEDBACK
from siegelpost.flows.controls.access import CHECKS as ACCESS
from siegelpost.flows.controls.apart import CHECKS as APART
from siegelpost.flows.controls.approved import CHECKS as APPROVED
from siegelpost.flows.controls.clock import CHECKS as CLOCK
from siegelpost.flows.controls.departed import CHECKS as DEPARTED
from siegelpost.flows.controls.disclosed import CHECKS as DISCLOSED
from siegelpost.flows.controls.forbidden import CHECKS as FORBIDDEN
from siegelpost.flows.controls.handed_over import CHECKS as HANDED_OVER
from siegelpost.flows.controls.inputs import CHECKS as INPUTS
from siegelpost.flows.controls.leaving import CHECKS as LEAVING
from siegelpost.flows.controls.listed import CHECKS as LISTED
from siegelpost.flows.controls.log import CHECKS as LOG
from siegelpost.flows.controls.measuring import CHECKS as MEASURING
from siegelpost.flows.controls.objectives import CHECKS as OBJECTIVES
from siegelpost.flows.controls.operator_access import CHECKS as OPERATOR_ACCESS
from siegelpost.flows.controls.ports import CHECKS as PORTS
from siegelpost.flows.controls.private import CHECKS as PRIVATE
from siegelpost.flows.controls.release import CHECKS as RELEASE
from siegelpost.flows.controls.rights import CHECKS as RIGHTS
from siegelpost.flows.controls.roll_up import CHECKS as ROLL_UP
from siegelpost.flows.controls.scanned import CHECKS as SCANNED
from siegelpost.flows.controls.senders import CHECKS as SENDERS
from siegelpost.flows.controls.singly import CHECKS as SINGLY
from siegelpost.flows.controls.transport import CHECKS as TRANSPORT
from siegelpost.flows.controls.written import CHECKS as WRITTEN
from siegelpost.governance.handover.controls import CHECKS as HAND_OVER
from siegelpost.tenancy.controls import CHECKS as TENANCY

CHECKS: Final[tuple[Check, ...]] = (
    *TENANCY, *ACCOUNTS, *LEAVERS, *APPROVED,
    *EVIDENCE, *CONSENT, *SINGLY, *DELIVERY, *FEEDBACK, *TRANSPORT, *LOG, *ACCESS, *INPUTS, *CLOCK, *LEAVING, *SENDERS, *RIGHTS,
    *FORBIDDEN, *OPERATOR_ACCESS, *MEASURING, *LISTED,
    *DISCLOSED,
    *HAND_OVER, *HANDED_OVER, *ROLL_UP, *APART, *RELEASE, *PORTS, *SCANNED, *OBJECTIVES, *DEPARTED, *PRIVATE, *WRITTEN,
)  # fmt: skip


def once_for_all(checks: tuple[Check, ...] = CHECKS) -> list[Check]:
    """Those of the installation."""
    return [one for one in checks if one.scope == INSTALLATION]


def for_each_tenant(checks: tuple[Check, ...] = CHECKS) -> list[Check]:
    """Those of a tenant."""
    return [one for one in checks if one.scope != INSTALLATION]
