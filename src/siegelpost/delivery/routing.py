"""By which relays mail of a sender domain goes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from siegelpost.delivery.relay import Relay


@dataclass(frozen=True, slots=True)
class Routing:
    """All relays, and the routes.

    default  what takes mail without a route
    others   name -> relay
    routes   number of the tenant and sender domain ("" for all others) -> names in the order of choice; "default" is `default`
    """

    default: Relay
    others: Mapping[str, Relay] = field(default_factory=dict)
    routes: Mapping[tuple[int, str], tuple[str, ...]] = field(default_factory=dict)

    @property
    def relays(self) -> tuple[Relay, ...]:
        """All of them."""
        return (self.default, *self.others.values())

    def route(self, tenant_number: int, domain: str) -> tuple[Relay, ...]:
        """Relays in the order of choice.

        Empty where a route names only relays that nobody knows: somebody chose where this mail goes, and it must not go elsewhere.
        """
        names = self.routes.get((tenant_number, domain)) or self.routes.get((tenant_number, ""))
        if names is None:
            return (self.default,)
        known = {**self.others, "default": self.default}
        return tuple(known[name] for name in names if name in known)
