"""How much of a tenant somebody gets to see: some lists with their people, and of these people some fields. Pure.

A handle carries it (`TenantDB.scope`), so nobody has to hand it on, and nobody can forget to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

EMAIL: Final = "email"
"""How the address is called among the fields that can be hidden; it is shortened instead of left out."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a handle shows.

    lists    numbers of the lists within the limits; None for all
    folders  the same of folders, with those inside them; None for all
    hidden   aliases of fields that are not shown, `EMAIL` among them where addresses are shortened
    actor    whose limits these are ("staff:7"): what nobody but they made, and that belongs to no list yet, is theirs to see
    """

    lists: frozenset[int] | None = None
    folders: frozenset[int] | None = None
    hidden: frozenset[str] = frozenset()
    actor: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is kept back."""
        return self.lists is None and not self.hidden

    @property
    def hides_addresses(self) -> bool:
        """Whether addresses are shortened."""
        return EMAIL in self.hidden

    def hides(self, alias: str) -> bool:
        """Whether a field is not shown."""
        return alias in self.hidden

    def email(self, address: str) -> str:
        """The address as it may be shown."""
        return shortened(address) if EMAIL in self.hidden else address

    def fields(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values of one person, alias -> value, without those that are hidden."""
        return {alias: value for alias, value in values.items() if alias not in self.hidden}


WHOLE: Final = Scope()


def shortened(address: str) -> str:
    """An address of which only the first letter and the domain are left: `m…@example.com`; "" stays ""."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else address[:1] + "…" if address else ""
