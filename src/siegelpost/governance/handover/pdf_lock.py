"""PDF with AES-256. The only file that knows pikepdf."""

import io

import pikepdf

from siegelpost.governance.handover.errors import FormatUnusable


def encrypted_pdf(data: bytes, password: str) -> bytes:
    """The same PDF, readable with the password alone, its title too (ISO 32000-2, revision 6). Raises FormatUnusable."""
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            document.save(out, encryption=pikepdf.Encryption(owner=password, user=password, R=6, aes=True, metadata=True))
    except pikepdf.PdfError as reason:  # its own password included
        raise FormatUnusable(format="pdf") from reason
    return out.getvalue()
