"""Begins to watch the tenants' connections as soon as Django is set up."""

from importlib import import_module

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """The room's own start."""

    name = "siegelpost.evidence"

    def ready(self) -> None:
        """Django: all models are there, which `inputs` needs."""
        import_module("siegelpost.evidence.inputs").begin()
