"""What reading a ZIP raises where it is damaged, cut, locked with a password, or packed in a way that Python does not know."""

import lzma
import zipfile
import zlib
from typing import Final

UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, IndexError, OSError, ValueError)
"""RuntimeError has both the password and the unknown compression (NotImplementedError); IndexError comes of a header that lies."""
