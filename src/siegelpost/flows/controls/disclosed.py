"""Check of the disclosure register: nothing went out that it does not have, and it says what was written."""

from datetime import UTC, datetime, timedelta
from typing import Final

from siegelpost.base.controls import EVIDENCED, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.delivery import passed
from siegelpost.delivery.reads import counts
from siegelpost.evidence import export
from siegelpost.evidence.reads import since
from siegelpost.flows import (
    access_log,
    consent_file,
    disclosed,
    export_list,
    export_tenant,
    input_log,
    notice_rounds,
    opt_out_file,
    read_people,
    recipients,
    record_disclosure,
    refused_rows,
    relayed,
    tell_person,
    test_mail,
)
from siegelpost.governance.disclosures.handed_out import balance
from siegelpost.governance.disclosures.standing import begins_after, messages, numbers, standing
from siegelpost.governance.handover.rules import TAKING_ACTS
from siegelpost.mailings.reads import in_state
from siegelpost.mailings.state import CANCELLED, FINISHED, PREPARING
from siegelpost.tenancy.handle import TenantDB

GIVES_OUT: Final = (
    export_list.ACT, export_tenant.ACT, consent_file.ACT,
    recipients.ACT, refused_rows.ACT, export.EXPORTED, input_log.EXPORTED, access_log.EXPORTED, disclosed.EXPORTED,
    read_people.ACT, tell_person.ACT, test_mail.ACT, record_disclosure.ACT, opt_out_file.ACT, notice_rounds.ACT, *TAKING_ACTS,
)  # fmt: skip
"""Acts by which a file or a person's values leave; the guard of the routes and commands knows no others."""
LATE: Final = timedelta(days=2)
"""What is sent is entered once a day, or when the mailing ends."""


@check(
    "2.1-01",
    _(
        "Each act of the log by which data left has its entry in the register, and the other way round; no entry was changed; and the "
        "register has as many messages for each mailing that has ended as were sent. Within eight days no page, no command and no "
        "answer to a program gave out more files, answers or people than it has, nor more bytes, where their number was known before. "
        "Bytes on the network are not counted."
    ),
    every=timedelta(days=1),
    limit=300,
    scope=TENANT,
    whole=False,
    basis=EVIDENCED,
)
def has_everything(tenant: TenantDB, around: Around) -> Finding:
    """Compares register, log of acts, counters of sending, and what the doors counted."""
    known, after = numbers(tenant), begins_after(tenant)
    acts = since(tenant, GIVES_OUT, after)
    without = sum(1 for one in acts if _left(one.act, one.details) and one.details.get("disclosure") not in known)
    found = standing(tenant, now=around.now)
    mailings = len(_mailings_without(tenant, after))
    counted = balance(tenant, now=around.now)
    late = sum(around.now - datetime.fromtimestamp(one.since, UTC) > LATE for one in passed.waiting(tenant))
    red = (
        without
        or found.gone
        or found.forged
        or found.changed
        or found.unmarked
        or mailings
        or late
        or counted.unknown
        or counted.more
        or counted.others
    )
    return finding(
        red=red, register_entries=len(known), acts_without_entry=without, entries_gone=found.gone, entries_without_act=found.forged,
        entries_changed=found.changed, entries_unmarked=found.unmarked, mailings_without_entry=mailings, entries_late=late,
        files_out=counted.left.files, bytes_out=counted.left.size, files_unregistered=counted.unknown, bytes_unregistered=counted.more,
        people_answered=counted.left.people, people_unregistered=counted.others,
    )  # fmt: skip


def _left(act: str, details: dict[str, object]) -> bool:
    """A test with samples shows nobody's data."""
    return act != test_mail.ACT or bool(details.get("like"))


def _mailings_without(tenant: TenantDB, after: int) -> list[int]:
    """Mailings that began after the register, have ended, and sent more than it has."""
    begun = {one.subject for one in since(tenant, (f"mailing.{PREPARING}",), after)}
    entered = messages(tenant, relayed.ACT)
    ended = [one for one in in_state(tenant, FINISHED, CANCELLED) if f"mailing:{one}" in begun]
    return [one for one in ended if counts(tenant, one)["sent"] > entered.get(f"mailing:{one}", 0)]


CHECKS = (has_everything,)
