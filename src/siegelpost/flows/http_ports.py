"""Ports of our sites: each for one process alone."""

import os
import socket

from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _


class PortTaken(BadInput):
    """Another program listens there."""

    code = "serve.port_taken"
    message = _("The port {port} cannot be used: {reason}.")
    hint = _("Stop the other program, or choose another port: --port, --public-port, --inbound-port.")
    nothing = _("Nothing was started.")


def take(host: str, port: int) -> socket.socket:
    """The port, for us alone: nobody can connect yet. Raises PortTaken."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, protocol)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
    except OSError as fault:
        raise PortTaken(port=port, reason=os.strerror(fault.errno) if fault.errno and fault.errno > 0 else type(fault).__name__) from fault
    return found
