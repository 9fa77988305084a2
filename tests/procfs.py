"""What proc(5) says of a process that goes on meanwhile: what is closed or gone before it is read is not there."""

import os
from pathlib import Path


def open_files(process: int) -> list[str]:
    """What the descriptors of a process lead to."""
    found = []
    for descriptor in _names(f"/proc/{process}/fd"):
        try:
            found.append(os.readlink(f"/proc/{process}/fd/{descriptor}"))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def children_of(process: int) -> list[int]:
    """Process ids of the children of its main thread."""
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def is_gone(process: int) -> bool:
    """Ended, or a zombie that nobody has asked for yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, ProcessLookupError):
        return []
