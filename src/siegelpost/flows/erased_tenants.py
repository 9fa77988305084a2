"""Certificates of tenants that were erased: to list, to show, and as a document to print."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.whole_file import whole_file
from siegelpost.evidence.export import prove
from siegelpost.evidence.proof_file import SUFFIX as PROOF
from siegelpost.evidence.reads import about
from siegelpost.flows.erase_tenant import ERASED
from siegelpost.governance.departure.errors import ExportUnusable
from siegelpost.render.pdf import as_pdf
from siegelpost.tenancy import departing
from siegelpost.tenancy.departing import Case
from siegelpost.tenancy.errors import TenantUnknown
from siegelpost.tenancy.installation import operator_db

TITLE: Final = _("Certificate of the erasure of a tenant")


def erased() -> list[Case]:
    """All that were erased or are at it, the newest first."""
    return departing.cases()


def certificate_of(number: int) -> dict[str, Any]:
    """By the number that the tenant had. Raises TenantUnknown, also before it is done."""
    found = departing.case(number).certificate
    if found is None:
        raise TenantUnknown
    return found


def proof_of(number: int, *, now: datetime) -> str:
    """That the certificate is in the operator's log, under a checkpoint of now: a text that proves itself. Raises LogBroken."""
    entry = about(operator_db(), [f"tenant:{number}"], acts=[ERASED])[0]
    return prove(operator_db(), entry.id, now=now)


def write_certificate(number: int, path: Path, *, language: str, now: datetime) -> None:
    """Write it as PDF/A, with the whole proof beside it. Raises TenantUnknown, ExportUnusable."""
    made = certificate_pdf(number, language=language, now=now)
    try:
        with whole_file(path) as file, whole_file(path.with_name(path.name + PROOF)) as proof:
            file.write(made)
            proof.write(proof_of(number, now=now).encode())
    except OSError as reason:
        raise ExportUnusable(why=reason.strerror or path.name) from reason


def certificate_pdf(number: int, *, language: str, now: datetime) -> bytes:
    """The document: what the certificate says, who asked and who agreed by name, and the proof. Raises TenantUnknown."""
    case = departing.case(number)
    found = certificate_of(number)

    def say(text: str) -> str:
        return translate(text, language)

    done = datetime.fromisoformat(found["done_at"]).astimezone(UTC)
    return as_pdf(
        "tenant-erased",
        {
            "title": say(TITLE),
            "language": language,
            "made": [done.year, done.month, done.day],
            "page": say(_("Page {} of {}")),
            "facts": _facts(case, found, say),
            "stores": {
                "head": [say(_("Store")), say(_("Found")), say(_("Removed"))],
                "rows": [[say(one["name"]), str(one["found"]), str(one["removed"])] for one in found["stores"]],
            },
            "tables": {
                "head": [say(_("Table")), say(_("Rows"))],
                "rows": [[label, str(n)] for label, n in found["tables"].items() if n],
            },
            "parts": [
                {"head": say(_("What stays, and why")), "lines": [say(one["why"]) for one in found["kept"]]},
                {"head": say(_("Where it does not reach")), "lines": [_reach(one, say) for one in found["not_reached"]]},
            ],
            "proof": {"head": say(_("Proof in the operator's log")), "text": _printed(proof_of(number, now=now))},
        },
    )


def _printed(proof: str) -> str:
    """Without the entry itself: a line of some thousand characters that stands in the file beside."""
    return "\n".join(line for line in proof.splitlines() if not line.startswith("extra "))


def _facts(case: Case, found: Mapping[str, Any], say: Any) -> list[list[str]]:
    asked, agreed = (_named(case, found["approval"][key]) for key in ("asked_by", "agreed_by"))
    search = say(_("{files} files, {bytes} bytes for {looked_for} addresses: found nothing")).format(**found["search"])
    return [
        [say(_("Tenant")), f"{found['name']} ({found['tenant']}, {found['number']})"],
        [say(_("Asked by")), f"{asked}: {found['approval']['reason']}"],
        [say(_("Agreed by")), agreed],
        [say(_("Begun")), _moment(found["begun_at"])],
        [say(_("Done")), _moment(found["done_at"])],
        [say(_("Export")), found["export"]["hash"] or found["export"]["waived"]],
        [say(_("Keys")), say(_("destroyed, as the last step"))],
        [say(_("Searched afterwards")), search],
    ]


def _named(case: Case, number: int | None) -> str:
    return str(case.facts["names"].get(str(number)) or number or "?")


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _reach(one: Mapping[str, Any], say: Any) -> str:
    return f"{say(one['why'])} {say(_('Ends at the latest'))} {_moment(one['until'])}." if one["until"] else say(one["why"])
