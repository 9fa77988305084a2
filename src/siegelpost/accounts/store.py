"""The control database, in which people, roles and sessions lie."""

from siegelpost.tenancy.handle import Store

CONTROL = Store("default", "")
"""Its kind does not matter here."""
