"""Limits of sending in the control database: relay and receiving domains belong to all tenants together."""
