"""Findings about the installation as a whole, in the control database: they belong to no tenant."""
