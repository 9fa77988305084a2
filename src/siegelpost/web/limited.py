"""Which pages are open to somebody with limits, and what of the tenant each of them gets to see.

A page that stands in none of these heaps knows nothing of limits, and is closed to whoever has some: a new page is closed until
somebody has thought of it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from siegelpost.accounts.limits import Limits
from siegelpost.audience.scoping import scope_of
from siegelpost.mailings.reads import lists_of
from siegelpost.tenancy.handle import TenantDB

PLAIN: Final = frozenset((
    *("staff", "colleague", "staff_new", "staff_invited", "staff_link", "staff_away"),
    *("review", "review_begin", "review_confirm", "review_close"),
    *("tokens", "token_new", "token_revoke", "settings"),
    *("senders", "sender_domain", "sender_new", "sender_check", "sender_rotate", "sender_permit", "sender_withdraw", "sender_switch"),
    *("dialogs", "dialog", "dialog_document", "dialog_new", "dialog_edit", "dialog_switch", "dialog_test"),
))  # fmt: skip
"""Nobody's data, and nothing about a list: the whole tenant."""
NARROWED: Final = frozenset((
    *("roles", "role_new", "role", "role_delete", "rights", "rights_file", "rights_document"),
    *("dashboard", "dashboard_running"),
    *("lists", "list", "list_new", "list_edit", "list_export"),
    *("subscribers", "subscriber", "subscriber_new", "subscriber_save", "subscriber_unsubscribe", "subscribers_bulk"),
    "subscriber_consent",
    *("mailings", "mailing_new", "mailing_new_in", "mailing_edit", "mailing_plain_text"),
    *("mailing_preview", "mailing_document", "mailing_test"),
    *("signup_forms", "signup_form", "signup_form_preview", "signup_form_new", "signup_form_edit"),
    *("imports", "import", "import_progress", "import_new", "import_columns", "import_new_field", "import_sample", "import_discard"),
    *("import_start", "fields", "field", "field_new", "bounces", "bounce"),
))  # fmt: skip
"""All that these pages read, they read within the limits."""
OF_ONE_MAILING: Final = frozenset((
    *("mailing", "mailing_copy", "mailing_spam", "mailing_send", "mailing_count", "mailing_go_on", "mailing_draft_again"),
    *("mailing_progress", "mailing_now", "mailing_pause", "mailing_resume", "mailing_cancel", "mailing_give_up", "mailing_again"),
    *("report", "report_csv"),
))  # fmt: skip
"""About the mailing in the address alone, in figures: once that lies within the limits, the whole tenant."""
RECIPIENTS: Final = frozenset(("mailing_recipients", "mailing_recipients_file"))
"""The people of one mailing that lies within the limits, without what is hidden of them."""
IN_FULL: Final = frozenset(("import_refused", "replies", "reply"))
"""Files of others, and what people wrote: within the lists, for whoever sees all of a person."""
OPEN: Final = PLAIN | NARROWED | OF_ONE_MAILING | RECIPIENTS


def lets_in(route: str, limits: Limits) -> bool:
    """Whether somebody whose right has these limits may come to a page."""
    return limits.none or route in OPEN or (route in IN_FULL and not limits.hidden)


def shown_to(tenant: TenantDB, limits: Limits, route: str, parts: Mapping[str, Any], actor: str) -> TenantDB:
    """The tenant as a page gets it. Raises MailingUnknown where its address is about a mailing beyond the limits.

    parts  what stands in the address: numbers by their names
    actor  who looks, as the log names them
    """
    if limits.none or route in PLAIN:
        return tenant
    scope = scope_of(tenant, limits, actor)
    narrow = tenant.within(scope)
    if route in OF_ONE_MAILING | RECIPIENTS:
        lists_of(narrow, parts["mailing_id"])
        return tenant if route in OF_ONE_MAILING else tenant.within(replace(scope, lists=None, folders=None))
    return narrow
