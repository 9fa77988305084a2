"""The data folder: where things lie, the master key, and the mark that tells a copy from the original."""

import ctypes
import json
import os
import secrets
import struct
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from siegelpost.base.settings import Settings, process_settings
from siegelpost.tenancy.environment import KINDS, environment_of, need_environment, write_environment
from siegelpost.tenancy.errors import HomeMissing, KeyMissing

MASTER_BYTES = 32
STATX_BYTES, STATX_BTIME, AT_FDCWD = 256, 0x800, -100  # linux/stat.h, linux/fcntl.h
_STATX = getattr(ctypes.CDLL(None), "statx", None)
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Home:
    """Paths inside the data folder."""

    root: Path

    @property
    def journals(self) -> Path:
        """One file per claimed slice of a mailing."""
        return self.root / "journals"

    @property
    def claims(self) -> Path:
        """One small file per tenant: the numbers of the last slices."""
        return self.root / "claims"

    @property
    def spool(self) -> Path:
        """What the public edge counted and nobody added up yet."""
        return self.root / "spool"

    @property
    def mark(self) -> Path:
        """Names this installation and the place where its folder lies."""
        return self.root / "installation.json"

    def tenant(self, slug: str) -> Path:
        """The tenant's own folder."""
        return self.root / "tenants" / slug


def home() -> Home:
    """The data folder of this process."""
    return Home(process_settings().home)


def boot_id() -> str:
    """Names the time since the machine was last started."""
    return BOOT_ID.read_text(encoding="ascii").strip()


def make_home(settings: Settings, installation_id: str) -> bool:
    """Make folders, master key and mark; what exists stays. Returns whether anything was new.

    A new home folder and a new key say of which environment they are. Raises KeyMissing, EnvironmentOther, EnvironmentForged.
    """
    place = Home(settings.home)
    if place.mark.exists() and not settings.master_key_file.exists():
        raise KeyMissing
    for folder in (place.root, place.root / "tenants", place.journals, place.spool, settings.master_key_file.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not settings.master_key_file.exists():
        _write_private(settings.master_key_file, f"{secrets.token_hex(MASTER_BYTES)}\n{settings.environment}\n")
    key, kind = read_key(settings.master_key_file)
    need_environment(settings.environment, kind, environment_of(place.root, key))
    if place.mark.exists():
        return False
    write_environment(place.root, key, settings.environment)
    stamp_home(place, installation_id)
    return True


def stamp_home(place: Home, installation_id: str) -> None:
    """Say that this folder, where it lies now, is the original."""
    place.mark.unlink(missing_ok=True)
    place.mark.touch(mode=0o600)
    place.mark.write_text(json.dumps({"installation": installation_id, "place": place_of_file(place.mark)}), encoding="utf-8")


def is_original(place: Home) -> bool:
    """False for a folder that was copied or put back: its mark is another file than the one that was stamped.

    What a copy says about mail that went out is old news, so running mailings wait for a person there. Raises HomeMissing.
    """
    return bool(place_of(place))


def place_of(place: Home) -> str:
    """What the mark says of the place where the folder lies; "" for a copy. Raises HomeMissing where there is no mark (any more).

    Whoever works for long compares it with what it was: a folder that was put back and stamped since then is another one.
    """
    said = str(read_mark(place).get("place", ""))
    try:
        return said if said == place_of_file(place.mark) else ""
    except OSError as reason:
        raise HomeMissing from reason


def name_of(place: Home) -> str:
    """16 letters that tell this folder from others: from its mark, and so those of the original in a copy. Raises HomeMissing."""
    mark = read_mark(place)
    return blake2b(f"{mark.get('installation')} {mark.get('place')}".encode(), digest_size=8).hexdigest()


def read_mark(place: Home) -> dict[str, str]:
    """`installation` and `place`; raises HomeMissing where `init` was not run."""
    try:
        found: dict[str, str] = json.loads(place.mark.read_text(encoding="utf-8"))
    except (OSError, ValueError) as reason:
        raise HomeMissing from reason
    return found


def place_of_file(path: Path) -> str:
    """Device, inode and time of birth: file systems give the inode of a removed file to the next one."""
    found = path.stat()
    return f"{found.st_dev}:{found.st_ino}:{_born(path)}"


def _born(path: Path) -> str:
    """When the file was made, as statx(2) tells it (no copy can take that over), "" where the file system does not know."""
    found = ctypes.create_string_buffer(STATX_BYTES)
    if _STATX is None or _STATX(AT_FDCWD, os.fsencode(path), 0, STATX_BTIME, found):
        return ""
    known = struct.unpack_from("=I", found, 0)[0] & STATX_BTIME
    seconds, nanoseconds = struct.unpack_from("=qI", found, 80)
    return f"{seconds}.{nanoseconds:09d}" if known else ""


@cache
def master_key() -> bytes:
    """32 bytes from the master key file, after a look at whether home folder and key are of this process's environment.

    Raises KeyMissing where the file is not there or holds anything else, EnvironmentOther, EnvironmentForged.
    """
    settings = process_settings()
    key, kind = read_key(settings.master_key_file)
    need_environment(settings.environment, kind, environment_of(settings.home, key))
    return key


def read_key(path: Path) -> tuple[bytes, str]:
    """The key and the environment it is of, "" for a key of before. Raises KeyMissing."""
    try:
        first, *more = path.read_text(encoding="ascii").split()
        found = bytes.fromhex(first)
    except (OSError, ValueError) as reason:
        raise KeyMissing from reason
    if len(found) != MASTER_BYTES or len(more) > 1 or not KINDS.issuperset(more):
        raise KeyMissing
    return found, "".join(more)


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
