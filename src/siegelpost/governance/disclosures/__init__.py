"""The disclosure register (Empfängerverzeichnis): each outflow of a tenant's personal data, who got it, and whose data it was.

Door: `services` (record), `roll` (who was in it), `reads`, `rules` (pure).
"""
