"""Check of the boundary of the network: nothing listens that nobody declared."""

from collections.abc import Collection
from datetime import timedelta

from siegelpost.base.controls import INSTALLATION, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.base.listeners import Listener, Port, listeners


@check(
    "1.2-04",
    _(
        "Nothing on this machine listens beyond it at a port that was not declared (SIEGELPOST_PORTS), as its kernel says. Whether a "
        "firewall stands in front, what its rules are, and what can be reached from outside is not seen; in a container it is the "
        "network of the container."
    ),
    every=timedelta(hours=1),
    limit=10,
    scope=INSTALLATION,
    whole=False,
)
def listens_as_declared(around: Around) -> Finding:
    """Amber where nothing is declared, or the kernel tells nothing."""
    try:
        return judged(listeners(), around.settings.ports)
    except (OSError, ValueError):
        return finding(amber=True, ports_declared=[str(one) for one in around.settings.ports])


def judged(found: Collection[Listener], declared: Collection[Port]) -> Finding:
    """Red where something listens that was not declared."""
    open_ports = {one.port for one in found if one.is_reachable}
    undeclared = sorted(open_ports - set(declared)) if declared else []
    return finding(
        red=undeclared, amber=not declared, ports_listening=[str(one) for one in sorted(open_ports)],
        ports_declared=[str(one) for one in sorted(declared)], ports_undeclared=[str(one) for one in undeclared],
    )  # fmt: skip


CHECKS = (listens_as_declared,)
