"""The catalogue of areas: what the access log calls each part of the pages. A route without an area is answered with an error."""

from typing import Final

VERSION: Final = 3
"""Goes up whenever an area comes, goes or takes in other routes: the log of a day means the areas of that day."""
ENTRY: Final = "entry"
"""Login and logout."""
AREAS: Final[dict[str, tuple[str, ...]]] = {
    "overview": ("dashboard", "dashboard_running"),
    "lists": ("lists", "list_new", "list", "list_edit", "list_delete", "folder_new", "folder", "folder_delete"),
    "subscribers": (
        *("subscribers", "subscribers_bulk", "subscriber", "subscriber_new", "subscriber_save"),
        *("subscriber_unsubscribe", "subscriber_blacklist", "subscriber_lift"),
    ),
    "fields": ("fields", "field_new", "field"),
    "imports": (
        *("imports", "import", "import_new", "import_columns", "import_new_field", "import_sample", "import_discard"),
        *("import_progress", "import_start", "import_refused"),
    ),
    "forms": ("signup_forms", "signup_form_new", "signup_form", "signup_form_edit", "signup_form_preview"),
    "suppression": (
        *("suppression", "suppression_look_up", "suppression_add", "suppression_lift"),
        *("suppression_pattern_add", "suppression_pattern_remove"),
    ),
    "returned_mail": ("bounces", "bounce", "bounce_reactivate"),
    "replies": ("replies", "reply", "reply_correct"),
    "mailings": (
        *("mailings", "mailing", "mailing_copy", "mailing_new", "mailing_new_in", "mailing_edit", "mailing_plain_text"),
        *("mailing_preview", "mailing_document", "mailing_test", "mailing_spam"),
    ),
    "sending": (
        *("mailing_send", "mailing_count", "mailing_go_on", "mailing_draft_again", "mailing_progress", "mailing_now"),
        *("mailing_pause", "mailing_resume", "mailing_cancel", "mailing_again", "mailing_give_up"),
        *("mailing_recipients", "mailing_recipients_file"),
    ),
    "reports": ("report", "report_csv"),
    "senders": (
        *("senders", "sender_new", "sender_domain", "sender_check", "sender_permit", "sender_withdraw", "sender_rotate", "sender_switch"),
    ),
    "settings": ("settings",),
    "staff": ("staff", "staff_new", "colleague", "staff_link", "staff_away"),
    "evidence": ("evidence", "evidence_file", "controls"),
    "input_log": ("input_log", "input_log_switch", "input_log_file"),
    "access_log": ("access_log", "access_ask", "access_request", "access_answer"),
    "disclosures": ("disclosures", "disclosures_file", "subscriber_disclosures"),
    "hand_overs": (
        *("hand_overs", "hand_over_new", "hand_over", "hand_over_scan", "hand_over_encrypt", "hand_over_take", "hand_over_mail"),
        *("hand_over_password", "hand_over_deviations", "hand_over_unscanned"),
    ),
    "instructions": ("instructions", "instruction_new", "instruction", "instruction_document"),
}
"""Area -> names of its routes."""
AREA_OF: Final = {route: area for area, routes in AREAS.items() for route in routes}
