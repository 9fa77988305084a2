"""What an export of a tenant holds: every table, but for those that stand elsewhere in it, and every field, but for secrets. Pure.

A guard holds this against all tables and all declarations of personal data: one that is forgotten fails it.
"""

from collections.abc import Mapping
from typing import Final

ELSEWHERE: Final[Mapping[str, str]] = {
    "evidence.Entry": "evidence/log.jsonl",
    "evidence.Leaf": "evidence/log.jsonl",
    "evidence.Checkpoint": "evidence/log.jsonl",
    "evidence.Stamp": "evidence/log.jsonl",
    "evidence.AccessEntry": "evidence/access.csv",
}
"""Table -> the member in which it stands, in a form that can be read or proven without us."""

_MAC: Final = "proves something with a key that stays here, and says nothing without it"
_SECRET: Final = "a secret that opens or signs something here; a new system makes its own"  # noqa: S105
WITHHELD: Final[Mapping[tuple[str, str], str]] = {
    ("mailings.SenderDomain", "rsa_key"): _SECRET,
    ("mailings.SenderDomain", "ed_key"): _SECRET,
    ("mailings.IdleKeys", "rsa_key"): _SECRET,
    ("mailings.IdleKeys", "ed_key"): _SECRET,
    ("evidence.InputNote", "seal"): _MAC,
    ("handover.Encryption", "password_digest"): _MAC,
    ("erasure.Erasure", "sealed"): "whom an erasure is about that is not done yet; empty afterwards",
    ("tenancy.Tenant", "wrapped_key"): _SECRET,
    ("tenancy.Tenant", "credentials"): _SECRET,
    ("tenancy.HostKey", "sealed"): _SECRET,
    ("accounts.Token", "digest"): _SECRET,
    ("accounts.Invitation", "digest"): _SECRET,
    ("accounts.Person", "password"): _SECRET,
    ("hooks.Hook", "digest"): _SECRET,
    ("hooks.Hook", "sealed"): _SECRET,
}
"""Field -> why it stays here."""

SEALED: Final = frozenset((
    ("erasure.Kept", "sealed"),
    ("feedback.ReturnedText", "sealed"),
    ("feedback.Reply", "sealed"),
    ("delivery.Attachment", "sealed"),
))  # fmt: skip
"""Fields that lie encrypted with the tenant's file key, and go out in clear."""

OF_OTHERS: Final[Mapping[str, Mapping[str, str]]] = {"consent.Suppression": {"kind": "parent"}}
"""Table -> rows in it that are another controller's: what the account above keeps on its blacklist (0061)."""

CONTROL: Final[Mapping[str, str]] = {
    "tenancy.Tenant": "number",
    "tenancy.Route": "tenant_number",
    "tenancy.PublicHost": "tenant_number",
    "tenancy.HostKey": "host__tenant_number",
    "tenancy.Look": "tenant_number",
    "tenancy.Admission": "tenant_number",
    "tenancy.OperatorVisit": "tenant_number",
    "accounts.Role": "tenant_number",
    "accounts.Seat": "tenant_number",
    "accounts.Person": "seats__tenant_number",
    "accounts.EntryRule": "tenant_number",
    "accounts.Invitation": "tenant_number",
    "accounts.Token": "tenant_number",
    "accounts.Leaving": "tenant_number",
    "accounts.LeavingTask": "leaving__tenant_number",
    "accounts.LeavingPlan": "tenant_number",
    "hooks.Hook": "tenant_number",
}
"""Table of the operator's database -> what leads from its rows to the tenant's number."""

NOT_OF_A_TENANT: Final[Mapping[str, str]] = {
    "tenancy.Announced": "how far its blacklist is, as a number",
    "hooks.Post": "what a provider posted and nobody worked off; afterwards a mark without content",
}
"""Tables of the operator's database that lead to a tenant, and hold nothing to hand out."""


def member_of(label: str, place: str) -> str:
    """Name of a table's member.

    place  "tables", "sign-ups" or "operator"
    """
    return f"{place}/{label}.jsonl"
