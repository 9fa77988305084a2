"""ZIP with AES-256. The only file that knows pyzipper."""

import io
import zipfile
from typing import Final

import pyzipper

INNER: Final = "data.zip"
AE_2: Final = 2


def inner_archive(name: str, data: bytes) -> bytes:
    """A plain archive with the file under its own name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def encrypted_zip(name: str, data: bytes, password: str) -> bytes:
    """An archive with one archive, "data.zip", in it: names in a ZIP are not encrypted, so no telling one stands there.

    AE-2, which keeps no checksum of the clear text (WinZip AES encryption specification, section III.A).
    """
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_STORED) as archive:
        archive.setpassword(password.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256, force_wz_aes_version=AE_2)
        archive.writestr(INNER, inner_archive(name, data))
    return out.getvalue()
