"""Siegelpost: e-mail marketing that proves its own data protection."""

__version__ = "0.1.0"
