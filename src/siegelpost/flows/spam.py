"""How a mailing would look to a spam filter, before anybody gets it."""

import secrets
from datetime import datetime

from siegelpost.base.i18n import current_language
from siegelpost.base.settings import Settings
from siegelpost.delivery.compose import Composer, Recipient
from siegelpost.flows.launch import freeze
from siegelpost.flows.preview import SAMPLE
from siegelpost.flows.public_address import public_url_of
from siegelpost.flows.samples import values_for
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.services import may_send
from siegelpost.render.spam import SpamScore, spam_score
from siegelpost.tenancy.handle import TenantDB

NOBODY = 0


def spam_score_of(tenant: TenantDB, mailing_id: int, *, settings: Settings, now: datetime) -> SpamScore:
    """What SpamAssassin says about the message that a sample person would get.

    The message is complete but for its signatures, and goes nowhere. Raises MailingUnknown, SourceUnusable, SpamFilterMissing,
    SpamUnknown and as `may_send`.
    """
    facts = mailing(tenant, mailing_id)
    sender = may_send(tenant, facts)
    plan, _measured = freeze(tenant, facts, sender, settings)
    _about, values = values_for(tenant, like="", email=SAMPLE, public_url=public_url_of(tenant, settings), today=now.date())
    one = Recipient(NOBODY, NOBODY, plan.variants[0].id, 0, SAMPLE, values)
    message = Composer(plan, tenant.number, tenant.keys, ()).compose(one, int(now.timestamp()))
    return spam_score(message, language=current_language(), mark=f"points-{secrets.token_hex(8)}")
