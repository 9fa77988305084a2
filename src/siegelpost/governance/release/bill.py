"""The bill of materials of a release in CycloneDX 1.6, written from the pinned requirements and the lock of the browser's files. Pure."""

import base64
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from siegelpost.governance.release.parts import NPM, PYPI, Part

_PINNED: Final = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_SPACE: Final = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 9562 appendix C: names that are addresses
ECOSYSTEMS: Final = {"pypi": PYPI, "npm": NPM}


class BillDamaged(Exception):
    """What was read is no bill of materials in CycloneDX."""


def bill(version: str, requirements: str, lock: str) -> str:
    """The bill as a text; the same release has the same bill, byte for byte.

    requirements  text of the hashed requirement file
    lock          text of `package-lock.json`; what is needed to build alone is in it, too, for it makes what the browser gets
    """
    libraries = list({one["purl"]: one for one in (*_of_python(requirements), *_of_browser(json.loads(lock)))}.values())
    number = uuid.uuid5(_SPACE, json.dumps([version, libraries], sort_keys=True))
    own = {"type": "application", "bom-ref": "siegelpost", "name": "siegelpost", "version": version}
    found = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {"component": own},
        "components": libraries,
        "dependencies": [{"ref": own["bom-ref"], "dependsOn": [one["bom-ref"] for one in libraries]}],
    }
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


def parts_of(text: str) -> list[Part]:
    """The libraries that a bill names. Raises BillDamaged."""
    try:
        found = json.loads(text)
        if found["bomFormat"] != "CycloneDX":
            raise BillDamaged
        return [Part(_ecosystem(one["purl"]), one["name"], one["version"]) for one in found["components"]]
    except (ValueError, LookupError, TypeError, AttributeError) as reason:
        raise BillDamaged from reason


def _ecosystem(purl: str) -> str:
    return ECOSYSTEMS[purl.removeprefix("pkg:").partition("/")[0]]


def _of_python(requirements: str) -> Iterable[dict[str, Any]]:
    for block in re.split(r"\n(?=[A-Za-z0-9])", requirements):
        if found := _PINNED.match(block):
            hashes = [{"alg": "SHA-256", "content": one} for one in _HASH.findall(block)]
            yield _library(Part(PYPI, found[1], found[2]), hashes)


def _of_browser(lock: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for path, one in sorted(lock.get("packages", {}).items()):
        if path and "version" in one:
            algorithm, _dash, packed = str(one.get("integrity", "")).partition("-")
            hashes = [{"alg": "SHA-512", "content": base64.b64decode(packed).hex()}] if algorithm == "sha512" else []
            yield _library(Part(NPM, path.rpartition("node_modules/")[2], str(one["version"])), hashes)


def _library(part: Part, hashes: list[dict[str, str]]) -> dict[str, Any]:
    more = {"hashes": hashes} if hashes else {}
    return {"type": "library", "bom-ref": part.purl, "name": part.name, "version": part.version, "purl": part.purl, **more}
