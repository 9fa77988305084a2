"""The encrypted file of a hand-over, whatever its format."""

from siegelpost.governance.handover.age_lock import encrypted_age
from siegelpost.governance.handover.errors import FormatUnusable
from siegelpost.governance.handover.pdf_lock import encrypted_pdf
from siegelpost.governance.handover.rules import AGE, PDF, ZIP
from siegelpost.governance.handover.zip_lock import encrypted_zip, inner_archive


def encrypted(form: str, name: str, data: bytes, password: str) -> bytes:
    """Encrypt a file; its name is readable only for whoever has the password. Raises FormatUnusable."""
    if form == ZIP:
        return encrypted_zip(name, data, password)
    if form == AGE:
        return encrypted_age(inner_archive(name, data), password)
    if form == PDF:
        return encrypted_pdf(data, password)
    raise FormatUnusable(format=form)
