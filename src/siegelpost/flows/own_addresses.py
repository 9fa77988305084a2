"""Addresses of our own that stand in mail and that inbound mail is taken for."""

from siegelpost.base.settings import Settings
from siegelpost.tenancy.installation import operator_email


def bounce_domain(settings: Settings) -> str:
    """Where bounces arrive."""
    return settings.bounce_domain or settings.public_host


def complaint_address(settings: Settings) -> str:
    """Where complaints go: the setting, else the operator's address, else the customary one of the bounce domain (RFC 2142)."""
    return settings.complaint_address or operator_email() or f"abuse@{bounce_domain(settings)}"
