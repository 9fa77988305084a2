"""What the checks found, for people: what blocks, what had better be mended, and where."""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from siegelpost.base.i18n import marked, translate
from siegelpost.base.settings import process_settings
from siegelpost.flows.check_mailing import check_mailing
from siegelpost.render.checks import BLOCK, Finding
from siegelpost.tenancy.handle import TenantDB

_LINE: Final = re.compile(r"(?P<part>mjml|html|md|txt|text) line (?P<line>\d+)\Z")
PLACES: Final = {
    "subject": marked("Subject"),
    "preheader": marked("Preheader"),
    "sender": marked("Sender"),
    "lists": marked("Lists"),
    "imprint": marked("Imprint"),
    "text": marked("Plain-text version"),
    "html": marked("Text"),
    "mjml": marked("Text"),
    "md": marked("Text"),
    "txt": marked("Text"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding; `line` is that of the source, 0 where it is about something else."""

    text: str
    place: str
    line: int
    blocks: bool


def findings(tenant: TenantDB, mailing_id: int) -> list[Shown]:
    """Check a mailing; what blocks comes first. Raises MailingUnknown."""
    return [_shown(one) for one in check_mailing(tenant, mailing_id, public_host=process_settings().public_host)]


def _shown(one: Finding) -> Shown:
    blocks = one.level == BLOCK
    found = _LINE.match(one.place)
    if found is None:
        return Shown(one.text(), translate(PLACES.get(one.place, one.place)), 0, blocks)
    line = int(found["line"])
    if found["part"] == "text":
        return Shown(one.text(), _("Plain-text part, line %(line)s") % {"line": line}, 0, blocks)
    return Shown(one.text(), _("Line %(line)s") % {"line": line}, line, blocks)
