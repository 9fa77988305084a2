"""What this machine calls itself, for itself."""

from typing import Final

LOOPBACK: Final = frozenset(("localhost", "127.0.0.1", "::1"))
"""Hosts that are reached without a network."""
