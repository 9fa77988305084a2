"""Where each measured address leads, in the memory of the edge, so that an answer asks no database."""

from collections.abc import Callable, Iterable
from threading import Lock

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections

from siegelpost.base.errors import SiegelpostError
from siegelpost.delivery.reads import measured_at_least
from siegelpost.measure.policy import PIXEL, location_of
from siegelpost.measure.reads import targets as read_targets
from siegelpost.measure.reads import variants as read_variants
from siegelpost.measure.rules import K
from siegelpost.sign.pseudonyms import BYTES
from siegelpost.sign.tokens import TokenForged, read_token
from siegelpost.tenancy.handle import TenantDB

_PATIENCE = 1.0  # seconds between two looks into the databases, whatever strangers ask for
_ANY_STRANGER = 0  # tenants that we do not know share one clock, or a stranger could count up the numbers

_PERSONAL = 45  # characters of the shortest personal token: 16 bytes of its person beside what every token has

_log = structlog.get_logger()


class Targets:
    """The table of (tenant number, variant id, position) -> Location; may be used by many threads."""

    def __init__(self, open_by_number: Callable[[int], TenantDB], monotonic: Callable[[], float]) -> None:
        """monotonic  seconds that never go back, in a process `time.monotonic`."""
        self._open, self._monotonic = open_by_number, monotonic
        self._keys: dict[int, bytes] = {}
        self._locations: dict[tuple[int, int, int], str] = {}
        self._variants: dict[tuple[int, int], tuple[int, bool]] = {}
        """Tenant and variant -> mailing, and whether people are estimated."""
        self._looked: dict[int, float] = {}
        self._lock = Lock()

    def load(self, tenants: Iterable[TenantDB]) -> None:
        """Read the targets of `tenants`; one that cannot be read is left for later."""
        for tenant in tenants:
            self._read(tenant)

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget tenants that are gone: their addresses lead nowhere from now on."""
        for number in set(numbers) & set(self._keys):
            self._keys.pop(number, None)
            for target in [one for one in list(self._locations) if one[0] == number]:
                self._locations.pop(target, None)

    def pixel(self, token: str) -> tuple[int, int, int] | None:
        """Return the target of a pixel's token, or None where we made no such pixel."""
        return self._find("o", token, 1)

    def link(self, token: str) -> tuple[tuple[int, int, int], str] | None:
        """Return target and Location of a link's token, or None where we made no such link."""
        found = self._find("c", token, 2)
        location = self._locations.get(found, "") if found and found[2] > PIXEL else ""
        return (found, location) if found and location else None

    def person(self, purpose: str, text: str) -> bytes:
        """Whose link it is, of a token that was found; b"" for one that everybody has. Names nobody: the key lies with the mailing."""
        return read_token(purpose, text, self._key).extra if len(text) >= _PERSONAL else b""

    def estimates(self, target: tuple[int, int, int]) -> bool:
        """Whether people who ask for a target that was found are to be estimated."""
        return self._variants.get(target[:2], (0, False))[1]

    def has_crowd(self, number: int, variant: int) -> bool:
        """Whether 20 people got a variant with measured addresses; False where that cannot be asked now."""
        mailing, _people = self._variants.get((number, variant), (0, False))
        try:
            tenant = self._open(number)
            try:
                return measured_at_least(tenant, mailing, variant, K)
            finally:
                tenant.close()
        except (SiegelpostError, DatabaseError):
            return False
        finally:
            close_old_connections()  # as in `_look`

    def _find(self, purpose: str, text: str, count: int) -> tuple[int, int, int] | None:
        try:
            token = read_token(purpose, text, self._key)
        except TokenForged:
            return None
        if len(token.numbers) != count or len(token.extra) not in (0, BYTES):
            return None
        variant, position = (*token.numbers, PIXEL)[:2]
        target = (token.tenant_number, variant, position)
        if target not in self._locations:
            self._look(token.tenant_number)
        return target if target in self._locations else None

    def _key(self, tenant_number: int, key_number: int) -> bytes:
        if tenant_number not in self._keys:
            self._look(tenant_number)
        if key_number:
            raise LookupError
        return self._keys[tenant_number]  # KeyError is a LookupError: nobody's

    def _look(self, tenant_number: int) -> None:
        """Read one tenant again, but at most once in `_PATIENCE`."""
        clock = tenant_number if tenant_number in self._keys else _ANY_STRANGER
        with self._lock:
            now = self._monotonic()
            if now - self._looked.get(clock, now - _PATIENCE) < _PATIENCE:
                return
            self._looked[clock] = now
            try:
                tenant = self._open(tenant_number)
            except (SiegelpostError, DatabaseError):
                return
            finally:
                close_old_connections()  # no request of Django's gives the registry's back here; kept, it would outlive its server
            self._read(tenant)

    def _read(self, tenant: TenantDB) -> None:
        try:
            rows, known = read_targets(tenant), read_variants(tenant)
        except DatabaseError as reason:
            _log.warning("edge.targets_unread", tenant=tenant.slug, kind=type(reason).__name__)
            return
        finally:
            tenant.close()
        self._variants.update({(tenant.number, variant): facts for variant, facts in known.items()})
        self._locations.update({(tenant.number, variant, place): location_of(url) or "" for variant, place, url in rows})
        self._keys[tenant.number] = tenant.keys.tokens
