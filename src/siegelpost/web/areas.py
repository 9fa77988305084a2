"""The catalogue of routes: what the access log calls each part of the pages, and which right each page asks for.

A route under `see` and under another action is looked at with the one right and sent with the other; any other route asks for
its one right, however it is called. A route that stands nowhere is answered with an error.
"""

from dataclasses import dataclass
from typing import Final

from siegelpost.accounts.catalogue import APPROVE, CREATE, DELETE, EDIT, EXPORT, SEE

VERSION: Final = 18
"""Goes up whenever an area comes, goes or takes in other routes: the log of a day means the areas of that day."""
ENTRY: Final = "entry"
"""Login and logout."""
AREAS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "overview": {SEE: ("dashboard", "dashboard_running")},
    "lists": {
        SEE: ("lists", "list", "segments"),
        CREATE: ("list_new", "folder_new", "segment_new"),
        EDIT: ("list_edit", "folder", "folder_delete", "segment", "segment_delete"),  # with a folder or a segment goes nothing
        DELETE: ("list_delete",),
    },
    "subscribers": {
        SEE: ("subscribers", "subscriber", "mailing_recipients"),
        CREATE: ("subscriber_new",),
        EDIT: ("subscribers_bulk", "subscriber_save", "subscriber_unsubscribe", "subscriber_blacklist", "subscriber_lift"),
        DELETE: ("subscriber_erase",),
        EXPORT: ("list_export", "mailing_recipients_file", "subscriber_disclosures", "subscriber_consent"),
    },
    "fields": {SEE: ("fields",), CREATE: ("field_new",), EDIT: ("field",)},
    "imports": {
        SEE: ("imports", "import", "import_progress", "import_proof"),
        CREATE: (
            "import_proof",
            "import_proof_missing",
            "import_new",
            "import_columns",
            "import_new_field",
            "import_sample",
            "import_discard",
            "import_start",
        ),
        EXPORT: ("import_refused",),
    },
    "forms": {
        SEE: ("signup_forms", "signup_form", "signup_form_preview", "dialogs", "dialog", "dialog_document"),
        CREATE: ("signup_form_new", "dialog_new"),
        EDIT: ("signup_form_edit", "dialog_edit", "dialog_switch", "dialog_test"),
    },
    "suppression": {
        SEE: ("suppression", "suppression_look_up", "suppression_lists", "opt_outs"),
        CREATE: ("suppression_add", "suppression_pattern_add", "suppression_lists", "objections"),
        EDIT: ("opt_out_set_ups", "opt_out_set_up", "opt_out_set_up_new", "opt_out_days"),
        DELETE: ("suppression_lift", "suppression_pattern_remove"),
        EXPORT: ("opt_outs_file",),
    },
    "returned_mail": {SEE: ("bounces", "bounce"), EDIT: ("bounce_reactivate",)},
    "replies": {SEE: ("replies", "reply"), EDIT: ("reply_correct",)},
    "mailings": {
        SEE: ("mailings", "renewals", "mailing", "mailing_preview", "mailing_document"),
        CREATE: ("mailing_new", "renewal_new", "mailing_new_in", "mailing_copy"),
        EDIT: ("mailing_edit", "mailing_plain_text", "mailing_test", "mailing_spam"),
    },
    "sending": {
        SEE: ("mailing_progress", "mailing_now"),
        EDIT: ("mailing_draft_again", "mailing_pause", "mailing_resume", "mailing_cancel", "mailing_give_up"),
        APPROVE: ("mailing_send", "mailing_count", "mailing_go_on", "mailing_again"),
    },
    "reports": {SEE: ("report",), EXPORT: ("report_csv", "subscriber_measured")},
    "senders": {
        SEE: ("senders", "sender_domain"),
        CREATE: ("sender_new",),
        EDIT: ("sender_check", "sender_rotate"),
        APPROVE: ("sender_permit", "sender_withdraw", "sender_switch"),
    },
    "settings": {
        EDIT: (
            *("settings", "measuring", "public_hosts", "public_host_check", "public_host_use", "public_host_remove", "look"),
            *("public_host_bring", "public_host_take_away"),
            "tenant_end",
        )
    },
    "staff": {
        SEE: ("staff", "colleague", "staff_invited", "leavers", "leaver"),
        CREATE: ("staff_new",),
        EDIT: ("colleague", "staff_link", "entry_rules", "leavers_tasks", "leaver_task"),
        DELETE: ("staff_away", "staff_invited", "off_board", "leaver_stay"),
    },
    "roles": {
        SEE: ("roles", "role", "rights", "review"),
        CREATE: ("role_new",),
        EDIT: ("role",),
        DELETE: ("role_delete",),
        APPROVE: ("review_begin", "review_confirm", "review_close"),
        EXPORT: ("rights_file", "rights_document"),
    },
    "tokens": {SEE: ("tokens",), CREATE: ("token_new",), DELETE: ("token_revoke",)},
    "approvals": {
        SEE: ("approvals", "approval"),
        CREATE: ("approval_ask", "approval_do", "approval_take_back"),
        EDIT: ("approval_rules",),
        APPROVE: ("approval_decide",),
    },
    "evidence": {SEE: ("evidence", "controls", "private"), EXPORT: ("evidence_file",)},
    "input_log": {SEE: ("input_log",), EDIT: ("input_log_switch",), EXPORT: ("input_log_file",)},
    "access_log": {SEE: ("access_log", "access_request"), CREATE: ("access_ask",), APPROVE: ("access_answer",)},
    "disclosures": {SEE: ("disclosures",), CREATE: ("disclosure_new",), EXPORT: ("disclosures_file",)},
    "hand_overs": {
        SEE: ("hand_overs", "hand_over"),
        CREATE: ("hand_over_new", "hand_over_scan", "hand_over_encrypt"),
        APPROVE: ("hand_over_deviations", "hand_over_unscanned"),
        EXPORT: ("hand_over_take", "hand_over_mail", "hand_over_password"),
    },
    "erasures": {SEE: ("erasures", "erasure")},
    "instructions": {SEE: ("instructions", "instruction", "instruction_document"), CREATE: ("instruction_new",), EDIT: ("instruction",)},
    "operator_access": {SEE: ("operator_access",), APPROVE: ("operator_let_in", "operator_shut_out")},
    "sub_accounts": {
        SEE: ("sub_accounts", "sub_account"),
        CREATE: ("sub_account_new", "sub_account_administrator"),
        EDIT: ("sub_account_last_day",),
        DELETE: ("sub_account_end",),
    },
    "sharing": {SEE: ("sharing",), CREATE: ("share_down",), EDIT: ("substitute_set",)},
}
"""Area -> action -> names of its routes."""
AREA_OF: Final = {route: area for area, actions in AREAS.items() for routes in actions.values() for route in routes}


@dataclass(frozen=True, slots=True)
class Asks:
    """The rights that a route asks for: to be looked at, and to be sent to."""

    look: str
    change: str


def _asks(route: str) -> Asks:
    area = AREA_OF[route]
    actions = [action for action, routes in AREAS[area].items() if route in routes]
    return Asks(f"{area}.{actions[0]}", f"{area}.{actions[-1]}")


ASKS: Final = {route: _asks(route) for route in AREA_OF}
"""Route -> rights; SEE comes first in each area."""
