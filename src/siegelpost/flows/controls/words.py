"""Words for states of controls and for what checks found, to be translated."""

from collections.abc import Mapping
from typing import Any, Final

from siegelpost.base.controls import AMBER, DECLARED, EVIDENCED, GREEN, RED, TESTED
from siegelpost.base.i18n import current_language, translate
from siegelpost.base.i18n import marked as _
from siegelpost.flows.controls.judge import FAULT, HUNG
from siegelpost.flows.csa import WORDS as CRITERIA
from siegelpost.governance.rules import EXPIRED, NOT_SET_UP

STATES: Final = {
    GREEN: _("kept"),
    AMBER: _("needs attention"),
    RED: _("not kept"),
    EXPIRED: _("result too old"),
    NOT_SET_UP: _("not set up"),
}
BASES: Final = {TESTED: _("tested by the system"), EVIDENCED: _("evidenced by records"), DECLARED: _("declared by a person")}
SECTIONS: Final = {
    "0": _("The document of measures"),
    "1.1": _("Entry to rooms"),
    "1.2": _("Entry to systems"),
    "1.3": _("Access to data"),
    "1.4": _("Separation"),
    "1.5": _("Pseudonymisation"),
    "2.1": _("Transfer"),
    "2.2": _("Input"),
    "3": _("Availability and resilience"),
    "4.1": _("Management of data protection"),
    "4.2": _("Response to incidents"),
    "4.3": _("Defaults that protect privacy"),
    "4.4": _("Processing on behalf"),
}
FACTS: Final = {
    FAULT: _("The check failed"),
    "seconds": _("Seconds"),
    "accounts": _("People who may log in"),
    "second_factor_required": _("Of these must have a second factor"),
    "second_factor_missing": _("Without the second factor that they must have"),
    "passwords": _("Passwords"),
    "passwords_under_older_rule": _("Passwords judged by an older rule"),
    "passwords_too_short": _("Passwords too short without a second factor"),
    "rule": _("Version of the rule"),
    "idle_minutes": _("Minutes without a sign of life until a session locks"),
    "session_hours": _("Hours until a session ends"),
    "fresh_minutes": _("Minutes for which a password that was shown is enough for what is sensitive"),
    "tenants_longer": _("Tenants with a longer time"),
    "tenants_shorter": _("Tenants with a shorter time"),
    "tenant": _("Tenant"),
    "platform_admins": _("People who run the installation"),
    "days_since_review": _("Days since all roles were looked through"),
    "self_grants": _("Rights that somebody gave themselves"),
    "people_unexplained": _("People whose roles the log does not tell"),
    "roles_unexplained": _("Roles whose rights the log does not tell"),
    "files": _("Files"),
    "open_to_others": _("Files that others can read"),
    "shared_keys": _("Tenants with the key of another"),
    "environment": _("Environment"),
    "environment_forged": _("The word of the home folder was changed by hand"),
    "environments_other": _("Of home folder, key and log name the other environment"),
    "environments_silent": _("Of home folder, key and log name none"),
    "relays_beyond": _("Relays beyond this machine"),
    "people_looked_at": _("People looked at"),
    "real_addresses": _("Real addresses"),
    "own_database": _("Own database"),
    "others_reachable": _("Databases of others within reach"),
    "unstamped": _("The newest checkpoint has no time stamp"),
    "changeable_tables": _("Tables of the log that can be changed"),
    "entries": _("Signed entries"),
    "faults": _("Entries and checkpoints that do not fit"),
    "unbroken": _("The log goes on from its last checkpoint"),
    "changed_batches": _("Parts of the access log that were changed"),
    "marked": _("Hourly entry found"),
    "oldest_days": _("Oldest entry, in days"),
    "lost_early": _("Entries whose content went too early"),
    "oldest_key_days": _("Oldest key of the access log, in days"),
    "without_key": _("Entries whose key is missing"),
    "input_log_on": _("The input log is on"),
    "missing_triggers": _("Triggers that are missing"),
    "input_differences": _("Differences between both sources"),
    "compared_late": _("Both sources were compared too long ago"),
    "clock_kept": _("Clock kept in step with others"),
    "clock_off_ms": _("Off by at most, in milliseconds"),
    "oldest_input_days": _("Oldest entry of the input log, in days"),
    "input_entries": _("Entries of the input log"),
    "nameless": _("Entries without the number of a record"),
    "speaking": _("Entries with an address"),
    "odd_kinds": _("Entries of no known kind"),
    "ahead": _("Entries ahead of time"),
    "backwards": _("Entries before the one before them"),
    "by_nobody": _("Entries of which nobody is known to have acted"),
    "parts_not_kept": _("Controls of it that are not kept"),
    "parts_unsure": _("Controls of it that need attention or were not looked at lately"),
    "logs_read": _("How often somebody read a log"),
    "altered_parts": _("Parts of the input log that were changed after they were compared"),
    "without_instruction": _("On without a valid instruction"),
    "switched_past": _("Switched past the system"),
    "register_entries": _("Entries of the disclosure register"),
    "acts_without_entry": _("Exports that are not in the register"),
    "entries_gone": _("Entries that are missing in the register"),
    "entries_without_act": _("Entries that no act made"),
    "entries_changed": _("Entries that were changed"),
    "entries_unmarked": _("Entries that no longer say whose data it was"),
    "mailings_without_entry": _("Mailings that sent more than the register has"),
    "entries_late": _("Mailings that are entered too late"),
    "files_out": _("Files that left within eight days"),
    "bytes_out": _("Bytes of these"),
    "files_unregistered": _("Files that left without an entry"),
    "bytes_unregistered": _("Bytes that left beyond the entries"),
    "waits_to_be_signed": _("Entries wait too long to be signed"),
    "witnessed": _("Witnessed within two days"),
    "operator_faults": _("Entries and checkpoints of the operator that do not fit"),
    "operator_changed_batches": _("Parts of the operator's access log that were changed"),
    "operator_without_key": _("Entries of the operator's access log whose key is missing"),
    "operator_oldest_days": _("Oldest entry of the operator's access log, in days"),
    "operator_oldest_key_days": _("Oldest key of the operator's access log, in days"),
    "operator_lost_early": _("Entries of the operator's access log whose content went too early"),
    "operator_marked": _("Hourly entry of the operator found"),
    "operator_entries": _("Signed entries of the operator"),
    "operator_unbroken": _("The operator's log goes on from its last checkpoint"),
    "operator_waits": _("Entries of the operator wait too long to be signed"),
    "waiting": _("Unconfirmed sign-ups"),
    "overdue": _("Kept for too long"),
    "readable_by_sending": _("Within reach of sending"),
    "measured_anonymously": _("Mailings measured anonymously"),
    "not_measured": _("Mailings that are not measured"),
    "measured_otherwise": _("Mailings measured otherwise"),
    "mailings": _("Mailings"),
    "broken_mailings": _("Mailings whose figures do not add up"),
    "late_leases": _("Claims that nobody has settled"),
    "texts": _("Texts of returned mail"),
    "overdue_texts": _("Texts kept for too long"),
    "overdue_answers": _("Answers kept for too long"),
    "originals": _("Posts of providers that wait"),
    "overdue_originals": _("Originals kept for too long"),
    "in_clear": _("Addresses without encryption"),
    "certificates": _("Certificates that browsers refuse, or that were not seen"),
    "https": _("Addresses with https"),
    "days_left": _("Days until a certificate ends"),
    "not_seen": _("Certificates nobody has seen lately"),
    "tls_demanded": _("TLS is demanded"),
    "relays": _("Relays, by TLS"),
    "left": _("People who left within two days"),
    "sent_after_leaving": _("Messages after leaving"),
    "hand_overs": _("Hand-overs"),
    "differing": _("Hand-overs that differ from the log"),
    "held_uploads": _("Uploads that are held"),
    "unscanned_allowed": _("Uploads may go unscanned"),
    "left_files": _("Files that were handed over"),
    "left_by_deviation": _("Of these without encryption, by instruction"),
    "left_in_clear": _("Files that left too weakly protected"),
    "paths_recorded": _("Passwords whose path is recorded"),
    "paths_late": _("Passwords without a path for more than a day"),
    "paths_forbidden": _("Passwords on a forbidden path"),
    "deviations": _("Deviations that hold now"),
    "deviations_unfounded": _("Deviations without ground, or used after their end"),
    "overdue_files": _("Files that should be destroyed by now"),
    "files_in_clear": _("Files that are not encrypted or not private"),
    "verdict": _("Verdict"),
    "not_kept": _("Criteria not kept"),
    "to_be_judged": _("For a person to judge"),
}
"""Key of evidence -> what it is; a test holds it against all that checks say."""
VALUES: Final = {
    **CRITERIA,
    HUNG: _("It did not end in time."),
    "past": _("changes past the system"),
    "changed": _("changed afterwards"),
    "unnamed": _("nobody named"),
    "triggers": _("triggers missing"),
    "switched": _("switched past the system"),
    "people": _("people without an entry"),
    "required": _("verified TLS"),
    "opportunistic": _("TLS where it can be had"),
    "off": _("in clear"),
    "local": _("in clear on this machine"),
}
YES_NO: Final = {True: _("yes"), False: _("no")}


def found(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was found, line by line, in the reader's language: what it is, and how it is."""
    return [(translate(FACTS.get(key, key)), _said(value)) for key, value in evidence.items()]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return translate(YES_NO[value])
    if isinstance(value, Mapping):
        return ", ".join(f"{_said(name)}: {_said(one)}" for name, one in value.items()) or "–"
    if isinstance(value, list | tuple):
        return "; ".join(_said(one) for one in value) or "–"
    if isinstance(value, int | float):
        return f"{value:,}".translate(str.maketrans(",.", ".,")) if current_language() == "de" else f"{value:,}"
    return translate(VALUES.get(str(value), str(value)))
